//! A built frontend in place of the portal: `app.distDir`, as Backstage's app backend serves it.

use std::path::Path;

use callboard_testkit::{TestDatabase, eventually};
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::server::{self, Server};

const CANARY: &str = "canary-9b1f-secret";

/// A build such as the tools of Backstage make it.
fn build(folder: &Path, public: bool) {
    let write = |name: &str, text: &str| {
        let path = folder.join(name);
        std::fs::create_dir_all(path.parent().expect("a folder")).expect("folders");
        std::fs::write(path, text).expect("a file");
    };
    let page = |name: &str| {
        format!(
            "<!doctype html><html><head><title><%= config.getString('app.title') %></title>\
             <script src=\"<%= publicPath %>/static/{name}.abc123.js\"></script></head><body></body></html>"
        )
    };
    write("index.html.tmpl", &page("main"));
    write("index.html", "<p>not this one</p>");
    write("static/main.abc123.js", "main()");
    write("manifest.json", "{}");
    write(
        ".config-schema.json",
        &json!({"backstageConfigSchemaVersion": 1, "schemas": [{"packageName": "radar", "path": "x", "value": {
            "type": "object", "properties": {"radar": {"type": "object", "properties": {
                "url": {"type": "string", "visibility": "frontend"}, "token": {"type": "string"}}}}}}]})
        .to_string(),
    );
    if public {
        write("public/index.html.tmpl", &page("public"));
        write("public/static/public.abc123.js", "signIn()");
    }
}

struct Running {
    server: Server,
    dist: TempDir,
}

async fn start(database: &TestDatabase, dist: TempDir) -> Running {
    let extra = json!({
        "app": {"title": "Our portal & co", "distDir": dist.path(), "baseUrl": "http://localhost:7007"},
        "radar": {"url": "https://radar.example.com", "token": CANARY},
        "integrations": {"github": [{"host": "github.com", "token": CANARY}]},
    });
    let server = Server::start(&server::config(&database.config(), extra));
    server.ready().await;
    Running { server, dist }
}

fn dist(public: bool) -> TempDir {
    let folder = tempfile::tempdir().expect("a temporary directory");
    build(folder.path(), public);
    folder
}

impl Running {
    async fn get(&self, path: &str, cookie: &str) -> reqwest::Response {
        let mut request = self.server.http.get(format!("{}{path}", self.server.base_url));
        if !cookie.is_empty() {
            request = request.header("cookie", cookie);
        }
        request.send().await.expect("an answer")
    }

    async fn text(&self, path: &str, cookie: &str) -> String {
        self.get(path, cookie).await.text().await.expect("a body")
    }

    async fn guest_token(&self) -> String {
        let text = self.text("/api/auth/guest/refresh", "").await;
        let body: Value = serde_json::from_str(&text).expect("JSON");
        body["backstageIdentity"]["token"].as_str().expect("a token").to_owned()
    }
}

fn header<'a>(answer: &'a reqwest::Response, name: &str) -> &'a str {
    answer.headers().get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
}

#[tokio::test(flavor = "multi_thread")]
async fn every_path_is_the_page_with_what_browsers_may_see_of_the_configuration() {
    let database = TestDatabase::sqlite().await;
    let app = start(&database, dist(false)).await;
    for path in ["/", "/index.html", "/catalog/default/component/a.b", "/deep/link?x=1"] {
        let answer = app.get(path, "").await;
        assert_eq!(answer.status(), 200, "{path}");
        assert_eq!(header(&answer, "cache-control"), "no-store, max-age=0");
        assert_eq!(header(&answer, "content-type"), "text/html; charset=utf-8");
        assert_eq!(header(&answer, "x-frame-options"), "DENY");
        assert!(header(&answer, "content-security-policy").contains("script-src 'self' 'unsafe-eval'"));
        let text = answer.text().await.expect("a body");
        assert!(
            text.contains("<title>Our portal &amp; co</title>") && text.contains("src=\"/static/main"),
            "{text}"
        );
        assert!(text.contains("https://radar.example.com") && !text.contains(CANARY), "{text}");
        let config =
            text.split("backstage.io/config\">").nth(1).and_then(|rest| rest.split("</script>").next());
        let config: Value = serde_json::from_str(config.expect("the element")).expect("JSON");
        assert_eq!(config[0]["data"]["radar"], json!({"url": "https://radar.example.com"}));
    }
    assert_eq!(app.get("/api/nope", "").await.status(), 404);
    assert!(app.server.stop());
}

#[tokio::test(flavor = "multi_thread")]
async fn files_are_cached_for_long_and_those_of_the_last_build_are_still_there() {
    let database = TestDatabase::sqlite().await;
    let app = start(&database, dist(false)).await;
    let script = app.get("/static/main.abc123.js", "").await;
    assert_eq!(header(&script, "cache-control"), "public, max-age=1209600");
    assert_eq!(header(&script, "content-type"), "text/javascript; charset=utf-8");
    assert_eq!(script.text().await.expect("a body"), "main()");
    assert_eq!(app.text("/api/app/static/main.abc123.js", "").await, "main()");
    assert_eq!(app.text("/manifest.json", "").await, "{}");
    let missing = app.get("/static/nope.js", "").await;
    assert_eq!((missing.status().as_u16(), missing.text().await.expect("a body").as_str()), (404, ""));
    // Kept in the background after the start; once it is, the next build may replace the file.
    eventually("the script is kept", || async {
        let rows = database.database().query("SELECT path FROM app_static_assets", &[]).await;
        rows.is_ok_and(|rows| rows.len() == 1)
    })
    .await;
    std::fs::rename(
        app.dist.path().join("static/main.abc123.js"),
        app.dist.path().join("static/main.def456.js"),
    )
    .expect("another build");
    let old = app.get("/static/main.abc123.js", "").await;
    assert_eq!(old.status(), 200);
    assert_eq!(old.text().await.expect("a body"), "main()");
    assert!(app.server.stop());
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_beside_the_build_is_served() {
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    let database = TestDatabase::sqlite().await;
    let folder = tempfile::tempdir().expect("a temporary directory");
    std::fs::write(folder.path().join("secret.txt"), CANARY).expect("a file");
    let dist = tempfile::tempdir_in(folder.path()).expect("a folder");
    build(dist.path(), false);
    let app = start(&database, dist).await;
    let address = app.server.base_url.trim_start_matches("http://").to_owned();
    for path in [
        "/../secret.txt",
        "/static/../../secret.txt",
        "/%2e%2e/secret.txt",
        "/..%2fsecret.txt",
        "/static/..%5c..%5csecret.txt",
        "/%252e%252e/secret.txt",
        "/.config-schema.json",
        "/api/app/../../secret.txt",
        "/api/app/%2e%2e/secret.txt",
        "/api/app/.config-schema.json",
        "/index.html.tmpl",
    ] {
        let mut stream = tokio::net::TcpStream::connect(&address).await.expect("a connection");
        let request = format!("GET {path} HTTP/1.1\r\nhost: portal\r\nconnection: close\r\n\r\n");
        stream.write_all(request.as_bytes()).await.expect("a request");
        let mut answer = String::new();
        stream.read_to_string(&mut answer).await.expect("an answer");
        assert!(
            !answer.contains(CANARY) && !answer.contains("packageName") && !answer.contains("<%"),
            "{path}: {answer}"
        );
    }
    assert!(app.server.stop());
}

#[tokio::test(flavor = "multi_thread")]
async fn in_protected_mode_only_who_is_signed_in_gets_the_app() {
    let database = TestDatabase::sqlite().await;
    let app = start(&database, dist(true)).await;
    let public = app.text("/catalog", "").await;
    assert!(public.contains("static/public.abc123.js") && !public.contains("static/main"), "{public}");
    assert_eq!(app.text("/static/public.abc123.js", "").await, "signIn()");
    assert_eq!(app.get("/static/main.abc123.js", "").await.status(), 404, "nor any part of it");
    assert_eq!(app.get("/api/app/static/main.abc123.js", "").await.status(), 404);

    let stale = app.get("/", "backstage-auth=nonsense").await;
    assert!(header(&stale, "set-cookie").starts_with("backstage-auth=;"), "{:?}", stale.headers());
    assert!(stale.text().await.expect("a body").contains("public.abc123.js"));

    let token = app.guest_token().await;
    let form = |token: &str, site: &'static str| {
        let body: String = url::form_urlencoded::Serializer::new(String::new())
            .extend_pairs([("type", "sign-in"), ("token", token)])
            .finish();
        let request = app.server.http.post(format!("{}/catalog", app.server.base_url));
        request
            .header("content-type", "application/x-www-form-urlencoded")
            .header("sec-fetch-site", site)
            .body(body)
            .send()
    };
    assert_eq!(form(&token, "cross-site").await.expect("an answer").status(), 403);
    assert_eq!(form("forged", "same-origin").await.expect("an answer").status(), 401);
    assert_eq!(
        form(server::TOKEN, "same-origin").await.expect("an answer").status(),
        403,
        "a service is no user"
    );
    let empty = app.server.http.post(format!("{}/", app.server.base_url)).send().await.expect("an answer");
    assert_eq!(empty.status(), 400);
    let signed_in = form(&token, "same-origin").await.expect("an answer");
    assert_eq!(signed_in.status(), 200);
    let cookie = header(&signed_in, "set-cookie").split(';').next().unwrap_or_default().to_owned();
    assert!(header(&signed_in, "set-cookie").contains("HttpOnly"));
    assert!(signed_in.text().await.expect("a body").contains("static/main.abc123.js"));
    assert!(app.text("/catalog", &cookie).await.contains("static/main.abc123.js"));
    assert!(app.server.stop());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_folder_that_is_no_build_ends_the_start_and_says_which_key() {
    let folder = tempfile::tempdir().expect("a temporary directory");
    let config = folder.path().join("app-config.yaml");
    std::fs::write(&config, "app: {distDir: nowhere}\nbackend: {listen: '127.0.0.1:0', database: {client: better-sqlite3, connection: ':memory:'}}\n")
        .expect("a file");
    let output = std::process::Command::new(env!("CARGO_BIN_EXE_callboard"))
        .args(["serve", "--config"])
        .arg(&config)
        .output()
        .expect("starting the program");
    let text = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(!output.status.success() && text.contains("app.distDir") && text.contains("nowhere"), "{text}");
}
