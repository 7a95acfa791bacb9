//! The formats of names, namespaces, labels, annotations, tags and links (contract: catalog-model 1.10.1, field formats).

use serde_json::{Map, Value};

use crate::entity::Entity;
use crate::validation::{Faults, ValidationError, pointer};

const LEARN_MORE: &str = "To learn more about catalog file format, visit: https://github.com/backstage/backstage/blob/master/docs/architecture-decisions/adr002-default-catalog-file-format.md";
const PREFIX_SUFFIX: &str = "a valid prefix and/or suffix";
const KIND: &str = "a letter followed by letters and digits, at most 63 characters in total";
const OBJECT_NAME: &str =
    "a string that is sequences of [a-zA-Z0-9] separated by any of [-_.], at most 63 characters in total";
const NAMESPACE: &str =
    "a string that is sequences of [a-z0-9] separated by [-], at most 63 characters in total";
const TAG: &str = "a string that is sequences of [a-z0-9+#] separated by [-], at most 63 characters in total";
const TEXT: &str = "a string";
const URL: &str = "a string that is a url";
const NOT_BLANK: &str = "a string that is not blank";

/// Checks every field that has a format; the schema has been checked before.
pub(super) fn check(entity: &Entity) -> Result<(), Faults> {
    let mut found = Checked::default();
    let root = |name: &str| (name.to_owned(), format!("/{}", name.replace('.', "/")));
    let empty = Map::new();
    let metadata = entity.metadata().unwrap_or(&empty);
    for (name, value, ok, expected) in [
        ("apiVersion", entity.as_map().get("apiVersion"), is_api_version as Format, PREFIX_SUFFIX),
        ("kind", entity.as_map().get("kind"), is_kind, KIND),
        ("metadata.name", metadata.get("name"), is_object_name, OBJECT_NAME),
        ("metadata.namespace", metadata.get("namespace"), is_namespace, NAMESPACE),
    ] {
        found.value(value, ok, expected, || root(name));
    }
    for (section, ok, expected) in
        [("labels", is_label_value as Format, OBJECT_NAME), ("annotations", |_| true, TEXT)]
    {
        for (key, value) in metadata.get(section).and_then(Value::as_object).into_iter().flatten() {
            let place = || (format!("{section}.{key}"), pointer(&format!("/metadata/{section}"), key));
            found.text(key, is_qualified_name, PREFIX_SUFFIX, place);
            found.value(Some(value), ok, expected, place);
        }
    }
    let list = |name: &str| metadata.get(name).and_then(Value::as_array).into_iter().flatten().enumerate();
    for (at, tag) in list("tags") {
        found.value(Some(tag), is_tag, TAG, || (format!("tags.{at}"), format!("/metadata/tags/{at}")));
    }
    for (at, link) in list("links") {
        for (part, ok, expected) in [
            ("url", is_url as Format, URL),
            ("title", is_not_blank, NOT_BLANK),
            ("icon", is_not_blank, NOT_BLANK),
        ] {
            found.value(link.get(part), ok, expected, || {
                (format!("links.{at}.{part}"), format!("/metadata/links/{at}/{part}"))
            });
        }
    }
    Faults::check(found.0)
}

type Format = fn(&str) -> bool;

/// Collects faults. Where a field stands, as the message names it and as a pointer, is asked only for a fault.
#[derive(Default)]
struct Checked(Vec<ValidationError>);

impl Checked {
    /// A field that is absent is fine; whether it may be is the schema's business.
    fn value(
        &mut self,
        value: Option<&Value>,
        ok: Format,
        expected: &str,
        place: impl Fn() -> (String, String),
    ) {
        match value {
            None => {}
            Some(Value::String(text)) => self.text(text, ok, expected, place),
            Some(other) => self.fault(&other.to_string(), expected, place),
        }
    }

    fn text(&mut self, text: &str, ok: Format, expected: &str, place: impl Fn() -> (String, String)) {
        if !ok(text) {
            self.fault(text, expected, place);
        }
    }

    fn fault(&mut self, found: &str, expected: &str, place: impl Fn() -> (String, String)) {
        let (name, field) = place();
        let message =
            format!("\"{name}\" is not valid; expected {expected} but found \"{found}\". {LEARN_MORE}");
        self.0.push(ValidationError { field, message });
    }
}

fn is_url(text: &str) -> bool {
    url::Url::parse(text).is_ok()
}

fn is_not_blank(text: &str) -> bool {
    !text.trim().is_empty()
}

/// `[prefix/]suffix` with a DNS subdomain and 1 to 63 letters or digits.
fn is_api_version(text: &str) -> bool {
    let alphanumeric = |s: &str| in_length(s) && s.bytes().all(|b| b.is_ascii_alphanumeric());
    is_prefixed(text, alphanumeric)
}

/// The key of a label or annotation.
fn is_qualified_name(text: &str) -> bool {
    is_prefixed(text, is_object_name)
}

fn is_prefixed(text: &str, suffix_ok: impl Fn(&str) -> bool) -> bool {
    match text.split_once('/') {
        Some((prefix, suffix)) => is_dns_subdomain(prefix) && suffix_ok(suffix),
        None => suffix_ok(text),
    }
}

fn is_kind(text: &str) -> bool {
    in_length(text)
        && text.starts_with(|c: char| c.is_ascii_alphabetic())
        && text.bytes().all(|b| b.is_ascii_alphanumeric())
}

/// Letters and digits at both ends, `-`, `_` and `.` also between them.
fn is_object_name(text: &str) -> bool {
    in_length(text)
        && text.starts_with(|c: char| c.is_ascii_alphanumeric())
        && text.ends_with(|c: char| c.is_ascii_alphanumeric())
        && text.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.'))
}

fn is_label_value(text: &str) -> bool {
    text.is_empty() || is_object_name(text)
}

fn is_namespace(text: &str) -> bool {
    is_dns_label(text)
}

/// Lower-case letters and digits, with hyphens between them, also several in a row.
fn is_dns_label(text: &str) -> bool {
    in_length(text)
        && !text.starts_with('-')
        && !text.ends_with('-')
        && text.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
}

fn is_dns_subdomain(text: &str) -> bool {
    (1..=253).contains(&text.len()) && text.split('.').all(is_dns_label)
}

/// Single hyphens between runs of lower-case letters, digits, `:`, `+` and `#`.
fn is_tag(text: &str) -> bool {
    let run = |s: &str| {
        !s.is_empty()
            && s.bytes()
                .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || matches!(b, b':' | b'+' | b'#'))
    };
    in_length(text) && text.split('-').all(run)
}

fn in_length(text: &str) -> bool {
    (1..=63).contains(&text.len())
}
