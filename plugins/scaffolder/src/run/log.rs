//! What a task says: lines of its steps and events of its own, masked, and bounded in lines and bytes.

use parking_lot::Mutex;
use serde_json::{Value, json};
use tokio::sync::Notify;

use crate::action::{LogLevel, LogSink};
use crate::db::events::NewEvent;
use crate::secrets::TaskMasker;

/// Bytes of one line.
const LONGEST_LINE: usize = 64 << 10;

/// The log of a task, between two commits.
#[derive(Debug)]
pub(crate) struct TaskLog {
    inner: Mutex<Inner>,
    /// Told when something is there to be stored.
    wake: Notify,
}

#[derive(Debug)]
struct Inner {
    masker: TaskMasker,
    hidden: Vec<String>,
    pending: Vec<NewEvent>,
    lines: u64,
    bytes: u64,
    most_lines: u64,
    most_bytes: u64,
    cut: bool,
}

impl TaskLog {
    /// A log that masks these secrets and has said so much already (lines, bytes).
    pub(crate) fn new(
        secrets: impl IntoIterator<Item = String>,
        said: (u64, u64),
        most_lines: u64,
        most_bytes: u64,
    ) -> Self {
        let inner = Inner {
            masker: TaskMasker::new(secrets),
            hidden: Vec::new(),
            pending: Vec::new(),
            lines: said.0,
            bytes: said.1,
            most_lines,
            most_bytes,
            cut: said.0 >= most_lines || said.1 >= most_bytes,
        };
        Self { inner: Mutex::new(inner), wake: Notify::new() }
    }

    /// An event of the task itself; never cut.
    pub(crate) fn event(&self, kind: &'static str, body: &Value) {
        let mut inner = self.inner.lock();
        let body = inner.masker.value(body);
        inner.pending.push(NewEvent::new(kind, body));
        drop(inner);
        self.wake.notify_one();
    }

    /// A log event about a step: `{message, stepId, status}`.
    pub(crate) fn step(&self, step_id: &str, message: &str, status: &str) {
        self.event("log", &json!({"message": message, "stepId": step_id, "status": status}));
    }

    /// What waits to be stored.
    pub(crate) fn take(&self) -> Vec<NewEvent> {
        std::mem::take(&mut self.inner.lock().pending)
    }

    /// Waits until there is something.
    pub(crate) async fn has_more(&self) {
        loop {
            let told = self.wake.notified();
            if !self.inner.lock().pending.is_empty() {
                return;
            }
            told.await;
        }
    }

    /// A text without secrets.
    pub(crate) fn masked_text(&self, text: &str) -> String {
        self.inner.lock().masker.text(text)
    }

    /// The secrets that were added while the task ran.
    pub(crate) fn hidden(&self) -> Vec<String> {
        self.inner.lock().hidden.clone()
    }

    /// Lines and bytes so far.
    pub(crate) fn said(&self) -> (u64, u64) {
        let inner = self.inner.lock();
        (inner.lines, inner.bytes)
    }
}

impl LogSink for TaskLog {
    fn line(&self, step_id: &str, level: LogLevel, text: &str) {
        let mut inner = self.inner.lock();
        if inner.cut {
            return;
        }
        let masked = if text.len() > LONGEST_LINE {
            // Masked before it is cut, with some room behind the end, so that half a secret does not stay.
            let whole = inner.masker.text(beginning(text, 2 * LONGEST_LINE));
            format!("{} … (the line has {} bytes)", beginning(&whole, LONGEST_LINE), text.len())
        } else {
            inner.masker.text(text)
        };
        inner.lines += 1;
        inner.bytes += masked.len() as u64;
        let over = inner.lines >= inner.most_lines || inner.bytes >= inner.most_bytes;
        let line = |level: &str, colour: u8, text: &str| {
            let message = format!("\u{1b}[{colour}m{level}\u{1b}[39m: {text}");
            NewEvent::log(json!({"message": message, "stepId": step_id}))
        };
        let event = match level {
            LogLevel::Info => line("info", 32, &masked),
            LogLevel::Warn => line("warn", 33, &masked),
            LogLevel::Error => line("error", 31, &masked),
        };
        inner.pending.push(event);
        if over {
            inner.cut = true;
            let text = "The log of this task has reached its limit (scaffolder.limits.logLines and logBytes); \
                        what its steps say from here on is not kept";
            inner.pending.push(line("warn", 33, text));
        }
        drop(inner);
        self.wake.notify_one();
    }

    fn hide(&self, secret: &str) {
        let mut inner = self.inner.lock();
        if inner.masker.extend([secret.to_owned()]) {
            inner.hidden.push(secret.to_owned());
        }
    }
}

/// The first bytes of a text, to the end of a character.
fn beginning(text: &str, most: usize) -> &str {
    let mut end = text.len().min(most);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    &text[..end]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn messages(log: &TaskLog) -> Vec<String> {
        log.take().iter().map(|event| event.body["message"].as_str().unwrap_or_default().to_owned()).collect()
    }

    #[test]
    fn a_flood_is_cut_with_a_line_that_says_so_and_events_still_come() {
        let log = TaskLog::new([], (0, 0), 3, 1 << 20);
        for number in 0..10 {
            log.line("a", LogLevel::Info, &format!("line {number}"));
        }
        log.step("a", "Finished step A", "completed");
        let messages = messages(&log);
        assert_eq!(messages.len(), 5);
        assert!(messages[3].contains("not kept") && messages[4] == "Finished step A");
        let log = TaskLog::new([], (0, 0), 100, 10);
        log.line("a", LogLevel::Warn, "more than ten bytes");
        log.line("a", LogLevel::Info, "nothing");
        assert_eq!(log.take().len(), 2);
    }

    #[test]
    fn a_long_line_is_cut_behind_the_mask_and_between_characters() {
        let secret = "canary-".repeat(20);
        let log = TaskLog::new([secret.clone()], (0, 0), 10, 1 << 20);
        let text = format!("{}{secret}{}", "é".repeat(LONGEST_LINE / 2 - 10), "x".repeat(1_000));
        log.line("a", LogLevel::Info, &text);
        let message = messages(&log).remove(0);
        assert!(
            message.contains("***") && !message.contains("canary"),
            "{}",
            &message[message.len() - 200..]
        );
        assert!(message.contains("bytes)"));
    }

    #[test]
    fn a_secret_that_an_action_makes_is_masked_from_then_on() {
        let log = TaskLog::new([], (0, 0), 10, 1 << 20);
        log.hide("fresh-token-1");
        log.line("a", LogLevel::Info, "made fresh-token-1");
        assert!(messages(&log)[0].ends_with("made ***"));
        assert_eq!(log.hidden(), ["fresh-token-1"]);
    }
}
