//! Running a program: input on its standard input, output on its standard output, log lines from its standard error.

use std::os::unix::process::ExitStatusExt;
use std::process::{ExitStatus, Stdio};

use rustix::process::{Pid, Signal, kill_process_group};
use secrecy::ExposeSecret;
use serde_json::{Map, Value};
use tokio::io::{AsyncBufReadExt, AsyncRead, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::process::Command;

use super::config::Program;
use super::mask::Mask;
use crate::action::{ActionContext, ActionError, StepLog};

/// Bytes of a log line; what is longer is cut.
const MAX_LINE: u64 = 8 * 1024;
/// Lines that the step's log gets.
const MAX_LINES: usize = 10_000;
/// The status with which the shell says that a limit could not be set.
const NO_LIMITS: i32 = 125;

/// The processes of one run. They end with it, whatever ends it.
struct Group(Option<Pid>);

impl Group {
    /// Kills what is left. The number stands for the group as long as the leader is not waited for or anybody of it
    /// lives; between the leader's end and this call nobody else gets it in practice.
    fn end(&self) {
        if let Some(group) = self.0 {
            // Nobody left is as good.
            let _ = kill_process_group(group, Signal::KILL);
        }
    }
}

impl Drop for Group {
    fn drop(&mut self) {
        self.end();
    }
}

/// Runs it; the members of its output.
pub(super) async fn run(
    program: &Program,
    context: &ActionContext,
    mut told: Value,
) -> Result<Map<String, Value>, ActionError> {
    let name = program.command.first().map(String::as_str).unwrap_or_default();
    let failed = |what: &str, error: std::io::Error| ActionError::Failed(format!("{name} {what}: {error}"));
    let home = tempfile::tempdir().map_err(|error| failed("has no directory of its own", error))?;
    let directory = if program.in_workspace { context.workspace.root() } else { home.path() };
    told["workspace"] = directory.to_string_lossy().into();
    let mut command = Command::new("/bin/sh");
    command
        .arg("-c")
        .arg(program.limits.script())
        .arg("sh")
        .args(&program.command)
        .current_dir(directory)
        .env_clear()
        .env("PATH", "/usr/local/bin:/usr/bin:/bin")
        .env("HOME", home.path())
        .env("TMPDIR", home.path())
        .env("LANG", "C.UTF-8")
        .envs(program.environment.iter().map(|(name, value)| (name, value.expose_secret())))
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .process_group(0)
        .kill_on_drop(true);
    let mut child = command.spawn().map_err(|error| failed("could not be started", error))?;
    let group = Group(child.id().and_then(|id| i32::try_from(id).ok()).and_then(Pid::from_raw));
    let (Some(mut stdin), Some(stdout), Some(stderr)) =
        (child.stdin.take(), child.stdout.take(), child.stderr.take())
    else {
        return Err(ActionError::Failed(format!("{name} has no pipes")));
    };
    let mask = Mask::of(program.environment.iter().map(|(_, value)| value));
    let input = told.to_string();
    let feed = async move {
        // It need not read what it is told.
        let _ = stdin.write_all(input.as_bytes()).await;
        drop(stdin);
    };
    let limit = program.limits.output_bytes;
    let wait = async {
        let status = child.wait().await;
        // Whatever it left running would hold the pipes open.
        group.end();
        status
    };
    let whole = async {
        tokio::join!(feed, read_output(stdout, limit, &group), read_log(stderr, &context.log, &mask), wait)
    };
    let ((), output, last, status) = tokio::time::timeout(program.timeout, whole).await.map_err(|_| {
        ActionError::Failed(format!(
            "{name} did not end within {}s and was killed",
            program.timeout.as_secs()
        ))
    })?;
    let output = output.map_err(|error| failed("could not be read", error))?;
    let status = status.map_err(|error| failed("could not be waited for", error))?;
    let Some(output) = output else {
        return Err(ActionError::Failed(format!(
            "{name} printed more than the {limit} bytes of limits.outputBytes and was killed"
        )));
    };
    if !status.success() {
        return Err(ActionError::Failed(format!("{name} {}{last}", ended(status))));
    }
    parse(name, &output)
}

fn ended(status: ExitStatus) -> String {
    match (status.code(), status.signal()) {
        (Some(NO_LIMITS), _) => "was not started, because its limits could not be set".to_owned(),
        (Some(code), _) => format!("ended with status {code}"),
        (None, Some(24)) => "was killed: it used the processor longer than limits.cpuSeconds".to_owned(),
        (None, Some(25)) => "was killed: it wrote a file larger than limits.fileBytes".to_owned(),
        (None, Some(signal)) => format!("was killed by signal {signal}"),
        (None, None) => "was killed".to_owned(),
    }
}

/// Reads up to the limit; `None` if there is more, and then the program is killed.
async fn read_output(
    stdout: impl AsyncRead + Unpin,
    limit: u64,
    group: &Group,
) -> std::io::Result<Option<Vec<u8>>> {
    let mut output = Vec::new();
    stdout.take(limit.saturating_add(1)).read_to_end(&mut output).await?;
    if output.len() as u64 > limit {
        group.end();
        return Ok(None);
    }
    Ok(Some(output))
}

/// Passes lines on as they come; what the last one said, for an error.
async fn read_log(stderr: impl AsyncRead + Unpin, log: &StepLog, mask: &Mask) -> String {
    let mut reader = BufReader::new(stderr);
    let mut last = String::new();
    let mut lines = 0;
    loop {
        let mut line = Vec::new();
        match (&mut reader).take(MAX_LINE).read_until(b'\n', &mut line).await {
            Ok(0) | Err(_) => break,
            Ok(_) => {}
        }
        let text = mask.hide(&String::from_utf8_lossy(&line));
        let text = text.trim_end();
        if text.is_empty() {
            continue;
        }
        lines += 1;
        if lines == MAX_LINES {
            log.warn(format!("The log is cut after {MAX_LINES} lines"));
        } else if lines < MAX_LINES {
            log.info(text);
        }
        last = text.chars().take(500).collect();
    }
    if last.is_empty() { last } else { format!(": {last}") }
}

fn parse(name: &str, output: &[u8]) -> Result<Map<String, Value>, ActionError> {
    if output.iter().all(u8::is_ascii_whitespace) {
        return Ok(Map::new());
    }
    match serde_json::from_slice(output) {
        Ok(Value::Object(members)) => Ok(members),
        Ok(_) => {
            Err(ActionError::Failed(format!("{name} printed JSON that is no object; its output is one")))
        }
        Err(error) => Err(ActionError::Failed(format!(
            "{name} printed something that is no JSON ({error}); its output is a JSON object, and what it has to say goes to \
             standard error"
        ))),
    }
}
