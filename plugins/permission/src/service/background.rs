//! Starting, and following what changes: the database through its notifications and from time to time, the files every
//! second.

use std::sync::Arc;
use std::time::Duration;

use callboard_kit::lifecycle::Lifecycle;
use tokio_util::sync::CancellationToken;

use super::PermissionService;
use crate::error::RbacError;
use crate::files::conditions::ConditionsFile;
use crate::files::csv::CsvFile;
use crate::settings::{PolicyMode, RbacSettings};
use crate::sources::{Sources, Texts};

/// How often the database is asked whether another process has changed something, where nobody tells.
const POLL: Duration = Duration::from_secs(2);
/// How often the files are looked at.
const LOOK: Duration = Duration::from_secs(1);

impl PermissionService {
    /// Migrates, reads everything, and follows it from then on.
    ///
    /// # Errors
    /// When the database can't be used, or a file is wrong: without a last good state there is nothing to go by.
    pub(crate) async fn start(self: &Arc<Self>, lifecycle: &Lifecycle) -> Result<(), RbacError> {
        match &self.mode {
            PolicyMode::Off => return Ok(()),
            PolicyMode::AllowAll => {
                tracing::warn!(
                    "permission.enabled is true and permission.rbac is not there: everybody who is signed in may do \
                     everything, as with Backstage's allow-all policy"
                );
                return Ok(());
            }
            PolicyMode::Rbac(settings) => {
                self.storage.migrate().await?;
                self.load(settings).await?;
                if settings.super_users.is_empty() && settings.roles[0].members.is_empty() {
                    tracing::warn!(
                        "permission.rbac.admin names nobody: no user may change roles and policies"
                    );
                }
                let (service, shutdown) = (self.clone(), lifecycle.shutdown());
                lifecycle.spawn(async move { service.follow_database(shutdown).await });
                if settings.reload {
                    let (service, shutdown) = (self.clone(), lifecycle.shutdown());
                    lifecycle.spawn(async move { service.follow_files(shutdown).await });
                }
            }
        }
        Ok(())
    }

    /// Makes the tables and reads everything once, for a tool that decides without a server.
    ///
    /// # Errors
    /// When the database can't be used or a file is wrong.
    pub async fn prepare(&self) -> Result<(), RbacError> {
        self.storage.migrate().await?;
        self.load_once().await
    }

    /// Reads everything once, for a command that looks and changes nothing.
    ///
    /// # Errors
    /// When the database can't be used or a file is wrong.
    pub async fn load_once(&self) -> Result<(), RbacError> {
        match &self.mode {
            PolicyMode::Rbac(settings) => self.load(settings).await,
            _ => Ok(()),
        }
    }

    async fn load(&self, settings: &RbacSettings) -> Result<(), RbacError> {
        let _turn = self.turn.lock().await;
        let texts = Texts::read(settings)?;
        let (csv, conditions) = texts.parse(settings)?;
        let stored = Arc::new(self.storage.load().await?);
        let sources = Sources { csv: Arc::new(csv), conditions: Arc::new(conditions), stored };
        self.replace_and_warn(sources, settings);
        self.state.write().texts = Arc::new(texts);
        Ok(())
    }

    fn replace_and_warn(&self, sources: Sources, settings: &RbacSettings) {
        let of_files = sources.csv.warnings.iter().chain(&sources.conditions.warnings);
        of_files.for_each(|warning| tracing::warn!("{warning}; left out"));
        for warning in self.replace(sources, settings) {
            tracing::warn!("{warning}");
        }
    }

    async fn follow_database(&self, shutdown: CancellationToken) {
        let mut listening = self.storage.listen().await.ok();
        while !shutdown.is_cancelled() {
            let heard = async {
                match &mut listening {
                    Some(notifications) => notifications.recv().await,
                    None => std::future::pending().await,
                }
            };
            tokio::select! {
                () = shutdown.cancelled() => return,
                () = tokio::time::sleep(POLL) => {}
                // Without a channel, looking from time to time is what is left.
                heard = heard => if heard.is_none() { listening = None },
            }
            if let Err(error) = self.catch_up().await {
                tracing::warn!(%error, "roles and policies could not be read; those known still count");
            }
        }
    }

    /// Reads the database again if something has changed there.
    pub(crate) async fn catch_up(&self) -> Result<(), RbacError> {
        let settings = self.settings()?;
        if self.storage.sequence().await? == self.state.read().sources.stored.sequence {
            return Ok(());
        }
        let _turn = self.turn.lock().await;
        let stored = Arc::new(self.storage.load().await?);
        let sources = self.state.read().sources.clone();
        if stored.sequence != sources.stored.sequence {
            self.replace(Sources { stored, ..sources }, settings);
        }
        Ok(())
    }

    /// Reads the files again if they have changed; whether they had.
    ///
    /// # Errors
    /// When one of them is wrong. What was read last then still counts, for both.
    pub async fn read_files_again(&self) -> Result<bool, RbacError> {
        let settings = self.settings()?;
        let _turn = self.turn.lock().await;
        let (known, stored) = {
            let state = self.state.read();
            (state.texts.clone(), state.sources.stored.clone())
        };
        let Some((texts, csv, conditions)) = read_changed(settings, known).await? else { return Ok(false) };
        let sources = Sources { csv: Arc::new(csv), conditions: Arc::new(conditions), stored };
        self.replace_and_warn(sources, settings);
        self.state.write().texts = Arc::new(texts);
        Ok(true)
    }

    async fn follow_files(&self, shutdown: CancellationToken) {
        let mut failed: Option<String> = None;
        loop {
            tokio::select! {
                () = shutdown.cancelled() => return,
                () = tokio::time::sleep(LOOK) => {}
            }
            match self.read_files_again().await {
                Ok(changed) => {
                    failed = None;
                    if changed {
                        tracing::info!("the files of policies have changed and were read again");
                    }
                }
                Err(error) => {
                    let message = error.to_string();
                    if failed.as_ref() != Some(&message) {
                        tracing::error!("{message}; the policies that were read last still count");
                        failed = Some(message);
                    }
                }
            }
        }
    }
}

/// The files, if they are no longer as they were; aside, because they may be large.
async fn read_changed(
    settings: &RbacSettings,
    known: Arc<Texts>,
) -> Result<Option<(Texts, CsvFile, ConditionsFile)>, RbacError> {
    let settings = settings.clone();
    let read = tokio::task::spawn_blocking(move || {
        let texts = Texts::read(&settings)?;
        if texts == *known {
            return Ok(None);
        }
        let (csv, conditions) = texts.parse(&settings)?;
        Ok(Some((texts, csv, conditions)))
    });
    read.await.map_err(|error| RbacError::Remote(format!("reading the files of policies: {error}")))?
}
