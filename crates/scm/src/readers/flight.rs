//! Identical reads at the same time share one request.
//!
//! A thousand entities of one repository are often refreshed together; the host sees one request, not a thousand.

use callboard_kit::url_reader::ReadError;
use futures::FutureExt;
use futures::future::{BoxFuture, Shared};
use parking_lot::Mutex;
use std::collections::HashMap;
use std::sync::Arc;

type Flight<T> = Shared<BoxFuture<'static, Result<T, ReadError>>>;

/// What is read (URL and tag), and under which number the flight was started.
type Key = (String, Option<String>);

/// The reads under way.
#[derive(Clone)]
pub(crate) struct Flights<T: Clone> {
    flights: Arc<Mutex<HashMap<Key, Flight<T>>>>,
}

impl<T: Clone> Default for Flights<T> {
    fn default() -> Self {
        Self { flights: Arc::default() }
    }
}

impl<T: Clone + Send + Sync + 'static> Flights<T> {
    /// Joins the read of this key, or starts it.
    pub(crate) async fn join(
        &self,
        key: Key,
        start: impl FnOnce() -> BoxFuture<'static, Result<T, ReadError>>,
    ) -> Result<T, ReadError> {
        let flight = {
            let mut flights = self.flights.lock();
            match flights.get(&key) {
                Some(flight) => flight.clone(),
                None => {
                    let (all, own_key, read) = (self.flights.clone(), key.clone(), start());
                    // The read takes itself off the list when it ends, whoever of the waiting is still there.
                    let flight = async move {
                        let outcome = read.await;
                        all.lock().remove(&own_key);
                        outcome
                    }
                    .boxed()
                    .shared();
                    flights.insert(key.clone(), flight.clone());
                    flight
                }
            }
        };
        let leaver = Leaver { flights: &self.flights, key, flight: Some(flight.clone()) };
        let outcome = flight.await;
        drop(leaver);
        outcome
    }
}

/// Takes a flight off the list when the last of the waiting gives up before it ends.
struct Leaver<'a, T: Clone> {
    flights: &'a Mutex<HashMap<Key, Flight<T>>>,
    key: Key,
    flight: Option<Flight<T>>,
}

impl<T: Clone> Drop for Leaver<'_, T> {
    fn drop(&mut self) {
        let mut flights = self.flights.lock();
        let Some(flight) = self.flight.take() else { return };
        // One count is the list's, one is ours, one is that of the future we stopped waiting for.
        let alone = flight.strong_count().is_some_and(|count| count <= 3);
        if alone && flights.get(&self.key).is_some_and(|listed| listed.ptr_eq(&flight)) {
            flights.remove(&self.key);
        }
    }
}
