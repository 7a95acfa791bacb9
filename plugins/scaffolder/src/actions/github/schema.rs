//! What the inputs of several actions have in common.

use serde_json::{Value, json};

use crate::action::schema::{boolean, list, number, object, one_of, string, with_default};
use crate::actions::hosts::inputs::source_path;

pub(super) type Members = Vec<(&'static str, Value)>;

pub(super) fn repo_url() -> (&'static str, Value) {
    (
        "repoUrl",
        string(
            "`github.com?repo=reponame&owner=owner`, where `reponame` is the repository and `owner` an organization or user",
        ),
    )
}

pub(super) fn token() -> (&'static str, Value) {
    ("token", string("The token to use for authorization to GitHub"))
}

/// A map of texts.
pub(super) fn texts(description: &str) -> Value {
    json!({"type": "object", "additionalProperties": {"type": "string"}, "description": description})
}

fn names(required: &[&str], description: &str) -> Value {
    let who = || list(string("A name"), "Names");
    let mut schema = object(required, [("apps", who()), ("users", who()), ("teams", who())]);
    schema["description"] = description.into();
    schema
}

/// The rules of a protected branch.
pub(super) fn protection() -> Members {
    vec![
        ("bypassPullRequestAllowances", names(&[], "Who may push without a pull request")),
        ("requiredApprovingReviewCount", number("How many approvals a pull request needs. The default is 1")),
        (
            "restrictions",
            names(&["users", "teams"], "Who may push at all; without it, everybody who may write"),
        ),
        ("requireCodeOwnerReviews", boolean("Whether code owners must approve")),
        ("dismissStaleReviews", boolean("Whether an approval ends with the next push")),
        ("requiredStatusCheckContexts", list(string("A context"), "Status checks that must pass")),
        (
            "requireBranchesToBeUpToDate",
            with_default(boolean("Whether a branch must be up to date before it is merged"), true),
        ),
        ("requiredConversationResolution", boolean("Whether all conversations must be resolved")),
        (
            "requireLastPushApproval",
            with_default(boolean("Whether somebody else must approve the last push"), false),
        ),
        ("requiredCommitSigning", boolean("Whether commits must be signed")),
        ("requiredLinearHistory", boolean("Whether merge commits are forbidden")),
    ]
}

/// How the default branch is pushed and protected.
pub(super) fn first_push() -> Members {
    vec![
        ("defaultBranch", with_default(string("The default branch of the repository"), "master")),
        ("protectDefaultBranch", with_default(boolean("Whether the default branch is protected"), true)),
        ("protectEnforceAdmins", with_default(boolean("Whether that holds for administrators too"), true)),
        ("gitCommitMessage", with_default(string("The commit's message"), "initial commit")),
        ("gitAuthorName", with_default(string("The commit's author"), "Scaffolder")),
        ("gitAuthorEmail", string("The author's address")),
        source_path(),
    ]
}

/// What a new repository has.
pub(super) fn repository() -> Members {
    let collaborator = |who: &str| {
        object(&["access", who], [("access", string("pull, push, admin, …")), (who, string("A name"))])
    };
    vec![
        ("description", string("The repository's description")),
        ("homepage", string("The repository's homepage")),
        ("access", string("A user, or a team as `organization/team`, who becomes an administrator")),
        ("repoVisibility", one_of(&["private", "public", "internal"], "Who sees it. The default is private")),
        (
            "deleteBranchOnMerge",
            with_default(boolean("Whether a branch is deleted when it is merged"), false),
        ),
        ("allowMergeCommit", with_default(boolean("Whether merge commits are allowed"), true)),
        ("allowSquashMerge", with_default(boolean("Whether squashing is allowed"), true)),
        (
            "squashMergeCommitTitle",
            with_default(
                one_of(&["PR_TITLE", "COMMIT_OR_PR_TITLE"], "The title of a squashed commit"),
                "COMMIT_OR_PR_TITLE",
            ),
        ),
        (
            "squashMergeCommitMessage",
            with_default(
                one_of(&["PR_BODY", "COMMIT_MESSAGES", "BLANK"], "The message of a squashed commit"),
                "COMMIT_MESSAGES",
            ),
        ),
        ("allowRebaseMerge", with_default(boolean("Whether rebasing is allowed"), true)),
        ("allowAutoMerge", with_default(boolean("Whether pull requests may merge by themselves"), false)),
        ("allowUpdateBranch", with_default(boolean("Whether a pull request's branch can be updated"), false)),
        (
            "collaborators",
            list(json!({"anyOf": [collaborator("user"), collaborator("team")]}), "Who else has access"),
        ),
        ("hasProjects", boolean("Whether it has projects")),
        ("hasWiki", with_default(boolean("Whether it has a wiki"), true)),
        ("hasIssues", with_default(boolean("Whether it has issues"), true)),
        ("topics", list(string("A topic"), "Its topics")),
        ("repoVariables", texts("Variables of its workflows")),
        ("secrets", texts("Secrets of its workflows")),
        (
            "oidcCustomization",
            object(
                &[],
                [
                    ("useDefault", with_default(boolean("Whether GitHub's own subject is used"), true)),
                    ("includeClaimKeys", list(string("A claim"), "The claims of the subject")),
                ],
            ),
        ),
        (
            "customProperties",
            json!({
                "type": "object",
                "additionalProperties": {"anyOf": [{"type": "string"}, {"type": "array", "items": {"type": "string"}}]},
                "description": "Custom properties, of repositories of organizations",
            }),
        ),
        ("subscribe", boolean("Whether the token's user watches it")),
    ]
}
