//! Telling other processes that something has changed. A notification is a hint, never the only copy of a fact:
//! who missed it finds the change in a table.

use std::collections::HashMap;
use std::sync::Mutex;
use std::time::Duration;

use sqlx::postgres::{PgListener, PgPoolOptions};
use tokio::sync::broadcast;
use tokio::sync::mpsc;

use crate::error::StoreError;
use crate::postgres::Postgres;

/// Sends inside a transaction or outside; PostgreSQL delivers at commit.
pub(crate) const NOTIFY_SQL: &str = "SELECT pg_notify($1, $2)";
/// PostgreSQL takes less than 8,000 bytes.
const MAX_PAYLOAD: usize = 7_999;
/// Notifications kept for a slow listener; after that it is told that it missed some.
const CAPACITY: usize = 1_024;
/// Pauses between attempts to connect again.
const FIRST_PAUSE: Duration = Duration::from_millis(100);
const LONGEST_PAUSE: Duration = Duration::from_secs(5);

/// What a listener gets.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Notification {
    /// Somebody sent this.
    Payload(String),
    /// Some may have been missed: the connection was lost and is back, or the listener was too slow. Look at the
    /// table.
    Gap,
}

/// Notifications of one channel, in the order in which they were sent.
#[derive(Debug)]
pub struct Notifications(Source);

#[derive(Debug)]
enum Source {
    Local(broadcast::Receiver<String>),
    Postgres(mpsc::Receiver<Notification>),
}

impl Notifications {
    /// Waits for the next one; `None` when the database is closed. Safe to cancel.
    pub async fn recv(&mut self) -> Option<Notification> {
        match &mut self.0 {
            Source::Local(receiver) => match receiver.recv().await {
                Ok(payload) => Some(Notification::Payload(payload)),
                Err(broadcast::error::RecvError::Lagged(_)) => Some(Notification::Gap),
                Err(broadcast::error::RecvError::Closed) => None,
            },
            Source::Postgres(receiver) => receiver.recv().await,
        }
    }
}

pub(crate) fn check_size(payload: &str) -> Result<(), StoreError> {
    if payload.len() > MAX_PAYLOAD {
        return Err(StoreError::NotificationTooLarge { size: payload.len(), limit: MAX_PAYLOAD });
    }
    Ok(())
}

/// Channels inside one process, for SQLite.
#[derive(Debug, Default)]
pub(crate) struct Bus {
    channels: Mutex<HashMap<String, broadcast::Sender<String>>>,
}

impl Bus {
    pub(crate) fn send(&self, channel: &str, payload: &str) {
        let channels = self.channels.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        if let Some(sender) = channels.get(channel) {
            // An error only says that nobody listens any more.
            let _ = sender.send(payload.to_owned());
        }
    }

    pub(crate) fn listen(&self, channel: &str) -> Notifications {
        let mut channels = self.channels.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        let sender = channels.entry(channel.to_owned()).or_insert_with(|| broadcast::channel(CAPACITY).0);
        Notifications(Source::Local(sender.subscribe()))
    }
}

/// Listens on a connection of its own, and connects again when it is lost.
pub(crate) async fn listen_postgres(engine: &Postgres, channel: &str) -> Result<Notifications, StoreError> {
    let mut listener = connect(engine.options.clone(), channel).await?;
    let (sender, receiver) = mpsc::channel(CAPACITY);
    let options = engine.options.clone();
    let main_pool = engine.pool.clone();
    let channel = channel.to_owned();
    tokio::spawn(async move {
        loop {
            tokio::select! {
                () = main_pool.close_event() => return,
                () = sender.closed() => return,
                () = forward(&mut listener, &sender) => {}
            }
            let mut pause = FIRST_PAUSE;
            listener = loop {
                if sender.is_closed() || main_pool.is_closed() {
                    return;
                }
                match connect(options.clone(), &channel).await {
                    Ok(listener) => break listener,
                    Err(error) => {
                        tracing::debug!(target: "store", channel, ?error, "still not listening");
                        tokio::time::sleep(pause).await;
                        pause = (pause * 2).min(LONGEST_PAUSE);
                    }
                }
            };
            tracing::info!(target: "store", channel, "listening again");
            if sender.send(Notification::Gap).await.is_err() {
                return;
            }
        }
    });
    Ok(Notifications(Source::Postgres(receiver)))
}

async fn connect(options: sqlx::postgres::PgConnectOptions, channel: &str) -> Result<PgListener, StoreError> {
    // A pool of one, so that a listener never takes a connection away from requests.
    let pool = PgPoolOptions::new()
        .max_connections(1)
        .max_lifetime(None)
        .idle_timeout(None)
        .connect_with(options.application_name("callboard-listen"))
        .await?;
    let mut listener = PgListener::connect_with(&pool).await?;
    listener.eager_reconnect(false);
    listener.listen(channel).await?;
    Ok(listener)
}

/// Passes notifications on until the connection is lost.
async fn forward(listener: &mut PgListener, sender: &mpsc::Sender<Notification>) {
    loop {
        match listener.try_recv().await {
            Ok(Some(notification)) => {
                let payload = Notification::Payload(notification.payload().to_owned());
                if sender.send(payload).await.is_err() {
                    return;
                }
            }
            Ok(None) | Err(_) => return,
        }
    }
}
