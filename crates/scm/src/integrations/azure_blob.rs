//! Azure Blob Storage: config and URL forms.

use super::aws::is_bucket_name;
use super::located::{Located, Segments, base_depth};
use super::section::{ScmConfigError, Section, authority};
use secrecy::SecretString;
use url::Url;

/// One entry of `integrations.azureBlobStorage`.
#[derive(Debug, Clone)]
pub struct AzureBlobConfig {
    /// The account's host, or blob.core.windows.net for any account without credentials.
    pub host: String,
    /// Base of the blob URLs, without a trailing slash; `None`: the URL's own host.
    pub endpoint: Option<String>,
    /// Storage account.
    pub account_name: Option<String>,
    /// Shared key, base64.
    pub account_key: Option<SecretString>,
    /// Shared access signature, without `?`.
    pub sas_token: Option<SecretString>,
    /// Service principal.
    pub aad: Option<AzureBlobAad>,
}

/// `aadCredential`: OAuth client credentials at Microsoft Entra.
#[derive(Debug, Clone)]
pub struct AzureBlobAad {
    /// Application id.
    pub client_id: String,
    /// Directory id.
    pub tenant_id: String,
    /// The application's secret.
    pub client_secret: SecretString,
}

/// The forms that are read, for error texts.
pub(crate) const FORM: &str = "https://<account>.blob.core.windows.net/<container>/<blob>";

impl AzureBlobConfig {
    pub(crate) fn read(section: &Section<'_>) -> Result<Self, ScmConfigError> {
        let mut account_name = section.string("accountName")?;
        let mut account_key = section.secret("accountKey")?;
        let mut endpoint = section.base_url("endpoint")?;
        let mut sas_token = section.string("sasToken")?;
        if let Some(connection) = section.string("connectionString")? {
            for part in connection.split(';') {
                match part.split_once('=') {
                    Some(("AccountName", value)) => account_name = Some(value.to_owned()),
                    Some(("AccountKey", value)) => account_key = Some(SecretString::from(value.to_owned())),
                    Some(("BlobEndpoint", value)) => endpoint = Some(value.trim_end_matches('/').to_owned()),
                    Some(("SharedAccessSignature", value)) => sas_token = Some(value.to_owned()),
                    _ => {}
                }
            }
        }
        let suffix = section.string("endpointSuffix")?.unwrap_or_else(|| "core.windows.net".to_owned());
        if let (None, Some(account)) = (&endpoint, &account_name) {
            endpoint = Some(format!("https://{account}.blob.{suffix}"));
        }
        let host = match &endpoint {
            Some(endpoint) => Url::parse(endpoint)
                .map(|url| authority(&url))
                .map_err(|_| section.error("endpoint", "is not an http or https URL"))?,
            None => section.host(Some("blob.core.windows.net"))?,
        };
        if account_key.is_some() && account_name.is_none() {
            return Err(section.error("accountName", "is required with accountKey"));
        }
        let aad_section = section.child("aadCredential")?;
        let aad = if aad_section.exists() {
            Some(AzureBlobAad {
                client_id: aad_section.required("clientId")?,
                tenant_id: aad_section.required("tenantId")?,
                client_secret: SecretString::from(aad_section.required("clientSecret")?),
            })
        } else {
            None
        };
        let sas_token = sas_token.map(|token| SecretString::from(token.trim_start_matches('?').to_owned()));
        Ok(Self { host, endpoint, account_name, account_key, sas_token, aad })
    }

    /// Container as `name`, account as `owner`, blob as `path`.
    pub(crate) fn locate(&self, url: &Url) -> Option<Located> {
        let segments = Segments::of(url)?;
        let skip = self.endpoint.as_deref().map_or(0, base_depth);
        let container = segments.at(skip);
        let account = match &self.account_name {
            Some(account) => account.clone(),
            None => url.host_str()?.split('.').next()?.to_owned(),
        };
        is_bucket_name(container.trim_start_matches('$')).then(|| Located {
            owner: account,
            name: container.to_owned(),
            organization: None,
            git_ref: None,
            path: segments.rest(skip + 1),
            kind: "blob".to_owned(),
            root: segments.prefix(skip + 1),
        })
    }
}
