//! Explaining a decision: the engine's reasons, with the questions that only plugins can answer put to them.

use callboard_kit::credentials::Credentials;
use callboard_kit::error::ApiError;
use callboard_kit::permission::Conditional;

use super::PermissionService;
use crate::engine::aliases;
use crate::engine::decide::Asked;
use crate::engine::explain::{self, ExplainedUser, Explanation, Step};
use crate::engine::view::memberships;
use crate::settings::PolicyMode;

/// What is to be explained.
#[derive(Debug, Clone)]
pub struct Question {
    /// Any case.
    pub user_entity_ref: String,
    /// `catalog.entity.read`
    pub permission: String,
    /// Its action; `None` for what the plugin declares, if it runs here.
    pub action: Option<String>,
    /// Its type of resource; `None` for what the plugin declares, if it runs here.
    pub resource_type: Option<String>,
    /// A resource to decide for; `None` for all.
    pub resource_ref: Option<String>,
}

impl PermissionService {
    /// Explains what the user is told now.
    ///
    /// # Errors
    /// When the question can't be asked, or a plugin does not answer for the resource.
    pub async fn explain(
        &self,
        question: &Question,
        credentials: &Credentials,
    ) -> Result<Explanation, ApiError> {
        let user = question.user_entity_ref.to_lowercase();
        let settings = match &self.mode {
            PolicyMode::Rbac(settings) => settings,
            PolicyMode::Off => return Ok(allowed(user, "permission.enabled is not true")),
            PolicyMode::AllowAll => return Ok(allowed(user, "there is no permission.rbac")),
        };
        let mut permissions = self.integrations().iter().flat_map(|one| one.permissions());
        let declared = permissions.find(|one| one.name == question.permission);
        let asked = Asked {
            name: &question.permission,
            action: question
                .action
                .as_deref()
                .or(declared.and_then(|one| one.action))
                .filter(|one| *one != "use"),
            resource_type: question.resource_type.as_deref().or(declared.and_then(|one| one.resource_type)),
        };
        if question.resource_ref.is_some() && asked.resource_type.is_none() {
            return Err(ApiError::input(format!(
                "{} is about no resource, as far as is known here; leave the resource out or say its type",
                asked.name
            )));
        }
        let view = self.view(&user, settings).await?;
        let (snapshot, who) = (&view.snapshot, &view.who);
        let ways = memberships(snapshot, settings, self.groups()?.as_ref(), &user, &who.owned, true);
        let mut holds = None;
        if let (Some(resource_ref), Some(resource_type)) = (&question.resource_ref, asked.resource_type) {
            let mut each = Vec::new();
            for (_, placed) in explain::conditions(snapshot, who, asked, settings.basic_first) {
                let condition = aliases::resolve(&placed.policy.conditions, &who.user, &who.owned);
                let conditional = Conditional::new(placed.policy.plugin_id.clone(), condition);
                each.push(
                    self.apply(&conditional, resource_type, &[resource_ref], credentials).await? == [true],
                );
            }
            holds = Some(each);
        }
        Ok(explain::explain(snapshot, who, &ways, asked, settings.basic_first, holds.as_deref()))
    }
}

fn allowed(user: String, why: &str) -> Explanation {
    let detail = format!("{why}: everybody who is signed in may do everything");
    Explanation {
        result: "ALLOW",
        user: ExplainedUser { user_entity_ref: user, roles: Vec::new(), ownership_entity_refs: Vec::new() },
        steps: vec![Step::plain("default", "allow", detail)],
    }
}
