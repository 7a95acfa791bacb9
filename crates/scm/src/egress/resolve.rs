//! Resolving a host name and checking what comes out, inside the connector.

use super::address::{AddressClass, classify};
use super::error::EgressError;
use async_trait::async_trait;
use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use std::io;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;

/// Turns a name into addresses. Tests bring one that lies.
#[async_trait]
pub trait Lookup: Send + Sync + 'static {
    /// All addresses of a name; an error is an error, not an empty list.
    async fn lookup(&self, host: &str) -> io::Result<Vec<IpAddr>>;
}

/// The operating system's resolver.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemLookup;

#[async_trait]
impl Lookup for SystemLookup {
    async fn lookup(&self, host: &str) -> io::Result<Vec<IpAddr>> {
        Ok(tokio::net::lookup_host((host, 0)).await?.map(|address| address.ip()).collect())
    }
}

/// Hands out only checked addresses. The connector connects to exactly these, so there is no second resolution that
/// could answer something else.
#[derive(Clone)]
pub(crate) struct GuardedResolver {
    pub(crate) lookup: Arc<dyn Lookup>,
    /// Whether private and loopback addresses are let through.
    pub(crate) private: bool,
}

impl Resolve for GuardedResolver {
    fn resolve(&self, name: Name) -> Resolving {
        let this = self.clone();
        Box::pin(async move {
            let host = name.as_str().to_owned();
            let addresses = this
                .lookup
                .lookup(&host)
                .await
                .map_err(|error| EgressError::Dns { host: host.clone(), reason: error.to_string() })?;
            if addresses.is_empty() {
                return Err(EgressError::Dns { host, reason: "it has no address".to_owned() }.into());
            }
            // All of them, not the first: a mixed answer is an attack or a mistake.
            for address in &addresses {
                check(&host, *address, this.private)?;
            }
            let sockets: Addrs = Box::new(addresses.into_iter().map(|address| SocketAddr::new(address, 0)));
            Ok(sockets)
        })
    }
}

/// Refuses an address that this host must not have.
pub(crate) fn check(host: &str, address: IpAddr, private: bool) -> Result<(), EgressError> {
    match classify(address) {
        AddressClass::Public => Ok(()),
        AddressClass::Private if private => Ok(()),
        AddressClass::Private => Err(EgressError::NotAllowed(format!(
            "{host} has the private address {address}; private addresses are read only for a host and port that the \
             configuration names (an entry of integrations, or backend.reading.allow without a wildcard)"
        ))),
        AddressClass::Never => Err(EgressError::NotAllowed(format!(
            "{host} has the address {address}, which is never read (link-local, metadata, multicast or reserved)"
        ))),
    }
}
