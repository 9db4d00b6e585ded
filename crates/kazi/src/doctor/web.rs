//! How people reach the server, and whether one answers.

use std::io::{Read, Write};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, TcpStream, ToSocketAddrs};
use std::time::Duration;

use super::Line;
use crate::settings::Serve;

/// What is looked at.
pub fn look(settings: &Serve) -> Vec<Line> {
    let address = settings.listen.to_socket_addrs().ok().and_then(|mut all| all.next());
    let Some(address) = address else {
        let found = format!("`{}` is no address to listen on", settings.listen);
        return vec![Line::bad("address", found, "write --listen like 127.0.0.1:8080")];
    };
    let public = settings.public_url.as_deref();
    let behind = proxy(address, public, settings.proxies.is_empty());
    [Some(privacy(address, public)), behind, Some(answers(address))].into_iter().flatten().collect()
}

/// Whether guests behind the proxy are told apart. Https on an address of this machine alone: then there is a proxy.
fn proxy(address: SocketAddr, public: Option<&str>, unknown: bool) -> Option<Line> {
    const WHAT: &str = "proxy";
    let there = address.ip().is_loopback() && public.is_some_and(|url| url.starts_with("https://"));
    let mend = "set proxies = \"127.0.0.1\" and let the proxy set X-Forwarded-For, or one who guesses passwords \
                makes everybody wait";
    match (there, unknown) {
        (false, _) => None,
        (true, false) => Some(Line::ok(WHAT, "those behind it are told apart".to_owned())),
        (true, true) => Some(Line::warning(WHAT, "all behind it count as one address".to_owned(), mend)),
    }
}

fn privacy(address: SocketAddr, public: Option<&str>) -> Line {
    const WHAT: &str = "https";
    let mend = "passwords and people's data would travel in the open: put a proxy with a certificate before Kazi \
                and set public_url to the https address";
    match public {
        Some(url) if url.starts_with("https://") => Line::ok(WHAT, format!("people reach it at {url}")),
        Some(url) if address.ip().is_loopback() && is_here(url) => {
            Line::ok(WHAT, format!("{url} is reached from this machine alone"))
        }
        Some(url) => Line::warning(WHAT, format!("people reach it at {url}, without encryption"), mend),
        None if address.ip().is_loopback() => {
            Line::ok(WHAT, format!("http://{address} is reached from this machine alone"))
        }
        None => Line::warning(WHAT, format!("it listens on {address}, and public_url is not set"), mend),
    }
}

fn is_here(url: &str) -> bool {
    ["http://localhost", "http://127.0.0.1", "http://[::1]"].iter().any(|start| url.starts_with(start))
}

fn answers(address: SocketAddr) -> Line {
    const WHAT: &str = "server";
    match status(address) {
        None => Line::ok(WHAT, format!("none runs at {address} now")),
        Some(200) => Line::ok(WHAT, format!("one runs at {address} and is ready")),
        Some(503) => {
            let mend = "it runs, but its database or files do not answer: its log says which";
            Line::bad(WHAT, format!("the one at {address} is not ready"), mend)
        }
        Some(other) => {
            let mend = "stop the other program, or choose another address with --listen";
            Line::warning(WHAT, format!("what runs at {address} is not Kazi (status {other})"), mend)
        }
    }
}

/// The status that `/readyz` is answered with; nothing when nobody listens.
fn status(address: SocketAddr) -> Option<u16> {
    const PATIENCE: Duration = Duration::from_secs(5);
    let mut address = address;
    match address.ip() {
        IpAddr::V4(ip) if ip.is_unspecified() => address.set_ip(IpAddr::V4(Ipv4Addr::LOCALHOST)),
        IpAddr::V6(ip) if ip.is_unspecified() => address.set_ip(IpAddr::V6(Ipv6Addr::LOCALHOST)),
        _ => {}
    }
    let mut line = TcpStream::connect_timeout(&address, PATIENCE).ok()?;
    line.set_read_timeout(Some(PATIENCE)).ok()?;
    let asked = write!(line, "GET /readyz HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n");
    let mut head = [0; 16];
    // Whatever does not speak HTTP is not Kazi.
    let read = asked.and_then(|()| line.read_exact(&mut head)).is_ok();
    let text = String::from_utf8_lossy(&head).into_owned();
    let status = text.strip_prefix("HTTP/1.1 ").and_then(|rest| rest.get(..3)?.parse().ok());
    Some(status.filter(|_| read).unwrap_or(0))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::doctor::Verdict;

    #[test]
    fn a_proxy_that_is_not_known_is_told() {
        let of = |address: &str, public, unknown| {
            proxy(address.parse().unwrap(), public, unknown).map(|line| line.verdict)
        };
        let public = Some("https://kazi.example.org");
        assert_eq!(of("127.0.0.1:8080", public, true), Some(Verdict::Warning));
        assert_eq!(of("127.0.0.1:8080", public, false), Some(Verdict::Ok));
        assert_eq!(of("127.0.0.1:8080", None, true), None);
        assert_eq!(of("0.0.0.0:8080", public, true), None);
    }

    #[test]
    fn what_is_reached_from_elsewhere_wants_https() {
        let with = |address: &str, public| privacy(address.parse().unwrap(), public).verdict;
        assert_eq!(with("127.0.0.1:8080", None), Verdict::Ok);
        assert_eq!(with("127.0.0.1:8080", Some("https://kazi.example.org")), Verdict::Ok);
        assert_eq!(with("127.0.0.1:8080", Some("http://localhost:8080")), Verdict::Ok);
        assert_eq!(with("127.0.0.1:8080", Some("http://kazi.example.org")), Verdict::Warning);
        assert_eq!(with("0.0.0.0:8080", None), Verdict::Warning);
        assert_eq!(with("0.0.0.0:8080", Some("https://kazi.example.org")), Verdict::Ok);
    }
}
