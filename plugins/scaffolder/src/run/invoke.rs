//! Calls an action: within its time, until it is told to stop, and without taking the worker with it when it breaks.

use std::panic::AssertUnwindSafe;
use std::time::Duration;

use futures::FutureExt;
use tokio_util::sync::CancellationToken;

use super::stop::{Stop, StopSignal};
use crate::action::{Action, ActionContext, ActionError};

/// How long an action may take to end by itself once it is to stop; then it is dropped.
const TO_END: Duration = Duration::from_secs(5);

/// How a call ended.
#[derive(Debug)]
pub(super) enum Called {
    /// By itself.
    Ended(Result<(), ActionError>),
    /// It was stopped.
    Stopped(Stop),
}

/// What bounds a call.
pub(super) struct Bounds {
    pub(super) timeout: Duration,
    /// Whether it may run again: then it stops at once when the server does.
    pub(super) may_repeat: bool,
}

/// Runs an action. `context.cancelled` is cancelled when its time is over or it is told to stop.
pub(super) async fn call(
    action: &dyn Action,
    context: &mut ActionContext,
    bounds: &Bounds,
    stop: &mut StopSignal,
) -> Called {
    let cancelled: CancellationToken = context.cancelled.clone();
    let mut running = std::pin::pin!(AssertUnwindSafe(action.run(context)).catch_unwind());
    let early = tokio::select! {
        ended = &mut running => return Called::Ended(flat(ended)),
        reason = stop.must_stop(bounds.may_repeat) => Some(reason),
        () = tokio::time::sleep(bounds.timeout) => None,
    };
    cancelled.cancel();
    let ended = tokio::time::timeout(TO_END, &mut running).await;
    match early {
        // What ended well in the last moment has happened: saying otherwise would make it happen twice.
        Some(Stop::Shutdown) if matches!(ended, Ok(Ok(Ok(())))) => Called::Ended(Ok(())),
        Some(reason) => Called::Stopped(reason),
        None => Called::Ended(Err(ActionError::Cancelled(format!(
            "The step took longer than its limit of {} s",
            bounds.timeout.as_secs_f64()
        )))),
    }
}

fn flat(ended: Result<Result<(), ActionError>, Box<dyn std::any::Any + Send>>) -> Result<(), ActionError> {
    ended.unwrap_or_else(|_| {
        Err(ActionError::Failed(
            "The action broke; this is a fault of the program, not of the template".to_owned(),
        ))
    })
}
