//! Where a client may send the user's browser with a code.

use url::Url;

use super::error::OAuthError;
use super::pattern::UrlPattern;

/// Longest redirect address.
const LONGEST: usize = 2_048;
/// Addresses of the user's own machine; a program there gets whatever port is free (RFC 8252, 7.3).
const LOOPBACK: [&str; 3] = ["localhost", "127.0.0.1", "[::1]"];
/// Schemes that run or show something instead of going somewhere.
const NEVER: [&str; 7] = ["javascript", "data", "vbscript", "file", "blob", "about", "view-source"];

/// An address of a request, in a form that a browser and this server read the same way.
pub(super) fn parse(text: &str) -> Result<Url, OAuthError> {
    let refused = |reason: &str| OAuthError::invalid_request(format!("Invalid redirect_uri: {reason}"));
    if text.len() > LONGEST {
        return Err(refused("it is too long"));
    }
    // Parsers differ about these, so one could be shown an address and another be sent to a different one.
    if text.chars().any(|c| c.is_control() || c.is_whitespace() || c == '\\') {
        return Err(refused("it holds a space, a control character or a backslash"));
    }
    let url = Url::parse(text).map_err(|_| refused("it is no URL"))?;
    if NEVER.contains(&url.scheme()) {
        return Err(refused("its scheme is not allowed"));
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err(refused("it holds a user or password"));
    }
    if url.fragment().is_some() {
        return Err(refused("it holds a fragment"));
    }
    Ok(url)
}

/// Whether one of the patterns allows it.
pub(super) fn is_allowed(url: &Url, patterns: &[UrlPattern]) -> bool {
    patterns.iter().any(|pattern| pattern.matches(url))
}

/// Whether the client has said that it would come back there: the same text, or on the user's own machine the same
/// address with any port.
pub(super) fn is_registered(text: &str, url: &Url, registered: &[String]) -> bool {
    if registered.iter().any(|known| known == text) {
        return true;
    }
    let host = url.host_str().unwrap_or_default();
    LOOPBACK.contains(&host)
        && registered.iter().filter_map(|known| Url::parse(known).ok()).any(|known| {
            known.scheme() == url.scheme()
                && known.host_str() == Some(host)
                && known.path() == url.path()
                && known.query() == url.query()
                && known.username().is_empty()
        })
}

/// The address with further parameters. What the client had in its query stays.
pub(super) fn with(url: &Url, parameters: &[(&str, Option<&str>)]) -> String {
    let mut url = url.clone();
    url.query_pairs_mut()
        .extend_pairs(parameters.iter().filter_map(|(name, value)| value.map(|value| (*name, value))));
    url.into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cve_2026_32235_an_address_that_only_looks_allowed_is_refused() {
        let patterns = [UrlPattern::parse("https://portal.example.com/*").expect("a pattern")];
        for text in [
            "https://portal.example.com@evil.test/cb",
            "https://portal.example.com%40evil.test/cb",
            "https://portal.example.com\\@evil.test/cb",
            "https://evil.test\\portal.example.com/cb",
            "https://portal.example.com.evil.test/cb",
            "https://portal.example.com:8443/cb",
            "https:portal.example.com.evil.test/cb",
            "https://portal.example.com/cb#@evil.test",
            "https://evil.test/?u=https://portal.example.com/cb",
            "http://portal.example.com/cb",
            "//portal.example.com/cb",
            "javascript://portal.example.com/%0aalert(1)",
            " https://portal.example.com/cb",
            "https://portal.exa\tmple.com/cb",
        ] {
            let allowed = parse(text).is_ok_and(|url| is_allowed(&url, &patterns));
            assert!(!allowed, "{text}");
        }
        assert!(parse("https://portal.example.com/cb?x=1").is_ok_and(|url| is_allowed(&url, &patterns)));
    }

    #[test]
    fn schemes_that_run_something_are_refused_whatever_is_allowed() {
        for text in ["javascript:alert(1)", "data:text/html,x", "JavaScript://x/%0a", "file:///etc/passwd"] {
            assert!(parse(text).is_err(), "{text}");
        }
    }

    #[test]
    fn on_the_users_machine_the_port_is_free_and_nothing_else_is() {
        let registered = ["http://127.0.0.1:8055/callback".to_owned(), "https://a.example/cb".to_owned()];
        for (text, expected) in [
            ("http://127.0.0.1:9999/callback", true),
            ("http://127.0.0.1/callback", true),
            ("http://localhost:8055/callback", false),
            ("http://127.0.0.1:8055/other", false),
            ("http://127.0.0.1:8055/callback?x=1", false),
            ("https://127.0.0.1:8055/callback", false),
            ("https://a.example/cb", true),
            ("https://a.example:444/cb", false),
            ("https://a.example/cb/", false),
        ] {
            let url = parse(text).expect("a URL");
            assert_eq!(is_registered(text, &url, &registered), expected, "{text}");
        }
    }

    #[test]
    fn parameters_are_added_to_those_of_the_client() {
        let url = Url::parse("http://127.0.0.1:1/cb?keep=1").expect("a URL");
        let with = with(&url, &[("code", Some("a b&c")), ("state", None)]);
        assert_eq!(with, "http://127.0.0.1:1/cb?keep=1&code=a+b%26c");
    }
}
