//! Where a request came from, when a proxy stands between.
//!
//! Limits on tries are counted by address. Behind a proxy every request comes from the proxy's own: then one who guesses
//! would make everybody wait. So the proxies that are known are believed, and nobody else.

use std::net::{IpAddr, SocketAddr};

use axum::extract::{ConnectInfo, Request, State};
use axum::http::HeaderMap;
use axum::middleware::Next;
use axum::response::Response;

use crate::state::WebState;

/// Puts the client's own address in the place of a known proxy's.
pub(crate) async fn find(State(state): State<WebState>, mut request: Request, next: Next) -> Response {
    let proxies = &state.config.proxies;
    let peer = request.extensions().get::<ConnectInfo<SocketAddr>>().map(|ConnectInfo(from)| *from);
    if let Some(peer) = peer.filter(|peer| proxies.contains(&peer.ip().to_canonical()))
        && let Some(client) = client(request.headers(), proxies)
    {
        request.extensions_mut().insert(ConnectInfo(SocketAddr::new(client, peer.port())));
    }
    next.run(request).await
}

/// Where a request came from.
pub(crate) fn of(request: &Request) -> Option<IpAddr> {
    request.extensions().get::<ConnectInfo<SocketAddr>>().map(|ConnectInfo(from)| from.ip())
}

/// The last address in `X-Forwarded-For` that is no known proxy. Whatever stands before it, anybody can have written;
/// what is no address ends the search.
fn client(headers: &HeaderMap, proxies: &[IpAddr]) -> Option<IpAddr> {
    let lines: Vec<&str> =
        headers.get_all("x-forwarded-for").iter().map(|line| line.to_str().unwrap_or_default()).collect();
    let named = lines.iter().rev().flat_map(|line| line.rsplit(',')).map(|part| address(part.trim()));
    named.map_while(|found| found).find(|found| !proxies.contains(found))
}

/// An address, with or without a port.
fn address(text: &str) -> Option<IpAddr> {
    let alone = text.parse::<IpAddr>().ok();
    alone.or_else(|| Some(text.parse::<SocketAddr>().ok()?.ip())).map(|found| found.to_canonical())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_known_proxies_wrote_is_believed() {
        let proxies: Vec<IpAddr> = vec!["127.0.0.1".parse().unwrap(), "10.0.0.9".parse().unwrap()];
        let of = |lines: &[&'static str]| {
            let mut headers = HeaderMap::new();
            for line in lines {
                headers.append("x-forwarded-for", line.parse().unwrap());
            }
            client(&headers, &proxies).map(|found| found.to_string())
        };
        assert_eq!(of(&["192.0.2.1"]).as_deref(), Some("192.0.2.1"));
        assert_eq!(
            of(&["198.51.100.7, 192.0.2.1"]).as_deref(),
            Some("192.0.2.1"),
            "the first is the guest's own word"
        );
        assert_eq!(of(&["198.51.100.7", "192.0.2.1, 10.0.0.9"]).as_deref(), Some("192.0.2.1"));
        assert_eq!(of(&["[2001:db8::5]:4000"]).as_deref(), Some("2001:db8::5"));
        assert_eq!(of(&["::ffff:192.0.2.1"]).as_deref(), Some("192.0.2.1"));
        assert_eq!(of(&["192.0.2.1, unknown"]), None);
        assert_eq!(of(&["127.0.0.1"]), None);
        assert_eq!(of(&[]), None);
    }
}
