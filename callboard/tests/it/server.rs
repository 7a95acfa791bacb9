//! The program under test as a process of its own, on a port that the system chooses.

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use callboard_testkit::eventually;
use serde_json::{Value, json};
use tempfile::TempDir;

/// The static token that every server under test accepts.
pub(crate) const TOKEN: &str = "test-token-of-the-house";

/// A running program.
pub(crate) struct Server {
    child: Child,
    pub(crate) base_url: String,
    pub(crate) http: reqwest::Client,
    log: Arc<Mutex<String>>,
    _directory: TempDir,
}

/// A configuration with a database, a static token, guest sign-in, and what `extra` adds.
pub(crate) fn config(database: &str, extra: Value) -> Value {
    let mut config = json!({
        "app": {"baseUrl": "http://localhost:7007"},
        "backend": {
            "baseUrl": "http://localhost:7007",
            "listen": "127.0.0.1:0",
            "database": serde_json::from_str::<Value>(database).expect("a database section"),
            "auth": {"externalAccess": [{"type": "static", "options": {"token": TOKEN, "subject": "tests"}}]},
        },
        "auth": {"providers": {"guest": {"dangerouslyAllowOutsideDevelopment": true}}},
    });
    merge(&mut config, extra);
    config
}

fn merge(into: &mut Value, from: Value) {
    match (into, from) {
        (Value::Object(into), Value::Object(from)) => {
            for (key, value) in from {
                merge(into.entry(key).or_insert(Value::Null), value);
            }
        }
        (into, from) => *into = from,
    }
}

pub(crate) fn client() -> reqwest::Client {
    // An error says that it is installed already.
    let _ = rustls::crypto::ring::default_provider().install_default();
    #[expect(clippy::disallowed_methods, reason = "the client of a test")]
    reqwest::Client::builder().timeout(Duration::from_secs(30)).build().expect("a client")
}

impl Server {
    /// Starts the program and waits until it listens.
    pub(crate) fn start(config: &Value) -> Self {
        Self::start_with_files(config, &[])
    }

    /// The same over several `--config` files.
    pub(crate) fn start_with_files(config: &Value, before: &[&Path]) -> Self {
        let http = client();
        let directory = tempfile::tempdir().expect("a temporary directory");
        let file = directory.path().join("app-config.test.yaml");
        std::fs::write(&file, config.to_string()).expect("writing the configuration");
        let mut command = Command::new(env!("CARGO_BIN_EXE_callboard"));
        command.arg("serve").current_dir(directory.path()).stdout(Stdio::piped()).stderr(Stdio::inherit());
        for path in before.iter().copied().chain([file.as_path()]) {
            command.arg("--config").arg(path);
        }
        let mut child = command.spawn().expect("starting the program");
        let mut lines = BufReader::new(child.stdout.take().expect("its output")).lines();
        let log = Arc::new(Mutex::new(String::new()));
        let address = loop {
            let line = lines
                .next()
                .unwrap_or_else(|| panic!("it ended before it listened: {}", log.lock().expect("log")));
            let line = line.expect("a line");
            log.lock().expect("log").push_str(&format!("{line}\n"));
            let entry: Value = serde_json::from_str(&line).unwrap_or_default();
            if entry["message"] == "listening" {
                break entry["address"].as_str().expect("an address").to_owned();
            }
        };
        let rest = log.clone();
        std::thread::spawn(move || {
            for line in lines.map_while(Result::ok) {
                rest.lock().expect("log").push_str(&format!("{line}\n"));
            }
        });
        Self { child, base_url: format!("http://{address}"), http, log, _directory: directory }
    }

    /// Waits until the plugins have started.
    pub(crate) async fn ready(&self) {
        eventually("the server is ready", || async {
            let url = format!("{}/.backstage/health/v1/readiness", self.base_url);
            self.http.get(url).send().await.is_ok_and(|answer| answer.status() == 200)
        })
        .await;
    }

    /// A GET with the static token: status and JSON (null where the body is none).
    pub(crate) async fn get(&self, path: &str) -> (u16, Value) {
        let request = self.http.get(format!("{}{path}", self.base_url)).bearer_auth(TOKEN);
        let answer = request.send().await.expect("an answer");
        let status = answer.status().as_u16();
        (status, serde_json::from_slice(&answer.bytes().await.expect("a body")).unwrap_or_default())
    }

    /// How many entities are visible.
    pub(crate) async fn count(&self) -> u64 {
        let (_, page) = self.get("/api/catalog/entities/by-query?limit=0").await;
        page["totalItems"].as_u64().unwrap_or_default()
    }

    /// The most memory that it has had resident, in bytes.
    pub(crate) fn peak_memory(&self) -> u64 {
        let status =
            std::fs::read_to_string(format!("/proc/{}/status", self.child.id())).expect("its status");
        let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).expect("its peak");
        let kilobytes: u64 = peak.trim().trim_end_matches(" kB").parse().expect("a number");
        kilobytes * 1024
    }

    /// Ends it without warning.
    pub(crate) fn kill(mut self) {
        self.child.kill().expect("killing");
        self.child.wait().expect("its end");
    }

    /// Asks it to stop and waits; whether it ended well.
    pub(crate) fn stop(mut self) -> bool {
        let id = self.child.id().to_string();
        assert!(Command::new("kill").arg(id).status().expect("kill").success());
        self.child.wait().expect("its end").success()
    }

    /// What it has logged so far.
    pub(crate) fn log(&self) -> String {
        self.log.lock().expect("log").clone()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // It has ended already where the test stopped it.
        let _ = self.child.kill();
        let _ = self.child.wait();
        if std::thread::panicking() {
            let log = self.log();
            let told =
                |line: &&str| line.contains("\"level\":\"WARN\"") || line.contains("\"level\":\"ERROR\"");
            for line in log.lines().filter(told) {
                #[expect(clippy::print_stderr, reason = "a failing test shows what the program had to say")]
                {
                    eprintln!("{line}");
                }
            }
        }
    }
}
