//! `type: jwks`: JWTs of another issuer, whose public keys are fetched.

use callboard_config::{Config, ConfigError};
use callboard_kit::credentials::AccessRestrictions;
use callboard_scm::egress::Egress;
use jsonwebtoken::Algorithm;
use url::Url;

use super::External;
use super::words;
use crate::keys::{RemoteKeys, parse_algorithm};
use crate::tokens::{self, Header};

/// Seconds between two fetches that unknown keys cause.
const PAUSE: i64 = 30;

/// The issuers, in the order of the configuration.
#[derive(Debug, Default)]
pub(super) struct JwksIssuers(Vec<JwksIssuer>);

#[derive(Debug)]
struct JwksIssuer {
    keys: RemoteKeys,
    algorithms: Vec<Algorithm>,
    issuers: Vec<String>,
    audiences: Vec<String>,
    prefix: String,
    restrictions: Option<AccessRestrictions>,
}

impl JwksIssuers {
    pub(super) fn add(
        &mut self,
        entry: &Config,
        restrictions: Option<AccessRestrictions>,
        egress: &Egress,
    ) -> Result<(), ConfigError> {
        let text = entry.get_str("options.url")?;
        let url = Url::parse(text).ok().filter(|url| matches!(url.scheme(), "http" | "https"));
        if url.is_none() || text.contains(char::is_whitespace) {
            return Err(entry.error("options.url", "expected the http or https URL of a JWKS"));
        }
        let mut algorithms = Vec::new();
        for name in words(entry, "options.algorithm")? {
            let algorithm = parse_algorithm(&name).ok_or_else(|| {
                let message =
                    format!("'{name}' is not an algorithm with a public key that is supported here");
                entry.error("options.algorithm", message)
            })?;
            algorithms.push(algorithm);
        }
        let prefix = match entry.opt_str("options.subjectPrefix")? {
            Some(prefix) => format!("external:{prefix}:"),
            None => "external:".to_owned(),
        };
        self.0.push(JwksIssuer {
            keys: RemoteKeys::new(egress.clone(), text.to_owned(), PAUSE),
            algorithms,
            issuers: words(entry, "options.issuer")?,
            audiences: words(entry, "options.audience")?,
            prefix,
            restrictions,
        });
        Ok(())
    }

    /// Whose token it is and when it ends. What the first issuer doesn't recognise, the next one may.
    pub(super) async fn verify(&self, token: &str, now: i64) -> Option<(External, Option<i64>)> {
        if self.0.is_empty() {
            return None;
        }
        let header = tokens::peek(token).filter(|header| !header.typ.starts_with("vnd.backstage"))?;
        for issuer in &self.0 {
            if let Some(found) = issuer.verify(token, &header, now).await {
                return Some(found);
            }
        }
        None
    }
}

impl JwksIssuer {
    async fn verify(&self, token: &str, header: &Header, now: i64) -> Option<(External, Option<i64>)> {
        let algorithm = parse_algorithm(&header.algorithm)?;
        if !self.algorithms.is_empty() && !self.algorithms.contains(&algorithm) {
            return None;
        }
        let claimed = tokens::unverified_claims(token)?;
        // Looked at before the keys are fetched, so that tokens of others cost their hosts nothing.
        if !self.recognises(&claimed) {
            return None;
        }
        let issued_at = claimed.get("iat").and_then(serde_json::Value::as_i64);
        let key = self.keys.find(header, issued_at, now).await.ok()??;
        let claims = key.claims(token, header, now).filter(|claims| self.recognises(claims))?;
        let subject = claims.get("sub")?.as_str().filter(|subject| !subject.is_empty())?;
        let subject = format!("{}{subject}", self.prefix);
        let external = External { subject, restrictions: self.restrictions.clone() };
        Some((external, claims.get("exp").and_then(serde_json::Value::as_i64)))
    }

    fn recognises(&self, claims: &serde_json::Map<String, serde_json::Value>) -> bool {
        let is_issuer = self.issuers.is_empty()
            || claims
                .get("iss")
                .is_some_and(|iss| iss.is_string() && tokens::names_one_of(Some(iss), &self.issuers));
        is_issuer && (self.audiences.is_empty() || tokens::names_one_of(claims.get("aud"), &self.audiences))
    }
}
