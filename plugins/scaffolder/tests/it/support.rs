//! A scaffolder with a catalog of a few entities, and actions that tests can watch and hold.

use std::collections::HashMap;
use std::sync::Arc;

use async_trait::async_trait;
use callboard_config::Config;
use callboard_kit::catalog::CatalogApi;
use callboard_kit::credentials::Credentials;
use callboard_kit::error::ApiError;
use callboard_kit::lifecycle::Lifecycle;
use callboard_kit::permission::Authorizer;
use callboard_kit::plugin::Plugin;
use callboard_kit::user_info::{RoleSource, UserInfoSource};
use callboard_plugin_scaffolder::action::schema::object;
use callboard_plugin_scaffolder::action::{Action, ActionContext, ActionError, ActionSpec};
use callboard_plugin_scaffolder::{ScaffolderParts, ScaffolderPlugin};
use callboard_scm::Integrations;
use callboard_scm::egress::Egress;
use callboard_store::Database;
use callboard_testkit::{Answer, TestApp, TestDatabase, eventually, services};
use parking_lot::Mutex;
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::sync::Semaphore;

pub(crate) const ADA: &str = "user:default/ada";
pub(crate) const BOB: &str = "user:default/bob";

/// A catalog of what a test puts in.
#[derive(Default)]
pub(crate) struct Entities(Mutex<HashMap<String, Value>>);

impl Entities {
    pub(crate) fn put(&self, entity_ref: &str, entity: Value) {
        self.0.lock().insert(entity_ref.to_owned(), entity);
    }
}

#[async_trait]
impl CatalogApi for Entities {
    async fn entities(&self, refs: &[String], _: &Credentials) -> Result<Vec<Option<Value>>, ApiError> {
        let all = self.0.lock();
        Ok(refs.iter().map(|one| all.get(&one.to_lowercase()).cloned()).collect())
    }

    async fn add_location(&self, _: &str, target: &str, _: &Credentials) -> Result<(), ApiError> {
        match target.contains("taken") {
            true => Err(ApiError::conflict(format!("Location url:{target} already exists"))),
            false => Ok(()),
        }
    }

    async fn preview_location(&self, _: &str, _: &str, _: &Credentials) -> Result<Vec<Value>, ApiError> {
        Ok(vec![json!({"kind": "Component", "metadata": {"name": "made", "namespace": "default"}})])
    }
}

/// What Ada and Bob own, and which roles they have.
pub(crate) struct People;

#[async_trait]
impl UserInfoSource for People {
    async fn ownership(&self, user: &str) -> Result<Option<Arc<[String]>>, ApiError> {
        let group = if user == ADA { "group:default/harbour" } else { "group:default/others" };
        Ok(Some([user.to_owned(), group.to_owned()].into()))
    }
}

#[async_trait]
impl RoleSource for People {
    async fn roles(&self, user: &str) -> Result<Vec<String>, ApiError> {
        Ok(if user == BOB { vec!["role:default/approvers".to_owned()] } else { Vec::new() })
    }
}

/// What the actions of a test have done, over all its processes.
pub(crate) struct Stage {
    /// Each run of `test:*`, by the step's id.
    pub(crate) runs: Mutex<Vec<String>>,
    /// `test:hold` goes on when it gets one.
    pub(crate) gate: Semaphore,
}

struct TestAction {
    spec: ActionSpec,
    stage: Arc<Stage>,
}

fn spec(id: &'static str, idempotent: bool) -> ActionSpec {
    ActionSpec {
        id,
        description: "An action of the tests",
        examples: Vec::new(),
        input: object(&[], []),
        output: Some(object(
            &[],
            [("file", json!({"type": "string"})), ("count", json!({"type": "number"}))],
        )),
        supports_dry_run: id == "test:write",
        idempotent,
    }
}

#[async_trait]
impl Action for TestAction {
    fn spec(&self) -> &ActionSpec {
        &self.spec
    }

    async fn run(&self, context: &mut ActionContext) -> Result<(), ActionError> {
        self.stage.runs.lock().push(context.step.id.clone());
        match self.spec.id {
            // Writes a file, and says what is there.
            "test:write" => {
                let name = context.text("name").unwrap_or("file").to_owned();
                let path =
                    context.workspace.join(&name).map_err(|error| ActionError::Input(error.to_string()))?;
                std::fs::write(path, context.text("content").unwrap_or("")).expect("writing");
                let mut files: Vec<String> = std::fs::read_dir(context.workspace.root())
                    .expect("a directory")
                    .map(|entry| entry.expect("an entry").file_name().to_string_lossy().into_owned())
                    .collect();
                files.sort();
                context.output("files", files);
                context.output("file", name);
                Ok(())
            }
            // Waits for the test.
            "test:hold" | "test:hold-once" => {
                context.log.info("holding");
                tokio::select! {
                    permit = self.stage.gate.acquire() => permit.expect("open").forget(),
                    () = context.cancelled.cancelled() => return Err(ActionError::Cancelled("let go".to_owned())),
                }
                Ok(())
            }
            "test:fail" => Err(ActionError::Failed(context.text("message").unwrap_or("it broke").to_owned())),
            "test:panic" => panic!("an action that panics"),
            // Gives out a token that nobody knew before.
            "test:token" => {
                context.output("access_token", "canary-of-a-token");
                context.output("url", "https://host/made");
                context.log.info("made canary-of-a-token");
                Ok(())
            }
            // Says a lot.
            "test:flood" => {
                (0..1_000).for_each(|number| context.log.info(format!("line {number}")));
                Ok(())
            }
            // Remembers, so that a second run does not do it twice.
            _ => {
                let done = context.checkpoints.get("made").await?;
                context.checkpoints.set("made", &json!(done.is_some())).await?;
                context.output("again", done.is_some());
                if done.is_none() { Err(ActionError::Failed("after the work".to_owned())) } else { Ok(()) }
            }
        }
    }
}

fn actions(stage: &Arc<Stage>) -> Vec<Arc<dyn Action>> {
    let all = [
        ("test:write", true),
        ("test:hold", true),
        ("test:hold-once", false),
        ("test:fail", true),
        ("test:panic", true),
        ("test:token", false),
        ("test:flood", true),
        ("test:remember", true),
    ];
    let action = |(id, idempotent)| -> Arc<dyn Action> {
        Arc::new(TestAction { spec: spec(id, idempotent), stage: stage.clone() })
    };
    all.into_iter().map(action).collect()
}

/// One or several scaffolders over one database.
pub(crate) struct World {
    pub(crate) database: TestDatabase,
    pub(crate) entities: Arc<Entities>,
    pub(crate) stage: Arc<Stage>,
    pub(crate) directory: TempDir,
    /// `integrations` of its processes; null gives the defaults.
    pub(crate) integrations: Value,
}

impl World {
    pub(crate) fn new(database: TestDatabase) -> Self {
        let stage = Stage { runs: Mutex::default(), gate: Semaphore::new(0) };
        Self {
            database,
            entities: Arc::default(),
            stage: Arc::new(stage),
            directory: tempfile::tempdir().expect("a directory"),
            integrations: Value::Null,
        }
    }

    /// A process with a `scaffolder` section.
    pub(crate) async fn start(&self, section: Value) -> Process {
        self.start_with(section, None).await
    }

    pub(crate) async fn start_with(
        &self,
        section: Value,
        authorizer: Option<Arc<dyn Authorizer>>,
    ) -> Process {
        let database = self.database.open_again().await;
        let config = json!({
            "scaffolder": section,
            "backend": {"workingDirectory": self.directory.path()},
        });
        let mut services = services(Config::from_value(config));
        if let Some(authorizer) = authorizer {
            services.authorizer = authorizer;
        }
        let authenticator = services.authenticator.clone();
        let parts = ScaffolderParts {
            database: database.clone(),
            integrations: Arc::new(Integrations::from_value(Some(&self.integrations)).expect("integrations")),
            egress: Egress::new().expect("a client"),
            catalog: self.entities.clone(),
            users: Arc::new(People),
            roles: Arc::new(People),
            notifications: None,
            autocomplete: Vec::new(),
            actions: actions(&self.stage),
        };
        let plugin = ScaffolderPlugin::new(services, parts).expect("a plugin");
        let lifecycle = Lifecycle::default();
        plugin.start(&lifecycle).await.expect("a start");
        let app = TestApp::new("scaffolder", plugin.routes(), authenticator);
        Process { app, lifecycle, database }
    }

    /// Puts a template of these steps into the catalog.
    pub(crate) fn template(&self, steps: Value) {
        self.template_with(json!({"steps": steps}));
    }

    pub(crate) fn template_with(&self, spec: Value) {
        let mut spec = spec;
        spec["type"] = "test".into();
        spec["owner"] = "group:default/harbour".into();
        self.entities.put(
            "template:default/t",
            json!({
                "apiVersion": "scaffolder.backstage.io/v1beta3",
                "kind": "Template",
                "metadata": {
                    "name": "t", "namespace": "default", "title": "T",
                    "annotations": {"backstage.io/managed-by-location": "file:/templates/t.yaml"},
                },
                "spec": spec,
            }),
        );
    }

    pub(crate) fn runs(&self) -> Vec<String> {
        self.stage.runs.lock().clone()
    }
}

/// A scaffolder that runs.
pub(crate) struct Process {
    pub(crate) app: TestApp,
    pub(crate) lifecycle: Lifecycle,
    pub(crate) database: Database,
}

impl Process {
    pub(crate) async fn get(&self, path: &str) -> Answer {
        self.app.send(ADA, "GET", path, "").await
    }

    pub(crate) async fn post(&self, path: &str, body: Value) -> Answer {
        self.app.send(ADA, "POST", path, &body.to_string()).await
    }

    /// Creates a task of the template and answers its id.
    pub(crate) async fn create(&self, values: Value) -> String {
        self.create_with(json!({"templateRef": "template:default/t", "values": values})).await
    }

    pub(crate) async fn create_with(&self, body: Value) -> String {
        let answer = self.post("/v2/tasks", body).await;
        assert_eq!(answer.status, 201, "{}", answer.text);
        answer.body["id"].as_str().expect("an id").to_owned()
    }

    pub(crate) async fn task(&self, id: &str) -> Value {
        let answer = self.get(&format!("/v2/tasks/{id}")).await;
        assert_eq!(answer.status, 200, "{}", answer.text);
        answer.body
    }

    /// Waits until the task has a status.
    pub(crate) async fn until(&self, id: &str, status: &str) {
        eventually(&format!("the task is {status}"), || async { self.task(id).await["status"] == status })
            .await;
    }

    /// All events so far.
    pub(crate) async fn events(&self, id: &str) -> Vec<Value> {
        let rows = self
            .database
            .query(
                "SELECT event_type, body FROM scaffolder_task_events WHERE task_id = $1 ORDER BY id",
                &[id.into()],
            )
            .await
            .expect("events");
        let event = |row: &callboard_store::Row| {
            json!({
                "type": row.text("event_type").expect("a type"),
                "body": serde_json::from_str::<Value>(row.str("body").expect("a body")).expect("JSON"),
            })
        };
        rows.iter().map(event).collect()
    }

    /// The messages of all events so far, without the colours of levels.
    pub(crate) async fn messages(&self, id: &str) -> Vec<String> {
        let text = |event: &Value| event["body"]["message"].as_str().unwrap_or_default().to_owned();
        self.events(id).await.iter().map(text).collect()
    }

    /// Waits until a message is there.
    pub(crate) async fn until_said(&self, id: &str, message: &str) {
        eventually(&format!("'{message}' is said"), || async {
            self.messages(id).await.iter().any(|one| one.contains(message))
        })
        .await;
    }

    /// The event that the task ended with.
    pub(crate) async fn end(&self, id: &str) -> Value {
        let events = self.events(id).await;
        let end = events.iter().rev().find(|event| event["type"] == "completion");
        end.unwrap_or_else(|| panic!("no end in {events:?}"))["body"].clone()
    }
}
