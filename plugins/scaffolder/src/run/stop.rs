//! Why a running task stops before its end.

use std::time::Duration;

use tokio::sync::watch;

/// How long a step that may not run twice is given to end when the server stops.
const GRACE: Duration = Duration::from_secs(20);

/// The reason.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Stop {
    /// Somebody cancelled it.
    Cancelled,
    /// Another process has it by now.
    Lost,
    /// This process ends; another one goes on.
    Shutdown,
}

/// Where a running task hears that it is to stop.
#[derive(Debug, Clone)]
pub(crate) struct StopSignal(watch::Receiver<Option<Stop>>);

impl StopSignal {
    /// One that whoever holds the sender gives.
    pub(crate) fn pair() -> (watch::Sender<Option<Stop>>, Self) {
        let (sender, receiver) = watch::channel(None);
        (sender, Self(receiver))
    }

    /// The reason, if there is one already.
    pub(crate) fn now(&self) -> Option<Stop> {
        *self.0.borrow()
    }

    /// Waits until a running step has to stop. One that may not run twice has some time when the server stops, because
    /// nobody could go on with it.
    pub(crate) async fn must_stop(&mut self, may_repeat: bool) -> Stop {
        let first = self.any().await;
        if first != Stop::Shutdown || may_repeat {
            return first;
        }
        tokio::select! {
            () = tokio::time::sleep(GRACE) => Stop::Shutdown,
            other = self.other() => other,
        }
    }

    async fn any(&mut self) -> Stop {
        self.first(Option::is_some).await
    }

    async fn other(&mut self) -> Stop {
        self.first(|stop| stop.is_some_and(|stop| stop != Stop::Shutdown)).await
    }

    async fn first(&mut self, is_it: impl FnMut(&Option<Stop>) -> bool) -> Stop {
        let found = self.0.wait_for(is_it).await.map(|stop| *stop).ok().flatten();
        match found {
            Some(stop) => stop,
            // Nobody is left who could give it.
            None => std::future::pending().await,
        }
    }
}
