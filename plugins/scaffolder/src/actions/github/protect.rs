//! Protecting a branch.

use std::time::Duration;

use serde_json::{Value, json};

use super::client::{Github, copied};
use crate::action::{ActionContext, ActionError};
use crate::actions::hosts::HostError;

/// What GitHub says where a plan does not protect private repositories.
const NEEDS_PLAN: &str = "Upgrade to GitHub Pro or make this repository public to enable this feature";

/// Protects a branch as the input says.
pub(super) async fn protect(
    github: &Github<'_>,
    context: &ActionContext,
    branch: &str,
    enforce_admins: bool,
) -> Result<(), ActionError> {
    let target = github.repo(&["branches", branch, "protection"])?;
    let rules = rules(context, enforce_admins);
    let put = async || github.api.put(&target, &rules).await;
    let protected = match put().await {
        // GitHub may not see a branch for a moment after it was pushed.
        Err(error) if error.status == 404 && error.said.contains("Branch not found") => {
            tokio::time::sleep(Duration::from_millis(600)).await;
            put().await
        }
        other => other,
    };
    let signed = match protected {
        Ok(_) if context.flag("requiredCommitSigning") == Some(true) => {
            let target = github.repo(&["branches", branch, "protection", "required_signatures"])?;
            github.api.post(&target, &json!({})).await
        }
        other => other,
    };
    match signed {
        Err(HostError { said, .. }) if said.contains(NEEDS_PLAN) => {
            context
                .log
                .warn("Branch protection was not enabled as it requires GitHub Pro for private repositories");
            Ok(())
        }
        other => Ok(other.map(|_| ())?),
    }
}

fn rules(context: &ActionContext, enforce_admins: bool) -> Value {
    let input = &context.input;
    let flag = |name: &str, missing: bool| context.flag(name).unwrap_or(missing);
    let mut reviews = copied(input, &[("bypassPullRequestAllowances", "bypass_pull_request_allowances")]);
    let count = input.get("requiredApprovingReviewCount").cloned().unwrap_or_else(|| json!(1));
    reviews.insert("required_approving_review_count".to_owned(), count);
    for (from, to) in [
        ("requireCodeOwnerReviews", "require_code_owner_reviews"),
        ("dismissStaleReviews", "dismiss_stale_reviews"),
        ("requireLastPushApproval", "require_last_push_approval"),
    ] {
        reviews.insert(to.to_owned(), flag(from, false).into());
    }
    json!({
        "required_status_checks": {
            "strict": flag("requireBranchesToBeUpToDate", true),
            "contexts": context.texts("requiredStatusCheckContexts"),
        },
        "restrictions": input.get("restrictions").cloned().unwrap_or_default(),
        "enforce_admins": enforce_admins,
        "required_pull_request_reviews": reviews,
        "required_conversation_resolution": flag("requiredConversationResolution", false),
        "required_linear_history": flag("requiredLinearHistory", false),
        "block_creations": flag("blockCreations", false),
    })
}
