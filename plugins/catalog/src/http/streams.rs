//! Who waits for changes: streams and requests with a `timeout` stay open, so each caller may hold only so many.

use std::collections::HashMap;
use std::sync::Arc;

use callboard_kit::credentials::{Credentials, Principal};
use callboard_kit::error::ApiError;
use http::StatusCode;
use parking_lot::Mutex;

/// What one caller may hold. A browser has one for each tab, and a replica of another service one.
const OF_ONE_CALLER: usize = 100;
/// What all callers together may hold.
const OF_ALL: usize = 5_000;

/// The places that are taken.
#[derive(Debug, Clone, Default)]
pub(crate) struct Streams(Arc<Mutex<Taken>>);

#[derive(Debug, Default)]
struct Taken {
    by_caller: HashMap<String, usize>,
    all: usize,
}

/// A place; it is free again when this is dropped.
#[derive(Debug)]
pub(crate) struct Place {
    streams: Streams,
    caller: String,
}

impl Streams {
    /// Takes a place.
    ///
    /// # Errors
    /// 429 when the caller, or all callers together, hold too many.
    pub(crate) fn take(&self, credentials: &Credentials) -> Result<Place, ApiError> {
        let caller = match &credentials.principal {
            // The user pays, whichever service asks on the user's behalf; a user may have the name of a service.
            Principal::User { entity_ref, .. } => format!("user {entity_ref}"),
            Principal::Service { subject, .. } => format!("service {subject}"),
            Principal::None => String::new(),
        };
        let mut taken = self.0.lock();
        if taken.all >= OF_ALL {
            return Err(too_many(format!(
                "All {OF_ALL} places of this server to wait for changes are taken"
            )));
        }
        let own = taken.by_caller.entry(caller.clone()).or_default();
        if *own >= OF_ONE_CALLER {
            return Err(too_many(format!("You already wait for changes in {OF_ONE_CALLER} open requests")));
        }
        *own += 1;
        taken.all += 1;
        drop(taken);
        Ok(Place { streams: self.clone(), caller })
    }
}

/// As the rate limit of Backstage names it (`backend-defaults` 0.18.0).
fn too_many(what: String) -> ApiError {
    let message = format!("Too many requests: {what}; close some, or ask again later without a timeout");
    ApiError::new("Error", StatusCode::TOO_MANY_REQUESTS, message)
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut taken = self.streams.0.lock();
        taken.all -= 1;
        if let Some(own) = taken.by_caller.get_mut(&self.caller) {
            *own -= 1;
            if *own == 0 {
                taken.by_caller.remove(&self.caller);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_caller_holds_so_many_places_and_takes_none_from_others() {
        let streams = Streams::default();
        let ada = Credentials::user("user:default/ada");
        let mut held: Vec<Place> = (0..OF_ONE_CALLER).map(|_| streams.take(&ada).unwrap()).collect();
        let error = streams.take(&ada).unwrap_err();
        assert_eq!(error.status, StatusCode::TOO_MANY_REQUESTS);
        assert!(streams.take(&Credentials::user("user:default/bob")).is_ok());
        assert!(streams.take(&Credentials::own_service("search")).is_ok());
        held.pop();
        held.push(streams.take(&ada).unwrap());
        assert!(streams.take(&ada).is_err());
        held.clear();
        assert!(streams.0.lock().by_caller.is_empty() && streams.0.lock().all == 0);
    }
}
