//! Where a PostgreSQL server is and how to speak to it in private.

use crate::error::{DbError, chain};
use postgres::config::SslMode;
use postgres::{Client, Config, NoTls};
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use rustls::{ClientConfig, RootCertStore};
use std::sync::Arc;
use std::time::Duration;
use tokio_postgres_rustls::MakeRustlsConnect;

/// A server, ready to be connected to as often as needed.
pub(crate) struct Target {
    config: Config,
    tls: Option<MakeRustlsConnect>,
}

impl Target {
    /// Understands a URL or `host=… user=…`. TLS is spoken when `sslmode` is `require`, `verify-ca` or
    /// `verify-full`, and then the certificate and the name are always verified, against `sslrootcert`
    /// (a PEM file) or else the roots that browsers trust.
    pub(crate) fn parse(url: &str) -> Result<Self, DbError> {
        let bad =
            |detail: String| DbError::Other(format!("the database address is not understood: {detail}"));
        let (url, mode) = take_parameter(url, "sslmode");
        let (url, roots) = take_parameter(&url, "sslrootcert");
        let mut config: Config = url.parse().map_err(|error| bad(chain(&error)))?;
        let secure = match mode.as_deref() {
            None | Some("disable" | "allow" | "prefer") => false,
            Some("require" | "verify-ca" | "verify-full") => true,
            Some(other) => return Err(bad(format!("sslmode={other}"))),
        };
        config.ssl_mode(if secure { SslMode::Require } else { SslMode::Disable });
        if config.get_connect_timeout().is_none() {
            config.connect_timeout(Duration::from_secs(5));
        }
        if config.get_tcp_user_timeout().is_none() {
            // A server that vanished without a word is noticed within this time.
            config.tcp_user_timeout(Duration::from_secs(20));
        }
        if config.get_application_name().is_none() {
            config.application_name("kazi");
        }
        let tls = if secure { Some(verifier(roots.as_deref())?) } else { None };
        Ok(Self { config, tls })
    }

    /// Another database on the same server.
    #[cfg(feature = "testing")]
    pub(crate) fn database(mut self, name: &str) -> Self {
        self.config.dbname(name);
        self
    }

    pub(crate) fn connect(&self) -> Result<Client, DbError> {
        let opened = match &self.tls {
            Some(tls) => self.config.connect(tls.clone()),
            None => self.config.connect(NoTls),
        };
        opened.map_err(|error| DbError::unavailable(chain(&error)))
    }
}

fn verifier(roots: Option<&str>) -> Result<MakeRustlsConnect, DbError> {
    let bad = |detail: String| DbError::Other(format!("TLS to the database cannot be set up: {detail}"));
    let mut store = RootCertStore::empty();
    match roots {
        Some(file) => {
            let unread = |error| bad(format!("sslrootcert={file}: {error}"));
            for certificate in CertificateDer::pem_file_iter(file).map_err(unread)? {
                store.add(certificate.map_err(unread)?).map_err(|error| bad(error.to_string()))?;
            }
        }
        None => store.extend(webpki_roots::TLS_SERVER_ROOTS.iter().cloned()),
    }
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(|error| bad(error.to_string()))?
        .with_root_certificates(store)
        .with_no_client_auth();
    Ok(MakeRustlsConnect::new(config))
}

/// Takes `name=value` out of a URL's query or out of `key=value` words.
fn take_parameter(url: &str, name: &str) -> (String, Option<String>) {
    let is_url = url.contains("://");
    let (head, tail, gap) = match url.split_once('?') {
        Some((head, tail)) if is_url => (format!("{head}?"), tail, "&"),
        _ if is_url => return (url.to_owned(), None),
        _ => (String::new(), url, " "),
    };
    let mut value = None;
    let mut kept = Vec::new();
    for word in tail.split(gap) {
        match word.split_once('=') {
            Some((key, found)) if key == name => value = Some(found.trim_matches('\'').replace("%2F", "/")),
            _ => kept.push(word),
        }
    }
    (head + &kept.join(gap), value)
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
}
