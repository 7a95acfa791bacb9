//! What an action remembers inside of a step: stored sealed, under a hash of its key, because keys may hold tokens too.

use std::sync::Arc;

use async_trait::async_trait;
use serde_json::Value;
use sha2::{Digest, Sha256};

use super::hold::Hold;
use crate::action::{ActionError, Checkpoints};
use crate::db::steps;
use crate::error::ScaffolderError;
use crate::secrets::Vault;

/// The checkpoints of one step of a task.
pub(super) struct StepCheckpoints {
    pub(super) hold: Arc<Hold>,
    pub(super) vault: Vault,
    /// The step, with its iteration if it has some.
    pub(super) step: String,
}

impl StepCheckpoints {
    fn key(&self, key: &str) -> String {
        let digest = Sha256::digest(format!("{}\0{}\0{key}", self.hold.task_id, self.step));
        digest.iter().map(|byte| format!("{byte:02x}")).collect()
    }

    fn place(&self, hash: &str) -> String {
        format!("{} checkpoint {hash}", self.hold.task_id)
    }
}

#[async_trait]
impl Checkpoints for StepCheckpoints {
    async fn get(&self, key: &str) -> Result<Option<Value>, ActionError> {
        let hash = self.key(key);
        let sealed = steps::checkpoint(self.hold.database(), &self.hold.task_id, &self.step, &hash).await;
        let Some(sealed) = sealed.map_err(failed)? else { return Ok(None) };
        let plain = self.vault.open(&self.place(&hash), &sealed).map_err(failed)?;
        serde_json::from_slice(&plain)
            .map(Some)
            .map_err(|_| ActionError::Failed("what the step remembered can't be read".to_owned()))
    }

    async fn set(&self, key: &str, value: &Value) -> Result<(), ActionError> {
        let hash = self.key(key);
        let sealed = self.vault.seal(&self.place(&hash), value.to_string().as_bytes()).map_err(failed)?;
        let place = (self.hold.task_id.as_str(), self.step.as_str(), hash.as_str());
        steps::set_checkpoint(self.hold.database(), &self.hold.owner, place, sealed).await.map_err(failed)
    }
}

/// A dry run remembers nothing.
pub(super) struct NoCheckpoints;

#[async_trait]
impl Checkpoints for NoCheckpoints {
    async fn get(&self, _key: &str) -> Result<Option<Value>, ActionError> {
        Ok(None)
    }

    async fn set(&self, _key: &str, _value: &Value) -> Result<(), ActionError> {
        Ok(())
    }
}

fn failed(error: ScaffolderError) -> ActionError {
    match error {
        ScaffolderError::LeaseLost => ActionError::Cancelled(error.to_string()),
        error => ActionError::Failed(format!("what the step has done could not be remembered: {error}")),
    }
}
