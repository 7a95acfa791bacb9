//! A step that runs one action: a workspace with files, a log, checkpoints.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use callboard_config::Config;
use callboard_kit::credentials::Credentials;
use callboard_plugin_scaffolder::action::{
    Action, ActionContext, ActionError, ActionRegistry, Checkpoints, LogLevel, LogSink, Secrets, StepInfo,
    StepLog, TemplateInfo, UserInfo, Workspace,
};
use callboard_plugin_scaffolder::actions::{calling, on_hosts};
use callboard_scm::Integrations;
use callboard_scm::egress::Egress;
use callboard_testkit::services;
use serde_json::{Map, Value, json};
use tokio_util::sync::CancellationToken;

/// What a step leaves: its lines, and what it remembered.
#[derive(Default)]
pub(crate) struct Left {
    lines: Mutex<Vec<String>>,
    kept: Mutex<BTreeMap<String, Value>>,
}

impl Left {
    pub(crate) fn log(&self) -> String {
        self.lines.lock().unwrap().join("\n")
    }

    pub(crate) fn kept(&self) -> BTreeMap<String, Value> {
        self.kept.lock().unwrap().clone()
    }

    pub(crate) fn keep(&self, key: &str, value: Value) {
        self.kept.lock().unwrap().insert(key.to_owned(), value);
    }
}

impl LogSink for Left {
    fn line(&self, _step_id: &str, level: LogLevel, text: &str) {
        self.lines.lock().unwrap().push(format!("{level:?}: {text}"));
    }
}

#[async_trait]
impl Checkpoints for Left {
    async fn get(&self, key: &str) -> Result<Option<Value>, ActionError> {
        Ok(self.kept.lock().unwrap().get(key).cloned())
    }

    async fn set(&self, key: &str, value: &Value) -> Result<(), ActionError> {
        self.keep(key, value.clone());
        Ok(())
    }
}

/// One step of a task.
pub(crate) struct Step {
    pub(crate) directory: tempfile::TempDir,
    pub(crate) left: Arc<Left>,
    pub(crate) cancelled: CancellationToken,
    pub(crate) dry_run: bool,
    registry: ActionRegistry,
}

impl Step {
    /// A step of a server with this configuration.
    pub(crate) fn new(config: Value) -> Self {
        let config = Config::from_value(config);
        let integrations = Arc::new(Integrations::from_config(&config).unwrap());
        let egress = Egress::new().unwrap();
        let mut actions = on_hosts(&config, &integrations, &egress).unwrap();
        let taken: Vec<&str> = actions.iter().map(|action| action.spec().id).collect();
        actions.extend(calling(&services(config), &egress, &taken).unwrap());
        Self {
            directory: tempfile::tempdir().unwrap(),
            left: Arc::default(),
            cancelled: CancellationToken::new(),
            dry_run: false,
            registry: ActionRegistry::new(actions),
        }
    }

    pub(crate) fn file(&self, path: &str, text: &str) -> &Self {
        let path = self.path(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
        self
    }

    pub(crate) fn path(&self, path: &str) -> std::path::PathBuf {
        self.directory.path().join(Path::new(path))
    }

    pub(crate) fn actions(&self) -> impl Iterator<Item = &Arc<dyn Action>> {
        self.registry.iter()
    }

    pub(crate) fn action(&self, id: &str) -> &Arc<dyn Action> {
        self.registry.get(id).unwrap_or_else(|| panic!("there is no action {id}"))
    }

    /// Runs it once; what it gave out.
    pub(crate) async fn run(&self, id: &str, input: Value) -> Result<Map<String, Value>, ActionError> {
        let mut context = ActionContext {
            input,
            workspace: Workspace::open(self.directory.path()).unwrap(),
            log: StepLog::new(self.left.clone(), "step"),
            secrets: Secrets::new(),
            credentials: Credentials::user("user:default/ada"),
            user: UserInfo { entity_ref: Some("user:default/ada".to_owned()), entity: None },
            template: TemplateInfo {
                entity_ref: "template:default/t".to_owned(),
                base_url: None,
                local_base: None,
                entity: Some(json!({"metadata": {"name": "t"}})),
            },
            step: StepInfo { id: "step".to_owned(), name: "Step".to_owned() },
            task_id: "4ac7b6e2".to_owned(),
            dry_run: self.dry_run,
            cancelled: self.cancelled.clone(),
            checkpoints: self.left.clone(),
            outputs: Map::new(),
        };
        self.action(id).run(&mut context).await?;
        Ok(context.outputs)
    }
}
