//! What one caller may reach, and within which bounds.

use globset::GlobBuilder;
use std::time::Duration;
use url::Url;

/// The rules of one caller. Integrations and `backend.reading.allow` have theirs; a provider brings its own.
#[derive(Debug, Clone)]
pub struct Policy {
    /// Hosts that may be asked, first and after a redirect.
    pub hosts: Hosts,
    /// `host:port` pairs that may have private or loopback addresses, because the configuration names them.
    named: Vec<(String, u16)>,
    /// Bytes of a body, after decompression.
    pub max_body: u64,
    /// Time for everything: retries, redirects and the body.
    pub timeout: Duration,
    /// Further tries of a GET or HEAD after 429, 5xx, a timeout or a broken connection.
    pub retries: u32,
    /// Further statuses that are tried again.
    pub retry_statuses: Vec<u16>,
    /// Whether redirects are followed. Otherwise the redirect is the answer.
    pub redirects: bool,
}

/// Which hosts a policy lets through.
#[derive(Debug, Clone)]
pub enum Hosts {
    /// Any host; its addresses still have to be public or named.
    Any,
    /// Only what a rule matches (`backend.reading.allow`).
    Only(Vec<HostRule>),
}

/// One entry of `backend.reading.allow`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HostRule {
    host: String,
    ports: Option<(u16, u16)>,
    paths: Option<Vec<String>>,
}

/// A body of at most this many bytes, unless `backend.reading.maxBytes` says otherwise.
pub(crate) const DEFAULT_MAX_BODY: u64 = 20 * 1024 * 1024;

impl Policy {
    /// Any public host.
    pub fn public() -> Self {
        Self {
            hosts: Hosts::Any,
            named: Vec::new(),
            max_body: DEFAULT_MAX_BODY,
            timeout: Duration::from_secs(30),
            retries: 2,
            retry_statuses: Vec::new(),
            redirects: true,
        }
    }

    /// Only what the rules match. A rule that names a host without a wildcard also permits private addresses there.
    pub fn only(rules: Vec<HostRule>) -> Self {
        Self { hosts: Hosts::Only(rules), ..Self::public() }
    }

    /// Permits private and loopback addresses for the host and port of this URL. It has to come from the
    /// configuration, never from a request or an entity. What isn't an http(s) URL is ignored.
    pub fn naming(mut self, url: &str) -> Self {
        if let Ok(url) = Url::parse(url)
            && let (Some(host), Some(port)) = (url.host_str(), url.port_or_known_default())
        {
            self.named.push((host.to_owned(), port));
        }
        self
    }

    /// Whether host and path of the URL may be asked at all.
    pub(crate) fn permits(&self, url: &Url) -> bool {
        match &self.hosts {
            Hosts::Any => true,
            Hosts::Only(rules) => rules.iter().any(|rule| rule.matches(url)),
        }
    }

    /// Whether the configuration names this host and port.
    pub(crate) fn names(&self, url: &Url) -> bool {
        let (Some(host), Some(port)) = (url.host_str(), url.port_or_known_default()) else { return false };
        let by_rule = match &self.hosts {
            Hosts::Any => false,
            Hosts::Only(rules) => rules.iter().any(|rule| !rule.is_wildcard() && rule.matches(url)),
        };
        by_rule || self.named.iter().any(|(known, known_port)| known == host && *known_port == port)
    }
}

impl HostRule {
    /// `host` in the forms `h`, `*.h`, `h:port`, `h:p1-p2`; `paths` as globs or prefixes, none meaning all.
    pub fn parse(host: &str, paths: Option<Vec<String>>) -> Result<Self, String> {
        let text = host.trim().to_ascii_lowercase();
        let (name, ports) = match text
            .rsplit_once(':')
            .filter(|(name, _)| !name.ends_with(':') && !text.ends_with(']'))
        {
            None => (text.as_str(), None),
            Some((name, ports)) => {
                let (first, last) = ports.split_once('-').unwrap_or((ports, ports));
                let parsed = (first.parse::<u16>(), last.parse::<u16>());
                let (Ok(first), Ok(last)) = parsed else {
                    return Err(format!("\"{host}\" has no valid port; write h, *.h, h:port or h:from-to"));
                };
                if first > last {
                    return Err(format!("\"{host}\" has a port range that ends before it starts"));
                }
                (name, Some((first, last)))
            }
        };
        let plain = name.strip_prefix("*.").unwrap_or(name);
        if plain.is_empty() || plain.contains(['*', '/', '@', ' ', '?', '#']) {
            return Err(format!(
                "\"{host}\" is not a host; write h, *.h, h:port or h:from-to without https:// and path"
            ));
        }
        if let Some(bad) = paths.iter().flatten().find(|path| !path.starts_with('/')) {
            return Err(format!("the path \"{bad}\" must start with a slash"));
        }
        Ok(Self { host: name.to_owned(), ports, paths })
    }

    fn is_wildcard(&self) -> bool {
        self.host.starts_with("*.")
    }

    fn matches(&self, url: &Url) -> bool {
        let name = url.host_str().unwrap_or_default();
        let host_fits = match self.host.strip_prefix("*.") {
            // The dot stands before the name, so that "*.example.com" is not "evilexample.com".
            Some(parent) => {
                name.strip_suffix(parent).is_some_and(|rest| rest.len() > 1 && rest.ends_with('.'))
            }
            None => name == self.host,
        };
        let port_fits = match (self.ports, url.port(), url.port_or_known_default()) {
            (None, explicit, _) => explicit.is_none(),
            (Some((first, last)), _, Some(port)) => (first..=last).contains(&port),
            (Some(_), _, None) => false,
        };
        host_fits && port_fits && self.path_fits(url)
    }

    /// A rule is a path and everything below it; `/docs` is not `/docs-internal`. With wildcards it is a glob for the
    /// whole path: `*` stays inside one segment and `**` crosses them.
    fn path_fits(&self, url: &Url) -> bool {
        let Some(paths) = &self.paths else { return true };
        paths.iter().any(|rule| {
            if rule.contains(['*', '?', '[', '{']) {
                GlobBuilder::new(rule)
                    .literal_separator(true)
                    .build()
                    .is_ok_and(|glob| glob.compile_matcher().is_match(url.path()))
            } else {
                let rest = url.path().strip_prefix(rule.as_str());
                rest.is_some_and(|rest| rest.is_empty() || rule.ends_with('/') || rest.starts_with('/'))
            }
        })
    }
}
