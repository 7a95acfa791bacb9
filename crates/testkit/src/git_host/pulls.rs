//! Pull requests, kept in memory.

use std::sync::Mutex;

use serde_json::{Value, json};

/// The pull requests of all repositories.
#[derive(Debug, Default)]
pub(super) struct Pulls {
    open: Mutex<Vec<(String, Value)>>,
}

impl Pulls {
    pub(super) fn open(&self, repository: &str, url: &str, head: &str, base: &str, body: &Value) -> Value {
        let Ok(mut open) = self.open.lock() else { return Value::Null };
        let number = open.len() + 1;
        let pull = json!({
            "number": number,
            "html_url": format!("{url}/pull/{number}"),
            "title": body["title"], "body": body["body"], "draft": body["draft"],
            "head": {"ref": head, "label": body["head"]},
            "base": {"ref": base},
            "state": "open",
        });
        open.push((repository.to_owned(), pull.clone()));
        pull
    }

    pub(super) fn of(&self, repository: &str, head: Option<&str>) -> Vec<Value> {
        let Ok(open) = self.open.lock() else { return Vec::new() };
        let matches = |pull: &Value| head.is_none_or(|head| pull["head"]["ref"] == head);
        open.iter()
            .filter(|(of, pull)| of == repository && matches(pull))
            .map(|(_, pull)| pull.clone())
            .collect()
    }
}
