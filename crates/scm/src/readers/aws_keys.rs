//! Which keys sign an AWS request: the entry's own, the main account's, the environment's; with a role, the role's.

use super::host::Fetch;
use super::sigv4::{AwsKeys, aws_encode, sign};
use super::xml;
use crate::egress::Request;
use crate::integrations::ScmConfigError;
use crate::integrations::aws::AwsCredentialConfig;
use crate::integrations::section::Section;
use callboard_kit::url_reader::ReadError;
use jiff::{SignedDuration, Timestamp};
use secrecy::SecretString;
use serde_json::Value;
use tokio::sync::Mutex;

/// A role's keys are renewed this long before they end.
const RENEW_BEFORE: SignedDuration = SignedDuration::from_mins(5);

/// `aws.mainAccount` of the configuration, else the environment variables that every AWS tool knows.
pub(crate) fn main_keys(aws: Option<&Value>) -> Result<Option<AwsKeys>, ScmConfigError> {
    let main = Section::new(aws, "aws").child("mainAccount")?;
    let config = AwsCredentialConfig::read(&main)?;
    if let (Some(access_key_id), Some(secret_access_key)) = (config.access_key_id, config.secret_access_key) {
        return Ok(Some(AwsKeys { access_key_id, secret_access_key, session_token: None }));
    }
    let variable = |name: &str| std::env::var(name).ok().filter(|value| !value.is_empty());
    let from_environment = variable("AWS_ACCESS_KEY_ID").zip(variable("AWS_SECRET_ACCESS_KEY"));
    Ok(from_environment.map(|(access_key_id, secret)| AwsKeys {
        access_key_id,
        secret_access_key: secret.into(),
        session_token: variable("AWS_SESSION_TOKEN").map(SecretString::from),
    }))
}

/// The keys of one integration entry.
pub(crate) struct AwsKeySource {
    config: AwsCredentialConfig,
    main: Option<AwsKeys>,
    assumed: Mutex<Option<(AwsKeys, Timestamp)>>,
}

impl AwsKeySource {
    /// `main` signs where the entry has no keys of its own.
    pub(crate) fn new(config: AwsCredentialConfig, main: Option<AwsKeys>) -> Self {
        Self { config, main, assumed: Mutex::default() }
    }

    /// `None`: nobody signs, the request is anonymous.
    pub(crate) async fn keys(&self, fetch: &Fetch, region: &str) -> Result<Option<AwsKeys>, ReadError> {
        let own = match (&self.config.access_key_id, &self.config.secret_access_key) {
            (Some(id), Some(secret)) => Some(AwsKeys {
                access_key_id: id.clone(),
                secret_access_key: secret.clone(),
                session_token: None,
            }),
            _ => self.main.clone(),
        };
        let Some(role) = &self.config.role_arn else { return Ok(own) };
        let Some(own) = own else {
            return Err(ReadError::Failed(format!(
                "{} names the role {role} but there are no keys to assume it with; set accessKeyId and \
                 secretAccessKey there or in aws.mainAccount",
                fetch.config_key
            )));
        };
        let mut assumed = self.assumed.lock().await;
        if let Some((keys, end)) = assumed.as_ref()
            && *end > Timestamp::now() + RENEW_BEFORE
        {
            return Ok(Some(keys.clone()));
        }
        let fresh = self.assume(fetch, &own, role, region).await?;
        *assumed = Some(fresh.clone());
        Ok(Some(fresh.0))
    }

    async fn assume(
        &self,
        fetch: &Fetch,
        own: &AwsKeys,
        role: &str,
        region: &str,
    ) -> Result<(AwsKeys, Timestamp), ReadError> {
        let mut query = "Action=AssumeRole&DurationSeconds=3600".to_owned();
        if let Some(external_id) = &self.config.external_id {
            query.push_str(&format!("&ExternalId={}", aws_encode(external_id)));
        }
        query
            .push_str(&format!("&RoleArn={}&RoleSessionName=callboard&Version=2011-06-15", aws_encode(role)));
        let url = format!("https://sts.{region}.amazonaws.com/?{query}");
        let request = sign(Request::get(url), own, region, "sts", Timestamp::now());
        let body = fetch.send(request).await?.bytes().await?;
        let one = |name: &str| -> Result<String, ReadError> {
            xml::texts(&body, name)?
                .into_iter()
                .next()
                .ok_or_else(|| ReadError::Failed(format!("AssumeRole for {role} answered without {name}")))
        };
        let end = one("Expiration")?.parse().map_err(|_| {
            ReadError::Failed(format!("AssumeRole for {role} answered with an expiry that is no time"))
        })?;
        let keys = AwsKeys {
            access_key_id: one("AccessKeyId")?,
            secret_access_key: SecretString::from(one("SecretAccessKey")?),
            session_token: Some(SecretString::from(one("SessionToken")?)),
        };
        Ok((keys, end))
    }
}
