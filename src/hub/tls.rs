//! TLS as `sslmode` asks for it: whose certificates are trusted, and whether a name has to fit.

use std::path::Path;
use std::sync::Arc;

use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::client::{WebPkiServerVerifier, verify_server_name};
use rustls::crypto::{CryptoProvider, ring, verify_tls12_signature, verify_tls13_signature};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::server::ParsedCertificate;
use rustls::{CertificateError, ClientConfig, DigitallySignedStruct, RootCertStore, SignatureScheme};
use tokio_postgres_rustls::MakeRustlsConnect;

use super::url::{Address, Protection};
use crate::bounded;
use crate::error::{Error, Result};
use crate::text;

/// A file of certificates; the system's own has some 200 kB.
const LARGEST_FILE: u64 = 16 << 20;

/// Returns what makes TLS connections to `address`.
///
/// # Errors
///
/// When there is nobody to trust: the file of `sslrootcert` cannot be read or holds no certificate.
pub(super) fn connector(address: &Address) -> Result<MakeRustlsConnect> {
    let provider = Arc::new(ring::default_provider());
    let trust = match address.protection {
        Protection::Disable | Protection::Prefer | Protection::Require => None,
        Protection::VerifyCa | Protection::VerifyFull => Some(trusted(address.roots.as_deref())?),
    };
    let inner = match &trust {
        None => None,
        Some(certificates) => Some(web(certificates, &provider, address.roots.as_deref())?),
    };
    let verifier = Verifier {
        inner,
        // Only who was named in a file is trusted without a chain.
        pinned: if address.roots.is_some() { trust.unwrap_or_default() } else { Vec::new() },
        named: address.protection == Protection::VerifyFull,
        provider: provider.clone(),
    };
    let config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(|_| Error::new("this build of roadmap has no TLS").hint("please report it"))?
        .dangerous()
        .with_custom_certificate_verifier(Arc::new(verifier))
        .with_no_client_auth();
    Ok(MakeRustlsConnect::new(config))
}

/// Returns the certificates that are trusted: those in a file, or the system's.
fn trusted(file: Option<&Path>) -> Result<Vec<CertificateDer<'static>>> {
    let Some(file) = file else { return Ok(rustls_native_certs::load_native_certs().certs) };
    let shown = text::line(&file.display().to_string()).into_owned();
    let bytes = bounded::read(file, LARGEST_FILE).map_err(|error| {
        Error::io(format!("cannot read {shown}"), error)
            .hint("`sslrootcert` in the hub's address names a PEM file with the certificates to trust")
    })?;
    let certificates: Vec<_> = CertificateDer::pem_slice_iter(&bytes).filter_map(std::result::Result::ok).collect();
    if certificates.is_empty() {
        return Err(Error::new(format!("there is no certificate in {shown}"))
            .hint("`sslrootcert` must name a PEM file: it has lines with BEGIN CERTIFICATE"));
    }
    Ok(certificates)
}

fn web(
    certificates: &[CertificateDer<'static>],
    provider: &Arc<CryptoProvider>,
    file: Option<&Path>,
) -> Result<Arc<WebPkiServerVerifier>> {
    let mut roots = RootCertStore::empty();
    roots.add_parsable_certificates(certificates.iter().cloned());
    WebPkiServerVerifier::builder_with_provider(Arc::new(roots), provider.clone()).build().map_err(|_| {
        let whom =
            file.map_or("the system's store".to_owned(), |file| text::line(&file.display().to_string()).into_owned());
        Error::new(format!("no certificate in {whom} can be trusted"))
            .hint("name a PEM file in the hub's address: ?sslrootcert=/path/to/ca.pem")
    })
}

/// Checks what a server shows.
#[derive(Debug)]
struct Verifier {
    /// Checks the chain; `None` takes anybody, as `sslmode=require` says.
    inner: Option<Arc<WebPkiServerVerifier>>,
    /// Certificates that are trusted as they are, such as that of a server which signed its own.
    pinned: Vec<CertificateDer<'static>>,
    /// Whether the certificate has to say the server's name.
    named: bool,
    provider: Arc<CryptoProvider>,
}

impl ServerCertVerifier for Verifier {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        server_name: &ServerName<'_>,
        ocsp_response: &[u8],
        now: UnixTime,
    ) -> std::result::Result<ServerCertVerified, rustls::Error> {
        let Some(inner) = &self.inner else { return Ok(ServerCertVerified::assertion()) };
        if self.pinned.iter().any(|pinned| pinned == end_entity) {
            if self.named {
                verify_server_name(&ParsedCertificate::try_from(end_entity)?, server_name)?;
            }
            return Ok(ServerCertVerified::assertion());
        }
        match inner.verify_server_cert(end_entity, intermediates, server_name, ocsp_response, now) {
            // The chain is checked before the name is.
            Err(rustls::Error::InvalidCertificate(
                CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. },
            )) if !self.named => Ok(ServerCertVerified::assertion()),
            checked => checked,
        }
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> std::result::Result<HandshakeSignatureValid, rustls::Error> {
        verify_tls12_signature(message, cert, dss, &self.provider.signature_verification_algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> std::result::Result<HandshakeSignatureValid, rustls::Error> {
        verify_tls13_signature(message, cert, dss, &self.provider.signature_verification_algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.provider.signature_verification_algorithms.supported_schemes()
    }
}
