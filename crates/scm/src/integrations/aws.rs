//! AWS S3 and CodeCommit: config and URL forms.

use super::located::{Located, Segments};
use super::section::{ScmConfigError, Section, authority};
use secrecy::SecretString;
use url::Url;

/// Keys and role of an AWS entry; without keys the main account of `aws` is used, without that nobody signs.
#[derive(Debug, Clone, Default)]
pub struct AwsCredentialConfig {
    /// Access key id.
    pub access_key_id: Option<String>,
    /// Secret access key.
    pub secret_access_key: Option<SecretString>,
    /// Role to assume with those keys.
    pub role_arn: Option<String>,
    /// External id that the role demands.
    pub external_id: Option<String>,
}

/// One entry of `integrations.awsS3`.
#[derive(Debug, Clone)]
pub struct AwsS3Config {
    /// amazonaws.com or the endpoint's host; bucket hosts end with it.
    pub host: String,
    /// An S3-compatible server other than AWS.
    pub endpoint: Option<String>,
    /// Buckets stand in the path, not in the host.
    pub force_path_style: bool,
    /// Region of the endpoint; for AWS the URL names it.
    pub region: Option<String>,
    /// Keys and role.
    pub credentials: AwsCredentialConfig,
}

/// One entry of `integrations.awsCodeCommit`.
#[derive(Debug, Clone)]
pub struct AwsCodeCommitConfig {
    /// `<region>.console.aws.amazon.com` unless configured.
    pub host: String,
    /// Region of the repositories.
    pub region: String,
    /// Where the API is, `https://codecommit.<region>.amazonaws.com` unless configured.
    pub endpoint: String,
    /// Keys and role.
    pub credentials: AwsCredentialConfig,
}

/// The forms that are read, for error texts.
pub(crate) const S3_FORM: &str = "https://<bucket>.s3.<region>.amazonaws.com/<key>";
/// The forms that are read, for error texts.
pub(crate) const CODE_COMMIT_FORM: &str = "https://<region>.console.aws.amazon.com/codesuite/codecommit/repositories/<repo>/browse/refs/heads/<branch>/--/<path>";

impl AwsCredentialConfig {
    pub(crate) fn read(section: &Section<'_>) -> Result<Self, ScmConfigError> {
        let config = Self {
            access_key_id: section.string("accessKeyId")?,
            secret_access_key: section.secret("secretAccessKey")?,
            role_arn: section.string("roleArn")?,
            external_id: section.string("externalId")?,
        };
        if config.access_key_id.is_some() != config.secret_access_key.is_some() {
            return Err(section.error("accessKeyId", "and secretAccessKey must be given together"));
        }
        Ok(config)
    }
}

impl AwsS3Config {
    pub(crate) fn read(section: &Section<'_>) -> Result<Self, ScmConfigError> {
        let endpoint = section.base_url("endpoint")?;
        let host = match &endpoint {
            Some(endpoint) => Url::parse(endpoint)
                .map(|url| authority(&url))
                .map_err(|_| section.error("endpoint", "is not an http or https URL"))?,
            None => section.host(Some("amazonaws.com"))?,
        };
        Ok(Self {
            host,
            endpoint,
            force_path_style: section.boolean("s3ForcePathStyle")?.unwrap_or(false),
            region: section.string("region")?,
            credentials: AwsCredentialConfig::read(section)?,
        })
    }

    /// Bucket as `name`, region as `organization`, key as `path`.
    pub(crate) fn locate(&self, url: &Url) -> Option<Located> {
        let segments = Segments::of(url)?;
        let host = authority(url);
        let in_path = || (segments.at(0).to_owned(), 1);
        let (bucket, region, skip) = if self.endpoint.is_some() {
            let region = self.region.clone().unwrap_or_else(|| "us-east-1".to_owned());
            match host.strip_suffix(&format!(".{}", self.host)) {
                Some(bucket) if !self.force_path_style => (bucket.to_owned(), region, 0),
                _ => {
                    let (bucket, skip) = in_path();
                    (bucket, region, skip)
                }
            }
        } else {
            let (bucket, region) = split_aws_host(host.strip_suffix(".amazonaws.com")?)?;
            match bucket {
                Some(bucket) => (bucket, region, 0),
                None => {
                    let (bucket, skip) = in_path();
                    (bucket, region, skip)
                }
            }
        };
        if !is_bucket_name(&bucket) {
            return None;
        }
        Some(Located {
            owner: String::new(),
            name: bucket,
            organization: Some(region),
            git_ref: None,
            path: segments.rest(skip),
            kind: if skip == 0 { "virtual" } else { "path" }.to_owned(),
            root: segments.prefix(skip),
        })
    }
}

/// `<bucket>.s3.<region>`, `<bucket>.s3-<region>`, `<bucket>.s3`, `s3.<region>`, `s3-<region>` or `s3`.
fn split_aws_host(host: &str) -> Option<(Option<String>, String)> {
    let labels: Vec<&str> = host.split('.').collect();
    let at = labels.iter().rposition(|label| *label == "s3" || label.starts_with("s3-"))?;
    let bucket = (at > 0).then(|| labels[..at].join("."));
    let region = match (labels[at].strip_prefix("s3-"), labels.get(at + 1..)) {
        (Some(region), Some([])) => region.to_owned(),
        (None, Some([])) => "us-east-1".to_owned(),
        (None, Some([region])) | (None, Some(["dualstack", region])) => (*region).to_owned(),
        _ => return None,
    };
    Some((bucket, region))
}

/// What a bucket may be called; keeps anything else out of a host name.
pub(crate) fn is_bucket_name(name: &str) -> bool {
    (3..=63).contains(&name.len())
        && name.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'.' | b'_'))
        && !name.contains("..")
}

impl AwsCodeCommitConfig {
    pub(crate) fn read(section: &Section<'_>) -> Result<Self, ScmConfigError> {
        let region = section.required("region")?;
        Ok(Self {
            host: section.host(Some(&format!("{region}.console.aws.amazon.com")))?,
            endpoint: section
                .base_url("endpoint")?
                .unwrap_or_else(|| format!("https://codecommit.{region}.amazonaws.com")),
            credentials: AwsCredentialConfig::read(section)?,
            region,
        })
    }

    /// The console's page of a file or folder.
    pub(crate) fn locate(&self, url: &Url) -> Option<Located> {
        let segments = Segments::of(url)?;
        let repositories = segments.position("repositories")?;
        let name = segments.at(repositories + 1);
        if name.is_empty() || segments.join(0, repositories) != "codesuite/codecommit" {
            return None;
        }
        let after_kind = match (segments.at(repositories + 2), segments.at(repositories + 3)) {
            ("browse", _) => repositories + 3,
            ("files", "edit") => repositories + 4,
            ("", _) => repositories + 2,
            _ => return None,
        };
        let dashes = segments.position("--").filter(|at| *at >= after_kind);
        let ref_text = segments.join(after_kind, dashes.unwrap_or(segments.len()));
        let git_ref = ref_text.strip_prefix("refs/heads/").unwrap_or(&ref_text).to_owned();
        let path_at = dashes.map_or(segments.len(), |at| at + 1);
        Some(Located {
            owner: String::new(),
            name: name.to_owned(),
            organization: Some(self.region.clone()),
            git_ref: Some(git_ref).filter(|r| !r.is_empty()),
            path: segments.rest(path_at),
            kind: "browse".to_owned(),
            root: segments.prefix(path_at),
        })
    }
}

/// `/browse/` becomes `/files/edit/`.
pub(crate) fn code_commit_edit_url(url: &str) -> String {
    url.replacen("/browse/", "/files/edit/", 1)
}
