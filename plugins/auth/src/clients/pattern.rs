//! Globs for URLs, matched part by part on the parsed URL: a `*` in the host never reaches into the path, nor the
//! other way round, whatever the URL looks like as text.

use url::Url;

/// A pattern: `https://*.example.com/callback/*`, `http://localhost:*/*`, `cursor://*`, or `*` for every URL.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum UrlPattern {
    /// Every URL.
    Any,
    /// Scheme, host, port and path.
    Parts { scheme: String, host: String, port: Port, path: String },
}

/// Which ports a pattern takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Port {
    /// `:*`
    Any,
    /// This one; `None` is the scheme's own.
    Exactly(Option<u16>),
}

impl UrlPattern {
    /// Reads a pattern; the error says what it should be.
    pub(super) fn parse(text: &str) -> Result<Self, String> {
        if text == "*" {
            return Ok(Self::Any);
        }
        let shape = "expected scheme://host/path, in which * stands for anything inside the host or the path";
        let (before_path, rest) = match text.split_once("://") {
            None => (text, ""),
            Some((scheme, rest)) => {
                let end = rest.find('/').unwrap_or(rest.len());
                text.split_at(scheme.len() + "://".len() + end)
            }
        };
        // A port wildcard is no URL; any port stands for it while the rest is parsed.
        let (before_path, any_port) = match before_path.strip_suffix(":*").filter(|_| text.contains("://")) {
            Some(authority) => (authority, true),
            None => (before_path, false),
        };
        let url = Url::parse(&format!("{before_path}{rest}")).map_err(|_| shape.to_owned())?;
        if !url.username().is_empty() || url.password().is_some() {
            return Err("a user or password never matches".to_owned());
        }
        if url.query().is_some() || url.fragment().is_some() {
            return Err("a query or fragment is not compared; leave it out".to_owned());
        }
        let or_any = |part: &str| if part.is_empty() { "*".to_owned() } else { part.to_owned() };
        Ok(Self::Parts {
            scheme: url.scheme().to_owned(),
            host: or_any(url.host_str().unwrap_or_default()),
            port: if any_port { Port::Any } else { Port::Exactly(url.port()) },
            path: or_any(url.path()),
        })
    }

    /// Whether the URL is one of those that are meant. One with a user or password never is.
    pub(super) fn matches(&self, url: &Url) -> bool {
        if !url.username().is_empty() || url.password().is_some() {
            return false;
        }
        match self {
            Self::Any => true,
            Self::Parts { scheme, host, port, path } => {
                url.scheme() == scheme
                    && glob(host, url.host_str().unwrap_or_default())
                    && (*port == Port::Any || *port == Port::Exactly(url.port()))
                    && glob(path, url.path())
            }
        }
    }

    /// Whether exactly one URL is meant.
    pub(super) fn is_exact(&self) -> bool {
        match self {
            Self::Any => false,
            Self::Parts { host, port, path, .. } => {
                !host.contains('*') && !path.contains('*') && *port != Port::Any
            }
        }
    }
}

/// `*` is any text, also none; everything else is itself.
fn glob(pattern: &str, text: &str) -> bool {
    let mut parts = pattern.split('*');
    let Some(first) = parts.next() else { return false };
    let Some(mut rest) = text.strip_prefix(first) else { return false };
    let mut parts: Vec<&str> = parts.collect();
    let Some(last) = parts.pop() else { return rest.is_empty() };
    for part in parts {
        match rest.find(part) {
            Some(at) => rest = &rest[at + part.len()..],
            None => return false,
        }
    }
    rest.ends_with(last)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn matches(pattern: &str, url: &str) -> bool {
        let url = Url::parse(url).expect("a URL");
        UrlPattern::parse(pattern).expect("a pattern").matches(&url)
    }

    #[test]
    fn a_star_stays_in_its_part() {
        for (pattern, url, expected) in [
            ("https://*.example.com/callback", "https://a.example.com/callback", true),
            ("https://*.example.com/callback", "https://a.b.example.com/callback", true),
            ("https://*.example.com/callback", "https://example.com/callback", false),
            ("https://*.example.com/callback", "https://a.example.com:8443/callback", false),
            ("https://*.example.com:*/callback", "https://a.example.com:8443/callback", true),
            ("https://claude.ai/*", "https://claude.ai/a/b/c.json", true),
            ("https://claude.ai/*", "http://claude.ai/a", false),
            ("https://claude.ai/*", "https://claude.ai.evil.example/a", false),
            (
                "https://chatgpt.com/oauth/codex/*/client.json",
                "https://chatgpt.com/oauth/codex/x/client.json",
                true,
            ),
            (
                "https://chatgpt.com/oauth/codex/*/client.json",
                "https://chatgpt.com/oauth/x/client.json",
                false,
            ),
            ("http://localhost:*/*", "http://localhost:5001/cb", true),
            ("http://localhost:*/*", "http://localhost/cb", true),
            ("http://[::1]:*/*", "http://[::1]:5001/cb", true),
            ("http://localhost/*", "http://localhost:5001/cb", false),
            ("cursor://*", "cursor://anysphere.cursor-retrieval/oauth/callback", true),
            ("cursor://*", "https://anysphere.cursor-retrieval/oauth/callback", false),
            ("*", "https://anything.example/at/all", true),
            ("*", "https://user@anything.example/", false),
        ] {
            assert_eq!(matches(pattern, url), expected, "{pattern} {url}");
        }
    }

    #[test]
    fn cve_2026_73563_a_star_never_crosses_from_the_host_into_the_path() {
        for url in [
            "https://evil/x.example.com/callback",
            "https://evil.test/.example.com/callback",
            "https://evil.test\\.example.com/callback",
            "https://evil.test?.example.com/callback",
            "https://evil.test#.example.com/callback",
            "https://evil.test:443/x.example.com/callback",
            "https://x.example.com@evil.test/callback",
            "https://x.example.com:pw@evil.test/callback",
            "https://evil.test%2f.example.com/callback",
        ] {
            // What is no URL can't be matched at all.
            let Ok(url) = Url::parse(url) else { continue };
            assert!(
                !UrlPattern::parse("https://*.example.com/callback").expect("a pattern").matches(&url),
                "{url}"
            );
        }
        assert!(!matches("https://good.example/*/callback", "https://evil.test/good.example/x/callback"));
    }

    #[test]
    fn what_is_no_pattern_is_said_to_be_none() {
        for text in [
            "",
            "example.com/*",
            "https://",
            "https://user@example.com/*",
            "https://example.com/?a=*",
            "//x/*",
        ] {
            assert!(UrlPattern::parse(text).is_err(), "{text}");
        }
    }

    /// Pieces of which an attacker puts a URL together.
    fn crafted() -> impl Strategy<Value = String> {
        let piece = prop::sample::select(vec![
            "https://",
            "http://",
            "https:",
            "https:\\\\",
            "javascript:",
            "//",
            "/",
            "\\",
            "@",
            ":",
            ":443",
            ":8080",
            "?",
            "#",
            "%2f",
            "%5c",
            "%2e%2e",
            "..",
            ".",
            "x.example.com",
            ".example.com",
            "example.com",
            "evil.test",
            "callback",
            "/callback",
            "user",
            "[::1]",
            "localhost",
            "%00",
            "\t",
            " ",
            "。",
            "ｅxample",
            "xn--",
            "*",
        ]);
        prop::collection::vec(piece, 1..9).prop_map(|pieces| pieces.concat())
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(4_000))]

        /// The matcher against plain questions to the `url` crate, which parses as browsers do.
        #[test]
        fn cve_2026_73563_what_is_accepted_leads_where_the_pattern_says(text in crafted()) {
            let pattern = UrlPattern::parse("https://*.example.com/callback*").expect("a pattern");
            if let Ok(url) = Url::parse(&text) {
                let expected = url.scheme() == "https"
                    && url.host_str().is_some_and(|host| host.ends_with(".example.com"))
                    && url.port_or_known_default() == Some(443)
                    && url.path().starts_with("/callback")
                    && url.username().is_empty()
                    && url.password().is_none();
                prop_assert_eq!(pattern.matches(&url), expected, "{}", url);
            }
        }
    }
}
