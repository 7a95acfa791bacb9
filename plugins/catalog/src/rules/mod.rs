//! Which kinds of entities a location may bring in: `catalog.rules` and `catalog.locations[].rules`.
//!
//! Any matching rule allows; a location's own rules add to the others and do not restrict them
//! (catalog-backend 4.0.0).

mod read;

use globset::GlobMatcher;
use serde_json::Value;

pub use read::RulesError;

/// The kinds that are allowed when the configuration has no `catalog.rules`.
pub const DEFAULT_KINDS: [&str; 3] = ["Component", "API", "Location"];

/// All rules of one catalog.
#[derive(Debug, Clone)]
pub struct CatalogRules {
    rules: Vec<Rule>,
}

#[derive(Debug, Clone)]
struct Rule {
    allow: Vec<AllowedKind>,
    /// `None` is every location.
    locations: Option<Vec<LocationMatcher>>,
}

#[derive(Debug, Clone)]
struct AllowedKind {
    kind: String,
    spec_type: Option<String>,
}

#[derive(Debug, Clone)]
struct LocationMatcher {
    location_type: String,
    target: TargetMatcher,
}

#[derive(Debug, Clone)]
enum TargetMatcher {
    Any,
    Exact(String),
    Pattern(GlobMatcher),
}

impl CatalogRules {
    /// Reads the `catalog` section. `resolve_file` turns the target of a configured `file` location into the one
    /// that the location entity carries.
    ///
    /// # Errors
    /// When a rule is not in the form that the contract describes; the text names the key.
    pub fn from_config(catalog: &Value, resolve_file: &dyn Fn(&str) -> String) -> Result<Self, RulesError> {
        Ok(Self { rules: read::rules(catalog, resolve_file)? })
    }

    /// Whether an entity may come from the location at the root of its tree.
    pub fn is_allowed(&self, entity: &Value, origin_type: &str, origin_target: &str) -> bool {
        self.rules.iter().any(|rule| {
            rule.allow.iter().any(|allowed| allowed.matches(entity))
                && rule.locations.as_ref().is_none_or(|locations| {
                    locations.iter().any(|location| location.matches(origin_type, origin_target))
                })
        })
    }
}

impl AllowedKind {
    fn matches(&self, entity: &Value) -> bool {
        let same = |value: &Value, want: &str| {
            value.as_str().is_some_and(|text| text.to_lowercase() == want.to_lowercase())
        };
        same(&entity["kind"], &self.kind)
            && self.spec_type.as_ref().is_none_or(|want| same(&entity["spec"]["type"], want))
    }
}

impl LocationMatcher {
    fn matches(&self, origin_type: &str, origin_target: &str) -> bool {
        self.location_type == origin_type
            && match &self.target {
                TargetMatcher::Any => true,
                TargetMatcher::Exact(target) => target == origin_target,
                TargetMatcher::Pattern(pattern) => pattern.is_match(origin_target),
            }
    }
}

#[cfg(test)]
mod tests;
