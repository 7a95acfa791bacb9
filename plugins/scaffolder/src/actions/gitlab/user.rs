//! `gitlab:user:info`: who a user is, or whose the token is.

use std::sync::Arc;

use serde_json::Value;

use super::client::{Gitlab, common};
use crate::action::schema::{number, object, string};
use crate::action::{Action, ActionContext, ActionError, ActionSpec};
use crate::actions::hosts::{Hosts, host_action, path, spec};

/// Output members and their names in the API.
const MEMBERS: [(&str, &str); 8] = [
    ("id", "id"),
    ("username", "username"),
    ("name", "name"),
    ("state", "state"),
    ("webUrl", "web_url"),
    ("email", "email"),
    ("createdAt", "created_at"),
    ("publicEmail", "public_email"),
];

pub(super) fn action(hosts: &Arc<Hosts>) -> Arc<dyn Action> {
    let mut members = common();
    members.push(("userId", number("The user's ID; whoever the token is of without it")));
    let text = |(name, _): &(&'static str, &str)| (*name, string("As GitLab has it"));
    let mut output = vec![("id", number("The user's ID"))];
    output.extend(MEMBERS[1..].iter().map(text));
    let described = spec(
        "gitlab:user:info",
        "Looks up a user at GitLab.",
        object(&["repoUrl"], members),
        Some(object(&["id", "username", "name", "state", "webUrl"], output)),
    );
    let described = ActionSpec { idempotent: true, ..described };
    host_action(hosts, described, |hosts, context| Box::pin(run(hosts, context)))
}

async fn run(hosts: &Hosts, context: &mut ActionContext) -> Result<(), ActionError> {
    let gitlab = Gitlab::open_host(hosts, context).await?;
    let target = match context.input.get("userId").and_then(Value::as_u64) {
        Some(id) => path(&["users", &id.to_string()])?,
        None => "/user".to_owned(),
    };
    let user = gitlab.api.get(&target).await?;
    for (name, member) in MEMBERS {
        if let Some(value) = user.get(member).filter(|value| !value.is_null()) {
            context.output(name, value.clone());
        }
    }
    Ok(())
}
