//! What a certificate says about itself: for whom, from whom, for how long.
//!
//! It judges nothing; a certificate that can't be read here may still be refused for a better reason.

use std::net::{Ipv4Addr, Ipv6Addr};

use x509_parser::extensions::GeneralName;
use x509_parser::parse_x509_certificate;
use x509_parser::prelude::X509Certificate;

use crate::message::Timestamp;

/// The parts of a certificate that explain why it was refused.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Facts {
    /// The hosts and addresses it is for, in its order.
    pub names: Vec<String>,
    pub subject: String,
    pub issuer: String,
    pub not_before: Option<Timestamp>,
    pub not_after: Option<Timestamp>,
}

/// Reads a certificate in DER form; nothing is known of one that can't be read.
pub(super) fn facts(der: &[u8]) -> Facts {
    let Ok((_rest, certificate)) = parse_x509_certificate(der) else {
        return Facts::default();
    };
    let at = |seconds: i64| Some(Timestamp(seconds.saturating_mul(1_000_000)));
    Facts {
        names: names(&certificate),
        subject: certificate.subject().to_string(),
        issuer: certificate.issuer().to_string(),
        not_before: at(certificate.validity().not_before.timestamp()),
        not_after: at(certificate.validity().not_after.timestamp()),
    }
}

fn names(certificate: &X509Certificate<'_>) -> Vec<String> {
    let Ok(Some(extension)) = certificate.subject_alternative_name() else {
        return Vec::new();
    };
    let name = |name: &GeneralName<'_>| match name {
        GeneralName::DNSName(name) => Some((*name).to_owned()),
        GeneralName::IPAddress(bytes) => address(bytes),
        _ => None,
    };
    extension.value.general_names.iter().filter_map(name).collect()
}

fn address(bytes: &[u8]) -> Option<String> {
    match bytes.len() {
        4 => Some(Ipv4Addr::from(<[u8; 4]>::try_from(bytes).ok()?).to_string()),
        16 => Some(Ipv6Addr::from(<[u8; 16]>::try_from(bytes).ok()?).to_string()),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use rcgen::{CertificateParams, DnType, KeyPair, SanType, date_time_ymd};

    use super::*;

    #[test]
    fn names_addresses_and_dates_are_read() {
        let mut params = CertificateParams::new(vec!["a.example".to_owned(), "10.0.0.1".to_owned()]).unwrap();
        params
            .subject_alt_names
            .push(SanType::IpAddress("fe80::1".parse().unwrap()));
        params.distinguished_name.push(DnType::CommonName, "broker");
        params.not_before = date_time_ymd(2020, 1, 1);
        params.not_after = date_time_ymd(2020, 2, 1);
        let certificate = params.self_signed(&KeyPair::generate().unwrap()).unwrap();
        let facts = facts(certificate.der());
        assert_eq!(facts.names, ["a.example", "10.0.0.1", "fe80::1"]);
        assert!(facts.subject.contains("CN=broker"), "{}", facts.subject);
        assert_eq!(facts.subject, facts.issuer);
        assert_eq!(facts.not_before, Some(Timestamp(1_577_836_800_000_000)));
        assert_eq!(facts.not_after, Some(Timestamp(1_580_515_200_000_000)));
        assert_eq!(super::facts(b"not a certificate"), Facts::default());
    }
}
