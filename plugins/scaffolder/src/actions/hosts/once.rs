//! Doing something at a host once, also when the step is cut off and runs again.

use serde_json::{Value, json};

use super::HostError;
use crate::action::{ActionContext, ActionError};

/// What an earlier run of this step says about something.
enum Earlier {
    Nothing,
    /// It was about to be done; nobody knows whether it was.
    Begun,
    Done(Value),
}

async fn earlier(context: &ActionContext, key: &str) -> Result<Earlier, ActionError> {
    Ok(match context.checkpoints.get(key).await? {
        Some(kept) if kept.get("done").is_some() => Earlier::Done(kept["done"].clone()),
        Some(kept) if kept.get("begun").is_some() => Earlier::Begun,
        _ => Earlier::Nothing,
    })
}

/// Whether an earlier run of this step was about to do something, or did it.
pub(crate) async fn was_begun(context: &ActionContext, key: &str) -> Result<bool, ActionError> {
    Ok(!matches!(earlier(context, key).await?, Earlier::Nothing))
}

/// Notes that something is about to be done.
pub(crate) async fn begin(context: &ActionContext, key: &str) -> Result<(), ActionError> {
    context.checkpoints.set(key, &json!({"begun": true})).await
}

/// Notes that it was refused: what is there belongs to somebody else.
pub(crate) async fn forget(context: &ActionContext, key: &str) -> Result<(), ActionError> {
    context.checkpoints.set(key, &Value::Null).await
}

/// Creates something, or takes what an earlier run of this step created.
///
/// That something is about to be created is noted before, and what it became after. If a run was cut off between the
/// two and the host now refuses to create it, `find` looks whether it is there: then that run created it. A refusal in a
/// first run is a refusal: what is there already belongs to somebody else. `key` may not hold a secret.
pub(crate) async fn create_once(
    context: &ActionContext,
    key: &str,
    create: impl Future<Output = Result<Value, HostError>> + Send,
    find: impl Future<Output = Result<Value, HostError>> + Send,
) -> Result<Value, ActionError> {
    let was_begun = match earlier(context, key).await? {
        Earlier::Done(value) => {
            context.log.info("Created by an earlier run of this step, which was cut off");
            return Ok(value);
        }
        Earlier::Begun => true,
        Earlier::Nothing => {
            begin(context, key).await?;
            false
        }
    };
    let created = match create.await {
        Ok(value) => value,
        Err(error) if error.status == 0 => return Err(error.into()),
        Err(error) => {
            let found = if was_begun { find.await.ok() } else { None };
            let Some(value) = found else {
                forget(context, key).await?;
                return Err(error.into());
            };
            context.log.info("It is there: created by an earlier run of this step, which was cut off");
            value
        }
    };
    context.checkpoints.set(key, &json!({"done": created})).await?;
    Ok(created)
}

/// A value that every run of this step shares: that of the first one.
pub(crate) async fn remembered(
    context: &ActionContext,
    key: &str,
    value: impl FnOnce() -> Value + Send,
) -> Result<Value, ActionError> {
    if let Some(kept) = context.checkpoints.get(key).await?.filter(|kept| !kept.is_null()) {
        return Ok(kept);
    }
    let value = value();
    context.checkpoints.set(key, &value).await?;
    Ok(value)
}

/// The second at which this step ran first, so that a commit that is made again is the same commit.
pub(crate) async fn first_second(context: &ActionContext) -> Result<i64, ActionError> {
    let now = jiff::Timestamp::now().as_second();
    Ok(remembered(context, "seconds", || json!(now)).await?.as_i64().unwrap_or(now))
}
