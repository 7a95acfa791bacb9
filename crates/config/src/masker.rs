//! Takes secrets out of text that people or other programs will read: logs, audit events.
//!
//! A secret is found as it is and in the forms that it takes on the way into a log: escaped in JSON, percent-encoded,
//! in base64 (at any offset in a longer text, as in basic authentication), in hexadecimal digits, reversed. Signed
//! tokens (`eyJ….….…`) are taken out whoever made them.

use std::borrow::Cow;
use std::fmt::Write;
use std::ops::Range;

use aho_corasick::{AhoCorasick, MatchKind};
use base64::Engine;
use base64::engine::general_purpose::{STANDARD_NO_PAD, URL_SAFE_NO_PAD};

/// What stands in place of a secret.
pub const MASK: &str = "***";
/// Shorter ones would take half of every text with them.
const SHORTEST: usize = 6;
/// Shorter ones are only looked for as they are.
const SHORTEST_ENCODED: usize = 8;
/// Parts of a signed token are longer than this.
const TOKEN_PART: usize = 8;

/// Finds secrets. Cloning it is cheap.
#[derive(Debug, Clone, Default)]
pub struct Masker {
    secrets: Option<AhoCorasick>,
}

impl Masker {
    /// A masker for these secrets, beside signed tokens.
    pub fn new<S: AsRef<str>>(secrets: &[S]) -> Self {
        let mut forms: Vec<String> = secrets.iter().flat_map(|secret| forms(secret.as_ref())).collect();
        forms.sort_unstable();
        forms.dedup();
        if forms.is_empty() {
            return Self::default();
        }
        // Fails only for more patterns than memory has room for.
        Self { secrets: AhoCorasick::builder().match_kind(MatchKind::LeftmostLongest).build(&forms).ok() }
    }

    /// The text without secrets; the same text if there was none.
    pub fn mask<'t>(&self, text: &'t str) -> Cow<'t, str> {
        let mut found: Vec<Range<usize>> = match &self.secrets {
            Some(secrets) => secrets.find_iter(text).map(|found| found.range()).collect(),
            None => Vec::new(),
        };
        let before = found.len();
        signed_tokens(text, &mut found);
        if found.is_empty() {
            return Cow::Borrowed(text);
        }
        if found.len() > before {
            found.sort_unstable_by_key(|range| range.start);
        }
        let mut out = String::with_capacity(text.len());
        let mut at = 0;
        for range in found {
            if range.start >= at {
                out.push_str(&text[at..range.start]);
                out.push_str(MASK);
            }
            at = at.max(range.end);
        }
        out.push_str(&text[at..]);
        Cow::Owned(out)
    }
}

/// A secret as it may appear.
fn forms(secret: &str) -> Vec<String> {
    let secret = secret.trim();
    if secret.len() < SHORTEST {
        return Vec::new();
    }
    let mut forms = vec![secret.to_owned()];
    let json = serde_json::Value::from(secret).to_string();
    forms.push(json[1..json.len() - 1].to_owned());
    if secret.len() < SHORTEST_ENCODED {
        return forms;
    }
    forms.push(secret.chars().rev().collect());
    let (mut upper, mut lower, mut form) = (String::new(), String::new(), String::new());
    let (mut hex, mut hex_upper) = (String::new(), String::new());
    for byte in secret.bytes() {
        // Writing to a String can't fail.
        let _ = write!(hex, "{byte:02x}");
        let _ = write!(hex_upper, "{byte:02X}");
        if byte.is_ascii_alphanumeric() || b"-_.~".contains(&byte) {
            [&mut upper, &mut lower, &mut form].into_iter().for_each(|text| text.push(char::from(byte)));
        } else {
            let _ = write!(upper, "%{byte:02X}");
            let _ = write!(lower, "%{byte:02x}");
            match byte {
                b' ' => form.push('+'),
                _ => {
                    let _ = write!(form, "%{byte:02X}");
                }
            }
        }
    }
    forms.extend([upper, lower, form, hex, hex_upper]);
    for offset in 0..3 {
        let mut bytes = vec![0; offset];
        bytes.extend_from_slice(secret.as_bytes());
        // The first and the last digit also depend on what stands beside the secret.
        let whole = (offset * 8).div_ceil(6)..bytes.len() * 8 / 6;
        for text in [STANDARD_NO_PAD.encode(&bytes), URL_SAFE_NO_PAD.encode(&bytes)] {
            forms.extend(text.get(whole.clone()).map(str::to_owned));
        }
    }
    forms
}

/// `eyJ….….…`: a JSON header in base64, and two more parts.
fn signed_tokens(text: &str, found: &mut Vec<Range<usize>>) {
    let mut at = 0;
    while let Some(start) = text[at..].find("eyJ").map(|start| at + start) {
        let length = text[start..]
            .bytes()
            .position(|byte| !(byte.is_ascii_alphanumeric() || b"-_.".contains(&byte)))
            .unwrap_or(text.len() - start);
        let token = &text[start..start + length];
        let parts: Vec<&str> = token.split('.').collect();
        if parts.len() >= 3 && parts[..2].iter().all(|part| part.len() > TOKEN_PART) {
            found.push(start..start + length);
        }
        at = start + length;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECRET: &str = "s3cr3t/of the+house";

    #[test]
    fn a_secret_is_found_in_every_form_it_may_take() {
        let masker = Masker::new(&[SECRET]);
        let encoded = STANDARD_NO_PAD.encode(format!("ada:{SECRET}"));
        let reversed: String = SECRET.chars().rev().collect();
        for text in [
            format!("before {SECRET} after"),
            "x=s3cr3t%2Fof%20the%2Bhouse&y".to_owned(),
            "x=s3cr3t%2Fof+the%2Bhouse&y".to_owned(),
            format!("Basic {encoded}"),
            URL_SAFE_NO_PAD.encode(format!("a:{SECRET}:z")),
            SECRET.bytes().map(|byte| format!("{byte:02x}")).collect(),
            reversed,
        ] {
            let masked = masker.mask(&text).into_owned();
            assert!(masked.contains(MASK), "{text} stays {masked}");
            assert!(!masked.contains("s3cr3t") && !masked.contains("esuoh"), "{masked}");
        }
    }

    #[test]
    fn text_without_a_secret_is_the_same_text() {
        let masker = Masker::new(&[SECRET, "abc"]);
        assert!(matches!(masker.mask("abc and s3cr3t/of"), Cow::Borrowed(_)));
    }

    #[test]
    fn a_signed_token_is_taken_out_whoever_made_it() {
        let masker = Masker::default();
        let text = "refused eyJhbGciOiJFUzI1NiJ9.eyJzdWIiOiJ1c2VyIn0.c2lnbmF0dXJl, again";
        assert_eq!(masker.mask(text), "refused ***, again");
        assert_eq!(masker.mask("eyJ and eyJa.b.c"), "eyJ and eyJa.b.c");
    }

    #[test]
    fn a_secret_within_another_leaves_nothing_of_either() {
        let masker = Masker::new(&["inner-secret", "outer-inner-secret-x"]);
        assert_eq!(masker.mask("outer-inner-secret-x inner-secret"), "*** ***");
    }
}
