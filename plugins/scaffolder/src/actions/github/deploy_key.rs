//! `github:deployKey:create`: a deploy key, with its private half as a secret of the repository.

use std::sync::Arc;

use serde_json::{Value, json};

use super::client::Github;
use super::schema;
use super::secrets::set_secrets;
use crate::action::schema::{object, string};
use crate::action::{Action, ActionContext, ActionError, ActionSpec};
use crate::actions::hosts::once::create_once;
use crate::actions::hosts::{Hosts, host_action, spec};

pub(super) fn action(hosts: &Arc<Hosts>) -> Arc<dyn Action> {
    let members = [
        schema::repo_url(),
        schema::token(),
        ("publicKey", string("The public key, as ssh-keygen makes it")),
        ("privateKey", string("The private key")),
        ("deployKeyName", string("The name of the key")),
        (
            "privateKeySecretName",
            string("The secret that holds the private key; <NAME>_PRIVATE_KEY without it"),
        ),
    ];
    let output = object(
        &["privateKeySecretName"],
        [("privateKeySecretName", string("The secret that holds the private key"))],
    );
    let described = spec(
        "github:deployKey:create",
        "Creates a deploy key of a repository at GitHub and stores its private key as a secret.",
        object(&["repoUrl", "publicKey", "privateKey", "deployKeyName"], members),
        Some(output),
    );
    let described = ActionSpec { idempotent: true, ..described };
    host_action(hosts, described, |hosts, context| Box::pin(run(hosts, context)))
}

async fn run(hosts: &Hosts, context: &mut ActionContext) -> Result<(), ActionError> {
    let github = Github::open(hosts, context).await?;
    let (name, key) =
        (context.text("deployKeyName").unwrap_or_default(), context.text("publicKey").unwrap_or_default());
    let secret = match context.text("privateKeySecretName") {
        Some(name) => name.to_owned(),
        None => format!("{}_PRIVATE_KEY", name.replace(' ', "_").to_uppercase()),
    };
    let keys = github.repo(&["keys"])?;
    let listed = format!("{keys}?per_page=100");
    // GitHub leaves out the comment behind a key.
    let plain = key.split_whitespace().take(2).collect::<Vec<_>>().join(" ");
    create_once(
        context,
        "deploy key",
        async {
            let made = github.api.post(&keys, &json!({"title": name, "key": key})).await?;
            Ok(json!({"id": made.get("id")}))
        },
        async {
            let all = github.api.get(&listed).await?;
            let is_ours = |known: &&Value| known.get("key").and_then(Value::as_str) == Some(plain.as_str());
            let ours = all.as_array().into_iter().flatten().find(is_ours);
            Ok(json!({"id": ours.and_then(|known| known.get("id"))}))
        },
    )
    .await?;
    let secrets = json!({secret.clone(): context.text("privateKey")});
    set_secrets(&github.api, &github.repo(&["actions", "secrets"])?, Some(&secrets)).await?;
    context.output("privateKeySecretName", secret);
    Ok(())
}
