//! Which scopes a sign-in asks for, and which it is remembered to have.

use callboard_config::{Config, ConfigError};
use serde_json::Value;

/// What a provider says about its scopes.
#[derive(Debug, Clone, Copy)]
pub(crate) struct ScopeRules {
    /// Always asked for.
    pub(crate) required: &'static [&'static str],
    /// Whether granted scopes are remembered in a cookie.
    pub(crate) persist: bool,
    /// A requested scope with a `/` names another API (Microsoft), for which a token of its own is needed: then only
    /// what was requested is asked for, and `offline_access`.
    pub(crate) resources_alone: bool,
}

/// The scopes of one provider in one environment.
#[derive(Debug, Clone)]
pub(crate) struct Scopes {
    rules: ScopeRules,
    additional: Vec<String>,
}

impl Scopes {
    /// Reads `additionalScopes`: a text of words, or a list.
    pub(crate) fn read(config: &Config, rules: ScopeRules) -> Result<Self, ConfigError> {
        let additional = match config.get("additionalScopes") {
            Some(Value::String(text)) => split(&text).map(str::to_owned).collect(),
            _ => config.opt_string_array("additionalScopes")?.unwrap_or_default(),
        };
        Ok(Self { rules, additional })
    }

    /// Whether granted scopes are remembered.
    pub(crate) fn persist(&self) -> bool {
        self.rules.persist
    }

    /// What to ask for: requested, granted before, required, additional; each once, in this order.
    pub(crate) fn wanted(&self, requested: &str, granted: &str) -> String {
        let names_resource = self.rules.resources_alone && split(requested).any(|scope| scope.contains('/'));
        let mut wanted: Vec<&str> = Vec::new();
        let mut add = |scope| {
            if !wanted.contains(&scope) {
                wanted.push(scope);
            }
        };
        split(requested).for_each(&mut add);
        if names_resource {
            add("offline_access");
        } else {
            split(granted).for_each(&mut add);
            self.rules.required.iter().copied().for_each(&mut add);
            self.additional.iter().map(String::as_str).for_each(&mut add);
        }
        wanted.join(" ")
    }
}

/// Whether all of `wanted` is in `granted`.
pub(crate) fn is_granted(wanted: &str, granted: &str) -> bool {
    split(wanted).all(|scope| split(granted).any(|known| known == scope))
}

/// Scopes as providers write them, joined by one space.
pub(crate) fn normalized(text: &str) -> String {
    split(text).collect::<Vec<_>>().join(" ")
}

fn split(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| c.is_whitespace() || c == ',' || c == '|').filter(|word| !word.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    const RULES: ScopeRules =
        ScopeRules { required: &["openid", "email"], persist: true, resources_alone: false };

    fn scopes(additional: Value, rules: ScopeRules) -> Scopes {
        Scopes::read(&Config::from_value(json!({"additionalScopes": additional})), rules).unwrap()
    }

    #[test]
    fn scopes_are_merged_in_order_and_each_stands_once() {
        let wanted = scopes(json!("x, y\tz"), RULES).wanted("repo email", "openid gist");
        assert_eq!(wanted, "repo email openid gist x y z");
        assert_eq!(scopes(json!(["a", "b"]), RULES).wanted("", ""), "openid email a b");
        assert!(is_granted("a b", "b,c a") && !is_granted("a b", "a"));
        assert!(is_granted("", ""));
    }

    #[test]
    fn a_scope_of_another_api_goes_alone() {
        let scopes = scopes(json!(["extra"]), ScopeRules { resources_alone: true, ..RULES });
        assert_eq!(scopes.wanted("aks/user.read", "gist"), "aks/user.read offline_access");
        assert_eq!(scopes.wanted("mail.read", ""), "mail.read openid email extra");
    }
}
