//! Attacks on what is published and where. Ids are those of docs/attacks.md.

use callboard_testkit::GitHost;
use serde_json::json;

use super::support::Step;

async fn github() -> (GitHost, Step) {
    let host = GitHost::start("token-of-the-tests").await.unwrap();
    let step = Step::new(json!({"integrations": host.integrations()}));
    (host, step)
}

/// A template can write a whole `.git` into its workspace. Nobody reads it: there is no git program, so no configuration,
/// helper, hook, filter or submodule has a reader, and the credential goes to the host of the integration.
#[tokio::test]
async fn cve_2024_53983_git_configuration_in_the_workspace_has_no_reader() {
    let (host, step) = github().await;
    let stolen = step.path("stolen");
    let steal = format!("sh -c 'env > {}'", stolen.display());
    step.file(
        ".git/config",
        &format!(
            "[core]\n\thooksPath = hooks\n\tfsmonitor = {steal}\n\tsshCommand = {steal}\n[credential]\n\thelper = !{steal}\n\
             [url \"http://127.0.0.1:9/\"]\n\tinsteadOf = http://{}/\n[http]\n\tproxy = http://127.0.0.1:9\n\
             [filter \"x\"]\n\tclean = {steal}\n\tprocess = {steal}\n[remote \"origin\"]\n\turl = ext::{steal}\n",
            host.github_host()
        ),
    );
    step.file(".git/hooks/pre-push", &format!("#!/bin/sh\n{steal}\n"));
    step.file(".GIT/config", "[core]\n");
    step.file("nested/.git/config", "[core]\n").file("nested/file", "x\n");
    step.file(".gitattributes", "* filter=x ident eol=crlf\n").file("a.txt", "line\n");
    step.file(".gitmodules", "[submodule \"s\"]\n\tpath = s\n\turl = https://github.com/x/y\n");
    let input = json!({
        "repoUrl": format!("{}?owner=acme&repo=service", host.github_host()), "defaultBranch": "main",
        "gitAuthorName": "x\ncommitter Evil <e@x> 1 +0000",
        "gitCommitMessage": "--upload-pack=touch",
    });
    step.run("publish:github", input).await.unwrap();
    assert!(!stolen.exists());
    assert_eq!(
        host.git("acme", "service", &["ls-tree", "-r", "--name-only", "main"]).await.unwrap(),
        ".gitattributes\n.gitmodules\na.txt\nnested/file"
    );
    assert_eq!(host.git("acme", "service", &["cat-file", "blob", "main:a.txt"]).await.unwrap(), "line");
    let committers = host.git("acme", "service", &["log", "--format=%cn", "main"]).await.unwrap();
    assert_eq!(committers, "xcommitter Evil e@x 1 +0000");
    host.git("acme", "service", &["fsck"]).await.unwrap();
}

#[tokio::test]
async fn cve_2024_53983_a_branch_or_author_can_not_be_an_option_or_a_second_command() {
    let (host, step) = github().await;
    step.file("a", "a\n");
    for branch in ["--upload-pack=x", "main\0 delete", "a b", "../../x", "refs/heads/*", "x\n0000"] {
        let input = json!({
            "repoUrl": format!("{}?owner=acme&repo=service", host.github_host()), "defaultBranch": branch,
        });
        let error = step.run("publish:github", input).await.unwrap_err();
        assert!(error.to_string().contains("is no name of a branch"), "{branch:?}: {error}");
    }
    assert!(host.requests().is_empty(), "nothing is created for a branch that can't be pushed");
}

/// The files of a pull request come from the workspace and from nowhere else.
#[tokio::test]
async fn cve_2021_41151_no_source_path_reads_files_of_the_server() {
    let (host, step) = github().await;
    host.create("acme", "service").await.unwrap();
    host.commit_file("acme", "service", "main", "README.md", "x\n").await.unwrap();
    std::os::unix::fs::symlink("/etc", step.path("etc")).unwrap();
    for source in ["../..", "/etc", "etc", "./etc/ssl", "a/../../etc", "..\\etc"] {
        let repo_url = format!("{}?owner=acme&repo=service", host.github_host());
        let input = json!({
            "repoUrl": repo_url, "sourcePath": source, "branchName": "b", "title": "t", "description": "d",
        });
        let error = step.run("publish:github:pull-request", input).await.unwrap_err();
        assert!(error.to_string().contains("leads out of the workspace"), "{source}: {error}");
        let error = step.run("github:repo:push", json!({"repoUrl": repo_url, "sourcePath": source})).await;
        assert!(error.unwrap_err().to_string().contains("leads out of the workspace"), "{source}");
    }
}

/// A link is published as a link: where it leads is text, and what stands there is not read.
#[tokio::test]
async fn cve_2024_26150_a_link_out_of_the_workspace_is_pushed_as_a_link_and_not_followed() {
    let (host, step) = github().await;
    let outside = tempfile::tempdir().unwrap();
    std::fs::write(outside.path().join("secret"), "canary-of-the-server").unwrap();
    std::os::unix::fs::symlink(outside.path().join("secret"), step.path("file")).unwrap();
    std::os::unix::fs::symlink(outside.path(), step.path("directory")).unwrap();
    step.file("a", "a\n");
    let input = json!({
        "repoUrl": format!("{}?owner=acme&repo=service", host.github_host()), "defaultBranch": "main",
    });
    step.run("publish:github", input).await.unwrap();
    let tree =
        host.git("acme", "service", &["ls-tree", "-r", "--format=%(objectmode) %(path)", "main"]).await;
    assert_eq!(tree.unwrap(), "100644 a\n120000 directory\n120000 file");
    let all = host.git("acme", "service", &["grep", "-c", "canary-of-the-server", "main"]).await;
    assert!(all.is_err(), "the content of the file was pushed");
}

#[tokio::test]
async fn cve_2026_106560_no_part_of_a_repository_url_leads_elsewhere() {
    let (host, step) = github().await;
    step.file("a", "a\n");
    for bad in [
        "owner=acme&repo=..%2F..%2Fuser",
        "owner=..&repo=x",
        "owner=acme&repo=%252e%252e%252fx",
        "owner=acme%2Fx&repo=y",
        "owner=acme&repo=a%5C..%5Cb",
        "owner=acme&repo=x%00",
        "owner=acme&repo=.",
    ] {
        let before = host.requests().len();
        for action in ["publish:github", "github:repo:push", "github:pages:enable"] {
            let input = json!({"repoUrl": format!("{}?{bad}", host.github_host())});
            assert!(step.run(action, input).await.is_err(), "{bad}");
        }
        assert_eq!(host.requests().len(), before, "{bad}: the host was asked");
    }
    let with_user = json!({"repoUrl": format!("x:y@{}?owner=a&repo=b", host.github_host())});
    assert!(
        step.run("publish:github", with_user).await.unwrap_err().to_string().contains("user or password")
    );
}

/// What a host's API answers as a clone URL does not decide where its credential is sent.
#[tokio::test]
async fn gitea_cve_2026_104636_a_clone_url_at_another_host_gets_no_credential() {
    use wiremock::matchers::any;
    use wiremock::{Mock, MockServer, ResponseTemplate};
    let (api, other) = (MockServer::start().await, MockServer::start().await);
    Mock::given(any()).respond_with(ResponseTemplate::new(200)).mount(&other).await;
    let answer = json!({"clone_url": format!("{}/acme/s.git", other.uri()), "html_url": "https://x/acme/s"});
    Mock::given(any()).respond_with(ResponseTemplate::new(200).set_body_json(answer)).mount(&api).await;
    let step = Step::new(json!({"integrations": {"github": [
        {"host": "github.example.com", "apiBaseUrl": api.uri(), "token": "token-of-the-tests"},
    ]}}));
    step.file("a", "a\n");
    let input = json!({"repoUrl": "github.example.com?owner=acme&repo=s"});
    let error = step.run("github:repo:push", input).await.unwrap_err();
    assert!(error.to_string().contains("its credential is not sent there"), "{error}");
    assert!(other.received_requests().await.unwrap().is_empty());
}
