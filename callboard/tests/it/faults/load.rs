//! Requests that go on while something breaks: some read, some register locations.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use serde_json::json;
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

use super::source::Source;
use crate::server::{Server, TOKEN};

const READERS: usize = 2;
const WRITERS: usize = 2;
/// Time between two requests of one of them.
const PACE: Duration = Duration::from_millis(20);

/// The requests under way.
pub(super) struct Load {
    stop: CancellationToken,
    acknowledged: Arc<Mutex<Vec<String>>>,
    tasks: JoinSet<()>,
}

impl Load {
    /// Reads entities, and registers files of the source whose names begin with `registered`.
    pub(super) fn start(server: &Server, source: &Source) -> Self {
        let stop = CancellationToken::new();
        let acknowledged = Arc::new(Mutex::new(Vec::new()));
        let next = Arc::new(AtomicUsize::new(0));
        let mut tasks = JoinSet::new();
        for _ in 0..READERS {
            let (http, base_url) = (server.http.clone(), server.base_url.clone());
            tasks.spawn(repeat(stop.clone(), move || read(http.clone(), base_url.clone())));
        }
        for _ in 0..WRITERS {
            let (http, base_url) = (server.http.clone(), server.base_url.clone());
            let (next, acknowledged, template) =
                (next.clone(), acknowledged.clone(), source.url("registered-"));
            let write = move || {
                let number = next.fetch_add(1, Ordering::SeqCst);
                let target = template.replace("registered-", &format!("registered-{number}"));
                register(http.clone(), base_url.clone(), target, acknowledged.clone())
            };
            tasks.spawn(repeat(stop.clone(), write));
        }
        Self { stop, acknowledged, tasks }
    }

    /// How many locations the server has said to have registered.
    pub(super) fn acknowledged(&self) -> usize {
        self.acknowledged.lock().expect("the list").len()
    }

    /// Stops, and answers the targets that the server has said to have registered. Fails if a reader was not served.
    pub(super) async fn end(self) -> Vec<String> {
        self.stop.cancel();
        self.tasks.join_all().await;
        self.acknowledged.lock().expect("the list").clone()
    }
}

async fn repeat<F>(stop: CancellationToken, request: impl Fn() -> F)
where
    F: Future<Output = ()>,
{
    let mut pace = tokio::time::interval(PACE);
    while !stop.is_cancelled() {
        pace.tick().await;
        request().await;
    }
}

/// Reading needs no database: the index of the process answers.
async fn read(http: reqwest::Client, base_url: String) {
    let url = format!("{base_url}/api/catalog/entities/by-query?limit=20&filter=kind=component");
    let answer = http.get(url).bearer_auth(TOKEN).send().await;
    let answer = answer.expect("an answer, whatever has happened to the database");
    assert_eq!(answer.status(), 200, "{}", answer.text().await.unwrap_or_default());
}

/// What is not acknowledged may be there or not.
async fn register(
    http: reqwest::Client,
    base_url: String,
    target: String,
    acknowledged: Arc<Mutex<Vec<String>>>,
) {
    let body = json!({"type": "url", "target": target});
    let request = http.post(format!("{base_url}/api/catalog/locations")).bearer_auth(TOKEN).json(&body);
    let Ok(answer) = request.send().await else { return };
    match answer.status().as_u16() {
        201 => acknowledged.lock().expect("the list").push(target),
        503 => {}
        other => {
            panic!("{other} is not how an absent database shows: {}", answer.text().await.unwrap_or_default())
        }
    }
}
