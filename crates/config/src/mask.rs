//! Decides which values may be shown to people.

use crate::node::{Data, Node};
use crate::path::{KeyPath, Step};

/// How much of a wrong value an error repeats.
const SHOWN_CHARACTERS: usize = 60;

/// Describes a wrong value for an error: the value itself if it was written in plain sight and is no secret, else only
/// its kind and the variable or file that it came from.
pub(crate) fn describe(path: &KeyPath, node: &Node) -> String {
    if let Some(via) = &node.origin.via {
        return format!("{} from {via}", node.kind());
    }
    if is_secret_name(path) {
        return node.kind().to_owned();
    }
    match &node.data {
        Data::Text(text) if text.is_empty() || has_password(text) => node.kind().to_owned(),
        Data::Text(text) if text.chars().count() > SHOWN_CHARACTERS => {
            format!("{:?}…", text.chars().take(SHOWN_CHARACTERS).collect::<String>())
        }
        Data::Text(text) => format!("{text:?}"),
        Data::Bool(value) => value.to_string(),
        Data::Number(value) => value.to_string(),
        Data::Null | Data::List(_) | Data::Map(_) => node.kind().to_owned(),
    }
}

/// Whether any key on the path sounds like a secret.
pub(crate) fn is_secret_name(path: &KeyPath) -> bool {
    path.steps().iter().any(|step| matches!(step, Step::Key(key) if sounds_secret(key)))
}

/// Whether a key or the name of a variable sounds like a secret: `apiToken`, `DB_PASSWORD`, `private-key`.
pub(crate) fn sounds_secret(name: &str) -> bool {
    const WORDS: [&str; 9] = [
        "token",
        "password",
        "passwd",
        "secret",
        "credential",
        "apikey",
        "privatekey",
        "accesskey",
        "passphrase",
    ];
    let plain: String =
        name.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_lowercase()).collect();
    WORDS.iter().any(|word| plain.contains(word))
        || plain == "key"
        || name.eq_ignore_ascii_case("authorization")
}

/// Whether a text is a URL with a password in it.
pub(crate) fn has_password(text: &str) -> bool {
    text.split_once("://").is_some_and(|(_, rest)| {
        let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
        authority.rsplit_once('@').is_some_and(|(user, _)| user.contains(':'))
    })
}
