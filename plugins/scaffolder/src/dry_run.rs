//! Running a template that is not in the catalog yet, in a directory of its own, with nothing left behind.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use callboard_kit::credentials::Credentials;
use parking_lot::Mutex;
use serde_json::{Map, Value, json};
use uuid::Uuid;

use crate::action::Workspace;
use crate::core::Core;
use crate::error::ScaffolderError;
use crate::permissions::actions::ActionFilter;
use crate::permissions::{DRY_RUN, TASK_CREATE, require};
use crate::run::{Directory, Ended, Journal, Plan, Runner, State, StopSignal, TaskLog, contents};
use crate::tasks::secrets_of;
use crate::template::parse::Template;
use crate::template::values;

/// How long one may take.
pub(crate) const LONGEST: Duration = Duration::from_secs(300);
/// Files of a template.
const MOST_FILES: usize = 10_000;
/// Bytes of a result.
const MOST_BYTES: u64 = 32 << 20;
/// How the directories of dry runs are called.
pub(crate) const DRY_RUN_PREFIX: &str = "dry-run-";
const ENTITY_REF: &str = "template:default/dry-run";

/// What is asked for.
#[derive(Debug)]
pub(crate) struct DryRunRequest {
    pub(crate) template: Value,
    pub(crate) values: Value,
    pub(crate) secrets: Map<String, Value>,
    pub(crate) files: Vec<File>,
}

/// A file beside the template.
#[derive(Debug)]
pub(crate) struct File {
    pub(crate) path: String,
    pub(crate) content: Vec<u8>,
}

/// What came of it; no secret is in it.
#[derive(Debug)]
pub(crate) struct DryRunResult {
    pub(crate) log: Vec<Value>,
    /// Path, whether it can be run, content.
    pub(crate) files: Vec<(String, bool, Vec<u8>)>,
    pub(crate) output: Value,
    pub(crate) steps: Vec<Value>,
}

impl Core {
    /// Runs a template dry. Actions that can't are skipped, with examples as their outputs.
    pub(crate) async fn dry_run(
        &self,
        request: DryRunRequest,
        credentials: &Credentials,
    ) -> Result<DryRunResult, ScaffolderError> {
        let authorizer = self.services.authorizer.as_ref();
        require(authorizer, TASK_CREATE, credentials).await?;
        require(authorizer, DRY_RUN, credentials).await?;
        let template = Template::read_unchecked(request.template)?;
        values::check(&template, &request.values)?;
        values::check_secrets(&template, &request.secrets)?;
        let place = self.dry_runs.acquire().await;
        let parent = self.workspaces();
        let id = Uuid::new_v4().to_string();
        let base = Directory::create(&parent, &format!("{DRY_RUN_PREFIX}{id}.template"))?;
        let workspace = Directory::create(&parent, &format!("{DRY_RUN_PREFIX}{id}"))?;
        write_files(base.path(), request.files).await?;
        let mut spec = template.task_spec(&request.values, self.user(credentials).await?)?;
        spec["templateInfo"]["entityRef"] = ENTITY_REF.into();
        spec["templateInfo"]["baseUrl"] = format!("file://{}/template.yaml", base.path().display()).into();
        let secrets = secrets_of(&request.secrets)?;
        let mut hidden: Vec<String> = secrets.iter().map(|(_, value)| value.to_owned()).collect();
        hidden.extend(self.environment_secrets());
        let log = Arc::new(TaskLog::new(hidden, (0, 0), self.config.log_lines, self.config.log_bytes));
        let events = Arc::new(Mutex::new(Vec::new()));
        let (stopper, stop) = StopSignal::pair();
        let mut runner = Runner {
            config: self.config.clone(),
            registry: self.registry.clone(),
            renderer: self.renderer.clone(),
            metrics: self.metrics.clone(),
            vault: self.vault().await?.clone(),
            journal: Journal::Memory(events.clone()),
            log: log.clone(),
            stop,
            was_cut_off: false,
            state: State::default(),
            plan: Plan {
                task_id: id,
                spec: spec.clone(),
                secrets,
                credentials: credentials.clone(),
                allowed: ActionFilter::of(authorizer, credentials).await?,
                approvals: Vec::new(),
                local_base: Some(base.path().to_owned()),
                workspace: workspace.path().to_owned(),
            },
        };
        let ended = tokio::time::timeout(LONGEST, runner.run()).await;
        drop((place, stopper));
        let ended = ended.map_err(|_| {
            ScaffolderError::Input(format!(
                "The dry run took longer than its limit of {} s",
                LONGEST.as_secs()
            ))
        })??;
        let events = std::mem::take(&mut *events.lock());
        let end =
            events.iter().rev().find(|event| event.kind == "completion").map(|event| event.body.clone());
        if ended != Ended::With(crate::db::tasks::Status::Completed) {
            let error = end.as_ref().map(|end| end["error"]["message"].as_str().unwrap_or_default());
            return Err(ScaffolderError::Input(error.unwrap_or("The dry run failed").to_owned()));
        }
        let root = workspace.path().to_owned();
        let found = tokio::task::spawn_blocking(move || contents(&root, MOST_BYTES)).await;
        let found =
            found.map_err(|error| ScaffolderError::Broken(format!("reading the result broke: {error}")))?;
        let masked = |(path, executable, bytes): (String, bool, Vec<u8>)| match String::from_utf8(bytes) {
            Ok(text) => (path, executable, log.masked_text(&text).into_bytes()),
            Err(binary) => (path, executable, binary.into_bytes()),
        };
        Ok(DryRunResult {
            log: events
                .iter()
                .filter(|event| event.kind == "log")
                .map(|event| json!({"body": event.body}))
                .collect(),
            files: found?.into_iter().map(masked).collect(),
            output: end.map_or_else(|| json!({}), |end| end["output"].clone()),
            steps: spec["steps"].as_array().cloned().unwrap_or_default(),
        })
    }
}

/// Writes the files of a template below a directory, and nowhere else.
async fn write_files(root: &Path, files: Vec<File>) -> Result<(), ScaffolderError> {
    if files.len() > MOST_FILES {
        return Err(ScaffolderError::Input(format!(
            "A template with more than {MOST_FILES} files is not run dry"
        )));
    }
    let root = root.to_owned();
    let writing = tokio::task::spawn_blocking(move || {
        let place = Workspace::open(&root).map_err(|error| ScaffolderError::Input(error.to_string()))?;
        for file in files {
            let path = place.join(&file.path).map_err(|error| ScaffolderError::Input(error.to_string()))?;
            if path == place.root() {
                return Err(ScaffolderError::Input(format!("'{}' is no name of a file", file.path)));
            }
            let failed = |error: std::io::Error| ScaffolderError::Input(format!("'{}': {error}", file.path));
            if let Some(parent) = path.parent() {
                std::fs::create_dir_all(parent).map_err(failed)?;
            }
            std::fs::write(&path, &file.content).map_err(failed)?;
        }
        Ok(())
    });
    writing.await.map_err(|error| ScaffolderError::Broken(format!("writing the template broke: {error}")))?
}
