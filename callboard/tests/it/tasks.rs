//! kill -9 at seeded moments while tasks of ten steps run: each goes on behind its last step, what may not run twice does
//! not, nothing is stuck and no stream stays open.

use std::time::Duration;

use axum::Router;
use axum::extract::Path;
use axum::routing::get;
use callboard_testkit::{TestDatabase, eventually, eventually_within};
use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};
use serde_json::{Value, json};
use tokio::net::TcpListener;

use crate::server::{self, Server, TOKEN};

const KILLS: usize = 100;
/// Every task has met its last kill long before.
const TO_END: Duration = Duration::from_secs(120);

/// Three steps register a location, which the catalog refuses the second time; the others may run again.
fn template() -> Value {
    let register = |step: &str| {
        json!({"id": step, "action": "catalog:register",
               "input": {"catalogInfoUrl": format!("${{{{ parameters.host }}}}/${{{{ context.task.id }}}}-{step}")}})
    };
    let write = |step: &str| json!({"id": step, "action": "catalog:write", "input": {"filePath": format!("{step}.yaml"), "entity": {"kind": "X"}}});
    let wait = |step: &str| json!({"id": step, "action": "debug:wait", "input": {"milliseconds": 80}});
    json!({
        "apiVersion": "scaffolder.backstage.io/v1beta3",
        "kind": "Template",
        "metadata": {"name": "ten"},
        "spec": {"type": "test", "steps": [
            wait("s0"), register("s1"), write("s2"), wait("s3"), register("s4"),
            write("s5"), wait("s6"), register("s7"), wait("s8"),
            {"id": "s9", "action": "debug:log", "input": {"listWorkspace": "with-filenames"}},
        ]},
    })
}

/// A host with a component at every path; answers its URL.
async fn host() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = listener.local_addr().expect("an address");
    let component = |Path(name): Path<String>| async move {
        format!(
            "apiVersion: backstage.io/v1alpha1\nkind: Component\nmetadata: {{name: {name}}}\nspec: {{type: x, lifecycle: x, owner: crew}}\n"
        )
    };
    let router = Router::new().route("/{name}", get(component));
    tokio::spawn(async move { axum::serve(listener, router).await });
    format!("http://{address}")
}

struct Rig {
    config: Value,
    host: String,
    tasks: Vec<String>,
    _folder: tempfile::TempDir,
}

impl Rig {
    async fn new(database: &TestDatabase) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let host = host().await;
        std::fs::write(folder.path().join("template.yaml"), template().to_string()).expect("a file");
        let extra = json!({
            "backend": {
                "workingDirectory": folder.path(),
                "reading": {"allow": [{"host": host.trim_start_matches("http://")}]},
            },
            "catalog": {
                "rules": [{"allow": ["Component", "Template"]}],
                "locations": [{"type": "file", "target": folder.path().join("template.yaml")}],
            },
            "scaffolder": {"taskRecovery": {"staleTimeout": {"seconds": 1}}},
        });
        Self { config: server::config(&database.config(), extra), host, tasks: Vec::new(), _folder: folder }
    }

    async fn start(&self) -> Server {
        let server = Server::start(&self.config);
        server.ready().await;
        server
    }

    async fn create(&mut self, server: &Server) {
        let body = json!({"templateRef": "template:default/ten", "values": {"host": self.host}});
        let request = server.http.post(format!("{}/api/scaffolder/v2/tasks", server.base_url));
        let answer = request.bearer_auth(TOKEN).json(&body).send().await.expect("an answer");
        assert_eq!(answer.status(), 201);
        let body: Value = serde_json::from_slice(&answer.bytes().await.expect("a body")).expect("JSON");
        self.tasks.push(body["id"].as_str().expect("an id").to_owned());
    }

    /// Every task has ended as it should, and its stream with it. Answers how many were completed and cut off.
    async fn check(&self, server: &Server) -> (usize, usize) {
        let mut recovered = 0;
        eventually_within(TO_END, "no task is stuck", || async {
            let (_, page) =
                server.get("/api/scaffolder/v2/tasks?status=open&status=processing&limit=1").await;
            page["totalTasks"] == 0
        })
        .await;
        let (mut completed, mut cut_off) = (0, 0);
        for task in &self.tasks {
            let url = format!("{}/api/scaffolder/v2/tasks/{task}/eventstream", server.base_url);
            let answer = server.http.get(url).bearer_auth(TOKEN).send().await.expect("an answer");
            let stream = answer.text().await.expect("a stream that ends");
            let events: Vec<Value> = stream
                .lines()
                .filter_map(|line| line.strip_prefix("data: "))
                .map(|data| serde_json::from_str(data).expect("an event"))
                .collect();
            let end = events.iter().filter(|event| event["type"] == "completion").collect::<Vec<_>>();
            assert_eq!(end.len(), 1, "{stream}");
            recovered += events.iter().filter(|event| event["type"] == "recovered").count();
            let finished = |step: &str| {
                let is_it = |event: &&Value| event["body"]["message"] == format!("Finished step {step}");
                events.iter().filter(is_it).count()
            };
            for action in ["catalog:register", "catalog:write", "debug:wait"] {
                assert!(finished(action) <= 4, "{action} finished too often: {stream}");
            }
            match end[0]["body"]["error"]["message"].as_str() {
                None => {
                    completed += 1;
                    assert!(
                        stream.contains("Workspace:\\n - s2.yaml\\n - s5.yaml"),
                        "the workspace came along: {stream}"
                    );
                    assert_eq!(finished("catalog:register"), 3, "{stream}");
                }
                Some(message) => {
                    cut_off += 1;
                    let expected = "Step catalog:register was cut off when its server stopped";
                    assert!(message.starts_with(expected), "{message}");
                }
            }
        }
        assert!(recovered > KILLS / 4, "the kills fell beside the tasks: {recovered}");
        (completed, cut_off)
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hundred_kills_of_the_one_process_lose_no_task_on_sqlite() {
    let database = TestDatabase::sqlite().await;
    let mut rig = Rig::new(&database).await;
    let mut random = StdRng::seed_from_u64(11);
    for kill in 0..KILLS {
        let server = rig.start().await;
        if kill == 0 {
            eventually("template and location are there", || async { server.count().await == 2 }).await;
        }
        rig.create(&server).await;
        // The moment of the kill is what is varied here, not something that is waited for.
        tokio::time::sleep(Duration::from_millis(random.random_range(0..700))).await;
        server.kill();
    }
    let server = rig.start().await;
    let (completed, cut_off) = rig.check(&server).await;
    assert_eq!(completed + cut_off, KILLS);
    assert!(completed > KILLS / 4, "only {completed} were completed");
    assert!(server.stop(), "it stops by itself when asked");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hundred_kills_among_three_processes_lose_no_task_on_postgresql() {
    let database = TestDatabase::postgres().await;
    let mut rig = Rig::new(&database).await;
    let mut random = StdRng::seed_from_u64(12);
    let mut servers = vec![rig.start().await, rig.start().await, rig.start().await];
    eventually("template and location are there", || async { servers[0].count().await == 2 }).await;
    for _ in 0..KILLS {
        let victim = random.random_range(0..servers.len());
        rig.create(&servers[(victim + 1) % 3]).await;
        tokio::time::sleep(Duration::from_millis(random.random_range(0..400))).await;
        servers.remove(victim).kill();
        servers.push(rig.start().await);
    }
    let (completed, cut_off) = rig.check(&servers[0]).await;
    assert_eq!(completed + cut_off, KILLS);
    assert!(completed > KILLS / 4, "only {completed} were completed");
    for server in servers {
        assert!(server.stop(), "it stops by itself when asked");
    }
}

/// The file of a SQLite database with its log, byte by byte.
fn stored(config: &Value) -> String {
    let file = config["backend"]["database"]["connection"]["filename"].as_str().expect("a file");
    let parts = ["", "-wal"].map(|end| std::fs::read(format!("{file}{end}")).unwrap_or_default());
    String::from_utf8_lossy(&parts.concat()).into_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_secret_of_a_task_is_in_no_log_stream_answer_or_file() {
    let database = TestDatabase::sqlite().await;
    let folder = tempfile::tempdir().expect("a folder");
    let all = "${{ secrets.token }} ${{ secrets.token | reverse }} ${{ secrets.token | upper }} ${{ environment.secrets | dump }}";
    let template = json!({
        "apiVersion": "scaffolder.backstage.io/v1beta3",
        "kind": "Template",
        "metadata": {"name": "leaky"},
        "spec": {
            "type": "test",
            "steps": [
                {"id": "log", "action": "debug:log", "input": {"message": all}},
                {"id": "write", "action": "catalog:write", "input": {"entity": {"kind": "X", "value": all}}},
                {"id": "show", "action": "debug:log", "input": {"listWorkspace": "with-contents"}},
                {"id": "fail", "action": "catalog:fetch", "input": {"entityRef": "component:default/${{ secrets.token }}"}},
            ],
        },
    });
    std::fs::write(folder.path().join("template.yaml"), template.to_string()).expect("a file");
    let extra = json!({
        "backend": {"workingDirectory": folder.path(), "logger": {"level": "debug"}},
        "catalog": {
            "rules": [{"allow": ["Template"]}],
            "locations": [{"type": "file", "target": folder.path().join("template.yaml")}],
        },
        "scaffolder": {"defaultEnvironment": {"secrets": {"KEY": "canary-environment"}}},
    });
    let config = server::config(&database.config(), extra);
    let server = Server::start(&config);
    server.ready().await;
    eventually("template and location are there", || async { server.count().await == 2 }).await;
    let body = json!({"templateRef": "template:default/leaky", "values": {}, "secrets": {"token": "canary-of-caller"}});
    let url = format!("{}/api/scaffolder/v2/tasks", server.base_url);
    let answer = server.http.post(&url).bearer_auth(TOKEN).json(&body).send().await.expect("an answer");
    let answer: Value = serde_json::from_slice(&answer.bytes().await.expect("a body")).expect("JSON");
    let id = answer["id"].as_str().expect("an id");
    let stream = server.http.get(format!("{url}/{id}/eventstream")).bearer_auth(TOKEN).send().await;
    let stream = stream.expect("an answer").text().await.expect("a stream that ends");
    assert!(stream.contains("not found") && stream.contains("***"), "{stream}");
    let (_, task) = server.get(&format!("/api/scaffolder/v2/tasks/{id}")).await;
    let log = server.log();
    assert!(log.contains("\"DEBUG\""), "the whole log was looked at");
    for (place, text) in
        [("stream", stream), ("task", task.to_string()), ("log", log), ("file", stored(&config))]
    {
        for canary in ["canary-of", "canary-env", "rellac-fo", "CANARY-OF"] {
            assert!(!text.contains(canary), "{canary} is in the {place}");
        }
    }
    assert!(server.stop());
}
