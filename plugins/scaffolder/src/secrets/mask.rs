//! Takes the secrets of a task out of everything that is stored to be read: log lines, events, outputs.

use callboard_config::{MASK, Masker};
use serde_json::Value;

/// Shorter ones stay: they would take half of every text with them.
const SHORTEST: usize = 3;
/// [`Masker`] looks for secrets from this length on.
const SHORTEST_OF_MASKER: usize = 6;
/// Secrets that one task may have learnt of while it ran.
const MOST: usize = 2_000;

/// Finds the secrets of one task in every form that text may have them in: as they are, in upper and lower case,
/// escaped, percent-encoded, in base64 at any offset, in hexadecimal digits, reversed; and each line of a longer one.
#[derive(Debug, Clone, Default)]
pub(crate) struct TaskMasker {
    secrets: Vec<String>,
    short: Vec<String>,
    masker: Masker,
}

impl TaskMasker {
    /// A masker of these secrets.
    pub(crate) fn new(secrets: impl IntoIterator<Item = String>) -> Self {
        let mut masker = Self::default();
        masker.extend(secrets);
        masker
    }

    /// Adds secrets; whether one of them was new.
    pub(crate) fn extend(&mut self, secrets: impl IntoIterator<Item = String>) -> bool {
        let before = self.secrets.len();
        for secret in secrets {
            for part in std::iter::once(secret.as_str()).chain(secret.lines()) {
                let part = part.trim();
                let known = self.secrets.iter().any(|known| known == part);
                if part.len() >= SHORTEST && !known && self.secrets.len() < MOST {
                    self.secrets.push(part.to_owned());
                }
            }
        }
        if self.secrets.len() == before {
            return false;
        }
        let forms = |secret: &String| {
            let reversed: String = secret.chars().rev().collect();
            let cases = [secret.clone(), secret.to_lowercase(), secret.to_uppercase()];
            cases.into_iter().chain([reversed.to_lowercase(), reversed.to_uppercase()])
        };
        self.masker = Masker::new(&self.secrets.iter().flat_map(forms).collect::<Vec<_>>());
        let short = self.secrets.iter().filter(|secret| secret.len() < SHORTEST_OF_MASKER);
        self.short = short.flat_map(forms).collect();
        true
    }

    /// The text without secrets.
    pub(crate) fn text(&self, text: &str) -> String {
        let mut masked = self.masker.mask(text).into_owned();
        for secret in &self.short {
            if masked.contains(secret.as_str()) {
                masked = masked.replace(secret.as_str(), MASK);
            }
        }
        masked
    }

    /// A value without secrets, in its texts and in the names of its members.
    pub(crate) fn value(&self, value: &Value) -> Value {
        match value {
            Value::String(text) => Value::String(self.text(text)),
            Value::Array(items) => items.iter().map(|item| self.value(item)).collect(),
            Value::Object(members) => {
                members.iter().map(|(name, value)| (self.text(name), self.value(value))).collect()
            }
            other => other.clone(),
        }
    }
}

/// Whether an output of this name is a secret by its name: a token that an action has made, say.
pub(crate) fn looks_secret(name: &str) -> bool {
    let name: String = name.chars().filter(|c| c.is_ascii_alphanumeric()).collect::<String>().to_lowercase();
    ["token", "secret", "password", "passphrase", "privatekey", "apikey", "credential"]
        .iter()
        .any(|word| name.contains(word))
}

#[cfg(test)]
mod tests {
    use super::*;
    use base64::Engine;
    use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
    use serde_json::json;

    const SECRET: &str = "S3cr3t/of the+House\"9";

    #[test]
    fn cve_2026_29184_a_secret_is_masked_however_a_template_transforms_it() {
        let masker = TaskMasker::new([SECRET.to_owned()]);
        let hex: String = SECRET.bytes().map(|byte| format!("{byte:02x}")).collect();
        let mut texts = vec![
            SECRET.to_owned(),
            SECRET.to_lowercase(),
            SECRET.to_uppercase(),
            SECRET.chars().rev().collect(),
            SECRET.to_uppercase().chars().rev().collect(),
            hex.to_uppercase(),
            hex,
            "S3cr3t%2Fof%20the%2BHouse%229".to_owned(),
            json!({"x": SECRET}).to_string(),
        ];
        for before in ["", "a", "ab", "user:"] {
            texts.push(STANDARD.encode(format!("{before}{SECRET}{before}")));
            texts.push(URL_SAFE_NO_PAD.encode(format!("{before}{SECRET}")));
        }
        for text in texts {
            let masked = masker.text(&format!("before {text} after"));
            assert!(masked.contains(MASK), "{text} stays {masked}");
            assert!(masked.starts_with("before ") && masked.ends_with(" after"), "{masked}");
        }
    }

    #[test]
    fn short_secrets_and_lines_of_long_ones_are_masked_too() {
        let masker = TaskMasker::new(["p1n".to_owned(), "-----BEGIN-----\nline-of-the-key\n".to_owned()]);
        assert_eq!(masker.text("p1n P1N n1p x"), "*** *** *** x");
        assert_eq!(masker.text("read line-of-the-key"), "read ***");
        assert_eq!(TaskMasker::new(["ab".to_owned(), String::new()]).text("ab"), "ab");
    }

    #[test]
    fn values_are_masked_in_names_and_texts() {
        let masker = TaskMasker::new(["hush-hush".to_owned()]);
        let masked = masker.value(&json!({"hush-hush": [1, {"a": "is hush-hush!"}]}));
        assert_eq!(masked, json!({"***": [1, {"a": "is ***!"}]}));
    }

    #[test]
    fn outputs_that_are_tokens_are_known_by_their_names() {
        for name in ["access_token", "deployToken", "client-secret", "apiKey", "PASSWORD"] {
            assert!(looks_secret(name), "{name}");
        }
        for name in ["remoteUrl", "commitHash", "entityRef"] {
            assert!(!looks_secret(name), "{name}");
        }
    }
}
