//! One call: to a number that was looked at, within ten seconds, without following where an answer points.

use std::net::SocketAddr;
use std::sync::{Arc, LazyLock};
use std::time::{Duration, Instant};

use bytes::Bytes;
use http_body_util::{BodyExt, Full};
use hyper::Request;
use hyper::client::conn::http1::handshake;
use hyper::header::{CONTENT_TYPE, HOST, HeaderName, USER_AGENT};
use hyper_util::rt::TokioIo;
use rustls::pki_types::ServerName;
use rustls::{ClientConfig, RootCertStore};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpStream, lookup_host};
use tokio_rustls::TlsConnector;

use super::address::{Address, Reach, may_call};

/// A call takes no longer than this, from asking for the name to the end of the answer.
pub const PATIENCE: Duration = Duration::from_secs(10);
/// So much of an answer is read; the rest is left.
pub const LONGEST_ANSWER: usize = 64 << 10;
/// So many bytes of it are kept to be shown.
const SHOWN: usize = 512;

/// What came back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// The status.
    pub status: u16,
    /// The first bytes, as far as they are text.
    pub text: String,
}

/// A message on its way.
#[derive(Debug, Clone)]
pub(super) struct Message {
    pub(super) id: String,
    pub(super) seconds: i64,
    pub(super) signature: String,
    pub(super) body: String,
}

/// How a call went, and how many milliseconds it took.
pub(super) type Called = (Result<Answer, String>, i64);

/// Calls an address.
pub(super) async fn call(address: &Address, reach: Reach, message: &Message) -> Called {
    let begun = Instant::now();
    let answer = match tokio::time::timeout(PATIENCE, speak(address, reach, message)).await {
        Ok(answer) => answer,
        Err(_) => Err(format!("nothing was answered within {} seconds", PATIENCE.as_secs())),
    };
    (answer, i64::try_from(begun.elapsed().as_millis()).unwrap_or(i64::MAX))
}

/// The numbers behind a name that may be called.
async fn numbers(address: &Address, reach: Reach) -> Result<Vec<SocketAddr>, String> {
    let (host, port) = address.place();
    let found =
        lookup_host((host.as_str(), port)).await.map_err(|error| format!("the name is unknown: {error}"))?;
    let all: Vec<SocketAddr> = found.collect();
    let public: Vec<SocketAddr> = all.iter().copied().filter(|one| may_call(one.ip(), reach)).collect();
    if public.is_empty() && !all.is_empty() {
        return Err("the address leads into a private network, where Kazi calls nobody".to_owned());
    }
    Ok(public)
}

async fn connect(address: &Address, reach: Reach) -> Result<TcpStream, String> {
    let mut last = "the name leads nowhere".to_owned();
    for number in numbers(address, reach).await? {
        match TcpStream::connect(number).await {
            Ok(stream) => return Ok(stream),
            Err(error) => last = format!("nobody answers there: {error}"),
        }
    }
    Err(last)
}

/// Whom to believe: the roots that browsers believe.
static TLS: LazyLock<Option<Arc<ClientConfig>>> = LazyLock::new(|| {
    let roots = RootCertStore { roots: webpki_roots::TLS_SERVER_ROOTS.to_vec() };
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let config = ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions().ok()?;
    Some(Arc::new(config.with_root_certificates(roots).with_no_client_auth()))
});

async fn speak(address: &Address, reach: Reach, message: &Message) -> Result<Answer, String> {
    let stream = connect(address, reach).await?;
    let request = request(address, message)?;
    if !address.is_secure() {
        return ask(stream, request).await;
    }
    let config = TLS.clone().ok_or("this program cannot speak TLS")?;
    let name = ServerName::try_from(address.place().0).map_err(|error| error.to_string())?;
    let secured = TlsConnector::from(config).connect(name, stream).await;
    ask(secured.map_err(|error| format!("TLS: {error}"))?, request).await
}

fn request(address: &Address, message: &Message) -> Result<Request<Full<Bytes>>, String> {
    let Message { id, seconds, signature, body } = message;
    Request::post(address.path())
        .header(HOST, address.authority())
        .header(USER_AGENT, concat!("Kazi/", env!("CARGO_PKG_VERSION")))
        .header(CONTENT_TYPE, "application/json")
        .header(HeaderName::from_static("webhook-id"), id)
        .header(HeaderName::from_static("webhook-timestamp"), *seconds)
        .header(HeaderName::from_static("webhook-signature"), signature)
        .body(Full::new(Bytes::from(body.clone())))
        .map_err(|error| error.to_string())
}

async fn ask<S>(stream: S, request: Request<Full<Bytes>>) -> Result<Answer, String>
where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    let broke = |error: hyper::Error| format!("the line broke: {error}");
    let (mut sender, line) = handshake(TokioIo::new(stream)).await.map_err(broke)?;
    let line = Hung(tokio::spawn(line));
    let answer = sender.send_request(request).await.map_err(broke)?;
    let (status, mut body) = (answer.status().as_u16(), answer.into_body());
    let (mut read, mut kept) = (0, Vec::new());
    while let Some(frame) = body.frame().await {
        // The status is what counts: an answer that breaks off later has come all the same.
        let Ok(frame) = frame else { break };
        let bytes = frame.data_ref().map(|data| &data[..]).unwrap_or_default();
        kept.extend(bytes.iter().copied().take(SHOWN.saturating_sub(kept.len())));
        read += bytes.len();
        if read >= LONGEST_ANSWER {
            break;
        }
    }
    drop(line);
    let text = String::from_utf8_lossy(&kept).replace('\0', "\u{fffd}");
    Ok(Answer { status, text })
}

/// The line's own work, which ends when the call does, however that ends.
struct Hung<T>(tokio::task::JoinHandle<T>);

impl<T> Drop for Hung<T> {
    fn drop(&mut self) {
        self.0.abort();
    }
}
