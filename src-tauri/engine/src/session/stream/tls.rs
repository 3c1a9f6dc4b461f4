//! TLS with rustls: whom to trust, what to show, and what a failure means.
//!
//! It adds one rule of its own: a self-signed server certificate that is given as trusted is
//! trusted, although it is marked as an authority; `openssl req -x509` makes such certificates.

use std::io;
use std::sync::{Arc, OnceLock};

use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::client::{WebPkiServerVerifier, verify_server_name};
use rustls::crypto::{CryptoProvider, ring, verify_tls12_signature, verify_tls13_signature};
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::server::ParsedCertificate;
use rustls::{
    AlertDescription, CertificateError, ClientConfig, DigitallySignedStruct, Error, OtherError,
    ProtocolVersion, RootCertStore, SignatureScheme,
};
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;

use super::super::failure::{Failure, TlsFailure};
use super::super::options::TlsOptions;
use super::certificate::{self, Facts};
use super::{Stream, identity};

/// Shakes hands over `stream` with the server of that name.
pub(super) async fn handshake<S: Stream>(
    stream: S,
    host: &str,
    options: &TlsOptions,
) -> Result<TlsStream<S>, Failure> {
    // The zone of an IPv6 address is known to this computer alone.
    let host = host.split('%').next().unwrap_or(host);
    let name = options.server_name.as_deref().unwrap_or(host).to_owned();
    let name =
        ServerName::try_from(name).map_err(|error| tls(TlsFailure::BadServerName, error.to_string()))?;
    let options = options.clone();
    let verdict = Verdict::default();
    let found = verdict.clone();
    // Reading the certificates of the system takes tens of milliseconds of file access, and taking
    // the protection off a key is slow on purpose.
    let config = tokio::task::spawn_blocking(move || config(&options, found))
        .await
        .map_err(|error| tls(TlsFailure::Other, error.to_string()))??;
    TlsConnector::from(Arc::new(config))
        .connect(name, stream)
        .await
        .map_err(|error| match verdict.get() {
            Some(kind) => tls(kind.clone(), error.to_string()),
            None => during_handshake(&error),
        })
}

/// Whether the other side of a stream speaks TLS, whatever it thinks of us.
pub(super) async fn is_spoken<S: Stream>(stream: S, host: &str) -> Result<bool, Failure> {
    let options = TlsOptions {
        verify: false,
        ..TlsOptions::default()
    };
    match handshake(stream, host, &options).await {
        Ok(_stream) => Ok(true),
        Err(Failure::Tls { kind, .. }) => Ok(matches!(
            kind,
            TlsFailure::ClientCertificateRequired
                | TlsFailure::ClientCertificateRejected
                | TlsFailure::NoCommonParameters
                | TlsFailure::Alert { .. }
        )),
        Err(failure) => Err(failure),
    }
}

/// The version agreed on, as people call it.
pub(super) fn version<S>(stream: &TlsStream<S>) -> Option<String> {
    stream
        .get_ref()
        .1
        .protocol_version()
        .map(|version| match version {
            ProtocolVersion::TLSv1_2 => "TLS 1.2".to_owned(),
            ProtocolVersion::TLSv1_3 => "TLS 1.3".to_owned(),
            other => format!("{other:?}"),
        })
}

/// What our own check found wrong with the certificate, with what the certificate says itself.
type Verdict = Arc<OnceLock<TlsFailure>>;

fn tls(kind: TlsFailure, detail: impl Into<String>) -> Failure {
    Failure::Tls {
        kind,
        detail: detail.into(),
    }
}

fn config(options: &TlsOptions, verdict: Verdict) -> Result<ClientConfig, Failure> {
    let provider = Arc::new(ring::default_provider());
    let verifier: Arc<dyn ServerCertVerifier> = if options.verify {
        Arc::new(Trust::new(options, &provider, verdict)?)
    } else {
        Arc::new(AnyCertificate(provider.clone()))
    };
    let builder = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(|error| tls(TlsFailure::Other, error.to_string()))?
        .dangerous()
        .with_custom_certificate_verifier(verifier);
    let identity = identity::identity(options).map_err(|(kind, detail)| tls(kind, detail))?;
    let mut config = match identity {
        None => builder.with_no_client_auth(),
        Some((chain, key)) => builder.with_client_auth_cert(chain, key).map_err(|error| {
            let kind = match &error {
                Error::InconsistentKeys(_) => TlsFailure::KeyMismatch,
                _ => TlsFailure::UnreadableClientKey,
            };
            tls(kind, error.to_string())
        })?,
    };
    config.alpn_protocols = options
        .alpn
        .iter()
        .flat_map(|alpn| alpn.split(','))
        .map(|protocol| protocol.trim().as_bytes().to_vec())
        .filter(|protocol| !protocol.is_empty())
        .collect();
    Ok(config)
}

/// Trusts chains to the roots, and the given certificates themselves.
#[derive(Debug)]
struct Trust {
    chains: Arc<WebPkiServerVerifier>,
    pinned: Vec<CertificateDer<'static>>,
    check_name: bool,
    verdict: Verdict,
}

impl Trust {
    fn new(options: &TlsOptions, provider: &Arc<CryptoProvider>, verdict: Verdict) -> Result<Self, Failure> {
        let mut roots = RootCertStore::empty();
        let mut pinned = Vec::new();
        match options.ca.as_deref() {
            Some(ca) => {
                pinned =
                    identity::certificates(ca).map_err(|detail| tls(TlsFailure::UnreadableCa, detail))?;
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
        Ok(Self {
            chains,
            pinned,
            check_name: options.check_name,
            verdict,
        })
    }

    fn check(
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
                if self.check_name {
                    verify_server_name(&ParsedCertificate::try_from(end_entity)?, server_name)?;
                }
                Ok(ServerCertVerified::assertion())
            }
            // The name is looked at last, after the chain and the dates were found good.
            Err(Error::InvalidCertificate(
                CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. },
            )) if !self.check_name => Ok(ServerCertVerified::assertion()),
            other => other,
        }
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
        let checked = self.check(end_entity, intermediates, server_name, ocsp_response, now);
        if let Err(Error::InvalidCertificate(error)) = &checked {
            let kind = certificate_kind(error, &certificate::facts(end_entity), &server_name.to_str());
            // A handshake shows one certificate, so there is one verdict.
            let _only_once = self.verdict.set(kind);
        }
        checked
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

fn kind(error: &Error) -> TlsFailure {
    match error {
        Error::InvalidCertificate(error) => certificate_kind(error, &Facts::default(), ""),
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
            other => TlsFailure::Alert {
                name: format!("{other:?}"),
            },
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

fn certificate_kind(error: &CertificateError, facts: &Facts, asked: &str) -> TlsFailure {
    let (not_before, not_after) = (facts.not_before, facts.not_after);
    match error {
        error if is_self_signed(error) => TlsFailure::SelfSigned {
            subject: facts.subject.clone(),
        },
        // Signed by itself, but not marked as an authority.
        CertificateError::UnknownIssuer if !facts.subject.is_empty() && facts.subject == facts.issuer => {
            TlsFailure::SelfSigned {
                subject: facts.subject.clone(),
            }
        }
        CertificateError::UnknownIssuer => TlsFailure::UnknownIssuer {
            issuer: facts.issuer.clone(),
        },
        CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. } => {
            TlsFailure::WrongName {
                asked: asked.to_owned(),
                presented: facts.names.clone(),
            }
        }
        CertificateError::Expired | CertificateError::ExpiredContext { .. } => TlsFailure::Expired {
            not_before,
            not_after,
        },
        CertificateError::NotValidYet | CertificateError::NotValidYetContext { .. } => {
            TlsFailure::NotYetValid {
                not_before,
                not_after,
            }
        }
        CertificateError::Revoked => TlsFailure::Revoked,
        _ => TlsFailure::BadCertificate,
    }
}
