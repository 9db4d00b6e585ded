//! Which addresses may be called.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use url::{Host, Url};

/// How far web hooks reach.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Reach {
    /// The public internet, by https.
    #[default]
    Public,
    /// This computer as well, by plain http: for development and tests.
    Loopback,
}

/// Why an address cannot be called.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AddressError {
    /// It cannot be read.
    #[error("this is no address: write it like https://example.org/kazi")]
    Unreadable,
    /// Anybody on the way could read and change what is told.
    #[error("an address must begin with https://, so that nobody on the way can read or change what is told")]
    NotSecure,
    /// Secrets do not belong there.
    #[error("leave name and password out of the address: each message is signed instead")]
    Credentials,
    /// It leads inside.
    #[error(
        "this address leads into a private network, where Kazi calls nobody: give one of the public internet"
    )]
    Inside,
}

/// An address that may be called: what its name leads to is looked at with each call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Address(Url);

/// An address is no longer than this.
const LONGEST: usize = 500;

impl Address {
    /// Reads what somebody typed.
    ///
    /// # Errors
    /// See [`AddressError`].
    pub fn parse(text: &str, reach: Reach) -> Result<Self, AddressError> {
        let text = text.trim();
        if text.len() > LONGEST {
            return Err(AddressError::Unreadable);
        }
        let mut url = Url::parse(text).map_err(|_| AddressError::Unreadable)?;
        let here = reach == Reach::Loopback;
        match url.scheme() {
            "https" => {}
            "http" if here => {}
            "http" => return Err(AddressError::NotSecure),
            _ => return Err(AddressError::Unreadable),
        }
        if !url.username().is_empty() || url.password().is_some() {
            return Err(AddressError::Credentials);
        }
        url.set_fragment(None);
        let literal = match url.host().ok_or(AddressError::Unreadable)? {
            Host::Ipv4(ip) => Some(IpAddr::V4(ip)),
            Host::Ipv6(ip) => Some(IpAddr::V6(ip)),
            Host::Domain(_) => None,
        };
        match literal {
            Some(ip) if !may_call(ip, reach) => Err(AddressError::Inside),
            _ => Ok(Self(url)),
        }
    }

    /// The address as text.
    pub fn text(&self) -> &str {
        self.0.as_str()
    }

    /// Whether TLS is spoken.
    pub(super) fn is_secure(&self) -> bool {
        self.0.scheme() == "https"
    }

    /// The name or number of the server, and its port.
    pub(super) fn place(&self) -> (String, u16) {
        let host = self.0.host_str().unwrap_or_default();
        let host = host.trim_start_matches('[').trim_end_matches(']').to_owned();
        (host, self.0.port_or_known_default().unwrap_or(443))
    }

    /// What stands in the request's `Host`.
    pub(super) fn authority(&self) -> String {
        let host = self.0.host_str().unwrap_or_default();
        self.0.port().map_or_else(|| host.to_owned(), |port| format!("{host}:{port}"))
    }

    /// Path and query.
    pub(super) fn path(&self) -> String {
        let query = self.0.query().map(|query| format!("?{query}")).unwrap_or_default();
        format!("{}{query}", self.0.path())
    }
}

/// Whether a server with this number may be called: everything that is not the public internet may not.
pub(super) fn may_call(ip: IpAddr, reach: Reach) -> bool {
    if reach == Reach::Loopback && ip.is_loopback() {
        return true;
    }
    match ip {
        IpAddr::V4(ip) => is_public(ip),
        IpAddr::V6(ip) => is_public_six(ip),
    }
}

/// Special ranges of IPv4: RFC 6890 and its register at IANA.
fn is_public(ip: Ipv4Addr) -> bool {
    let [first, second, third, _] = ip.octets();
    let special = matches!(
        (first, second, third),
        (0 | 10 | 127 | 224..=255, _, _) // this network, private, loopback, multicast, reserved
            | (100, 64..=127, _) // behind a provider's translation
            | (169, 254, _) // link-local: where clouds answer questions about a server
            | (172, 16..=31, _)
            | (192, 168, _)
            | (192, 0, 0 | 2) // protocols, documentation
            | (192, 88, 99)
            | (198, 18 | 19, _) // measuring
            | (198, 51, 100)
            | (203, 0, 113)
    );
    !special
}

/// Of IPv6 only what is given out for the public (`2000::/3`), without what leads elsewhere or stands for an address of IPv4.
fn is_public_six(ip: Ipv6Addr) -> bool {
    if let Some(four) = ip.to_ipv4_mapped() {
        return is_public(four);
    }
    let [first, second, ..] = ip.segments();
    let given_out = first & 0xe000 == 0x2000;
    // Teredo, 6to4, benchmarks, ORCHID, documentation.
    let special =
        (first == 0x2001 && second < 0x0200) || first == 0x2002 || (first == 0x2001 && second == 0x0db8);
    given_out && !special && !(first == 0x3fff && second < 0x1000)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn public(text: &str) -> Result<String, AddressError> {
        Address::parse(text, Reach::Public).map(|address| address.text().to_owned())
    }

    #[test]
    fn an_address_of_the_public_internet_is_taken() {
        assert_eq!(public(" https://Example.org/kazi?x=1#y ").as_deref(), Ok("https://example.org/kazi?x=1"));
        let address = Address::parse("https://example.org:8443/a/b?c", Reach::Public).unwrap();
        assert_eq!(address.place(), ("example.org".to_owned(), 8443));
        assert_eq!((address.authority().as_str(), address.path().as_str()), ("example.org:8443", "/a/b?c"));
        assert_eq!(
            Address::parse("https://[2606:4700::1]", Reach::Public).unwrap().place().0,
            "2606:4700::1"
        );
    }

    #[test]
    fn what_is_wrong_with_an_address_is_told() {
        assert_eq!(public("example.org"), Err(AddressError::Unreadable));
        assert_eq!(public("ftp://example.org"), Err(AddressError::Unreadable));
        assert_eq!(public("http://example.org"), Err(AddressError::NotSecure));
        assert_eq!(public("https://kazi:hush@example.org"), Err(AddressError::Credentials));
        assert_eq!(
            public(&format!("https://example.org/{}", "x".repeat(500))),
            Err(AddressError::Unreadable)
        );
        // The same place, written in ways that a careless look passes.
        for inside in [
            "https://127.0.0.1",
            "https://2130706433",
            "https://0x7f.1",
            "https://0177.0.0.1",
            "https://127.1",
            "https://[::1]",
            "https://[::ffff:127.0.0.1]",
            "https://[::127.0.0.1]",
            "https://169.254.169.254/latest",
            "https://10.0.0.1",
            "https://172.31.0.1",
            "https://192.168.1.1",
            "https://100.64.0.1",
            "https://0.0.0.0",
            "https://[fe80::1]",
            "https://[fc00::1]",
            "https://[64:ff9b::a00:1]",
            "https://[2002:7f00:1::]",
        ] {
            assert_eq!(public(inside), Err(AddressError::Inside), "{inside}");
        }
        assert!(Address::parse("http://127.0.0.1:4000/hook", Reach::Loopback).is_ok());
        assert_eq!(Address::parse("http://10.0.0.1", Reach::Loopback), Err(AddressError::Inside));
    }

    proptest! {
        #[test]
        fn the_same_number_in_both_writings_is_judged_alike(bytes: [u8; 4]) {
            let four = Ipv4Addr::from(bytes);
            let mapped = IpAddr::V6(four.to_ipv6_mapped());
            prop_assert_eq!(may_call(mapped, Reach::Public), may_call(IpAddr::V4(four), Reach::Public));
        }

        #[test]
        fn nothing_private_is_public(bytes: [u8; 4]) {
            let ip = Ipv4Addr::from(bytes);
            let inside = ip.is_private() || ip.is_loopback() || ip.is_link_local() || ip.is_multicast()
                || ip.is_unspecified() || ip.is_broadcast() || ip.is_documentation();
            prop_assert!(!inside || !may_call(IpAddr::V4(ip), Reach::Public));
        }

        #[test]
        fn any_text_is_an_address_or_refused(text in "\\PC{0,60}") {
            if let Ok(address) = Address::parse(&text, Reach::Public) {
                prop_assert!(Address::parse(address.text(), Reach::Public).is_ok());
            }
        }
    }
}
