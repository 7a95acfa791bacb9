//! Decides which values may be shown to people.

use crate::node::{Data, Node};
use crate::path::{KeyPath, Step};
use crate::schema::{self, Known, Visibility};

/// How much of a wrong value an error repeats.
const SHOWN_CHARACTERS: usize = 60;

/// Describes a wrong value for an error: the value itself if it was written in plain sight and is no secret, else only
/// its kind and the variable or file that it came from.
pub(crate) fn describe(path: &KeyPath, node: &Node) -> String {
    if let Some(via) = &node.origin.via {
        return format!("{} from {via}", node.kind());
    }
    if is_secret(path, schema::at(path), node) {
        return node.kind().to_owned();
    }
    match &node.data {
        Data::Text(text) if text.chars().count() > SHOWN_CHARACTERS => {
            format!("{:?} and more", text.chars().take(SHOWN_CHARACTERS).collect::<String>())
        }
        Data::Text(text) if !text.is_empty() => format!("{text:?}"),
        Data::Bool(value) => value.to_string(),
        Data::Number(value) => value.to_string(),
        _ => node.kind().to_owned(),
    }
}

/// Whether a value must be masked: the table says so; or the table does not know it, and its name, the variable or
/// the file that it comes from, or a password in a URL says so.
pub(crate) fn is_secret(path: &KeyPath, known: Known<'_>, node: &Node) -> bool {
    if let Data::Text(text) = &node.data
        && has_password(text)
    {
        return true;
    }
    match known.stated_visibility() {
        Some(Visibility::Secret) => true,
        Some(Visibility::Frontend | Visibility::Backend) => false,
        None if known.is_typed() => false,
        None => {
            let named = path.steps().iter().any(|step| matches!(step, Step::Key(key) if sounds_secret(key)));
            named
                || node
                    .origin
                    .via
                    .as_deref()
                    .is_some_and(|via| via.starts_with("$file") || sounds_secret(via))
        }
    }
}

/// Whether a key or the name of a variable sounds like a secret: `apiToken`, `DB_PASSWORD`, `private-key`.
pub(crate) fn sounds_secret(name: &str) -> bool {
    const PARTS: [&str; 13] = [
        "token",
        "password",
        "passwd",
        "passphrase",
        "secret",
        "credential",
        "apikey",
        "privatekey",
        "accesskey",
        "accountkey",
        "signingkey",
        "authorization",
        "cookie",
    ];
    const WHOLE: [&str; 4] = ["key", "pass", "pwd", "dsn"];
    let plain: String =
        name.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_lowercase()).collect();
    PARTS.iter().any(|part| plain.contains(part)) || WHOLE.contains(&plain.as_str())
}

/// Whether a text is a URL with a password in it.
pub(crate) fn has_password(text: &str) -> bool {
    password_in(text).is_some()
}

/// The password of a URL that has one.
pub(crate) fn password_in(text: &str) -> Option<&str> {
    let (_, rest) = text.split_once("://")?;
    let authority = rest.split(['/', '?', '#']).next()?;
    let (user, _) = authority.rsplit_once('@')?;
    let (_, password) = user.split_once(':')?;
    (!password.is_empty()).then_some(password)
}

/// Every secret of a configuration, longest first, so that a log can mask them. Texts of one character are left out, as
/// people write them where a value is not needed; of texts of several lines each line counts too, as it may be
/// logged alone.
pub(crate) fn secret_values(root: &Node) -> Vec<String> {
    let mut found = Vec::new();
    collect(root, &KeyPath::default(), schema::root(), &mut found);
    let mut values: Vec<String> = found.into_iter().filter(|value| value.chars().count() > 1).collect();
    values.sort_by(|a, b| b.len().cmp(&a.len()).then_with(|| a.cmp(b)));
    values.dedup();
    values
}

fn collect(node: &Node, path: &KeyPath, known: Known<'_>, found: &mut Vec<String>) {
    match &node.data {
        Data::Map(map) => {
            for (key, child) in map.iter() {
                collect(child, &path.key(key), known.key(key), found);
            }
        }
        Data::List(items) => {
            for (index, item) in items.iter().enumerate() {
                collect(item, &path.index(index), known.item_of(item), found);
            }
        }
        Data::Text(text) if is_secret(path, known, node) => {
            found.push(text.trim().to_owned());
            found.extend(password_in(text).map(str::to_owned));
            if text.trim().contains('\n') {
                found.extend(text.lines().map(|line| line.trim().to_owned()));
            }
        }
        Data::Number(number) if is_secret(path, known, node) => found.push(number.to_string()),
        _ => {}
    }
}
