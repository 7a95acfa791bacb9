//! Google Cloud Storage: config and URL forms.

use super::aws::is_bucket_name;
use super::located::{Located, Segments};
use super::section::{ScmConfigError, Section};
use secrecy::SecretString;
use url::Url;

/// `integrations.googleGcs`.
#[derive(Debug, Clone)]
pub struct GoogleGcsConfig {
    /// storage.cloud.google.com.
    pub host: String,
    /// JSON API, `https://storage.googleapis.com` unless configured.
    pub api_base_url: String,
    /// Where access tokens are issued.
    pub token_url: String,
    /// E-mail of the service account.
    pub client_email: Option<String>,
    /// RSA private key of the service account in PEM.
    pub private_key: Option<SecretString>,
}

/// The forms that are read, for error texts.
pub(crate) const FORM: &str = "https://storage.cloud.google.com/<bucket>/<object>";

impl GoogleGcsConfig {
    pub(crate) fn read(section: &Section<'_>) -> Result<Self, ScmConfigError> {
        let config = Self {
            host: section.host(Some("storage.cloud.google.com"))?,
            api_base_url: section
                .base_url("apiBaseUrl")?
                .unwrap_or_else(|| "https://storage.googleapis.com".to_owned()),
            token_url: section
                .base_url("tokenUrl")?
                .unwrap_or_else(|| "https://oauth2.googleapis.com/token".to_owned()),
            client_email: section.string("clientEmail")?,
            private_key: section
                .string("privateKey")?
                .map(|key| SecretString::from(key.replace("\\n", "\n"))),
        };
        if config.client_email.is_some() != config.private_key.is_some() {
            return Err(section.error("clientEmail", "and privateKey must be given together"));
        }
        Ok(config)
    }

    /// Bucket as `name`, object as `path`.
    pub(crate) fn locate(&self, url: &Url) -> Option<Located> {
        let segments = Segments::of(url)?;
        let bucket = segments.at(0);
        is_bucket_name(bucket).then(|| Located {
            owner: String::new(),
            name: bucket.to_owned(),
            organization: None,
            git_ref: None,
            path: segments.rest(1),
            kind: "object".to_owned(),
            root: segments.prefix(1),
        })
    }
}
