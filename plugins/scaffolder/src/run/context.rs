//! What expressions of a task see.

use secrecy::ExposeSecret;
use serde_json::{Map, Value, json};

use super::state::State;
use crate::action::{Secrets, TemplateInfo, UserInfo};
use crate::config::Environment;

const MASKED: &str = "***";

/// Everything about a task that stays the same while it runs.
#[derive(Debug, Clone)]
pub(crate) struct Facts {
    task_id: String,
    parameters: Value,
    user: Value,
    environment: Environment,
    /// In a dry run the environment's secrets are not there: its result shows what it was given.
    dry_run: bool,
}

/// One iteration of `each`.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Each {
    pub(crate) key: String,
    pub(crate) value: Value,
}

impl Each {
    pub(crate) fn to_value(&self) -> Value {
        json!({"key": self.key, "value": self.value})
    }
}

impl Facts {
    pub(crate) fn new(task_id: &str, spec: &Value, environment: &Environment, dry_run: bool) -> Self {
        Self {
            task_id: task_id.to_owned(),
            parameters: spec.get("parameters").cloned().unwrap_or_else(|| json!({})),
            user: spec.get("user").cloned().unwrap_or_else(|| json!({})),
            environment: environment.clone(),
            dry_run,
        }
    }

    /// For inputs of steps, `if` and `each`: with the secrets.
    pub(crate) fn with_secrets(&self, state: &State, secrets: &Secrets, each: Option<&Each>) -> Value {
        let mut context = self.base(state);
        let own: Map<String, Value> =
            secrets.iter().map(|(name, value)| (name.to_owned(), value.into())).collect();
        let shown = |secret: &secrecy::SecretString| match self.dry_run {
            true => MASKED.to_owned(),
            false => secret.expose_secret().to_owned(),
        };
        let shared: Map<String, Value> = self
            .environment
            .secrets
            .iter()
            .map(|(name, secret)| (name.clone(), shown(secret).into()))
            .collect();
        context.insert("secrets".to_owned(), Value::Object(own));
        context.insert(
            "environment".to_owned(),
            json!({"parameters": self.environment.parameters, "secrets": shared}),
        );
        if let Some(each) = each {
            context.insert("each".to_owned(), each.to_value());
        }
        Value::Object(context)
    }

    /// For the output of the task and the questions of approvals: without.
    pub(crate) fn without_secrets(&self, state: &State) -> Value {
        let mut context = self.base(state);
        context.insert("environment".to_owned(), json!({"parameters": self.environment.parameters}));
        Value::Object(context)
    }

    fn base(&self, state: &State) -> Map<String, Value> {
        let mut context = Map::new();
        context.insert("parameters".to_owned(), self.parameters.clone());
        context.insert("steps".to_owned(), Value::Object(state.steps.clone()));
        context.insert("user".to_owned(), self.user.clone());
        context.insert("context".to_owned(), json!({"task": {"id": self.task_id}}));
        context
    }
}

/// Who started the task, as its spec says.
pub(crate) fn user(spec: &Value) -> UserInfo {
    let user = &spec["user"];
    UserInfo {
        entity_ref: user["ref"].as_str().map(str::to_owned),
        entity: user.get("entity").filter(|entity| !entity.is_null()).cloned(),
    }
}

/// Where the template comes from, as the spec says.
pub(crate) fn template(spec: &Value) -> TemplateInfo {
    let info = &spec["templateInfo"];
    TemplateInfo {
        entity_ref: info["entityRef"].as_str().unwrap_or_default().to_owned(),
        base_url: info["baseUrl"].as_str().map(str::to_owned),
        local_base: None,
        entity: info.get("entity").cloned(),
    }
}
