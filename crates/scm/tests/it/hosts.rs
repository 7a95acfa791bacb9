//! Every kind of source host behind a fake server: which request a catalog URL becomes, and what comes back.

use crate::support::{host_of, reader, tar_gz, with_etag};
use callboard_kit::url_reader::{ReadError, ReadOptions, UrlReader};
use serde_json::{Value, json};
use wiremock::matchers::{any, body_string_contains, header, method, path, query_param};
use wiremock::{Mock, MockServer, ResponseTemplate};

/// One document: configuration and URL with `HOST` for the server's host, the request that must be made, the answer.
struct Document {
    name: &'static str,
    integrations: Value,
    url: &'static str,
    request: &'static str,
    header: Option<(&'static str, &'static str)>,
    answer: &'static str,
}

const TEXT: &str = "kind: Component";
/// [`TEXT`] in base64.
const BASE64: &str = "a2luZDogQ29tcG9uZW50";

fn documents() -> Vec<Document> {
    let github = |rest: Value| {
        let mut entry = json!({"host": "HOST", "apiBaseUrl": "http://HOST/api/v3"});
        entry.as_object_mut().unwrap().extend(rest.as_object().unwrap().clone());
        json!({"github": [entry]})
    };
    let raw = json!({"rawBaseUrl": "http://HOST/raw"});
    let gitlab = json!({"gitlab": [{"host": "HOST", "token": "t", "apiBaseUrl": "http://HOST/api/v4"}]});
    let bitbucket_server = |rest: Value| {
        let mut entry = json!({"host": "HOST", "apiBaseUrl": "http://HOST/rest/api/1.0"});
        entry.as_object_mut().unwrap().extend(rest.as_object().unwrap().clone());
        json!({"bitbucketServer": [entry]})
    };
    let bitbucket_cloud = |rest: Value| {
        let mut entry = json!({"host": "HOST", "apiBaseUrl": "http://HOST/2.0"});
        entry.as_object_mut().unwrap().extend(rest.as_object().unwrap().clone());
        json!({"bitbucketCloud": [entry]})
    };
    let document = |name, integrations, url, request, header, answer| Document {
        name,
        integrations,
        url,
        request,
        header,
        answer,
    };
    vec![
        document(
            "GitHub with a token reads the contents API",
            github(json!({"token": "t"})),
            "http://HOST/o/r/blob/main/d/a%20b.yaml",
            "/api/v3/repos/o/r/contents/d/a%20b.yaml?ref=main",
            Some(("authorization", "Bearer t")),
            TEXT,
        ),
        document(
            "a branch with an encoded slash stays one ref",
            github(json!({"token": "t"})),
            "http://HOST/o/r/edit/feature%2Fx/a.yaml",
            "/api/v3/repos/o/r/contents/a.yaml?ref=feature/x",
            Some(("accept", "application/vnd.github.v3.raw")),
            TEXT,
        ),
        document(
            "GitHub without a token reads raw files",
            github(raw),
            "http://HOST/o/r/raw/main/a.yaml",
            "/raw/o/r/main/a.yaml",
            None,
            TEXT,
        ),
        document(
            "GitLab encodes the whole project path",
            gitlab.clone(),
            "http://HOST/g/sub/p/-/blob/main/d/a.yaml",
            "/api/v4/projects/g%2Fsub%2Fp/repository/files/d%2Fa.yaml/raw?ref=main",
            Some(("authorization", "Bearer t")),
            TEXT,
        ),
        document(
            "GitLab's short form is read too",
            gitlab,
            "http://HOST/g/p/blob/main/a.yaml",
            "/api/v4/projects/g%2Fp/repository/files/a.yaml/raw?ref=main",
            None,
            TEXT,
        ),
        document(
            "Bitbucket Cloud with an app password",
            bitbucket_cloud(json!({"username": "u", "appPassword": "p"})),
            "http://HOST/w/r/src/main/d/a.yaml",
            "/2.0/repositories/w/r/src/main/d/a.yaml",
            Some(("authorization", "Basic dTpw")),
            TEXT,
        ),
        document(
            "Bitbucket Cloud with an access token",
            bitbucket_cloud(json!({"token": "t"})),
            "http://HOST/w/r/src/main/a.yaml",
            "/2.0/repositories/w/r/src/main/a.yaml",
            Some(("authorization", "Bearer t")),
            TEXT,
        ),
        document(
            "Bitbucket Server with a token",
            bitbucket_server(json!({"token": "t"})),
            "http://HOST/projects/P/repos/r/browse/d/a.yaml?at=refs%2Fheads%2Fmain",
            "/rest/api/1.0/projects/P/repos/r/raw/d/a.yaml?at=refs/heads/main",
            Some(("authorization", "Bearer t")),
            TEXT,
        ),
        document(
            "Bitbucket Server with a password and a user's repository",
            bitbucket_server(json!({"username": "u", "password": "p"})),
            "http://HOST/users/me/repos/r/browse/a.yaml",
            "/rest/api/1.0/projects/~me/repos/r/raw/a.yaml",
            Some(("authorization", "Basic dTpw")),
            TEXT,
        ),
        document(
            "Azure DevOps takes the credential of the organization",
            json!({"azure": [{"host": "HOST", "baseUrl": "http://HOST", "credentials": [
                {"personalAccessToken": "any"}, {"organizations": ["org"], "personalAccessToken": "t"}]}]}),
            "http://HOST/org/proj/_git/repo?path=%2Fd%2Fa.yaml&version=GBmain",
            "/org/proj/_apis/git/repositories/repo/items?api-version=6.0&path=/d/a.yaml&version=main",
            Some(("authorization", "Basic OnQ=")),
            TEXT,
        ),
        document(
            "Gerrit answers base64",
            json!({"gerrit": [{"host": "HOST", "baseUrl": "http://HOST", "gitilesBaseUrl": "http://HOST/plugins/gitiles",
                "username": "u", "password": "p"}]}),
            "http://HOST/plugins/gitiles/a/b/+/refs/heads/main/d/a.yaml",
            "/a/projects/a%2Fb/branches/main/files/d%2Fa.yaml/content",
            Some(("authorization", "Basic dTpw")),
            BASE64,
        ),
        document(
            "Gitea answers JSON with base64",
            json!({"gitea": [{"host": "HOST", "baseUrl": "http://HOST", "password": "t"}]}),
            "http://HOST/o/r/src/branch/main/d/a.yaml",
            "/api/v1/repos/o/r/contents/d/a.yaml?ref=main",
            Some(("authorization", "token t")),
            r#"{"encoding": "base64", "sha": "blob", "content": "a2luZDog\nQ29tcG9uZW50"}"#,
        ),
        document(
            "Harness Code",
            json!({"harness": [{"host": "HOST", "baseUrl": "http://HOST", "apiKey": "k"}]}),
            "http://HOST/ng/account/acc/module/code/orgs/o/projects/p/repos/r/files/main/~/d/a.yaml",
            "/gateway/code/api/v1/repos/acc/o/p/r/+/raw/d/a.yaml?routingId=acc&git_ref=refs/heads/main",
            Some(("x-api-key", "k")),
            TEXT,
        ),
    ]
}

fn placed(text: &str, server: &MockServer) -> String {
    text.replace("HOST", &host_of(server))
}

fn configured(integrations: &Value, server: &MockServer) -> callboard_scm::ScmUrlReader {
    reader(serde_json::from_str(&placed(&integrations.to_string(), server)).unwrap())
}

#[tokio::test]
async fn a_catalog_url_becomes_the_hosts_api_request() {
    for case in documents() {
        let server = MockServer::start().await;
        Mock::given(any())
            .respond_with(ResponseTemplate::new(200).set_body_string(case.answer))
            .mount(&server)
            .await;
        let reader = configured(&case.integrations, &server);
        let read = reader.read_url(&placed(case.url, &server), &ReadOptions::default()).await;
        assert_eq!(read.unwrap_or_else(|error| panic!("{}: {error}", case.name)).body, TEXT, "{}", case.name);
        let requests = server.received_requests().await.unwrap();
        let request = requests.last().unwrap();
        let query = request.url.query().map(|query| format!("?{query}")).unwrap_or_default();
        let asked = format!("{}{query}", request.url.path());
        assert_eq!(asked, case.request, "{}", case.name);
        if let Some((name, value)) = case.header {
            assert_eq!(request.headers[name], value, "{}", case.name);
        } else {
            assert!(
                case.name.contains("GitLab") || !request.headers.contains_key("authorization"),
                "{}",
                case.name
            );
        }
    }
}

#[tokio::test]
async fn a_missing_document_and_a_refused_token_are_told_apart_for_every_host() {
    for case in documents() {
        for (status, not_found) in [(404, true), (401, false), (203, false), (500, false)] {
            let server = MockServer::start().await;
            let answer = ResponseTemplate::new(status).insert_header("retry-after", "60");
            Mock::given(any()).respond_with(answer).mount(&server).await;
            let reader = configured(&case.integrations, &server);
            let error =
                reader.read_url(&placed(case.url, &server), &ReadOptions::default()).await.unwrap_err();
            assert_eq!(matches!(error, ReadError::NotFound(_)), not_found, "{} {status}: {error}", case.name);
            assert!(error.to_string().contains("integrations.") || status == 500, "{error}");
        }
    }
}

#[tokio::test]
async fn an_unchanged_document_is_not_modified_for_every_host() {
    for case in documents() {
        let server = MockServer::start().await;
        let unchanged =
            Mock::given(header("if-none-match", "\"1\"")).respond_with(ResponseTemplate::new(304));
        unchanged.with_priority(1).mount(&server).await;
        let answer = ResponseTemplate::new(200).insert_header("etag", "\"1\"").set_body_string(case.answer);
        Mock::given(any()).respond_with(answer).mount(&server).await;
        let reader = configured(&case.integrations, &server);
        let url = placed(case.url, &server);
        let first = reader.read_url(&url, &ReadOptions::default()).await.unwrap();
        let error = reader.read_url(&url, &with_etag(&first.etag.unwrap())).await.unwrap_err();
        assert!(matches!(error, ReadError::NotModified), "{}: {error}", case.name);
    }
}

#[tokio::test]
async fn cve_2026_29185_a_climbing_url_makes_no_request_at_any_host() {
    for case in documents() {
        let server = MockServer::start().await;
        Mock::given(any()).respond_with(ResponseTemplate::new(200)).expect(0).mount(&server).await;
        let reader = configured(&case.integrations, &server);
        for climbing in ["..%2F..%2Fa.yaml", "%252e%252e%252fa.yaml", "../../a.yaml", "..%5Ca.yaml"] {
            let url = placed(case.url, &server).replace("a.yaml", climbing).replace("a%20b.yaml", climbing);
            let error = reader.read_url(&url, &ReadOptions::default()).await.unwrap_err();
            assert!(matches!(error, ReadError::NotAllowed(_)), "{url}: {error}");
            assert!(reader.search(&url, &ReadOptions::default()).await.is_err());
            assert!(reader.read_tree(&url, &ReadOptions::default()).await.is_err());
        }
    }
}

/// A tree: the commit and the archive that the host answers with.
struct Tree {
    name: &'static str,
    integrations: Value,
    /// URL of the repository at a ref, without a trailing slash.
    url: &'static str,
    commit: (&'static str, &'static str),
    archive: &'static str,
    first: &'static str,
}

const SHA: &str = "0123456789abcdef0123456789abcdef01234567";

fn trees() -> Vec<Tree> {
    vec![
        Tree {
            name: "GitHub",
            integrations: json!({"github": [{"host": "HOST", "token": "t", "apiBaseUrl": "http://HOST/api"}]}),
            url: "http://HOST/o/r/tree/main",
            commit: ("/api/repos/o/r/commits/main", SHA),
            archive: "/api/repos/o/r/tarball/0123456789abcdef0123456789abcdef01234567",
            first: "o-r-0123456/",
        },
        Tree {
            name: "GitLab",
            integrations: json!({"gitlab": [{"host": "HOST", "apiBaseUrl": "http://HOST/api/v4"}]}),
            url: "http://HOST/g/p/-/tree/main",
            commit: (
                "/api/v4/projects/g%2Fp/repository/commits",
                r#"[{"id": "0123456789abcdef0123456789abcdef01234567"}]"#,
            ),
            archive: "/api/v4/projects/g%2Fp/repository/archive.tar.gz",
            first: "p-main/",
        },
        Tree {
            name: "Bitbucket Cloud",
            integrations: json!({"bitbucketCloud": [{"host": "HOST", "apiBaseUrl": "http://HOST/2.0", "baseUrl": "http://HOST"}]}),
            url: "http://HOST/w/r/src/main",
            commit: (
                "/2.0/repositories/w/r/commits/main",
                r#"{"values": [{"hash": "0123456789abcdef0123456789abcdef01234567"}]}"#,
            ),
            archive: "/w/r/get/0123456789abcdef0123456789abcdef01234567.tar.gz",
            first: "w-r-0123456/",
        },
        Tree {
            name: "Gitea",
            integrations: json!({"gitea": [{"host": "HOST", "baseUrl": "http://HOST"}]}),
            url: "http://HOST/o/r/src/branch/main",
            commit: (
                "/api/v1/repos/o/r/git/commits/main",
                r#"{"sha": "0123456789abcdef0123456789abcdef01234567"}"#,
            ),
            archive: "/api/v1/repos/o/r/archive/0123456789abcdef0123456789abcdef01234567.tar.gz",
            first: "r/",
        },
        Tree {
            name: "Gerrit",
            integrations: json!({"gerrit": [{"host": "HOST", "baseUrl": "http://HOST", "gitilesBaseUrl": "http://HOST/gitiles"}]}),
            url: "http://HOST/gitiles/p/+/refs/heads/main",
            commit: (
                "/projects/p/branches/main",
                ")]}'\n{\"revision\": \"0123456789abcdef0123456789abcdef01234567\"}",
            ),
            archive: "/gitiles/p/+archive/0123456789abcdef0123456789abcdef01234567.tar.gz",
            first: "",
        },
    ]
}

#[tokio::test]
async fn a_glob_finds_files_in_the_archive_and_an_unchanged_commit_downloads_nothing() {
    for case in trees() {
        let server = MockServer::start().await;
        let commit = ResponseTemplate::new(200).set_body_string(case.commit.1);
        Mock::given(path(case.commit.0)).respond_with(commit).mount(&server).await;
        let files = [("catalog-info.yaml", "root"), ("apps/x/catalog-info.yaml", "x"), ("README.md", "no")];
        let archive = ResponseTemplate::new(200).set_body_bytes(tar_gz(case.first, &files));
        Mock::given(path(case.archive)).respond_with(archive).expect(1).mount(&server).await;
        let reader = configured(&case.integrations, &server);
        let url = format!("{}/**/catalog-info.yaml", placed(case.url, &server));
        let found = reader
            .search(&url, &ReadOptions::default())
            .await
            .unwrap_or_else(|e| panic!("{}: {e}", case.name));
        let bodies: Vec<_> = found.files.iter().map(|file| file.body.to_vec()).collect();
        assert_eq!(bodies, [b"x".to_vec(), b"root".to_vec()], "{}", case.name);
        assert!(found.files[0].path.ends_with("/apps/x/catalog-info.yaml"), "{}", found.files[0].path);
        assert!(found.files[0].path.starts_with(&placed(case.url, &server)), "{}", found.files[0].path);
        assert_eq!(found.etag.as_deref(), Some(SHA));
        let again = reader.search(&url, &with_etag(SHA)).await.unwrap_err();
        assert!(matches!(again, ReadError::NotModified), "{}: {again}", case.name);
    }
}

#[tokio::test]
async fn a_tree_has_paths_below_the_directory_that_was_asked_for() {
    let server = MockServer::start().await;
    Mock::given(path("/api/repos/o/r/commits/HEAD"))
        .respond_with(ResponseTemplate::new(200).set_body_string(SHA))
        .mount(&server)
        .await;
    let files = [("docs/index.md", "i"), ("docs/deep/a.md", "a"), ("docs-old/x.md", "x"), ("README.md", "r")];
    let archive = ResponseTemplate::new(200).set_body_bytes(tar_gz("o-r-1/", &files));
    Mock::given(path(format!("/api/repos/o/r/tarball/{SHA}"))).respond_with(archive).mount(&server).await;
    Mock::given(path("/api/repos/o/r/commits/main"))
        .respond_with(ResponseTemplate::new(200).set_body_string(SHA))
        .mount(&server)
        .await;
    let host = host_of(&server);
    let reader = reader(json!({"github": [{"host": host, "apiBaseUrl": format!("http://{host}/api")}]}));
    let paths = async |url: String| {
        let tree = reader.read_tree(&url, &ReadOptions::default()).await.unwrap();
        tree.files.into_iter().map(|file| file.path).collect::<Vec<_>>()
    };
    assert_eq!(paths(format!("http://{host}/o/r/tree/main/docs")).await, ["deep/a.md", "index.md"]);
    assert_eq!(paths(format!("http://{host}/o/r")).await.len(), 4);
}

#[tokio::test]
async fn azure_lists_and_fetches_only_what_matches() {
    let server = MockServer::start().await;
    let base = "/org/proj/_apis/git/repositories/repo";
    let answer = |value: Value| ResponseTemplate::new(200).set_body_json(value);
    Mock::given(path(format!("{base}/commits")))
        .respond_with(answer(json!({"value": [{"commitId": "c1"}]})))
        .mount(&server)
        .await;
    let items = json!({"value": [
        {"gitObjectType": "tree", "path": "/apps"},
        {"gitObjectType": "blob", "path": "/apps/a/catalog-info.yaml"},
        {"gitObjectType": "blob", "path": "/apps/a/other.txt"},
        {"gitObjectType": "blob", "path": "/../escape/catalog-info.yaml"},
    ]});
    Mock::given(query_param("recursionLevel", "full")).respond_with(answer(items)).mount(&server).await;
    let file = ResponseTemplate::new(200).set_body_string("found");
    Mock::given(query_param("path", "/apps/a/catalog-info.yaml"))
        .respond_with(file)
        .expect(1)
        .mount(&server)
        .await;
    let host = host_of(&server);
    let reader = reader(json!({"azure": [{"host": host, "baseUrl": format!("http://{host}")}]}));
    let url = format!("http://{host}/org/proj/_git/repo?path=/apps/*/catalog-info.yaml&version=GBmain");
    let found = reader.search(&url, &ReadOptions::default()).await.unwrap();
    assert_eq!(found.files.len(), 1);
    assert_eq!(found.files[0].body, "found");
    assert!(found.files[0].path.contains("path=%2Fapps%2Fa%2Fcatalog-info.yaml"), "{}", found.files[0].path);
    assert!(matches!(reader.search(&url, &with_etag("c1")).await, Err(ReadError::NotModified)));
}

#[tokio::test]
async fn azure_and_bitbucket_client_credentials_are_exchanged_once() {
    let server = MockServer::start().await;
    let token =
        ResponseTemplate::new(200).set_body_json(json!({"access_token": "fresh", "expires_in": 3600}));
    Mock::given(path("/tenant/oauth2/v2.0/token"))
        .and(body_string_contains("client_id=id&client_secret=secret"))
        .respond_with(token.clone())
        .expect(1)
        .mount(&server)
        .await;
    Mock::given(path("/oauth"))
        .and(header("authorization", "Basic aWQ6c2VjcmV0"))
        .respond_with(token)
        .expect(1)
        .mount(&server)
        .await;
    let signed = Mock::given(method("GET")).and(header("authorization", "Bearer fresh"));
    signed.respond_with(ResponseTemplate::new(200).set_body_string(TEXT)).expect(4).mount(&server).await;
    let (host, uri) = (host_of(&server), server.uri());
    let azure = reader(json!({"azure": [{"host": host, "baseUrl": uri, "credentials": [
        {"clientId": "id", "clientSecret": "secret", "tenantId": "tenant", "authorityHost": uri}]}]}));
    let bitbucket = reader(json!({"bitbucketCloud": [{"host": host, "apiBaseUrl": uri,
        "tokenUrl": format!("{uri}/oauth"), "clientId": "id", "clientSecret": "secret"}]}));
    for file in ["a", "b"] {
        let url = format!("{uri}/org/proj/_git/repo?path=/{file}");
        assert_eq!(azure.read_url(&url, &ReadOptions::default()).await.unwrap().body, TEXT);
        let url = format!("{uri}/w/r/src/main/{file}");
        assert_eq!(bitbucket.read_url(&url, &ReadOptions::default()).await.unwrap().body, TEXT);
    }
}

#[tokio::test]
async fn a_github_app_gives_a_token_to_its_owners_and_keeps_it() {
    let server = MockServer::start().await;
    let installations =
        json!([{"id": 7, "account": {"login": "Good-Org"}}, {"id": 8, "account": {"login": "other"}}]);
    Mock::given(path("/api/app/installations"))
        .respond_with(ResponseTemplate::new(200).set_body_json(installations))
        .mount(&server)
        .await;
    let until = (jiff::Timestamp::now() + jiff::SignedDuration::from_hours(1)).to_string();
    let token =
        ResponseTemplate::new(201).set_body_json(json!({"token": "installation", "expires_at": until}));
    Mock::given(path("/api/app/installations/7/access_tokens"))
        .respond_with(token)
        .expect(1)
        .mount(&server)
        .await;
    let contents = |token: &str| Mock::given(header("authorization", format!("Bearer {token}").as_str()));
    let answer = || ResponseTemplate::new(200).set_body_string(TEXT);
    contents("installation").respond_with(answer()).expect(2).mount(&server).await;
    contents("personal").respond_with(answer()).expect(1).mount(&server).await;
    let host = host_of(&server);
    let reader = reader(json!({"github": [{
        "host": host, "apiBaseUrl": format!("http://{host}/api"), "token": "personal",
        "apps": [{"appId": 1, "privateKey": include_str!("test-only-rsa.pem"), "clientId": "c", "clientSecret": "s",
            "webhookSecret": "w", "allowedInstallationOwners": ["good-org"]}],
    }]}));
    for url in ["good-org/r/blob/main/a", "Good-Org/r/blob/main/b", "other/r/blob/main/c"] {
        let read = reader.read_url(&format!("http://{host}/{url}"), &ReadOptions::default()).await;
        assert_eq!(read.unwrap().body, TEXT);
    }
    let asked = server.received_requests().await.unwrap();
    let jwt =
        asked.iter().find(|r| r.url.path() == "/api/app/installations").unwrap().headers["authorization"]
            .to_str()
            .unwrap();
    assert_eq!(jwt.split('.').count(), 3, "an app signs in with a JWT");
}
