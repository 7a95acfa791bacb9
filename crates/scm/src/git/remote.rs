//! A repository at a host: where it is, with what credential, and which branches it has.

use super::error::GitError;
use super::object::ObjectId;
use super::pkt::{Line, Lines};
use crate::egress::{Egress, EgressError, Policy, Request, Response};
use crate::integrations::safe_url::{parse, redact};
use bytes::Bytes;
use http::header::{ACCEPT, AUTHORIZATION};
use secrecy::{ExposeSecret, SecretString};
use std::collections::BTreeMap;
use std::time::Duration;

/// Time for one request of git; a push of many files takes a while at the host.
const TIMEOUT: Duration = Duration::from_secs(300);
/// Bytes of a list of branches: a repository with 100,000 of them has about 8 MB.
const MAX_REFS: u64 = 32 * 1024 * 1024;

/// A repository at a host.
#[derive(Debug, Clone)]
pub struct Remote {
    egress: Egress,
    policy: Policy,
    url: String,
    authorization: Option<SecretString>,
}

/// What a repository has.
#[derive(Debug, Clone, Default)]
pub struct Refs {
    /// Commits by full name: `refs/heads/main`.
    pub by_name: BTreeMap<String, ObjectId>,
    /// The full name of the default branch, if the host says it.
    pub head: Option<String>,
    pub(super) capabilities: Vec<String>,
}

impl Refs {
    pub(super) fn can(&self, capability: &str) -> bool {
        self.capabilities.iter().any(|known| known == capability)
    }
}

/// The two things that can be done with a repository.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Service {
    Read,
    Write,
}

impl Service {
    fn name(self) -> &'static str {
        match self {
            Self::Read => "git-upload-pack",
            Self::Write => "git-receive-pack",
        }
    }

    fn doing(self) -> &'static str {
        match self {
            Self::Read => "read",
            Self::Write => "write",
        }
    }

    fn request_type(self) -> &'static str {
        match self {
            Self::Read => "application/x-git-upload-pack-request",
            Self::Write => "application/x-git-receive-pack-request",
        }
    }
}

impl Remote {
    /// The repository at a clone URL, under the rules of the host's policy. `authorization` is the value of the header,
    /// sent to this URL only: redirects are not followed.
    pub fn new(
        egress: Egress,
        mut policy: Policy,
        url: &str,
        authorization: Option<SecretString>,
    ) -> Result<Self, GitError> {
        let refused =
            || GitError::Name(format!("{} is no URL of a repository that can be pushed to", redact(url)));
        let parsed = parse(url).map_err(|_| refused())?;
        let plain = parsed.username().is_empty() && parsed.password().is_none();
        let bare = parsed.query().is_none() && parsed.fragment().is_none();
        if !plain || !bare {
            return Err(refused());
        }
        policy.redirects = false;
        policy.retries = 0;
        policy.timeout = TIMEOUT;
        Ok(Self { egress, policy, url: parsed.as_str().trim_end_matches('/').to_owned(), authorization })
    }

    /// The clone URL.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Its branches and tags, as somebody who reads sees them.
    pub async fn refs(&self) -> Result<Refs, GitError> {
        self.refs_for(Service::Read).await
    }

    /// The same for somebody who wants to push; fails if the credential may not.
    pub async fn refs_to_write(&self) -> Result<Refs, GitError> {
        self.refs_for(Service::Write).await
    }

    async fn refs_for(&self, service: Service) -> Result<Refs, GitError> {
        let url = format!("{}/info/refs?service={}", self.url, service.name());
        let response = self.send(service, Request::get(url)).await?;
        let expected = format!("application/x-{}-advertisement", service.name());
        if response.header("content-type").map(str::trim) != Some(expected.as_str()) {
            return Err(self.protocol("it does not answer as a git repository does; is the URL right?"));
        }
        let body = response.with_limit(MAX_REFS).bytes().await?;
        self.read_refs(&body)
    }

    fn read_refs(&self, body: &[u8]) -> Result<Refs, GitError> {
        let broken = || self.protocol("its list of branches can't be read");
        let mut refs = Refs::default();
        for line in Lines::of(body) {
            let Line::Data(line) = line.map_err(|_| broken())? else { continue };
            let line = std::str::from_utf8(line).map_err(|_| broken())?.trim_end_matches('\n');
            if line.starts_with("# service=") {
                continue;
            }
            let (line, capabilities) = line.split_once('\0').unwrap_or((line, ""));
            if !capabilities.is_empty() {
                refs.capabilities = capabilities.split_ascii_whitespace().map(str::to_owned).collect();
            }
            let (id, name) = line.split_once(' ').ok_or_else(broken)?;
            let id: ObjectId = id.parse().map_err(|_| {
                self.protocol("it uses another kind of object ids than SHA-1, which is not supported")
            })?;
            // An empty repository has one line that only carries the capabilities; a peeled tag is no name.
            if name != "capabilities^{}" && !name.ends_with("^{}") {
                refs.by_name.insert(name.to_owned(), id);
            }
        }
        refs.head = refs
            .capabilities
            .iter()
            .find_map(|capability| capability.strip_prefix("symref=HEAD:"))
            .map(str::to_owned);
        Ok(refs)
    }

    /// Posts to one of the two services.
    pub(super) async fn post(&self, service: Service, body: Bytes, limit: u64) -> Result<Bytes, GitError> {
        let url = format!("{}/{}", self.url, service.name());
        let request = Request::post(url, service.request_type(), body);
        Ok(self.send(service, request).await?.with_limit(limit).bytes().await?)
    }

    async fn send(&self, service: Service, request: Request) -> Result<Response, GitError> {
        let request = request.header(ACCEPT, "*/*");
        let request = match &self.authorization {
            Some(value) => request.secret_header(AUTHORIZATION, value.expose_secret()),
            None => request,
        };
        let response = self.egress.request(&self.policy, request).await?;
        match response.status().as_u16() {
            200 => Ok(response),
            // Azure DevOps answers bad credentials with 203 and a page.
            status @ (203 | 401 | 403) => {
                Err(GitError::Denied { url: self.url.clone(), status, doing: service.doing() })
            }
            404 | 410 => Err(GitError::NotFound(self.url.clone())),
            301 | 302 | 303 | 307 | 308 => {
                Err(self.protocol("it redirects elsewhere, and a credential is not sent there"))
            }
            413 => Err(GitError::TooLarge(format!("{} takes no push of this size", self.url))),
            status => Err(self.protocol(&format!("it answered {status}"))),
        }
    }

    pub(super) fn protocol(&self, problem: &str) -> GitError {
        GitError::Protocol { url: self.url.clone(), problem: problem.to_owned() }
    }

    /// A body of pack data is as large as the limit of packs; whatever goes on is an error.
    pub(super) fn too_large(error: GitError) -> GitError {
        match error {
            GitError::Egress(EgressError::TooLarge { url, limit }) => GitError::TooLarge(format!(
                "{url} answered more than the {} MiB that are fetched in one go",
                limit / 1024 / 1024
            )),
            other => other,
        }
    }
}
