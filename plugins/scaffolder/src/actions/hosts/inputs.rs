//! Inputs and outputs that actions with a first push share, whatever the host.

use serde_json::Value;

use crate::action::schema::{boolean, string};

/// One member of an action's input or output.
pub(crate) type Member = (&'static str, Value);

/// Which files are pushed.
pub(crate) fn source_path() -> Member {
    let description =
        "The directory of the workspace that becomes the repository's root; the whole workspace without it";
    ("sourcePath", string(description))
}

/// The commit's words.
pub(crate) fn commit_message() -> Member {
    ("gitCommitMessage", string("The commit's message. The default is `initial commit`"))
}

/// The commit's author.
pub(crate) fn author() -> [Member; 2] {
    [
        ("gitAuthorName", string("The commit's author. The default is Scaffolder")),
        ("gitAuthorEmail", string("The author's address")),
    ]
}

/// Known, and refused by [`super::refuse_signing`].
pub(crate) fn sign_commit() -> Member {
    ("signCommit", boolean("Whether the commit is signed, which is not supported"))
}

/// All of them.
pub(crate) fn first_commit() -> Vec<Member> {
    let [name, email] = author();
    vec![source_path(), commit_message(), name, email, sign_commit()]
}

/// What is given out when the files are there.
pub(crate) fn published() -> Vec<Member> {
    vec![
        ("remoteUrl", string("A URL to the repository with the provider")),
        ("repoContentsUrl", string("A URL to the root of the repository")),
        ("commitHash", string("The git commit hash of the initial commit")),
    ]
}
