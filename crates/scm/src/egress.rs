//! The one guarded HTTP client: every request that leaves the process goes through [`Egress::request`].
//!
//! What it holds to, whoever calls:
//! - A host name is resolved by [`resolve`], inside the connector, so the addresses that were checked are the ones
//!   that are connected to. One bad address among several refuses the host. A DNS error is a failure.
//! - Private and loopback addresses only for a `host:port` of the caller's [`Policy`]; link-local, metadata,
//!   multicast and embedded-v4 addresses never.
//! - Redirects are followed by hand; each target is checked as the first URL was. Credentials stay at their origin.
//! - Bodies are cut at a limit (after decompression), everything together ends by a deadline, and so many requests at
//!   once go to one host.
//! - Proxies from the environment are not used: behind a proxy nobody could check the address.

mod address;
mod body;
mod client;
mod error;
mod policy;
mod resolve;
mod retry;

pub use address::{AddressClass, classify};
pub use body::Response;
pub use client::{Egress, Request};
pub use error::EgressError;
pub use policy::{HostRule, Hosts, Policy};

pub(crate) use client::not_permitted;
pub(crate) use error::shown;
pub(crate) use policy::DEFAULT_MAX_BODY;
pub use resolve::{Lookup, SystemLookup};
