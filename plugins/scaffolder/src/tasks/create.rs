//! Creating a task.

use callboard_kit::credentials::Credentials;
use callboard_kit::permission::Authorizer;
use serde_json::{Map, Value, json};
use uuid::Uuid;

use crate::action::Secrets;
use crate::core::Core;
use crate::db::changes::{self, NewTask};
use crate::db::tasks::Status;
use crate::error::ScaffolderError;
use crate::permissions::templates::TemplateAccess;
use crate::permissions::{TASK_CREATE, require};
use crate::run::Kept;
use crate::template::{form, values};

/// Bytes of what templates may keep as a spec.
const MOST_SPEC: usize = 8 << 20;

/// What is asked for.
#[derive(Debug, Clone)]
pub(crate) struct NewTaskRequest {
    pub(crate) template_ref: String,
    pub(crate) values: Value,
    pub(crate) secrets: Map<String, Value>,
}

impl Core {
    fn authorizer(&self) -> &dyn Authorizer {
        self.services.authorizer.as_ref()
    }

    /// Creates a task and answers its id.
    pub(crate) async fn create(
        &self,
        request: NewTaskRequest,
        credentials: &Credentials,
    ) -> Result<String, ScaffolderError> {
        require(self.authorizer(), TASK_CREATE, credentials).await?;
        let template = self.templates.find(&request.template_ref, credentials).await?;
        let access = TemplateAccess::of(self.authorizer(), credentials).await?;
        let template = form::visible(template, &access);
        values::check(&template, &request.values)?;
        values::check_secrets(&template, &request.secrets)?;
        let spec = template.task_spec(&request.values, self.user(credentials).await?)?;
        let length = spec.to_string().len();
        if length > MOST_SPEC {
            let message = format!(
                "The template with its values has {length} bytes, more than the limit of {MOST_SPEC}"
            );
            return Err(ScaffolderError::Input(message));
        }
        let id = Uuid::new_v4().to_string();
        let kept = Kept { secrets: secrets_of(&request.secrets)?, credentials: credentials.clone() };
        let task = NewTask {
            id: &id,
            spec: &spec,
            template_ref: &template.entity_ref,
            template_owner: template.owner(),
            created_by: credentials.user_entity_ref().unwrap_or_default(),
            secrets: kept.seal(self.vault().await?, &id)?,
        };
        changes::create(&self.database, task).await?;
        self.metrics.task_created(&template.entity_ref);
        self.announce(&id, Status::Open);
        Ok(id)
    }

    /// `user` of the expressions: who it is, and the entity as the caller may see it.
    pub(crate) async fn user(&self, credentials: &Credentials) -> Result<Value, ScaffolderError> {
        let Some(user_ref) = credentials.user_entity_ref() else { return Ok(json!({})) };
        let mut user = Map::new();
        if let Some(entity) = self.templates.entity(user_ref, credentials).await? {
            user.insert("entity".to_owned(), entity);
        }
        user.insert("ref".to_owned(), user_ref.into());
        Ok(Value::Object(user))
    }
}

/// The secrets of a request: texts by name.
pub(crate) fn secrets_of(members: &Map<String, Value>) -> Result<Secrets, ScaffolderError> {
    let mut secrets = Secrets::new();
    for (name, value) in members {
        let value = value
            .as_str()
            .ok_or_else(|| ScaffolderError::Input(format!("request/body/secrets/{name} must be string")))?;
        secrets.insert(name, value);
    }
    Ok(secrets)
}
