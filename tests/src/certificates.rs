//! A small certificate authority in a temporary directory: one good server, and each way to be a bad one.
//!
//! Files are PEM, keys are PKCS#8 (ECDSA P-256), because that is what brokers and people use. Nothing here checks
//! a certificate; that is left to the programs under test.

use std::{
    fs,
    path::{Path, PathBuf},
};

use rcgen::{
    BasicConstraints, Certificate, CertificateParams, CertifiedIssuer, DnType, ExtendedKeyUsagePurpose, IsCa,
    KeyPair, KeyUsagePurpose, date_time_ymd,
};
use tempfile::TempDir;

use crate::Error;

/// A certificate file and the file of its private key.
#[derive(Clone, Debug)]
pub struct Identity {
    pub certificate: PathBuf,
    pub key: PathBuf,
}

/// Everything a TLS test needs; the files are removed when this is dropped.
pub struct Certificates {
    /// The authority that signed everybody except `self_signed` and `stranger`.
    pub authority: PathBuf,
    /// An authority that signed nobody but `stranger`: trusting it must not let a test broker pass.
    pub other_authority: PathBuf,
    /// For `localhost` and `127.0.0.1`.
    pub server: Identity,
    /// As `server`, but its time ended in 2001.
    pub expired: Identity,
    /// Valid, but only for `elsewhere.example`.
    pub wrong_name: Identity,
    /// As `openssl req -x509` makes it: its own issuer, and marked as an authority.
    pub self_signed: Identity,
    /// A client certificate with the common name `treetop-client`.
    pub client: Identity,
    /// A client certificate that the broker's authority did not sign.
    pub stranger: Identity,
    _directory: TempDir,
}

impl Certificates {
    /// Makes all of them; a few milliseconds.
    pub fn new() -> Result<Self, Error> {
        let directory = tempfile::tempdir().map_err(Error::io("make a directory for certificates"))?;
        let path = directory.path();
        let authority = authority("Treetop test authority")?;
        let other = self::authority("Another authority")?;
        let local = || vec!["localhost".to_owned(), "127.0.0.1".to_owned()];

        let mut expired = server(local())?;
        expired.not_before = date_time_ymd(2000, 1, 1);
        expired.not_after = date_time_ymd(2001, 1, 1);

        let key = KeyPair::generate()?;
        let mut alone = server(local())?;
        alone.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let alone = alone.self_signed(&key)?;

        Ok(Self {
            authority: write(path, "authority.crt", &authority.pem())?,
            other_authority: write(path, "other-authority.crt", &other.pem())?,
            server: signed(path, "server", server(local())?, &authority)?,
            expired: signed(path, "expired", expired, &authority)?,
            wrong_name: signed(
                path,
                "wrong-name",
                server(vec!["elsewhere.example".to_owned()])?,
                &authority,
            )?,
            self_signed: store(path, "self-signed", &alone, &key)?,
            client: signed(path, "client", client("treetop-client")?, &authority)?,
            stranger: signed(path, "stranger", client("stranger")?, &other)?,
            _directory: directory,
        })
    }
}

fn authority(name: &str) -> Result<CertifiedIssuer<'static, KeyPair>, Error> {
    let mut params = CertificateParams::default();
    params.distinguished_name.push(DnType::CommonName, name);
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
    Ok(CertifiedIssuer::self_signed(params, KeyPair::generate()?)?)
}

fn server(names: Vec<String>) -> Result<CertificateParams, Error> {
    let name = names.first().cloned().unwrap_or_default();
    let mut params = CertificateParams::new(names)?;
    params.distinguished_name.push(DnType::CommonName, name);
    params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
    Ok(params)
}

fn client(name: &str) -> Result<CertificateParams, Error> {
    let mut params = CertificateParams::default();
    params.distinguished_name.push(DnType::CommonName, name);
    params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ClientAuth];
    Ok(params)
}

fn signed(
    directory: &Path,
    name: &str,
    params: CertificateParams,
    issuer: &CertifiedIssuer<'_, KeyPair>,
) -> Result<Identity, Error> {
    let key = KeyPair::generate()?;
    store(directory, name, &params.signed_by(&key, issuer)?, &key)
}

fn store(directory: &Path, name: &str, certificate: &Certificate, key: &KeyPair) -> Result<Identity, Error> {
    Ok(Identity {
        certificate: write(directory, &format!("{name}.crt"), &certificate.pem())?,
        key: write(directory, &format!("{name}.key"), &key.serialize_pem())?,
    })
}

fn write(directory: &Path, name: &str, text: &str) -> Result<PathBuf, Error> {
    let path = directory.join(name);
    fs::write(&path, text).map_err(Error::io("write a certificate"))?;
    Ok(path)
}
