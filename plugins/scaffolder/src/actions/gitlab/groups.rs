//! `gitlab:group:access` and `gitlab:group:ensureExists`.

use std::sync::Arc;

use callboard_scm::encode_query;
use serde_json::{Value, json};

use super::client::{Gitlab, common, id, id_of};
use crate::action::schema::{list, number, object, one_of, string, with_default};
use crate::action::{Action, ActionContext, ActionError, ActionSpec};
use crate::actions::hosts::{Hosts, host_action, path, spec};

/// Names of access levels.
const LEVELS: [(&str, u64); 8] = [
    ("no access", 0),
    ("minimal access", 5),
    ("guest", 10),
    ("planner", 15),
    ("reporter", 20),
    ("developer", 30),
    ("maintainer", 40),
    ("owner", 50),
];

pub(super) fn access(hosts: &Arc<Hosts>) -> Arc<dyn Action> {
    let mut members = common();
    members.extend([
        ("path", id("The ID or path of the group")),
        ("userIds", list(number("An ID"), "The IDs of the users to add or remove")),
        ("groupIds", list(number("An ID"), "The IDs of the groups to share with or unshare from")),
        ("action", with_default(one_of(&["add", "remove"], "Whether members are added or removed"), "add")),
        ("accessLevel", with_default(id("The access level, as a number or a name: developer"), 30)),
    ]);
    let output = object(
        &[],
        [
            ("userIds", list(number("An ID"), "The users that were added or removed")),
            ("groupIds", list(number("An ID"), "The groups that were shared with or unshared from")),
            ("path", id("The group")),
            ("accessLevel", number("The access level that was granted")),
        ],
    );
    let described = spec(
        "gitlab:group:access",
        "Adds members to a group at GitLab, or removes them.",
        object(&["repoUrl", "path"], members),
        Some(output),
    );
    let described = ActionSpec { supports_dry_run: true, idempotent: true, ..described };
    host_action(hosts, described, |hosts, context| Box::pin(run_access(hosts, context)))
}

fn level(context: &ActionContext) -> Result<u64, ActionError> {
    let found = match context.input.get("accessLevel") {
        None => Some(30),
        Some(Value::String(name)) => {
            let name = name.to_lowercase().replace(['_', '-'], " ");
            let named = LEVELS.iter().find(|(known, _)| *known == name).map(|(_, level)| *level);
            named.or_else(|| name.parse().ok())
        }
        Some(number) => number.as_u64(),
    };
    found.ok_or_else(|| {
        let names: Vec<&str> = LEVELS.iter().map(|(name, _)| *name).collect();
        ActionError::Input(format!("accessLevel is none of {}", names.join(", ")))
    })
}

async fn run_access(hosts: &Hosts, context: &mut ActionContext) -> Result<(), ActionError> {
    let ids = |name: &str| -> Vec<u64> {
        context
            .input
            .get(name)
            .and_then(Value::as_array)
            .into_iter()
            .flatten()
            .filter_map(Value::as_u64)
            .collect()
    };
    let (users, groups, level) = (ids("userIds"), ids("groupIds"), level(context)?);
    if users.is_empty() && groups.is_empty() {
        return Err(ActionError::Input(
            "At least one of userIds or groupIds must be provided and non-empty".to_owned(),
        ));
    }
    let adds = context.text("action") != Some("remove");
    let group = id_of(context, "path")?;
    if !context.dry_run {
        let gitlab = Gitlab::open_host(hosts, context).await?;
        for user in &users {
            member(&gitlab, &group, *user, level, adds).await?;
        }
        for shared in &groups {
            share(&gitlab, &group, *shared, level, adds).await?;
        }
    }
    let shown = context.input.get("path").cloned().unwrap_or_default();
    context.output("path", shown);
    for (name, ids) in [("userIds", users), ("groupIds", groups)] {
        if !ids.is_empty() {
            context.output(name, ids);
        }
    }
    if adds {
        context.output("accessLevel", level);
    }
    Ok(())
}

async fn member(
    gitlab: &Gitlab<'_>,
    group: &str,
    user: u64,
    level: u64,
    adds: bool,
) -> Result<(), ActionError> {
    let members = path(&["groups", group, "members"])?;
    let one = format!("{members}/{user}");
    let done = match adds {
        true => match gitlab.api.post(&members, &json!({"user_id": user, "access_level": level})).await {
            // A member already, who gets this level.
            Err(error) if error.status == 409 => gitlab.api.put(&one, &json!({"access_level": level})).await,
            other => other,
        },
        false => match gitlab.api.delete(&one).await {
            Err(error) if error.status == 404 => Ok(Value::Null),
            other => other,
        },
    };
    Ok(done.map(|_| ())?)
}

async fn share(
    gitlab: &Gitlab<'_>,
    group: &str,
    with: u64,
    level: u64,
    adds: bool,
) -> Result<(), ActionError> {
    let shares = path(&["groups", group, "share"])?;
    let one = format!("{shares}/{with}");
    let body = json!({"group_id": with, "group_access": level});
    let done = match adds {
        true => match gitlab.api.post(&shares, &body).await {
            // Shared already; the level of a share can't be changed.
            Err(error) if error.status == 409 => {
                gitlab.api.delete(&one).await?;
                gitlab.api.post(&shares, &body).await
            }
            other => other,
        },
        false => match gitlab.api.delete(&one).await {
            Err(error) if error.status == 404 => Ok(Value::Null),
            other => other,
        },
    };
    Ok(done.map(|_| ())?)
}

pub(super) fn ensure_exists(hosts: &Arc<Hosts>) -> Arc<dyn Action> {
    let named =
        object(&["name", "slug"], [("name", string("The group's name")), ("slug", string("Its path"))]);
    let mut members = common();
    members.extend([
        ("description", string("The description of a group that is made")),
        (
            "path",
            json!({"type": "array", "minItems": 1, "items": {"anyOf": [{"type": "string"}, named]},
                "description": "The groups from the outermost to the innermost"}),
        ),
    ]);
    let described = spec(
        "gitlab:group:ensureExists",
        "Makes sure that a group, and those around it, exist at GitLab.",
        object(&["repoUrl", "path"], members),
        Some(object(&[], [("groupId", number("The ID of the innermost group"))])),
    );
    let described = ActionSpec { supports_dry_run: true, idempotent: true, ..described };
    host_action(hosts, described, |hosts, context| Box::pin(run_ensure(hosts, context)))
}

async fn run_ensure(hosts: &Hosts, context: &mut ActionContext) -> Result<(), ActionError> {
    if context.dry_run {
        context.output("groupId", 42);
        return Ok(());
    }
    let gitlab = Gitlab::open_host(hosts, context).await?;
    let mut full_path = String::new();
    let mut parent: Option<Value> = None;
    for part in context.input.get("path").and_then(Value::as_array).into_iter().flatten() {
        let member = |name: &str| part.get(name).and_then(Value::as_str).or_else(|| part.as_str());
        let (name, slug) = (member("name").unwrap_or_default(), member("slug").unwrap_or_default());
        if !full_path.is_empty() {
            full_path.push('/');
        }
        full_path.push_str(slug);
        let found =
            gitlab.api.get(&format!("/groups?search={}&per_page=100", encode_query(&full_path))).await?;
        let is_it =
            |group: &&Value| group.get("full_path").and_then(Value::as_str) == Some(full_path.as_str());
        let group = match found.as_array().and_then(|groups| groups.iter().find(is_it)) {
            Some(group) => group.clone(),
            None => {
                context.log.info(format!("creating missing group {full_path}"));
                let mut body = json!({"name": name, "path": slug});
                if let Some(id) = &parent {
                    body["parent_id"] = id.clone();
                }
                if let Some(description) = context.text("description") {
                    body["description"] = description.into();
                }
                gitlab.api.post("/groups", &body).await?
            }
        };
        parent = group.get("id").cloned();
    }
    if let Some(id) = parent {
        context.output("groupId", id);
    }
    Ok(())
}
