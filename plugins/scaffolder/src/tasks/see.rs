//! Reading tasks: as their caller may see them.

use callboard_kit::credentials::Credentials;
use callboard_kit::permission::Permission;
use callboard_model::EntityRef;
use callboard_model::entity::RefContext;
use serde_json::{Map, Value, json};

use crate::core::Core;
use crate::db::iso;
use crate::db::list::{self, Listing};
use crate::db::tasks::{self, Task, Waiting};
use crate::error::ScaffolderError;
use crate::permissions::tasks::TaskFilter;
use crate::permissions::{TASK_CREATE, TASK_READ, missing, require};

/// A task as it goes over the wire.
pub(crate) struct Seen(pub(crate) Value);

impl Core {
    /// A task that the caller may read, and for which the caller has `also`.
    ///
    /// # Errors
    /// `NotFound`, also for tasks that the caller may not know of.
    pub(crate) async fn readable(
        &self,
        id: &str,
        also: &[Permission],
        credentials: &Credentials,
    ) -> Result<Task, ScaffolderError> {
        let authorizer = self.services.authorizer.as_ref();
        let reads = TaskFilter::of(authorizer, TASK_READ, credentials).await?;
        let task = match tasks::get(&self.database, id).await {
            // Who may read none does not learn which there are.
            Err(ScaffolderError::NotFound(_)) if reads == TaskFilter::Nothing => {
                return Err(missing(TASK_READ).into());
            }
            task => task?,
        };
        if !reads.allows(&task.created_by) {
            // Whoever is asked to decide may look at what it is about.
            let asked = match &task.waiting {
                Some(waiting) if also.is_empty() => self.may_decide(&task, waiting, credentials).await?,
                _ => false,
            };
            if !asked {
                return Err(missing(TASK_READ).into());
            }
        }
        for permission in also {
            if permission.resource_type.is_none() {
                require(authorizer, *permission, credentials).await?;
            } else if !TaskFilter::of(authorizer, *permission, credentials).await?.allows(&task.created_by) {
                return Err(missing(*permission).into());
            }
        }
        Ok(task)
    }

    /// Tasks that the caller may read, and how many there are.
    pub(crate) async fn list(
        &self,
        listing: &Listing,
        credentials: &Credentials,
    ) -> Result<(Vec<Task>, i64), ScaffolderError> {
        let filter = TaskFilter::of(self.services.authorizer.as_ref(), TASK_READ, credentials).await?;
        if filter == TaskFilter::Nothing {
            return Err(missing(TASK_READ).into());
        }
        list::list(&self.database, listing, &filter).await
    }

    /// A task as the caller sees it. Secrets, state and checkpoints are never part of it.
    pub(crate) async fn seen(&self, task: &Task, credentials: &Credentials) -> Result<Seen, ScaffolderError> {
        let mut seen = Map::new();
        seen.insert("id".to_owned(), task.id.as_str().into());
        seen.insert("spec".to_owned(), task.spec.clone());
        seen.insert("status".to_owned(), task.status.as_str().into());
        seen.insert("createdAt".to_owned(), iso(task.created_at).into());
        if let Some(at) = task.last_heartbeat_at {
            seen.insert("lastHeartbeatAt".to_owned(), iso(at).into());
        }
        if !task.created_by.is_empty() {
            seen.insert("createdBy".to_owned(), task.created_by.as_str().into());
        }
        if let Some(waiting) = &task.waiting {
            let mut shown = serde_json::to_value(waiting).unwrap_or_else(|_| json!({}));
            shown["mayDecide"] = self.may_decide(task, waiting, credentials).await?.into();
            seen.insert("waitingFor".to_owned(), shown);
        }
        Ok(Seen(Value::Object(seen)))
    }

    /// Whether a caller is one of the approvers: itself, through what it owns, through a role, or as an owner of a named
    /// entity.
    pub(crate) async fn may_decide(
        &self,
        task: &Task,
        waiting: &Waiting,
        credentials: &Credentials,
    ) -> Result<bool, ScaffolderError> {
        let Some(user) = credentials.user_entity_ref() else { return Ok(false) };
        let owned = self.users.ownership(user).await?;
        let owns = |reference: &str| {
            reference == user || owned.as_ref().is_some_and(|owned| owned.iter().any(|one| one == reference))
        };
        let mut roles = None;
        for approver in &waiting.approvers {
            let approver = match (approver.as_str(), &task.template_owner) {
                ("owner", Some(owner)) => reference(owner),
                ("owner", None) => continue,
                (approver, _) => reference(approver),
            };
            let Some(approver) = approver else { continue };
            let decides = match approver.split(':').next() {
                Some("role") => {
                    if roles.is_none() {
                        roles = Some(self.roles.roles(user).await?);
                    }
                    roles.iter().flatten().any(|role| role.eq_ignore_ascii_case(&approver))
                }
                Some("user" | "group") => owns(&approver),
                _ => self.owners(&approver).await?.iter().any(|owner| owns(owner)),
            };
            if decides {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// The owners of an entity, as the server sees it.
    async fn owners(&self, entity_ref: &str) -> Result<Vec<String>, ScaffolderError> {
        let entity = self.templates.entity(entity_ref, &Credentials::own_service("scaffolder")).await?;
        let relations =
            entity.as_ref().and_then(|entity| entity["relations"].as_array()).into_iter().flatten();
        let owner = |relation: &Value| match relation["type"].as_str() {
            Some("ownedBy") => relation["targetRef"].as_str().map(str::to_lowercase),
            _ => None,
        };
        Ok(relations.filter_map(owner).collect())
    }
}

/// A whole reference; a name alone is a group, as in `spec.owner`.
fn reference(text: &str) -> Option<String> {
    let context = RefContext { default_kind: Some("group"), ..RefContext::default() };
    EntityRef::parse_in(text, context).ok().map(|reference| reference.to_string().to_lowercase())
}

/// For routes that create.
pub(super) const CREATES: &[Permission] = &[TASK_CREATE];
