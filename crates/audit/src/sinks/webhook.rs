//! A POST of `{"events": […]}` to any URL, signed where there is a secret.

use async_trait::async_trait;
use callboard_scm::egress::{Egress, Policy, Request};
use hmac::{Hmac, KeyInit, Mac};
use http::HeaderName;
use secrecy::{ExposeSecret, SecretString};
use sha2::Sha256;

use super::{Failure, Sink, accepted};
use crate::journal::Record;

/// `sha256=<hex>` of the body.
const SIGNATURE: HeaderName = HeaderName::from_static("x-callboard-signature");

pub(super) struct Webhook {
    egress: Egress,
    policy: Policy,
    url: String,
    headers: Vec<(HeaderName, SecretString)>,
    secret: Option<SecretString>,
}

impl Webhook {
    pub(super) fn new(
        egress: Egress,
        url: String,
        headers: Vec<(HeaderName, SecretString)>,
        secret: Option<SecretString>,
    ) -> Self {
        Self { policy: Policy::public().naming(&url), egress, url, headers, secret }
    }
}

#[async_trait]
impl Sink for Webhook {
    async fn deliver(&self, records: &[&Record]) -> Result<(), Failure> {
        let mut body = b"{\"events\":[".to_vec();
        for (index, record) in records.iter().enumerate() {
            if index > 0 {
                body.push(b',');
            }
            body.extend_from_slice(&record.json);
        }
        body.extend_from_slice(b"]}");
        let signature = self.secret.as_ref().and_then(|secret| sign(secret.expose_secret(), &body));
        let mut request = Request::post(&self.url, "application/json", body);
        for (name, value) in &self.headers {
            request = request.secret_header(name.clone(), value.expose_secret());
        }
        if let Some(signature) = signature {
            request = request.header(SIGNATURE, &signature);
        }
        accepted(self.egress.request(&self.policy, request).await).map(drop)
    }
}

fn sign(secret: &str, body: &[u8]) -> Option<String> {
    // A key of any length is fine.
    let mut mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).ok()?;
    mac.update(body);
    Some(format!("sha256={}", hex::encode(mac.finalize().into_bytes())))
}
