//! `backend.https`: TLS with a certificate of the configuration, or with one made at start for a developer's machine.

use std::sync::Arc;

use anyhow::Context;
use callboard_config::Config;
use rustls::ServerConfig;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer};
use tokio_rustls::TlsAcceptor;

/// Takes connections over TLS, if the configuration asks for it: `backend.https` is `true`, or
/// `{certificate: {cert, key}}` with both as PEM.
pub(crate) fn acceptor(config: &Config) -> anyhow::Result<Option<TlsAcceptor>> {
    const KEY: &str = "backend.https";
    let (chain, key) = match config.get(KEY) {
        None => return Ok(None),
        Some(serde_json::Value::Object(_)) if config.has("backend.https.certificate") => configured(config)?,
        Some(serde_json::Value::Object(_)) => self_signed(config)?,
        Some(_) => match config.opt_bool(KEY)? {
            Some(true) => self_signed(config)?,
            _ => return Ok(None),
        },
    };
    // Err means that the process has a provider already, which is as good.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let mut tls = ServerConfig::builder()
        .with_no_client_auth()
        .with_single_cert(chain, key)
        .map_err(|error| config.error(KEY, format!("certificate and key can't be used: {error}")))?;
    tls.alpn_protocols = vec![b"http/1.1".to_vec()];
    Ok(Some(TlsAcceptor::from(Arc::new(tls))))
}

type Identity = (Vec<CertificateDer<'static>>, PrivateKeyDer<'static>);

fn configured(config: &Config) -> anyhow::Result<Identity> {
    const CERT: &str = "backend.https.certificate.cert";
    const PRIVATE: &str = "backend.https.certificate.key";
    let chain: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(config.get_str(CERT)?.as_bytes()).collect();
    let chain = chain.ok().filter(|chain| !chain.is_empty()).ok_or_else(|| {
        config.error(CERT, "expected certificates as PEM; `$file: path` takes them from a file")
    })?;
    let key = PrivateKeyDer::from_pem_slice(config.get_str(PRIVATE)?.as_bytes()).map_err(|_| {
        config.error(PRIVATE, "expected a private key as PEM; `$file: path` takes it from a file")
    })?;
    Ok((chain, key))
}

/// A certificate that no browser trusts, for the host of `backend.baseUrl` and for this machine.
fn self_signed(config: &Config) -> anyhow::Result<Identity> {
    let base = config.opt_str("backend.baseUrl")?.unwrap_or_default();
    let host = base.parse::<http::Uri>().ok().and_then(|url| url.host().map(str::to_owned));
    let mut names = vec!["localhost".to_owned(), "127.0.0.1".to_owned(), "::1".to_owned()];
    names.extend(host.filter(|host| !names.contains(host)));
    let made = rcgen::generate_simple_self_signed(names).context("making a certificate")?;
    tracing::warn!(
        "backend.https: the certificate was made at start and signed by nobody; for development only"
    );
    let key = PrivatePkcs8KeyDer::from(made.signing_key.serialize_der());
    Ok((vec![made.cert.der().clone()], key.into()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn acceptor_of(https: serde_json::Value) -> anyhow::Result<Option<TlsAcceptor>> {
        acceptor(&Config::from_value(
            json!({"backend": {"baseUrl": "https://portal.example.com", "https": https}}),
        ))
    }

    #[test]
    fn true_makes_a_certificate_and_false_or_nothing_leaves_tls_out() {
        assert!(acceptor_of(json!(true)).expect("a certificate").is_some());
        assert!(acceptor_of(json!(false)).expect("a setting").is_none());
        assert!(acceptor(&Config::from_value(json!({}))).expect("a setting").is_none());
    }

    #[test]
    fn a_configured_certificate_is_used_and_a_broken_one_is_an_error_that_shows_no_key() {
        let made = rcgen::generate_simple_self_signed(vec!["a".to_owned()]).expect("a certificate");
        let (cert, key) = (made.cert.pem(), made.signing_key.serialize_pem());
        assert!(acceptor_of(json!({"certificate": {"cert": cert, "key": key}})).expect("accepted").is_some());
        let error = acceptor_of(json!({"certificate": {"cert": cert, "key": "canary-of-a-key"}}));
        let error = format!("{:#}", error.err().expect("an error"));
        assert!(error.contains("backend.https.certificate.key") && !error.contains("canary"), "{error}");
    }
}
