//! Taking an SCM URL apart so that no part of it can climb out of its place in an API URL.
//!
//! `%2F..%2F` or `%252F` in a repository URL would otherwise become a call of any other API route with the
//! server's token (CVE-2026-29185). So every level of percent-encoding is looked at before a URL is used, and parts
//! are always encoded again when an API URL is built.

use percent_encoding::{AsciiSet, CONTROLS, percent_decode_str, utf8_percent_encode};
use url::Url;

/// Why a URL is refused before anything is sent.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ScmUrlError {
    /// It is not a URL.
    #[error("\"{0}\" is not a URL")]
    NotAUrl(String),
    /// Only http and https name source hosts.
    #[error("{url}: {scheme} URLs can't be read; use https")]
    Scheme {
        /// The refused URL.
        url: String,
        /// Its scheme.
        scheme: String,
    },
    /// A `..` in whatever encoding, a NUL or another control character.
    #[error("{0}: the URL has a path segment that could leave the repository (.., or an encoded form of it)")]
    Traversal(String),
    /// The host is known, the form isn't.
    #[error("{url} is not a {host_type} URL of a form that can be read; expected {expected}")]
    Form {
        /// The refused URL.
        url: String,
        /// Title of the host type.
        host_type: &'static str,
        /// The form that works.
        expected: &'static str,
    },
}

/// Levels of percent-encoding that are undone to look for `..`; more than any honest URL has.
const MAX_DECODE_LEVELS: usize = 5;

/// What must be encoded inside one path segment.
const SEGMENT: &AsciiSet = &CONTROLS
    .add(b' ')
    .add(b'"')
    .add(b'#')
    .add(b'%')
    .add(b'/')
    .add(b'<')
    .add(b'>')
    .add(b'?')
    .add(b'[')
    .add(b'\\')
    .add(b']')
    .add(b'^')
    .add(b'`')
    .add(b'{')
    .add(b'|')
    .add(b'}');

/// What must be encoded in a query value, beyond what a segment needs.
const QUERY: &AsciiSet = &SEGMENT.add(b'&').add(b'+').add(b'=').add(b';').remove(b'/');

/// Parses an http(s) URL and refuses one that could climb.
pub(crate) fn parse(text: &str) -> Result<Url, ScmUrlError> {
    let url = Url::parse(text).map_err(|_| ScmUrlError::NotAUrl(redact(text)))?;
    if !matches!(url.scheme(), "http" | "https") || !url.has_host() {
        return Err(ScmUrlError::Scheme { url: redact(text), scheme: url.scheme().to_owned() });
    }
    // The raw text is looked at too, because the parser has already folded `..` and `%2e%2e` away.
    let raw_path = text.split(['?', '#']).next().unwrap_or_default();
    let after_authority = raw_path.split_once("://").map_or(raw_path, |(_, rest)| rest);
    if climbs(after_authority) || climbs(url.path()) || url.query_pairs().any(|(_, value)| climbs(&value)) {
        return Err(ScmUrlError::Traversal(redact(text)));
    }
    Ok(url)
}

/// Whether any level of decoding shows a `..` segment or a control character.
pub fn climbs(text: &str) -> bool {
    let mut current = text.to_owned();
    for _ in 0..MAX_DECODE_LEVELS {
        if current.chars().any(|c| c.is_control())
            || current.split(['/', '\\']).any(|segment| segment == "..")
        {
            return true;
        }
        let decoded = percent_decode_str(&current).decode_utf8_lossy().into_owned();
        if decoded == current {
            return false;
        }
        current = decoded;
    }
    true
}

/// One level of percent-decoding; `None` if the result isn't UTF-8.
pub(crate) fn decode(segment: &str) -> Option<String> {
    percent_decode_str(segment).decode_utf8().ok().map(|text| text.into_owned())
}

/// Encodes one path segment; a `/` in it becomes `%2F`.
pub fn segment(text: &str) -> String {
    utf8_percent_encode(text, SEGMENT).to_string()
}

/// Encodes a path and keeps its slashes.
pub fn path(text: &str) -> String {
    text.split('/').map(segment).collect::<Vec<_>>().join("/")
}

/// Encodes a query value; slashes stay readable.
pub fn query(text: &str) -> String {
    utf8_percent_encode(text, QUERY).to_string()
}

/// A URL fit for errors and logs: no user, no password, no query values that look like secrets.
pub(crate) fn redact(text: &str) -> String {
    // Without a host it is no URL to us: "user:password@host" parses as one with the scheme "user".
    let Some(mut url) = Url::parse(text).ok().filter(Url::has_host) else {
        let without_user = text.rsplit_once('@').map_or(text, |(_, rest)| rest);
        return without_user.chars().take(300).collect();
    };
    let _ = url.set_username("");
    let _ = url.set_password(None);
    let secret = |name: &str| {
        let name = name.to_ascii_lowercase();
        ["token", "sig", "secret", "password", "key", "credential", "code"]
            .iter()
            .any(|part| name.contains(part))
    };
    if url.query_pairs().any(|(name, _)| secret(&name)) {
        let pairs: Vec<(String, String)> = url
            .query_pairs()
            .map(|(name, value)| {
                (name.to_string(), if secret(&name) { "hidden".to_owned() } else { value.to_string() })
            })
            .collect();
        url.query_pairs_mut().clear().extend_pairs(pairs);
    }
    url.to_string()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// Pieces that attacks are made of, and anything else.
    fn piece() -> impl Strategy<Value = String> {
        let known = ["..", "%2e%2E", "%252e.", "/", "%2F", "%252f", "\\", "%5c", "?", "#", ";", "%", "."];
        prop_oneof![prop::sample::select(known.to_vec()).prop_map(str::to_owned), ".*"]
    }

    proptest! {
        /// Whatever stands in a file path, the API URL made of it stays below the repository.
        #[test]
        fn cve_2026_29185_no_path_climbs_out_of_an_api_url(pieces in prop::collection::vec(piece(), 0..8)) {
            let text = format!("https://github.com/o/r/blob/main/{}", pieces.concat());
            let integrations = crate::Integrations::from_value(None).unwrap();
            if let Ok(at) = integrations.by_url("https://github.com/").unwrap().locate(&text) {
                let base = "https://api.github.com/repos/o/r/contents/";
                let api = Url::parse(&format!("{base}{}", path(&at.path))).unwrap();
                prop_assert!(api.as_str().starts_with(base), "{} became {}", text, api);
                prop_assert!(api.query().is_none() && api.fragment().is_none(), "{} became {}", text, api);
            }
        }

        #[test]
        fn a_redacted_url_holds_no_user_password_or_secret_query(user in "[a-z]{8}x", secret in "[a-z]{8}y") {
            for text in [
                format!("https://{user}:{secret}@h.example.com/p?token={secret}&sig={secret}"),
                format!("{user}:{secret}@h.example.com"),
            ] {
                let shown = redact(&text);
                prop_assert!(!shown.contains(&user) && !shown.contains(&secret), "{}", shown);
            }
        }
    }
}
