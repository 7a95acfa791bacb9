//! git against a real server: pushing, pushing again, fetching, and what is not followed or connected to.

use std::sync::Arc;

use crate::support::Scripted;
use callboard_scm::egress::{Egress, Policy};
use callboard_scm::git::{
    Commit, GitError, Kind, Mode, ObjectId, Objects, Pack, RefName, Remote, Signature, Tree, Update,
};
use callboard_testkit::GitHost;
use wiremock::matchers::any;
use wiremock::{Mock, MockServer, ResponseTemplate};

const TOKEN: &str = "token-of-the-tests";

fn remote(host: &GitHost, name: &str, token: &str) -> Remote {
    let base = format!("http://{}", host.github_host());
    let policy = Policy::public().naming(&base);
    let url = format!("{base}/acme/{name}.git");
    Remote::new(Egress::new().unwrap(), policy, &url, Some(format!("Bearer {token}").into())).unwrap()
}

fn author() -> Signature {
    Signature { name: "Ada".to_owned(), email: "ada@example.com".to_owned(), seconds: 1_790_000_000 }
}

/// A commit of one file on top of a tree.
fn commit(pack: &mut Pack, path: &str, text: &str, on: Option<(&Objects, ObjectId)>) -> ObjectId {
    let nothing = Objects::default();
    let known = on.map_or(&nothing, |(objects, _)| objects);
    let mut tree = match on {
        Some((objects, parent)) => Tree::read(objects, &objects.tree_of(&parent).unwrap()).unwrap(),
        None => Tree::new(),
    };
    let blob = pack.add(Kind::Blob, text.as_bytes()).unwrap();
    tree.insert(path, Mode::File, blob, known).unwrap();
    let parents = on.map(|(_, parent)| parent).into_iter().collect();
    let tree = tree.write(pack).unwrap();
    Commit { tree, parents, author: author(), message: format!("add {path}") }.write(pack).unwrap()
}

fn to(branch: &str, from: Option<ObjectId>, to: ObjectId) -> Update {
    Update { name: RefName::branch(branch).unwrap(), from, to }
}

#[tokio::test]
async fn a_branch_is_pushed_and_commits_are_put_on_top_of_what_others_pushed() {
    let host = GitHost::start(TOKEN).await.unwrap();
    host.create("acme", "s").await.unwrap();
    let remote = remote(&host, "s", TOKEN);
    let refs = remote.refs_to_write().await.unwrap();
    assert!(refs.by_name.is_empty(), "{refs:?}");
    let mut pack = Pack::new();
    let first = commit(&mut pack, "docs/a", "a\n", None);
    remote.push(&refs, &to("main", None, first), pack).await.unwrap();

    // Enough history and files that the server sends deltas.
    for number in 0..20 {
        let text = format!("{}\nline {number}\n", "the same text again and again\n".repeat(200));
        host.commit_file("acme", "s", "main", &format!("dir{}/f{number}", number % 3), &text).await.unwrap();
    }
    let refs = remote.refs().await.unwrap();
    assert_eq!(refs.head.as_deref(), Some("refs/heads/main"));
    let newest = refs.by_name["refs/heads/main"];
    let objects = remote.fetch(&refs, newest).await.unwrap();
    let mut pack = Pack::new();
    let second = commit(&mut pack, "docs/b", "b\n", Some((&objects, newest)));
    let refs = remote.refs_to_write().await.unwrap();
    remote.push(&refs, &to("feature/x", None, second), pack).await.unwrap();
    let names = host.git("acme", "s", &["ls-tree", "-r", "--name-only", "feature/x"]).await.unwrap();
    assert_eq!(names.lines().count(), 22, "{names}");
    assert_eq!(host.git("acme", "s", &["rev-list", "--count", "feature/x"]).await.unwrap(), "22");
    host.git("acme", "s", &["fsck", "--strict"]).await.unwrap();
}

#[tokio::test]
async fn a_branch_that_moved_meanwhile_is_not_overwritten() {
    let host = GitHost::start(TOKEN).await.unwrap();
    host.create("acme", "s").await.unwrap();
    let remote = remote(&host, "s", TOKEN);
    let refs = remote.refs_to_write().await.unwrap();
    let there = host.commit_file("acme", "s", "main", "theirs", "x").await.unwrap();
    let mut pack = Pack::new();
    let ours = commit(&mut pack, "ours", "x", None);
    let error = remote.push(&refs, &to("main", None, ours), pack).await.unwrap_err();
    assert!(matches!(error, GitError::Rejected { .. }), "{error}");
    assert_eq!(host.git("acme", "s", &["rev-parse", "main"]).await.unwrap(), there);
}

#[tokio::test]
async fn a_wrong_token_a_missing_repository_and_a_page_that_is_no_repository_are_told_apart() {
    let host = GitHost::start(TOKEN).await.unwrap();
    host.create("acme", "s").await.unwrap();
    let error = remote(&host, "s", "wrong-token").refs_to_write().await.unwrap_err();
    assert!(matches!(error, GitError::Denied { status: 401, .. }), "{error}");
    assert!(!error.to_string().contains("wrong-token"), "{error}");
    let error = remote(&host, "missing", TOKEN).refs_to_write().await.unwrap_err();
    assert!(matches!(error, GitError::NotFound(_)), "{error}");

    let page = MockServer::start().await;
    Mock::given(any()).respond_with(ResponseTemplate::new(200).set_body_string("<html>")).mount(&page).await;
    let policy = Policy::public().naming(&page.uri());
    let remote = Remote::new(Egress::new().unwrap(), policy, &format!("{}/a", page.uri()), None).unwrap();
    let error = remote.refs().await.unwrap_err();
    assert!(error.to_string().contains("does not answer as a git repository"), "{error}");
}

#[tokio::test]
async fn gitea_cve_2026_104636_git_follows_no_redirect() {
    let (first, second) = (MockServer::start().await, MockServer::start().await);
    let elsewhere = format!("{}/info/refs?service=git-receive-pack", second.uri());
    let redirect = ResponseTemplate::new(302).insert_header("location", elsewhere.as_str());
    Mock::given(any()).respond_with(redirect).mount(&first).await;
    // Also not to a host that the configuration names.
    let policy = Policy::public().naming(&first.uri()).naming(&second.uri());
    let url = format!("{}/acme/s.git", first.uri());
    let remote = Remote::new(Egress::new().unwrap(), policy, &url, Some("Bearer x".into())).unwrap();
    let error = remote.refs_to_write().await.unwrap_err();
    assert!(error.to_string().contains("redirects elsewhere"), "{error}");
    assert!(second.received_requests().await.unwrap().is_empty());
}

#[tokio::test]
async fn gitea_cve_2026_70357_git_connects_to_the_address_that_was_checked() {
    let lookup =
        Scripted::new(&[("git.example.com", &[&["127.0.0.1"], &["10.0.0.7"], &["169.254.169.254"]])]);
    for _ in 0..3 {
        let url = "https://git.example.com/acme/s.git";
        let remote = Remote::new(lookup.egress(), Policy::public(), url, None).unwrap();
        let error = remote.refs().await.unwrap_err();
        assert!(error.to_string().contains("git.example.com has the"), "{error}");
    }
    let asked = Arc::clone(&lookup);
    assert_eq!(asked.asked.load(std::sync::atomic::Ordering::SeqCst), 3, "each name is resolved once");
}

#[test]
fn cve_2024_53983_a_clone_url_is_http_and_nothing_else() {
    let egress = Egress::new().unwrap();
    for url in [
        "ext::sh -c id",
        "file:///etc",
        "ssh://git@example.com/a/b",
        "git@example.com:a/b",
        "https://user:secret@example.com/a/b",
        "https://example.com/a/b?x=y",
        "https://example.com/a/%2e%2e/b",
        "--upload-pack=id",
    ] {
        let error = Remote::new(egress.clone(), Policy::public(), url, None).unwrap_err();
        assert!(!error.to_string().contains("secret"), "{error}");
    }
}
