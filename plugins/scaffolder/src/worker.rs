//! The background of the scaffolder: claiming tasks, holding on to them, running them, and cleaning up.

mod job;
mod upkeep;

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use callboard_kit::lifecycle::Lifecycle;
use callboard_store::Notification;
use parking_lot::Mutex;
use serde_json::json;
use tokio::sync::{Notify, Semaphore, watch};
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use crate::core::Core;
use crate::db::claims::{Claimed, Claimer};
use crate::db::tasks::Status;
use crate::db::{CHANNEL, changes, millis};
use crate::error::ScaffolderError;
use crate::run::{Stop, StopSignal};

/// Longest wait until work of a process that died is looked for without a signal.
const POLL: Duration = Duration::from_secs(5);
/// How often it is looked whether the last tasks have ended.
const LAST_LOOKS: Duration = Duration::from_millis(100);
/// A task that can't even begin is given up when it was claimed so often.
const MOST_RUNS: i64 = 5;
const PAUSE_AFTER_ERROR: Duration = Duration::from_secs(1);

/// The tasks that run in this process, and how each is told to stop.
type Running = Mutex<HashMap<String, watch::Sender<Option<Stop>>>>;

/// The workers of one process.
pub(crate) struct Worker {
    core: Arc<Core>,
    claimer: Claimer,
    running: Running,
    /// Told when there may be work.
    work: Notify,
    shutdown: CancellationToken,
}

impl Worker {
    /// Spawns everything on `lifecycle`.
    pub(crate) fn start(core: Arc<Core>, lifecycle: &Lifecycle) {
        let claimer = Claimer {
            owner: Uuid::new_v4().to_string(),
            lease_ms: millis(core.config.lease),
            per_template: core.config.per_template,
            per_user: core.config.per_user,
        };
        let worker = Arc::new(Self {
            core,
            claimer,
            running: Mutex::default(),
            work: Notify::new(),
            shutdown: lifecycle.shutdown(),
        });
        lifecycle.spawn(worker.clone().listen());
        lifecycle.spawn(upkeep::run(worker.core.clone(), worker.shutdown.clone()));
        if worker.core.config.workers == 0 {
            tracing::info!("scaffolder.concurrentTasksLimit is 0: this process runs no tasks");
            return;
        }
        lifecycle.spawn(worker.clone().hold());
        lifecycle.spawn(worker.claim());
    }

    /// Passes on what other processes, and this one, have to tell.
    async fn listen(self: Arc<Self>) {
        while !self.shutdown.is_cancelled() {
            match self.core.database.listen(CHANNEL).await {
                Ok(mut notifications) => loop {
                    let told = tokio::select! {
                        () = self.shutdown.cancelled() => return,
                        told = notifications.recv() => told,
                    };
                    match told {
                        Some(Notification::Payload(payload)) => self.told(&payload),
                        Some(Notification::Gap) => {
                            self.core.followers.wake_all();
                            self.work.notify_one();
                        }
                        None => break,
                    }
                },
                Err(error) => tracing::warn!(%error, "the scaffolder can't listen to other processes yet"),
            }
            self.pause(PAUSE_AFTER_ERROR).await;
        }
    }

    fn told(&self, payload: &str) {
        match payload.split_once(':') {
            Some(("e", task)) => self.core.followers.wake(task),
            Some(("c", task)) => self.stop(task, Stop::Cancelled),
            _ => self.work.notify_one(),
        }
    }

    /// The first reason to stop counts, unless the process only ends.
    fn stop(&self, task_id: &str, stop: Stop) {
        if let Some(sender) = self.running.lock().get(task_id) {
            sender.send_if_modified(|current| match current {
                None | Some(Stop::Shutdown) => {
                    *current = Some(stop);
                    true
                }
                Some(_) => false,
            });
        }
    }

    async fn pause(&self, time: Duration) {
        tokio::select! {
            () = tokio::time::sleep(time) => {}
            () = self.shutdown.cancelled() => {}
        }
    }

    /// Takes tasks while there are free places.
    async fn claim(self: Arc<Self>) {
        let places = Arc::new(Semaphore::new(self.core.config.workers));
        let poll = POLL.min(self.core.config.lease);
        let jobs = tokio_util::task::TaskTracker::new();
        while !self.shutdown.is_cancelled() {
            let place = tokio::select! {
                place = places.clone().acquire_owned() => place,
                () = self.shutdown.cancelled() => break,
            };
            let Ok(place) = place else { break };
            match self.claimer.claim(&self.core.database).await {
                Ok(Some(claimed)) => {
                    let worker = self.clone();
                    jobs.spawn(async move {
                        worker.run(claimed).await;
                        drop(place);
                        worker.work.notify_one();
                    });
                }
                Ok(None) => {
                    drop(place);
                    tokio::select! {
                        () = self.work.notified() => {}
                        () = self.pause(poll) => {}
                    }
                }
                Err(error) => {
                    tracing::warn!(%error, "no task could be claimed; trying again");
                    drop(place);
                    self.pause(PAUSE_AFTER_ERROR).await;
                }
            }
        }
        // Those that run are told, and end at the next step or as soon as they may.
        let running: Vec<String> = self.running.lock().keys().cloned().collect();
        running.iter().for_each(|task| self.stop(task, Stop::Shutdown));
        jobs.close();
        jobs.wait().await;
    }

    async fn run(&self, claimed: Claimed) {
        let (id, runs) = (claimed.task.id.clone(), claimed.runs);
        let (sender, signal) = StopSignal::pair();
        self.running.lock().insert(id.clone(), sender);
        if self.shutdown.is_cancelled() {
            self.stop(&id, Stop::Shutdown);
        }
        self.core.metrics.running.inc();
        let ended = tokio::spawn(job::run(self.core.clone(), self.claimer.clone(), claimed, signal)).await;
        self.core.metrics.running.dec();
        self.running.lock().remove(&id);
        let error = match ended {
            Ok(Ok(())) => return,
            Ok(Err(ScaffolderError::LeaseLost)) => {
                tracing::warn!(task = %id, "another process has taken over a task that ran here");
                return;
            }
            Ok(Err(error)) => {
                let source = std::error::Error::source(&error).map(ToString::to_string);
                tracing::error!(task = %id, %error, source, "a task could not go on here");
                error
            }
            Err(error) => {
                tracing::error!(task = %id, %error, "running a task broke");
                ScaffolderError::Broken("running the task broke; the server's log has the details".to_owned())
            }
        };
        // It is tried again when the lease ends, here or elsewhere, but not for ever.
        if runs >= MOST_RUNS {
            let error = json!({"name": "Error", "message": error.to_string()});
            match changes::give_up(&self.core.database, &id, &self.claimer.owner, error).await {
                Ok(()) => self.core.announce(&id, Status::Failed),
                Err(error) => tracing::warn!(task = %id, %error, "the task could not be failed either"),
            }
        }
    }

    /// Renews the leases of what runs here, and hears of what is to be cancelled even where a message was lost.
    async fn hold(self: Arc<Self>) {
        let period = self.core.config.lease / 4;
        // Until the last task has ended, also behind the end of the process.
        loop {
            if self.shutdown.is_cancelled() {
                tokio::time::sleep(period.min(LAST_LOOKS)).await;
            } else {
                self.pause(period).await;
            }
            let ids: Vec<String> = self.running.lock().keys().cloned().collect();
            if ids.is_empty() {
                if self.shutdown.is_cancelled() {
                    return;
                }
                continue;
            }
            match self.claimer.renew(&self.core.database, ids.clone()).await {
                Ok(held) => {
                    for (task, cancelled) in &held {
                        if *cancelled {
                            self.stop(task, Stop::Cancelled);
                        }
                    }
                    for task in ids.iter().filter(|id| !held.iter().any(|(task, _)| task == *id)) {
                        self.stop(task, Stop::Lost);
                    }
                }
                Err(error) => {
                    tracing::warn!(%error, "the leases of running tasks could not be renewed; trying again")
                }
            }
        }
    }
}
