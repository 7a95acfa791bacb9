//! `github:webhook`: GitHub calls a URL when something happens in the repository.

use std::sync::Arc;

use serde_json::{Value, json};

use super::client::Github;
use super::schema;
use crate::action::schema::{boolean, list, object, one_of, string, with_default};
use crate::action::{Action, ActionContext, ActionError, ActionSpec};
use crate::actions::hosts::once::create_once;
use crate::actions::hosts::{Hosts, host_action, spec};

pub(super) fn action(hosts: &Arc<Hosts>) -> Arc<dyn Action> {
    let events = json!({"anyOf": [list(string("An event"), "Events"), {"type": "array", "items": {"enum": ["*"]}}],
        "description": "What is told; `push` without it"});
    let members = [
        schema::repo_url(),
        schema::token(),
        ("webhookUrl", string("The URL that GitHub calls")),
        ("webhookSecret", string("The secret with which GitHub signs; a random one without it")),
        ("events", events),
        ("active", with_default(boolean("Whether it is on"), true)),
        ("contentType", with_default(one_of(&["form", "json"], "The form of the body"), "form")),
        ("insecureSsl", with_default(boolean("Whether the URL's certificate is not checked"), false)),
    ];
    let described = spec(
        "github:webhook",
        "Creates a webhook of a repository at GitHub.",
        object(&["repoUrl", "webhookUrl"], members),
        None,
    );
    let described = ActionSpec { supports_dry_run: true, idempotent: true, ..described };
    host_action(hosts, described, |hosts, context| Box::pin(run(hosts, context)))
}

async fn run(hosts: &Hosts, context: &mut ActionContext) -> Result<(), ActionError> {
    context.log.info(format!(
        "Creating webhook {} for repo {}",
        context.text("webhookUrl").unwrap_or_default(),
        context.text("repoUrl").unwrap_or_default()
    ));
    if context.dry_run {
        context.log.info("Dry run: no webhook is created");
        return Ok(());
    }
    let github = Github::open(hosts, context).await?;
    let url = context.text("webhookUrl").unwrap_or_default();
    let secret = match context.text("webhookSecret") {
        Some(secret) => secret.to_owned(),
        None => random_secret(),
    };
    let events = match context.texts("events") {
        events if events.is_empty() => vec!["push"],
        events => events,
    };
    let body = json!({
        "name": "web",
        "config": {
            "url": url,
            "content_type": context.text("contentType").unwrap_or("form"),
            "secret": secret,
            "insecure_ssl": if context.flag("insecureSsl") == Some(true) { "1" } else { "0" },
        },
        "events": events,
        "active": context.flag("active").unwrap_or(true),
    });
    let hooks = github.repo(&["hooks"])?;
    let listed = format!("{hooks}?per_page=100");
    let created = create_once(
        context,
        "webhook",
        async { github.api.post(&hooks, &body).await.map(|hook| json!({"id": hook.get("id")})) },
        async {
            let all = github.api.get(&listed).await?;
            let ours = all
                .as_array()
                .into_iter()
                .flatten()
                .find(|hook| hook.pointer("/config/url").and_then(Value::as_str) == Some(url));
            Ok(json!({"id": ours.and_then(|hook| hook.get("id"))}))
        },
    )
    .await?;
    context.log.info(format!("Webhook {} is there", created.get("id").unwrap_or(&Value::Null)));
    Ok(())
}

fn random_secret() -> String {
    hex::encode(rand::random::<[u8; 20]>())
}
