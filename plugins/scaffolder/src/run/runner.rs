//! Runs a task from where it stands to its end, to an approval, or to where it is stopped.

use std::path::PathBuf;
use std::sync::Arc;

use callboard_kit::credentials::Credentials;
use serde_json::{Map, Value, json};
use tokio_util::sync::CancellationToken;

use super::conditions::Verdict;
use super::context::{self, Each, Facts};
use super::end;
use super::invoke::{Bounds, Called, call};
use super::iterations::{Inputs, Iteration};
use super::journal::Journal;
use super::log::TaskLog;
use super::placeholder;
use super::remember::{NoCheckpoints, StepCheckpoints};
use super::render::Renderer;
use super::state::{Failure, MOST_BYTES, Outcome, State};
use super::stop::{Stop, StopSignal};
use super::workspace::Archive;
use crate::action::{
    Action, ActionContext, ActionError, ActionRegistry, Checkpoints, Secrets, StepInfo, StepLog,
    TemplateInfo, UserInfo, Workspace,
};
use crate::config::ScaffolderConfig;
use crate::db::commits::{Commit, Then};
use crate::db::tasks::{Approval, Status, Waiting};
use crate::error::ScaffolderError;
use crate::metrics::ScaffolderMetrics;
use crate::permissions::actions::ActionFilter;
use crate::secrets::{Vault, looks_secret};
use crate::template::step::Step;

/// What a run is given.
pub(crate) struct Plan {
    pub(crate) task_id: String,
    pub(crate) spec: Value,
    pub(crate) secrets: Secrets,
    pub(crate) credentials: Credentials,
    pub(crate) allowed: ActionFilter,
    pub(crate) approvals: Vec<Approval>,
    /// The directory of a dry run's files, where relative URLs of the template lead.
    pub(crate) local_base: Option<PathBuf>,
    pub(crate) workspace: PathBuf,
}

/// How a run ended here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Ended {
    /// For good.
    With(Status),
    /// Until somebody decides.
    Waiting,
    /// Somebody else has it, or will have it.
    Stopped(Stop),
}

/// A task that runs.
pub(crate) struct Runner {
    pub(crate) config: Arc<ScaffolderConfig>,
    pub(crate) registry: Arc<ActionRegistry>,
    pub(crate) renderer: Arc<Renderer>,
    pub(crate) metrics: ScaffolderMetrics,
    pub(crate) vault: Vault,
    pub(crate) journal: Journal,
    pub(crate) log: Arc<TaskLog>,
    pub(crate) stop: StopSignal,
    pub(crate) state: State,
    /// A process was cut off in `state.next`.
    pub(crate) was_cut_off: bool,
    pub(crate) plan: Plan,
}

/// What a step came to.
enum StepEnd {
    Completed(Map<String, Value>),
    Skipped(String),
    Failed(ActionError),
    Waits(Waiting),
    Stopped(Stop),
}

impl Runner {
    /// Runs. An error means that this process can't go on with the task.
    pub(crate) async fn run(&mut self) -> Result<Ended, ScaffolderError> {
        let steps: Result<Vec<Step>, String> =
            self.plan.spec["steps"].as_array().into_iter().flatten().map(Step::read).collect();
        let steps = match steps {
            Ok(steps) => steps,
            Err(fault) => {
                return self
                    .fail("InputError", &format!("The task can't be run: a step of it: {fault}"))
                    .await;
            }
        };
        let facts = Facts::new(
            &self.plan.task_id,
            &self.plan.spec,
            &self.config.environment,
            self.journal.is_dry_run(),
        );
        while let Some(step) = steps.get(self.state.next) {
            // Between two steps is the best moment.
            match self.stop.now() {
                Some(Stop::Cancelled) => return self.cancel().await,
                Some(stop) => return Ok(Ended::Stopped(stop)),
                None => {}
            }
            let ended = self.step(step, &facts).await?;
            match self.settle(step, ended).await? {
                None => {}
                Some(ended) => return Ok(ended),
            }
        }
        self.finish(&facts).await
    }

    async fn step(&mut self, step: &Step, facts: &Facts) -> Result<StepEnd, ScaffolderError> {
        let cut_off = std::mem::take(&mut self.was_cut_off);
        let (verdict, action) = {
            let verdict = self.inputs(facts).verdict(step);
            (verdict, self.registry.get(&step.action).cloned())
        };
        if verdict == Verdict::AfterFailure && !cut_off {
            return Ok(StepEnd::Skipped(format!("Skipping step {} because a previous step failed", step.id)));
        }
        let may_repeat = step.idempotent || action.as_ref().is_some_and(|action| action.spec().idempotent);
        if cut_off && !may_repeat {
            return Ok(StepEnd::Failed(ActionError::Failed(format!(
                "Step {} was cut off when its server stopped, and its action {} may not run twice, so it is not known \
                 whether it has done its work. Look at what it has left; then retry the task from this step, or write \
                 'idempotent: true' at the step if it may run again",
                step.name, step.action
            ))));
        }
        if cut_off {
            self.log.step(
                &step.id,
                &format!("Running step {} again, in which the server stopped", step.name),
                "processing",
            );
        } else {
            self.log.step(&step.id, &format!("Beginning step {}", step.name), "processing");
        }
        if verdict != Verdict::Runs {
            let message = format!("Skipping step {} because its if condition was false", step.id);
            return Ok(StepEnd::Skipped(message));
        }
        match self.approved(step, facts) {
            Ok(None) => {}
            Ok(Some(waiting)) => return Ok(StepEnd::Waits(waiting)),
            Err(error) => return Ok(StepEnd::Failed(error)),
        }
        let Some(action) = action else {
            return Ok(StepEnd::Failed(ActionError::NotFound(format!(
                "Template action with ID '{}' is not registered. See the list of actions for those that this server has",
                step.action
            ))));
        };
        let iterations = self.inputs(facts).all(step, action.as_ref());
        match iterations {
            Ok(iterations) => self.iterate(step, action.as_ref(), iterations, may_repeat).await,
            Err(error) => Ok(StepEnd::Failed(error)),
        }
    }

    fn inputs<'a>(&'a self, facts: &'a Facts) -> Inputs<'a> {
        Inputs {
            renderer: &self.renderer,
            facts,
            secrets: &self.plan.secrets,
            allowed: &self.plan.allowed,
            state: &self.state,
        }
    }

    /// What a step waits for, if it has to.
    fn approved(&self, step: &Step, facts: &Facts) -> Result<Option<Waiting>, ActionError> {
        let Some(asked) = &step.approval else { return Ok(None) };
        if self.journal.is_dry_run() {
            StepLog::new(self.log.clone(), &step.id).info("A real run waits for an approval here");
            return Ok(None);
        }
        if let Some(decided) = self.plan.approvals.iter().find(|decided| decided.step_id == step.id) {
            let comment = decided.comment.as_ref().map(|text| format!(": {text}")).unwrap_or_default();
            return match decided.approved {
                true => Ok(None),
                false => Err(ActionError::NotAllowed(format!(
                    "Step {} was rejected by {}{comment}",
                    step.name, decided.by
                ))),
            };
        }
        let context = facts.without_secrets(&self.state);
        let render = |text: &String| self.renderer.value(&Value::String(text.clone()), &context);
        let mut approvers = Vec::new();
        for approver in &asked.approvers {
            match render(approver) {
                Some(Value::String(text)) if !text.is_empty() => approvers.push(text),
                Some(Value::Array(list)) => {
                    approvers.extend(list.iter().filter_map(Value::as_str).map(str::to_owned));
                }
                _ => {}
            }
        }
        if approvers.is_empty() {
            return Err(ActionError::Input(format!(
                "Step {} needs an approval, and names nobody who may give it",
                step.name
            )));
        }
        let message =
            asked.message.as_ref().and_then(render).and_then(|text| text.as_str().map(str::to_owned));
        let message = message.map(|text| self.log.masked_text(&text));
        Ok(Some(Waiting { step_id: step.id.clone(), approvers, message }))
    }

    async fn iterate(
        &mut self,
        step: &Step,
        action: &dyn Action,
        iterations: Vec<Iteration>,
        may_repeat: bool,
    ) -> Result<StepEnd, ScaffolderError> {
        let mut collected = Map::new();
        let done = self.state.iterations.len();
        for (at, iteration) in iterations.iter().enumerate() {
            if let Some(outputs) = self.state.iterations.get(at).filter(|_| at < done) {
                collect(&mut collected, outputs.clone(), iteration.each.is_some());
                continue;
            }
            if at > 0
                && let Some(stop) = self.stop.now()
            {
                return Ok(StepEnd::Stopped(stop));
            }
            self.state.running = true;
            self.commit(Then::GoesOn, None).await?;
            if let Some(each) = &iteration.each {
                self.announce(step, each, iteration.runs);
            }
            let outputs = match iteration.runs {
                false => Map::new(),
                true => match self.call(step, action, iteration, may_repeat).await? {
                    Ok(outputs) => outputs,
                    Err(ended) => return Ok(ended),
                },
            };
            if !self.state.takes(&outputs) {
                return Ok(StepEnd::Failed(ActionError::Input(format!(
                    "The outputs of the steps have more than {MOST_BYTES} bytes; leave large texts in files of the workspace"
                ))));
            }
            if iteration.each.is_some() {
                self.state.iterations.push(outputs.clone());
            }
            collect(&mut collected, outputs, iteration.each.is_some());
        }
        Ok(StepEnd::Completed(collected))
    }

    fn announce(&self, step: &Step, each: &Each, runs: bool) {
        let word = if runs { "Running" } else { "Skipping" };
        StepLog::new(self.log.clone(), &step.id).info(format!("{word} step each: {}", each.to_value()));
    }

    async fn call(
        &mut self,
        step: &Step,
        action: &dyn Action,
        iteration: &Iteration,
        may_repeat: bool,
    ) -> Result<Result<Map<String, Value>, StepEnd>, ScaffolderError> {
        let spec = action.spec();
        if self.journal.is_dry_run() && !spec.supports_dry_run {
            StepLog::new(self.log.clone(), &step.id).info(format!(
                "Skipping because {} does not support dry-run; its outputs are examples",
                step.action
            ));
            return Ok(Ok(placeholder::outputs(spec.output.as_ref())));
        }
        let workspace = match Workspace::open(&self.plan.workspace) {
            Ok(workspace) => workspace,
            Err(error) => return Ok(Err(StepEnd::Failed(ActionError::Failed(error.to_string())))),
        };
        let mut template: TemplateInfo = context::template(&self.plan.spec);
        template.local_base.clone_from(&self.plan.local_base);
        let user: UserInfo = context::user(&self.plan.spec);
        let key = match &iteration.each {
            Some(each) => format!("{}[{}]", step.id, each.key),
            None => step.id.clone(),
        };
        let checkpoints: Arc<dyn Checkpoints> = match &self.journal {
            Journal::Database(hold) => {
                Arc::new(StepCheckpoints { hold: hold.clone(), vault: self.vault.clone(), step: key })
            }
            Journal::Memory(_) => Arc::new(NoCheckpoints),
        };
        let mut context = ActionContext {
            input: iteration.input.clone(),
            workspace,
            log: StepLog::new(self.log.clone(), &step.id),
            secrets: self.plan.secrets.clone(),
            credentials: self.plan.credentials.clone(),
            user,
            template,
            step: StepInfo { id: step.id.clone(), name: step.name.clone() },
            task_id: self.plan.task_id.clone(),
            dry_run: self.journal.is_dry_run(),
            cancelled: CancellationToken::new(),
            checkpoints,
            outputs: Map::new(),
        };
        let bounds = Bounds { timeout: step.timeout.unwrap_or(self.config.step_timeout), may_repeat };
        let called = call(action, &mut context, &bounds, &mut self.stop).await;
        for (_, value) in context.outputs.iter().filter(|(name, _)| looks_secret(name)) {
            hide(&context.log, value);
        }
        Ok(match called {
            Called::Ended(Ok(())) => Ok(context.outputs),
            Called::Ended(Err(error)) => Err(StepEnd::Failed(error)),
            Called::Stopped(stop) => Err(StepEnd::Stopped(stop)),
        })
    }

    /// Commits what a step came to; `Some` when the run is over here.
    async fn settle(&mut self, step: &Step, ended: StepEnd) -> Result<Option<Ended>, ScaffolderError> {
        let mut archive = None;
        let mut ended = ended;
        // What has failed is run again on what the last step left, not on what a part of this one did.
        if matches!(ended, StepEnd::Completed(_)) && self.state.failure.is_none() {
            match self.archive().await {
                Ok(made) => archive = made,
                Err(ScaffolderError::Input(message)) => ended = StepEnd::Failed(ActionError::Failed(message)),
                Err(error) => return Err(error),
            }
        }
        match ended {
            StepEnd::Completed(outputs) => {
                self.state.steps.insert(step.id.clone(), json!({"output": outputs}));
                self.log.step(&step.id, &format!("Finished step {}", step.name), "completed");
                self.advance(Outcome::Completed);
            }
            StepEnd::Skipped(message) => {
                self.log.step(&step.id, &message, "skipped");
                self.advance(Outcome::Skipped);
            }
            StepEnd::Failed(error) => {
                self.metrics.step_failed(&step.action);
                let (name, message) = (error.name().to_owned(), self.log.masked_text(&error.to_string()));
                self.log.step(&step.id, &format!("{name}: {message}"), "failed");
                if step.continue_on_error && self.state.failure.is_none() {
                    let text = "The task goes on, because the step says continueOnError";
                    StepLog::new(self.log.clone(), &step.id).warn(text);
                    self.state.steps.insert(step.id.clone(), json!({"output": {}}));
                } else {
                    let step = self.state.next;
                    self.state.failure.get_or_insert(Failure { step, name, message });
                }
                self.advance(Outcome::Failed);
            }
            StepEnd::Waits(waiting) => {
                let mut approval = json!({"approvers": waiting.approvers});
                let asked = format!("Step {} waits for an approval", step.name);
                if let Some(message) = &waiting.message {
                    approval["message"] = message.as_str().into();
                }
                let body =
                    json!({"message": asked, "stepId": step.id, "status": "waiting", "approval": approval});
                self.log.event("log", &body);
                self.state.paused = true;
                self.state.running = false;
                self.commit(Then::Waits(waiting), None).await?;
                return Ok(Some(Ended::Waiting));
            }
            StepEnd::Stopped(Stop::Cancelled) => return self.cancel().await.map(Some),
            StepEnd::Stopped(stop) => {
                if stop == Stop::Shutdown {
                    self.commit(Then::GoesOn, None).await?;
                }
                return Ok(Some(Ended::Stopped(stop)));
            }
        }
        self.commit(Then::GoesOn, archive).await?;
        Ok(None)
    }

    fn advance(&mut self, outcome: Outcome) {
        self.state.next += 1;
        self.state.running = false;
        self.state.paused = false;
        self.state.iterations.clear();
        self.state.outcomes.push(outcome);
    }

    async fn archive(&mut self) -> Result<Option<Vec<Vec<u8>>>, ScaffolderError> {
        if self.journal.is_dry_run() {
            return Ok(None);
        }
        let (vault, id, root) = (self.vault.clone(), self.plan.task_id.clone(), self.plan.workspace.clone());
        let (known, most) = (self.state.fingerprint, self.config.workspace_bytes);
        let made = tokio::task::spawn_blocking(move || Archive::make(&vault, &id, &root, known, most)).await;
        let made =
            made.map_err(|error| ScaffolderError::Broken(format!("archiving the workspace broke: {error}")))?;
        Ok(made?.map(|archive| {
            self.state.fingerprint = Some(archive.fingerprint);
            archive.parts
        }))
    }

    async fn commit(&mut self, then: Then, workspace: Option<Vec<Vec<u8>>>) -> Result<(), ScaffolderError> {
        self.state.log = self.log.said();
        for secret in self.log.hidden() {
            if !self.state.hidden.contains(&secret) {
                self.state.hidden.push(secret);
            }
        }
        let state = match self.journal.is_dry_run() {
            true => None,
            false => Some(self.state.seal(&self.vault, &self.plan.task_id)?),
        };
        let commit = Commit { events: Vec::new(), state, workspace, then };
        self.journal.commit(commit, &self.log).await
    }

    /// The end because somebody stopped it.
    pub(crate) async fn cancel(&mut self) -> Result<Ended, ScaffolderError> {
        self.log.event("completion", &json!({"message": "Run completed with status: cancelled"}));
        self.commit(Then::Ends(Status::Cancelled), None).await?;
        Ok(Ended::With(Status::Cancelled))
    }

    /// The end with an error that is no step's.
    pub(crate) async fn fail(&mut self, name: &str, message: &str) -> Result<Ended, ScaffolderError> {
        let step = self.state.next;
        let (name, message) = (name.to_owned(), message.to_owned());
        self.state.failure.get_or_insert(Failure { step, name, message });
        self.failed().await
    }

    async fn failed(&mut self) -> Result<Ended, ScaffolderError> {
        let (name, message) = match &self.state.failure {
            Some(failure) => (failure.name.clone(), failure.message.clone()),
            None => ("Error".to_owned(), "The task failed".to_owned()),
        };
        let error = json!({"name": name, "message": message});
        self.log
            .event("completion", &json!({"message": "Run completed with status: failed", "error": error}));
        self.commit(Then::Ends(Status::Failed), None).await?;
        Ok(Ended::With(Status::Failed))
    }

    async fn finish(&mut self, facts: &Facts) -> Result<Ended, ScaffolderError> {
        if self.state.failure.is_some() {
            return self.failed().await;
        }
        let context = facts.without_secrets(&self.state);
        let output = end::output(&self.renderer, &self.plan.spec["output"], &context);
        let body = json!({"message": "Run completed with status: completed", "output": output});
        self.log.event("completion", &body);
        self.commit(Then::Ends(Status::Completed), None).await?;
        Ok(Ended::With(Status::Completed))
    }
}

/// Every text of an output that is a secret.
fn hide(log: &StepLog, value: &Value) {
    match value {
        Value::String(text) => log.hide(text),
        Value::Array(items) => items.iter().for_each(|item| hide(log, item)),
        Value::Object(members) => members.values().for_each(|value| hide(log, value)),
        _ => {}
    }
}

/// With `each`, an output is the list of what every iteration gave out under its name.
fn collect(collected: &mut Map<String, Value>, outputs: Map<String, Value>, is_each: bool) {
    for (name, value) in outputs {
        if !is_each {
            collected.insert(name, value);
        } else if let Value::Array(values) = collected.entry(name).or_insert_with(|| json!([])) {
            values.push(value);
        }
    }
}
