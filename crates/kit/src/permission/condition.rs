//! Conditions: which resources a decision holds for, and the form into which their plugin has brought them.

use std::any::Any;
use std::sync::{Arc, OnceLock};

use serde::{Deserialize, Serialize};
use serde_json::Value;

/// A condition tree in Backstage's own form (`permission-common`).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Condition {
    /// All of them.
    AllOf {
        /// The parts.
        #[serde(rename = "allOf")]
        all_of: Vec<Condition>,
    },
    /// Any of them.
    AnyOf {
        /// The parts.
        #[serde(rename = "anyOf")]
        any_of: Vec<Condition>,
    },
    /// Not this.
    Not {
        /// The part.
        not: Box<Condition>,
    },
    /// One rule of the plugin that owns the resource type.
    Rule {
        /// Rule name (`IS_ENTITY_OWNER`).
        rule: String,
        /// `catalog-entity`
        #[serde(rename = "resourceType")]
        resource_type: String,
        /// Parameters of the rule.
        #[serde(default, skip_serializing_if = "Value::is_null")]
        params: Value,
    },
}

/// A condition as part of a decision. Policies hand out the same one again and again, so the plugin that evaluates it
/// may leave its own form of it here.
pub struct Conditional {
    plugin_id: String,
    condition: Condition,
    compiled: OnceLock<Arc<dyn Any + Send + Sync>>,
}

impl Conditional {
    /// A condition on resources of a plugin.
    pub fn new(plugin_id: impl Into<String>, condition: Condition) -> Arc<Self> {
        Arc::new(Self { plugin_id: plugin_id.into(), condition, compiled: OnceLock::new() })
    }

    /// The plugin whose rules it is made of.
    pub fn plugin_id(&self) -> &str {
        &self.plugin_id
    }

    /// The condition.
    pub fn condition(&self) -> &Condition {
        &self.condition
    }

    /// The form that `compile` makes of the condition; made once.
    ///
    /// # Errors
    /// When `compile` fails; it is tried again the next time.
    pub fn compiled<T, E>(&self, compile: impl FnOnce(&Condition) -> Result<T, E>) -> Result<Arc<T>, E>
    where
        T: Send + Sync + 'static,
    {
        if let Some(made) = self.compiled.get().and_then(|made| made.clone().downcast().ok()) {
            return Ok(made);
        }
        let made = Arc::new(compile(&self.condition)?);
        // Somebody else may have been faster; both made the same.
        let _ = self.compiled.set(made.clone());
        Ok(made)
    }
}

impl PartialEq for Conditional {
    fn eq(&self, other: &Self) -> bool {
        self.plugin_id == other.plugin_id && self.condition == other.condition
    }
}

impl std::fmt::Debug for Conditional {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Conditional")
            .field("plugin_id", &self.plugin_id)
            .field("condition", &self.condition)
            .finish_non_exhaustive()
    }
}
