//! Our certificate and key from the files people have: PEM or DER, keys with or without a passphrase,
//! or both in one PKCS#12 file.
//!
//! Nothing is checked that the broker checks: an expired certificate is shown to it all the same.

use p12_keystore::Pkcs12Archive;
use p12_keystore::error::Error as Pkcs12Error;
use pkcs8::EncryptedPrivateKeyInfoRef;
use pkcs8::pkcs5::Error as DecryptError;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer};
use rustls::server::ParsedCertificate;

use super::super::failure::TlsFailure;
use super::super::options::TlsOptions;

/// A certificate chain, ours first, and its key.
pub(super) type Identity = (Vec<CertificateDer<'static>>, PrivateKeyDer<'static>);

/// Why there is none: what it means, and the words of whoever could not read it.
pub(super) type Unusable = (TlsFailure, String);

const ENCRYPTED: &str = "ENCRYPTED PRIVATE KEY";

/// Our certificate and key, if any are given.
pub(super) fn identity(options: &TlsOptions) -> Result<Option<Identity>, Unusable> {
    let passphrase = options.passphrase.as_ref().map(super::super::Secret::expose);
    let passphrase = passphrase.as_deref();
    match (&options.client_cert, &options.client_key) {
        (None, None) => Ok(None),
        (Some(chain), Some(key)) => {
            let chain =
                certificates(chain).map_err(|detail| (TlsFailure::UnreadableClientCertificate, detail))?;
            Ok(Some((chain, private_key(key, passphrase)?)))
        }
        (Some(both), None) => match certificates(both) {
            Err(_) if !is_pem(both) => pkcs12(both, passphrase).map(Some),
            Ok(_) => Err((
                TlsFailure::UnreadableClientKey,
                "no key for the certificate".to_owned(),
            )),
            Err(detail) => Err((TlsFailure::UnreadableClientCertificate, detail)),
        },
        (None, Some(_)) => Err((
            TlsFailure::UnreadableClientCertificate,
            "no certificate for the key".to_owned(),
        )),
    }
}

fn is_pem(bytes: &[u8]) -> bool {
    memchr::memmem::find(bytes, b"-----BEGIN").is_some()
}

/// Every certificate in a PEM file, or the one of a DER file.
pub(super) fn certificates(bytes: &[u8]) -> Result<Vec<CertificateDer<'static>>, String> {
    if !is_pem(bytes) {
        let certificate = CertificateDer::from(bytes.to_vec());
        ParsedCertificate::try_from(&certificate).map_err(|error| error.to_string())?;
        return Ok(vec![certificate]);
    }
    let found: Vec<_> = CertificateDer::pem_slice_iter(bytes)
        .collect::<Result<_, _>>()
        .map_err(|error| error.to_string())?;
    if found.is_empty() {
        Err("no certificate in it".to_owned())
    } else {
        Ok(found)
    }
}

/// PKCS#8, PKCS#1 or SEC1; of these PKCS#8 may be protected.
fn private_key(bytes: &[u8], passphrase: Option<&[u8]>) -> Result<PrivateKeyDer<'static>, Unusable> {
    let unreadable = |detail: String| (TlsFailure::UnreadableClientKey, detail);
    if !is_pem(bytes) {
        return match PrivateKeyDer::try_from(bytes.to_vec()) {
            Ok(key) => Ok(key),
            Err(_) if EncryptedPrivateKeyInfoRef::try_from(bytes).is_ok() => decrypted(bytes, passphrase),
            Err(detail) => Err(unreadable(detail.to_owned())),
        };
    }
    if let Some(section) = section(bytes, ENCRYPTED) {
        let (_, document) =
            pkcs8::Document::from_pem(section).map_err(|error| unreadable(error.to_string()))?;
        return decrypted(document.as_bytes(), passphrase);
    }
    if memchr::memmem::find(bytes, b"Proc-Type: 4,ENCRYPTED").is_some() {
        let detail = "the key is protected in the old way of OpenSSL".to_owned();
        return Err((TlsFailure::OldKeyProtection, detail));
    }
    PrivateKeyDer::from_pem_slice(bytes).map_err(|error| unreadable(error.to_string()))
}

/// The section of a PEM file with this label, with its first and last line.
fn section<'a>(bytes: &'a [u8], label: &str) -> Option<&'a str> {
    let text = std::str::from_utf8(bytes).ok()?;
    let begin = text.find(&format!("-----BEGIN {label}-----"))?;
    let end = format!("-----END {label}-----");
    let length = text[begin..].find(&end)? + end.len();
    Some(&text[begin..begin + length])
}

fn decrypted(der: &[u8], passphrase: Option<&[u8]>) -> Result<PrivateKeyDer<'static>, Unusable> {
    let Some(passphrase) = passphrase else {
        return Err((
            TlsFailure::PassphraseNeeded,
            "the key is protected by a passphrase".to_owned(),
        ));
    };
    let protected = EncryptedPrivateKeyInfoRef::try_from(der)
        .map_err(|error| (TlsFailure::UnreadableClientKey, error.to_string()))?;
    match protected.decrypt(passphrase) {
        Ok(key) => Ok(PrivatePkcs8KeyDer::from(key.as_bytes().to_vec()).into()),
        Err(pkcs8::Error::EncryptedPrivateKey(DecryptError::DecryptFailed) | pkcs8::Error::Asn1(_)) => Err((
            TlsFailure::WrongPassphrase,
            "the key can't be decrypted".to_owned(),
        )),
        Err(error) => Err((TlsFailure::OldKeyProtection, error.to_string())),
    }
}

fn pkcs12(bytes: &[u8], passphrase: Option<&[u8]>) -> Result<Identity, Unusable> {
    let text = passphrase.map(std::str::from_utf8).transpose();
    let text = text.map_err(|error| (TlsFailure::WrongPassphrase, error.to_string()))?;
    let archive = Pkcs12Archive::from_pkcs12(bytes, text.unwrap_or_default()).map_err(|error| {
        let kind = match (&error, passphrase) {
            (Pkcs12Error::MacError(_) | Pkcs12Error::Pkcs5Error(_) | Pkcs12Error::UnpadError, None) => {
                TlsFailure::PassphraseNeeded
            }
            (Pkcs12Error::MacError(_) | Pkcs12Error::Pkcs5Error(_) | Pkcs12Error::UnpadError, Some(_)) => {
                TlsFailure::WrongPassphrase
            }
            _ => TlsFailure::UnreadableClientCertificate,
        };
        (kind, error.to_string())
    })?;
    let missing = |what: &str| (TlsFailure::UnreadableClientKey, format!("no {what} in it"));
    let key = archive.keys.first().ok_or_else(|| missing("key"))?;
    // The key names its certificate; the others are those that signed it.
    let is_ours = |id: &Option<Vec<u8>>| match (id, &key.local_key_id) {
        (Some(id), Some(ours)) => id.as_slice() == ours.as_ref(),
        _ => false,
    };
    let (ours, others): (Vec<_>, Vec<_>) = archive.certs.iter().partition(|bag| is_ours(&bag.local_key_id));
    let chain: Vec<_> = ours
        .into_iter()
        .chain(others)
        .map(|bag| CertificateDer::from(bag.cert.as_der().to_vec()))
        .collect();
    if chain.is_empty() {
        return Err((
            TlsFailure::UnreadableClientCertificate,
            "no certificate in it".to_owned(),
        ));
    }
    Ok((chain, PrivatePkcs8KeyDer::from(key.key.as_der().to_vec()).into()))
}
