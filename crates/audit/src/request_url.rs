//! The URL of a request as it may be written down: the values of query parameters that carry codes and tokens are taken
//! out.

use std::borrow::Cow;

use callboard_config::MASK;

/// Longer ones are cut.
const LONGEST: usize = 2_048;
/// Parts of names of parameters whose values are secret: those of OAuth 2.0 and OpenID Connect, and what people call
/// secrets.
const SECRET_PARTS: &[&str] = &[
    "token",
    "secret",
    "password",
    "passwd",
    "code",
    "state",
    "nonce",
    "assertion",
    "verifier",
    "challenge",
    "signature",
    "credential",
    "apikey",
    "api_key",
    "api-key",
    "authorization",
    "session",
    "jwt",
    "cookie",
];
const SECRET_NAMES: &[&str] = &["key", "sig", "pass", "pwd", "auth", "samlresponse", "relaystate"];

/// The URL without those values.
pub(crate) fn shown(url: &str) -> String {
    let url = cut(url, LONGEST);
    let Some((path, query)) = url.split_once('?') else { return url.into_owned() };
    let pairs: Vec<Cow<'_, str>> = query.split('&').map(shown_pair).collect();
    format!("{path}?{}", pairs.join("&"))
}

fn shown_pair(pair: &str) -> Cow<'_, str> {
    let Some((name, _)) = pair.split_once('=') else { return Cow::Borrowed(pair) };
    // A name may be encoded too.
    let plain = url::form_urlencoded::parse(name.as_bytes()).next().map(|(name, _)| name.to_lowercase());
    let plain = plain.unwrap_or_default();
    let secret =
        SECRET_NAMES.contains(&plain.as_str()) || SECRET_PARTS.iter().any(|part| plain.contains(part));
    if secret { Cow::Owned(format!("{name}={MASK}")) } else { Cow::Borrowed(pair) }
}

/// At most so many bytes of a text.
pub(crate) fn cut(text: &str, longest: usize) -> Cow<'_, str> {
    if text.len() <= longest {
        return Cow::Borrowed(text);
    }
    let mut end = longest;
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    Cow::Owned(format!("{}…", &text[..end]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_and_tokens_in_a_query_are_taken_out_and_filters_stay() {
        for (url, expected) in [
            ("/api/catalog/entities?filter=kind=component", "/api/catalog/entities?filter=kind=component"),
            (
                "/api/auth/x/handler/frame?code=abc&state=def&scope=a",
                "/api/auth/x/handler/frame?code=***&state=***&scope=a",
            ),
            ("/?access%5Ftoken=abc", "/?access%5Ftoken=***"),
            ("/?X-Amz-Signature=abc&q", "/?X-Amz-Signature=***&q"),
            ("/plain", "/plain"),
        ] {
            assert_eq!(shown(url), expected);
        }
    }

    #[test]
    fn a_long_url_is_cut_between_characters() {
        let url = format!("/{}", "ä".repeat(3_000));
        assert!(shown(&url).len() < 2_060 && shown(&url).ends_with('…'));
    }
}
