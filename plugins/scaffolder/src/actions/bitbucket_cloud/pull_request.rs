//! `publish:bitbucketCloud:pull-request`: the files of the workspace as a pull request.

use std::sync::Arc;

use callboard_scm::encode_query;
use callboard_scm::git::RefName;
use serde_json::{Value, json};

use super::client::{BitbucketCloud, common};
use crate::action::schema::{object, string};
use crate::action::{Action, ActionContext, ActionError, ActionSpec};
use crate::actions::hosts::branch::{OnTop, commit_on_top};
use crate::actions::hosts::once::create_once;
use crate::actions::hosts::{Hosts, host_action, path, spec};

pub(super) fn action(hosts: &Arc<Hosts>) -> Arc<dyn Action> {
    let mut members = common();
    members.extend([
        ("title", string("The title")),
        ("description", string("The text; also what the commit says")),
        ("targetBranch", string("The branch to merge into; the default branch without it")),
        (
            "sourceBranch",
            string("The branch to merge; without one of this name it is made of the workspace's files"),
        ),
        ("gitAuthorName", string("The commit's author. The default is Scaffolder")),
        ("gitAuthorEmail", string("The author's address")),
    ]);
    let described = spec(
        "publish:bitbucketCloud:pull-request",
        "Opens a pull request at Bitbucket Cloud with the files of the workspace.",
        object(&["repoUrl", "title", "sourceBranch"], members),
        Some(object(&["pullRequestUrl"], [("pullRequestUrl", string("A URL to the pull request"))])),
    );
    let described = ActionSpec { idempotent: true, ..described };
    host_action(hosts, described, |hosts, context| Box::pin(run(hosts, context)))
}

async fn run(hosts: &Hosts, context: &mut ActionContext) -> Result<(), ActionError> {
    let source = context.text("sourceBranch").unwrap_or_default();
    let to = RefName::branch(source)?;
    let cloud = BitbucketCloud::open(hosts, context).await?;
    let api = &cloud.api;
    let target = match context.text("targetBranch").filter(|name| !name.is_empty()) {
        Some(name) => name.to_owned(),
        None => {
            let repository = api.get(&cloud.repository(&[])?).await?;
            let name = repository.pointer("/mainbranch/name").and_then(Value::as_str);
            name.map(str::to_owned).ok_or_else(|| {
                ActionError::NotFound(format!(
                    "Could not fetch default branch for {}/{}",
                    cloud.workspace, cloud.repo
                ))
            })?
        }
    };
    // Names of branches may have quotes, which end a text of the query language.
    let query = encode_query(&format!("name = \"{}\"", source.replace('"', "\\\"")));
    let found = api.get(&format!("{}?q={query}", cloud.repository(&["refs", "branches"])?)).await?;
    if found.pointer("/values/0").is_none() {
        context.log.info(format!("source branch not found -> creating branch named: {source}"));
        let url = format!("{}{}.git", cloud.config.base_url, path(&[&cloud.workspace, &cloud.repo])?);
        let remote = hosts.remote(cloud.integration, &url, cloud.credential.git.clone())?;
        let on_top = OnTop {
            base: &target,
            to,
            source_path: None,
            message: hosts.message(context.text("description")),
            author_name: context.text("gitAuthorName"),
            author_email: context.text("gitAuthorEmail"),
        };
        commit_on_top(hosts, context, &remote, on_top).await?;
    }
    let body = json!({
        "title": context.text("title"),
        "summary": {"raw": context.text("description")},
        "state": "OPEN",
        "source": {"branch": {"name": source}},
        "destination": {"branch": {"name": target}},
    });
    let requests = cloud.repository(&["pullrequests"])?;
    let ours = encode_query(&format!("source.branch.name = \"{}\"", source.replace('"', "\\\"")));
    let listed = format!("{requests}?state=OPEN&q={ours}");
    let kept = |request: &Value| request.pointer("/links/self/href").cloned().unwrap_or_default();
    let url = create_once(
        context,
        "pull request",
        async { api.post(&requests, &body).await.map(|request| kept(&request)) },
        async { api.get(&listed).await.map(|list| kept(list.pointer("/values/0").unwrap_or(&Value::Null))) },
    )
    .await?;
    context.output("pullRequestUrl", url);
    Ok(())
}
