//! TLS with rustls: whom to trust, what to show, and what a failure means.
//!
//! It adds one rule of its own: a self-signed server certificate that is given as trusted is
//! trusted, although it is marked as an authority; `openssl req -x509` makes such certificates.

use std::io;
use std::sync::Arc;

use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::client::{WebPkiServerVerifier, verify_server_name};
use rustls::crypto::{CryptoProvider, ring, verify_tls12_signature, verify_tls13_signature};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, ServerName, UnixTime};
use rustls::server::ParsedCertificate;
use rustls::{
    AlertDescription, CertificateError, ClientConfig, DigitallySignedStruct, Error, OtherError,
    RootCertStore, SignatureScheme,
};
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;

use super::super::failure::{Failure, TlsFailure};
use super::super::options::TlsOptions;
use super::Stream;
use crate::message::Timestamp;

/// Shakes hands over `stream` with the server of that name.
pub(super) async fn handshake<S: Stream>(
    stream: S,
    host: &str,
    options: &TlsOptions,
) -> Result<TlsStream<S>, Failure> {
    let name = options.server_name.as_deref().unwrap_or(host).to_owned();
    let name =
        ServerName::try_from(name).map_err(|error| tls(TlsFailure::BadServerName, error.to_string()))?;
    let options = options.clone();
    // Reading the certificates of the system takes tens of milliseconds of file access.
    let config = tokio::task::spawn_blocking(move || config(&options))
        .await
        .map_err(|error| tls(TlsFailure::Other, error.to_string()))??;
    TlsConnector::from(Arc::new(config))
        .connect(name, stream)
        .await
        .map_err(|error| during_handshake(&error))
}

fn tls(kind: TlsFailure, detail: impl Into<String>) -> Failure {
    Failure::Tls {
        kind,
        detail: detail.into(),
    }
}

fn config(options: &TlsOptions) -> Result<ClientConfig, Failure> {
    let provider = Arc::new(ring::default_provider());
    let verifier: Arc<dyn ServerCertVerifier> = if options.verify {
        Arc::new(Trust::new(options.ca.as_deref(), &provider)?)
    } else {
        Arc::new(AnyCertificate(provider.clone()))
    };
    let builder = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(|error| tls(TlsFailure::Other, error.to_string()))?
        .dangerous()
        .with_custom_certificate_verifier(verifier);
    let mut config = match (&options.client_cert, &options.client_key) {
        (None, None) => builder.with_no_client_auth(),
        (Some(chain), Some(key)) => {
            let chain =
                certificates(chain).map_err(|detail| tls(TlsFailure::UnreadableClientCertificate, detail))?;
            let key = private_key(key).map_err(|detail| tls(TlsFailure::UnreadableClientKey, detail))?;
            builder
                .with_client_auth_cert(chain, key)
                .map_err(|error| tls(TlsFailure::UnreadableClientKey, error.to_string()))?
        }
        (Some(_), None) => {
            return Err(tls(TlsFailure::UnreadableClientKey, "no key for the certificate"));
        }
        (None, Some(_)) => {
            let detail = "no certificate for the key";
            return Err(tls(TlsFailure::UnreadableClientCertificate, detail));
        }
    };
    config.alpn_protocols = options
        .alpn
        .iter()
        .map(|alpn| alpn.clone().into_bytes())
        .collect();
    Ok(config)
}

fn is_pem(bytes: &[u8]) -> bool {
    memchr::memmem::find(bytes, b"-----BEGIN").is_some()
}

fn certificates(bytes: &[u8]) -> Result<Vec<CertificateDer<'static>>, String> {
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

fn private_key(bytes: &[u8]) -> Result<PrivateKeyDer<'static>, String> {
    if is_pem(bytes) {
        PrivateKeyDer::from_pem_slice(bytes).map_err(|error| error.to_string())
    } else {
        PrivateKeyDer::try_from(bytes.to_vec()).map_err(str::to_owned)
    }
}

/// Trusts chains to the roots, and the given certificates themselves.
#[derive(Debug)]
struct Trust {
    chains: Arc<WebPkiServerVerifier>,
    pinned: Vec<CertificateDer<'static>>,
}

impl Trust {
    fn new(ca: Option<&[u8]>, provider: &Arc<CryptoProvider>) -> Result<Self, Failure> {
        let mut roots = RootCertStore::empty();
        let mut pinned = Vec::new();
        match ca {
            Some(ca) => {
                pinned = certificates(ca).map_err(|detail| tls(TlsFailure::UnreadableCa, detail))?;
                for certificate in &pinned {
                    roots
                        .add(certificate.clone())
                        .map_err(|error| tls(TlsFailure::UnreadableCa, error.to_string()))?;
                }
            }
            None => {
                let found = rustls_native_certs::load_native_certs();
                roots.add_parsable_certificates(found.certs);
                if roots.is_empty() {
                    let detail = found.errors.first().map(ToString::to_string);
                    return Err(tls(TlsFailure::NoRoots, detail.unwrap_or_default()));
                }
            }
        }
        let chains = WebPkiServerVerifier::builder_with_provider(Arc::new(roots), provider.clone())
            .build()
            .map_err(|error| tls(TlsFailure::UnreadableCa, error.to_string()))?;
        Ok(Self { chains, pinned })
    }
}

impl ServerCertVerifier for Trust {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        server_name: &ServerName<'_>,
        ocsp_response: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        let verified =
            self.chains
                .verify_server_cert(end_entity, intermediates, server_name, ocsp_response, now);
        match verified {
            // An authority's certificate in the place of a server's is forgiven to a certificate that
            // is trusted byte by byte; its dates were checked before, and its name is checked here.
            Err(Error::InvalidCertificate(error))
                if is_self_signed(&error) && self.pinned.contains(end_entity) =>
            {
                verify_server_name(&ParsedCertificate::try_from(end_entity)?, server_name)?;
                Ok(ServerCertVerified::assertion())
            }
            other => other,
        }
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        self.chains.verify_tls12_signature(message, cert, dss)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        self.chains.verify_tls13_signature(message, cert, dss)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.chains.supported_verify_schemes()
    }
}

/// Trusts whoever holds the key of whatever certificate is shown.
#[derive(Debug)]
struct AnyCertificate(Arc<CryptoProvider>);

impl ServerCertVerifier for AnyCertificate {
    fn verify_server_cert(
        &self,
        _end_entity: &CertificateDer<'_>,
        _intermediates: &[CertificateDer<'_>],
        _server_name: &ServerName<'_>,
        _ocsp_response: &[u8],
        _now: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        verify_tls12_signature(message, cert, dss, &self.0.signature_verification_algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        verify_tls13_signature(message, cert, dss, &self.0.signature_verification_algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.0.signature_verification_algorithms.supported_schemes()
    }
}

fn during_handshake(error: &io::Error) -> Failure {
    match rustls_error(error) {
        Some(error) => tls(kind(error), error.to_string()),
        None => {
            let kind = match error.kind() {
                io::ErrorKind::UnexpectedEof
                | io::ErrorKind::ConnectionReset
                | io::ErrorKind::ConnectionAborted
                | io::ErrorKind::BrokenPipe => TlsFailure::Closed,
                _ => TlsFailure::Other,
            };
            tls(kind, error.to_string())
        }
    }
}

/// What an error on an open stream means. With TLS 1.3 a broker rejects a client certificate only
/// after the handshake, so that it shows up here.
pub(super) fn lost(error: &io::Error) -> Failure {
    match rustls_error(error) {
        Some(error) => tls(kind(error), error.to_string()),
        None => Failure::ConnectionLost {
            detail: error.to_string(),
        },
    }
}

fn rustls_error(error: &io::Error) -> Option<&Error> {
    error.get_ref().and_then(|inner| inner.downcast_ref())
}

fn timestamp(time: UnixTime) -> Timestamp {
    Timestamp(
        i64::try_from(time.as_secs())
            .unwrap_or(i64::MAX)
            .saturating_mul(1_000_000),
    )
}

fn kind(error: &Error) -> TlsFailure {
    match error {
        Error::InvalidCertificate(error) => certificate_kind(error),
        Error::AlertReceived(alert) => match alert {
            AlertDescription::CertificateRequired => TlsFailure::ClientCertificateRequired,
            AlertDescription::BadCertificate
            | AlertDescription::UnsupportedCertificate
            | AlertDescription::CertificateRevoked
            | AlertDescription::CertificateExpired
            | AlertDescription::CertificateUnknown
            | AlertDescription::UnknownCA
            | AlertDescription::AccessDenied => TlsFailure::ClientCertificateRejected,
            AlertDescription::ProtocolVersion
            | AlertDescription::InsufficientSecurity
            | AlertDescription::HandshakeFailure
            | AlertDescription::NoApplicationProtocol => TlsFailure::NoCommonParameters,
            _ => TlsFailure::Other,
        },
        Error::InvalidMessage(_) => TlsFailure::NotTls,
        Error::PeerIncompatible(_) | Error::NoApplicationProtocol => TlsFailure::NoCommonParameters,
        _ => TlsFailure::Other,
    }
}

fn is_self_signed(error: &CertificateError) -> bool {
    match error {
        CertificateError::Other(OtherError(error)) => {
            matches!(error.downcast_ref(), Some(webpki::Error::CaUsedAsEndEntity))
        }
        _ => false,
    }
}

fn certificate_kind(error: &CertificateError) -> TlsFailure {
    match error {
        error if is_self_signed(error) => TlsFailure::SelfSigned,
        CertificateError::UnknownIssuer => TlsFailure::UnknownIssuer,
        CertificateError::NotValidForName => TlsFailure::WrongName {
            presented: Vec::new(),
        },
        CertificateError::NotValidForNameContext { presented, .. } => TlsFailure::WrongName {
            presented: presented.clone(),
        },
        CertificateError::Expired => TlsFailure::Expired { not_after: None },
        CertificateError::ExpiredContext { not_after, .. } => TlsFailure::Expired {
            not_after: Some(timestamp(*not_after)),
        },
        CertificateError::NotValidYet => TlsFailure::NotYetValid { not_before: None },
        CertificateError::NotValidYetContext { not_before, .. } => TlsFailure::NotYetValid {
            not_before: Some(timestamp(*not_before)),
        },
        CertificateError::Revoked => TlsFailure::Revoked,
        _ => TlsFailure::BadCertificate,
    }
}
