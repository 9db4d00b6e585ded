//! Where a PostgreSQL server is and how to speak to it in private.

use crate::error::{DbError, chain};
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use rustls::{ClientConfig, RootCertStore};
use std::sync::Arc;
use std::time::Duration;
use tokio::time::timeout;
use tokio_postgres::config::{Host, SslMode};
use tokio_postgres::{Client, Config, NoTls};
use tokio_postgres_rustls::MakeRustlsConnect;

/// How long a server that keeps the link but says nothing is waited for.
const PATIENCE: Duration = Duration::from_secs(30);
/// How long the greetings of a new link may take.
const GREETING: Duration = Duration::from_secs(10);

/// A server, ready to be connected to as often as needed.
pub(crate) struct Target {
    config: Config,
    /// How long each reply is waited for.
    pub(crate) patience: Duration,
    tls: Option<MakeRustlsConnect>,
}

impl Target {
    /// Understands a URL or `host=… user=…`. TLS is spoken when `sslmode` is `require`, `verify-ca` or
    /// `verify-full`, and then the certificate and the name are always verified, against `sslrootcert`
    /// (a PEM file) or else the roots that browsers trust. `reply_timeout` is in seconds; 30 unless told.
    pub(crate) fn parse(url: &str) -> Result<Self, DbError> {
        let bad =
            |detail: String| DbError::Other(format!("the database address is not understood: {detail}"));
        let (url, mode) = take_parameter(url, "sslmode");
        let (url, roots) = take_parameter(&url, "sslrootcert");
        let (url, patience) = take_parameter(&url, "reply_timeout");
        let patience = match patience.as_deref().map(|text| (text, text.parse())) {
            None => PATIENCE,
            Some((_, Ok(seconds @ 1..))) => Duration::from_secs(seconds),
            Some((text, _)) => {
                return Err(bad(format!("reply_timeout={text}, which is no number of seconds")));
            }
        };
        let mut config: Config = url.parse().map_err(|error| bad(chain(&error)))?;
        let tls = match mode.as_deref() {
            None | Some("disable" | "allow" | "prefer") => None,
            Some("require" | "verify-ca" | "verify-full") => Some(verifier(roots.as_deref()).map_err(bad)?),
            Some(other) => return Err(bad(format!("sslmode={other}"))),
        };
        config.ssl_mode(if tls.is_some() { SslMode::Require } else { SslMode::Disable });
        // A server that is away, or vanished without a word, is noticed within these times.
        if config.get_connect_timeout().is_none() {
            config.connect_timeout(Duration::from_secs(5));
        }
        if config.get_tcp_user_timeout().is_none() {
            config.tcp_user_timeout(Duration::from_secs(20));
        }
        Ok(Self { config, patience, tls })
    }

    /// The same address in libpq's variables.
    pub(crate) fn environment(url: &str) -> Result<Vec<(&'static str, String)>, DbError> {
        let target = Self::parse(url)?;
        let config = &target.config;
        let words = |all: Vec<String>| (!all.is_empty()).then(|| all.join(","));
        let hosts = config.get_hosts().iter().map(|host| match host {
            Host::Tcp(name) => name.clone(),
            Host::Unix(folder) => folder.display().to_string(),
        });
        // As strict as we are: `require` alone would let libpq speak to anybody.
        let (mode, roots) = match target.tls {
            Some(_) => ("verify-full", take_parameter(url, "sslrootcert").1.or(Some("system".to_owned()))),
            None => ("disable", None),
        };
        let all = [
            ("PGHOST", words(hosts.collect())),
            ("PGHOSTADDR", words(config.get_hostaddrs().iter().map(ToString::to_string).collect())),
            ("PGPORT", words(config.get_ports().iter().map(ToString::to_string).collect())),
            ("PGUSER", config.get_user().map(str::to_owned)),
            ("PGDATABASE", config.get_dbname().map(str::to_owned)),
            ("PGPASSWORD", config.get_password().map(|word| String::from_utf8_lossy(word).into_owned())),
            ("PGSSLMODE", Some(mode.to_owned())),
            ("PGSSLROOTCERT", roots),
        ];
        Ok(all.into_iter().filter_map(|(name, value)| Some((name, value?))).collect())
    }

    /// Another database on the same server.
    #[cfg(feature = "testing")]
    pub(crate) fn database(mut self, name: &str) -> Self {
        self.config.dbname(name);
        self
    }

    /// Connects; the link lives on the runtime that this is called in.
    pub(crate) async fn connect(&self) -> Result<Client, DbError> {
        let linked = async {
            match &self.tls {
                Some(tls) => {
                    self.config.connect(tls.clone()).await.map(|(client, link)| (client, tokio::spawn(link)))
                }
                None => self.config.connect(NoTls).await.map(|(client, link)| (client, tokio::spawn(link))),
            }
        };
        match timeout(GREETING.min(self.patience), linked).await {
            Ok(client) => {
                client.map(|(client, _)| client).map_err(|error| DbError::unavailable(chain(&error)))
            }
            Err(_) => Err(DbError::unavailable("the server takes the link but does not greet")),
        }
    }
}

fn verifier(roots: Option<&str>) -> Result<MakeRustlsConnect, String> {
    let mut store = RootCertStore::empty();
    if let Some(file) = roots {
        let unread = |error: &dyn std::error::Error| format!("sslrootcert={file}: {}", chain(error));
        for certificate in CertificateDer::pem_file_iter(file).map_err(|error| unread(&error))? {
            let certificate = certificate.map_err(|error| unread(&error))?;
            store.add(certificate).map_err(|error| unread(&error))?;
        }
    } else {
        store.extend(webpki_roots::TLS_SERVER_ROOTS.iter().cloned());
    }
    let config = ClientConfig::builder_with_provider(Arc::new(rustls::crypto::aws_lc_rs::default_provider()))
        .with_safe_default_protocol_versions()
        .map_err(|error| chain(&error))?;
    Ok(MakeRustlsConnect::new(config.with_root_certificates(store).with_no_client_auth()))
}

/// Takes `name=value` out of a URL's query or out of `key=value` words.
fn take_parameter(url: &str, name: &str) -> (String, Option<String>) {
    let (head, tail, gap) = match url.split_once('?') {
        Some((head, tail)) => (format!("{head}?"), tail, '&'),
        None => (String::new(), url, ' '),
    };
    let key = format!("{name}=");
    let value = tail.split(gap).find_map(|word| word.strip_prefix(&key));
    let kept: Vec<&str> = tail.split(gap).filter(|word| !word.starts_with(&key)).collect();
    let value = value.map(|value| value.trim_matches('\'').replace("%2F", "/"));
    (head + &kept.join(gap.encode_utf8(&mut [0; 4])), value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parameters_are_taken_out_of_both_forms() {
        let taken = take_parameter("postgres://a@h/d?sslmode=verify-full&connect_timeout=3", "sslmode");
        assert_eq!(taken, ("postgres://a@h/d?connect_timeout=3".to_owned(), Some("verify-full".to_owned())));
        let taken = take_parameter("host=h sslrootcert=/etc/ca.pem user=kazi", "sslrootcert");
        assert_eq!(taken, ("host=h user=kazi".to_owned(), Some("/etc/ca.pem".to_owned())));
        assert_eq!(take_parameter("postgres://a@h/d", "sslmode"), ("postgres://a@h/d".to_owned(), None));
    }

    #[test]
    fn tls_is_spoken_when_asked_for() {
        assert!(Target::parse("host=localhost user=kazi").unwrap().tls.is_none());
        assert!(Target::parse("postgres://kazi@localhost/kazi?sslmode=require").unwrap().tls.is_some());
        assert!(Target::parse("postgres://kazi@localhost/kazi?sslmode=maybe").is_err());
        assert!(Target::parse("host=h sslmode=require sslrootcert=/no/such/file").is_err());
    }

    #[test]
    fn patience_is_a_number_of_seconds() {
        let patience = |url: &str| Target::parse(url).map(|target| target.patience);
        assert_eq!(patience("host=localhost user=kazi"), Ok(PATIENCE));
        let three = patience("postgres://kazi@localhost/kazi?connect_timeout=3&reply_timeout=3");
        assert_eq!(three, Ok(Duration::from_secs(3)));
        for bad in ["0", "soon", "-1", ""] {
            assert!(patience(&format!("host=localhost reply_timeout={bad}")).is_err(), "{bad}");
        }
    }
}
