//! Checks a configuration against the table of known keys, before anything starts.

mod nearest;

use crate::duration;
use crate::mask;
use crate::node::{Data, Node, Origin};
use crate::path::KeyPath;
use crate::reader::{self, Config};
use crate::schedule::Schedule;
use crate::schema::{self, Kind, Known, Place, SECTIONS};

/// How much a finding weighs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    /// A value that its reader will refuse.
    Error,
    /// Something that is probably not meant: an unknown or deprecated key.
    Warning,
    /// A value that is absent because a variable is not set, which is often meant.
    Unset,
    /// A section that nothing here reads.
    Ignored,
}

/// Something to tell the person who writes the configuration. Never shows a secret.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// How much it weighs.
    pub level: Level,
    /// Where it was written.
    pub origin: Origin,
    /// The full dotted key.
    pub key: String,
    /// What is wrong and what was expected.
    pub message: String,
}

/// Checks every value under a key that Callboard knows. `plugins` are the ids of the plugins that are there; the
/// sections of all others are only listed as ignored. Findings come heaviest first, then in the order of the
/// configuration.
pub fn check(config: &Config, plugins: &[&str]) -> Vec<Finding> {
    let mut findings = Findings { found: Vec::new() };
    for (name, node) in config.node().as_map().into_iter().flatten().filter(|(_, node)| !node.is_null()) {
        let path = KeyPath::default().key(name);
        match SECTIONS.iter().find(|section| section.name == name) {
            Some(section) if section.plugin.is_none_or(|plugin| plugins.contains(&plugin)) => {
                findings.value(node, &path, schema::root().key(name));
            }
            Some(_) => {
                findings.push(
                    Level::Ignored,
                    &path,
                    node,
                    "nothing that reads this section is here".to_owned(),
                );
            }
            None => match nearest::to(name, SECTIONS.iter().map(|section| section.name)) {
                Some(near) => findings.push(
                    Level::Warning,
                    &path,
                    node,
                    format!("unknown section; did you mean {near:?}?"),
                ),
                None => findings.push(Level::Ignored, &path, node, "an unknown section".to_owned()),
            },
        }
    }
    for left_out in config.left_out().iter().filter(|left_out| !config.has(&left_out.key)) {
        findings.found.push(Finding {
            level: Level::Unset,
            origin: left_out.origin.clone(),
            key: left_out.key.clone(),
            message: format!("absent because the variable {} is not set", left_out.variable),
        });
    }
    findings.found.sort_by_key(|finding| finding.level);
    findings.found
}

struct Findings {
    found: Vec<Finding>,
}

impl Findings {
    fn push(&mut self, level: Level, path: &KeyPath, node: &Node, message: String) {
        self.found.push(Finding { level, origin: node.origin.clone(), key: path.to_string(), message });
    }

    fn value(&mut self, node: &Node, path: &KeyPath, known: Known<'static>) {
        let Some(place) = known.place else { return };
        if node.is_null() {
            return;
        }
        if let Some(advice) = place.deprecated {
            self.push(Level::Warning, path, node, format!("deprecated: {advice}"));
        }
        if let Err(message) = accepts(place, node) {
            let message = message.unwrap_or_else(|| {
                format!("expected {}, got {}", expected(place), mask::describe(path, node))
            });
            return self.push(Level::Error, path, node, message);
        }
        match &node.data {
            // A duration or a schedule; what is in it has been read already.
            Data::Map(_) if !place.takes_object() => {}
            Data::Map(map) => {
                for (key, child) in map.iter() {
                    self.field(place, known, key, child, &path.key(key));
                }
            }
            Data::List(items) => {
                for (index, item) in items.iter().enumerate() {
                    self.value(item, &path.index(index), known.item());
                }
            }
            _ => {}
        }
    }

    fn field(&mut self, around: &Place, known: Known<'static>, key: &str, child: &Node, path: &KeyPath) {
        let is_named = around.children.contains_key(key);
        // A key that is neither known nor an object where ids of objects are expected is a typing error of a known key.
        let is_id = around
            .any
            .as_deref()
            .is_some_and(|any| around.children.is_empty() || child.is_null() || accepts(any, child).is_ok());
        if is_named || is_id {
            self.value(child, path, known.key(key));
        } else if !around.takes_anything() && !child.is_null() {
            let message = match nearest::to(key, around.children.keys().copied()) {
                Some(near) => format!("unknown key; did you mean {near:?}?"),
                None => "unknown key; nothing reads it".to_owned(),
            };
            self.push(Level::Warning, path, child, message);
        }
    }
}

/// Whether a value may stand at a place, not looking into it. The error is a message of its own if there is a better
/// one than what was expected and what is there.
fn accepts(place: &Place, node: &Node) -> Result<(), Option<String>> {
    let mut better = None;
    for kind in &place.kinds {
        let fits = match (kind, &node.data) {
            (Kind::Data, _) | (Kind::Text, Data::Text(_)) | (Kind::False, Data::Bool(false)) => true,
            (Kind::Number, _) => reader::as_number(node).is_some(),
            (Kind::Bool, _) => reader::as_bool(node).is_some(),
            (Kind::Word(words), Data::Text(text)) => words.contains(&text.as_ref()),
            (Kind::Duration, _) => duration::read(node).map_err(|message| better = Some(message)).is_ok(),
            (Kind::Schedule, Data::Map(_)) => {
                let view = Config::loaded(node.clone(), None, Vec::new());
                Schedule::read(&view)
                    .map_err(|error| better = Some(format!("{}: {}", error.key, error.message)))
                    .is_ok()
            }
            (Kind::Removed(instead), _) => {
                better = Some((*instead).to_owned());
                false
            }
            _ => false,
        };
        if fits {
            return Ok(());
        }
    }
    let fits = match &node.data {
        Data::Map(_) => place.takes_object(),
        Data::List(_) => place.item.is_some(),
        _ => false,
    };
    // A place that only holds others takes what they take; one that says nothing takes all.
    let says_nothing = place.kinds.is_empty() && !place.takes_object() && place.item.is_none();
    if fits || says_nothing { Ok(()) } else { Err(better.filter(|_| place.kinds.len() == 1)) }
}

fn expected(place: &Place) -> String {
    let mut words: Vec<String> = Vec::new();
    for kind in &place.kinds {
        words.push(match kind {
            Kind::Text => "a string".to_owned(),
            Kind::Number => "a number".to_owned(),
            Kind::Bool => "true or false".to_owned(),
            Kind::Duration => duration::EXPECTED.to_owned(),
            Kind::Schedule => "a schedule with frequency and timeout".to_owned(),
            Kind::False => "false".to_owned(),
            Kind::Word(texts) => {
                let texts: Vec<String> = texts.iter().map(|text| format!("{text:?}")).collect();
                format!("one of {}", texts.join(", "))
            }
            Kind::Object | Kind::Data | Kind::Removed(_) => continue,
        });
    }
    if place.takes_object() {
        words.push("an object".to_owned());
    }
    if place.item.is_some() {
        words.push("an array".to_owned());
    }
    words.join(" or ")
}
