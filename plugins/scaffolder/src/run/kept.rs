//! What a task keeps for its steps while it runs: the secrets, and on whose behalf it runs.

use callboard_kit::credentials::{AccessRestrictions, Credentials, PluginRestriction, Principal};
use secrecy::{ExposeSecret, SecretString};
use serde_json::{Map, Value, json};

use crate::action::Secrets;
use crate::error::ScaffolderError;
use crate::secrets::Vault;

/// Secrets and caller of a task.
#[derive(Debug, Clone)]
pub(crate) struct Kept {
    pub(crate) secrets: Secrets,
    pub(crate) credentials: Credentials,
}

impl Kept {
    fn place(task_id: &str) -> String {
        format!("{task_id} secrets")
    }

    pub(crate) fn seal(&self, vault: &Vault, task_id: &str) -> Result<Vec<u8>, ScaffolderError> {
        let secrets: Map<String, Value> =
            self.secrets.iter().map(|(name, value)| (name.to_owned(), value.into())).collect();
        let kept = json!({"secrets": secrets, "credentials": write(&self.credentials)});
        vault.seal(&Self::place(task_id), kept.to_string().as_bytes())
    }

    pub(crate) fn open(vault: &Vault, task_id: &str, sealed: &[u8]) -> Result<Self, ScaffolderError> {
        let bytes = vault.open(&Self::place(task_id), sealed)?;
        let kept: Value = serde_json::from_slice(&bytes)
            .map_err(|_| ScaffolderError::Sealed("the secrets of the task can't be read".to_owned()))?;
        let mut secrets = Secrets::new();
        for (name, value) in kept["secrets"].as_object().into_iter().flatten() {
            secrets.insert(name, value.as_str().unwrap_or_default());
        }
        Ok(Self { secrets, credentials: read(&kept["credentials"]) })
    }
}

fn write(credentials: &Credentials) -> Value {
    let principal = match &credentials.principal {
        Principal::User { entity_ref, actor } => json!({"user": entity_ref, "actor": actor}),
        Principal::Service { subject, restrictions } => {
            let limits = restrictions.as_ref().map(|limits| {
                let entry = |one: &PluginRestriction| {
                    json!({"plugin": one.plugin, "permissions": one.permissions, "actions": one.actions})
                };
                limits.plugins.iter().map(entry).collect::<Vec<_>>()
            });
            json!({"service": subject, "restrictions": limits})
        }
        Principal::None => json!({}),
    };
    json!({
        "principal": principal,
        "token": credentials.token.as_ref().map(|token| token.expose_secret()),
        "expiresAt": credentials.expires_at,
    })
}

fn read(value: &Value) -> Credentials {
    let text = |value: &Value| value.as_str().map(str::to_owned);
    let texts = |value: &Value| value.as_array().into_iter().flatten().filter_map(text).collect();
    let principal = &value["principal"];
    let principal = if let Some(entity_ref) = text(&principal["user"]) {
        Principal::User { entity_ref, actor: text(&principal["actor"]) }
    } else if let Some(subject) = text(&principal["service"]) {
        let restrictions = principal["restrictions"].as_array().map(|plugins| AccessRestrictions {
            plugins: plugins
                .iter()
                .map(|one| PluginRestriction {
                    plugin: text(&one["plugin"]).unwrap_or_default(),
                    permissions: texts(&one["permissions"]),
                    actions: texts(&one["actions"]),
                })
                .collect(),
        });
        Principal::Service { subject, restrictions }
    } else {
        Principal::None
    };
    Credentials {
        principal,
        token: text(&value["token"]).map(SecretString::from),
        expires_at: value["expiresAt"].as_i64(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_and_caller_come_back_as_they_were_with_their_restrictions() {
        let vault = Vault::new(b"key");
        let limits = AccessRestrictions {
            plugins: vec![PluginRestriction {
                plugin: "catalog".to_owned(),
                permissions: vec!["catalog.entity.read".to_owned()],
                actions: Vec::new(),
            }],
        };
        let service = Principal::Service { subject: "ci".to_owned(), restrictions: Some(limits) };
        for principal in [Credentials::user("user:default/ada").principal, service, Principal::None] {
            let mut secrets = Secrets::new();
            secrets.insert("token", "hush");
            let credentials = Credentials {
                principal: principal.clone(),
                token: Some(SecretString::from("t".to_owned())),
                expires_at: Some(7),
            };
            let sealed = Kept { secrets, credentials }.seal(&vault, "a").unwrap();
            let kept = Kept::open(&vault, "a", &sealed).unwrap();
            assert_eq!(kept.credentials.principal, principal);
            assert_eq!(kept.credentials.expires_at, Some(7));
            assert_eq!(kept.secrets.get("token"), Some("hush"));
            assert!(Kept::open(&vault, "b", &sealed).is_err());
        }
    }
}
