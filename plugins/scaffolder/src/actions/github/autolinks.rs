//! `github:autolinks:create`: text such as `TICKET-12` becomes a link.

use std::sync::Arc;

use serde_json::{Value, json};

use super::client::Github;
use super::schema;
use crate::action::schema::{boolean, object, string, with_default};
use crate::action::{Action, ActionContext, ActionError, ActionSpec};
use crate::actions::hosts::once::create_once;
use crate::actions::hosts::{Hosts, host_action, spec};

pub(super) fn action(hosts: &Arc<Hosts>) -> Arc<dyn Action> {
    let members = [
        schema::repo_url(),
        schema::token(),
        ("keyPrefix", string("What stands before the number: TICKET-")),
        ("urlTemplate", string("The link, with <num> for what stands behind the prefix")),
        ("isAlphanumeric", with_default(boolean("Whether letters may stand there too"), true)),
    ];
    let described = spec(
        "github:autolinks:create",
        "Creates an autolink reference of a repository at GitHub.",
        object(&["repoUrl", "keyPrefix", "urlTemplate"], members),
        None,
    );
    let described = ActionSpec { idempotent: true, ..described };
    host_action(hosts, described, |hosts, context| Box::pin(run(hosts, context)))
}

async fn run(hosts: &Hosts, context: &mut ActionContext) -> Result<(), ActionError> {
    let github = Github::open(hosts, context).await?;
    let prefix = context.text("keyPrefix").unwrap_or_default();
    let body = json!({
        "key_prefix": prefix,
        "url_template": context.text("urlTemplate"),
        "is_alphanumeric": context.flag("isAlphanumeric").unwrap_or(true),
    });
    let target = github.repo(&["autolinks"])?;
    create_once(
        context,
        "autolink",
        async { github.api.post(&target, &body).await.map(|made| json!({"id": made.get("id")})) },
        async {
            let all = github.api.get(&target).await?;
            let ours = all
                .as_array()
                .into_iter()
                .flatten()
                .find(|known| known.get("key_prefix").and_then(Value::as_str) == Some(prefix));
            Ok(json!({"id": ours.and_then(|known| known.get("id"))}))
        },
    )
    .await?;
    context.log.info(format!("Autolink {prefix} is there"));
    Ok(())
}
