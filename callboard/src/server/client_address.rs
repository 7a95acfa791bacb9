//! Who sent a request: the peer, or what a trusted proxy says about it (`backend.trustProxy`, as Express reads it).

use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;

use callboard_config::Config;
use http::HeaderMap;
use ipnet::IpNet;

/// Entries of `X-Forwarded-For` that are looked at.
const LONGEST_CHAIN: usize = 32;

/// Which proxies are believed.
#[derive(Debug, Clone, Default)]
pub(crate) struct TrustProxy(Arc<Trusted>);

#[derive(Debug, Default)]
enum Trusted {
    #[default]
    None,
    All,
    /// So many, nearest first.
    Hops(usize),
    Networks(Vec<IpNet>),
}

impl TrustProxy {
    /// Reads `backend.trustProxy`: a boolean, a number of proxies, or addresses, networks and the names `loopback`,
    /// `linklocal` and `uniquelocal`, as a list or divided by commas.
    pub(crate) fn new(config: &Config) -> anyhow::Result<Self> {
        const KEY: &str = "backend.trustProxy";
        let trusted = match config.get(KEY) {
            None => Trusted::None,
            Some(serde_json::Value::Bool(all)) => {
                if all {
                    Trusted::All
                } else {
                    Trusted::None
                }
            }
            Some(serde_json::Value::Number(_)) => {
                Trusted::Hops(usize::try_from(config.opt_u64(KEY)?.unwrap_or_default())?)
            }
            Some(serde_json::Value::String(text)) => match text.trim() {
                "true" => Trusted::All,
                "false" => Trusted::None,
                text => match text.parse() {
                    Ok(hops) => Trusted::Hops(hops),
                    Err(_) => Trusted::Networks(networks(config, text.split(','))?),
                },
            },
            Some(_) => {
                let list = config.opt_string_array(KEY)?.unwrap_or_default();
                Trusted::Networks(networks(config, list.iter().map(String::as_str))?)
            }
        };
        Ok(Self(Arc::new(trusted)))
    }

    /// The address of the client: the first one, seen from here, that is no trusted proxy.
    pub(crate) fn client(&self, peer: IpAddr, headers: &HeaderMap) -> IpAddr {
        let peer = peer.to_canonical();
        if matches!(*self.0, Trusted::None) {
            return peer;
        }
        let mut client = peer;
        let forwarded = headers.get_all("x-forwarded-for").iter().rev();
        let forwarded = forwarded.filter_map(|value| value.to_str().ok()).flat_map(|value| value.rsplit(','));
        for (hop, text) in forwarded.take(LONGEST_CHAIN).enumerate() {
            if !self.trusts(client, hop) {
                return client;
            }
            // What is no address was made up by whoever stands before the last believable proxy.
            let Some(before) = address(text.trim()) else { return client };
            client = before;
        }
        client
    }

    fn trusts(&self, address: IpAddr, hop: usize) -> bool {
        match &*self.0 {
            Trusted::None => false,
            Trusted::All => true,
            Trusted::Hops(hops) => hop < *hops,
            Trusted::Networks(networks) => networks.iter().any(|network| network.contains(&address)),
        }
    }
}

/// An address as proxies write it, some with a port.
fn address(text: &str) -> Option<IpAddr> {
    let bare = text.trim_start_matches('[').trim_end_matches(']');
    let parsed = bare.parse().ok().or_else(|| text.parse::<SocketAddr>().ok().map(|address| address.ip()));
    parsed.map(|address: IpAddr| address.to_canonical())
}

fn networks<'t>(config: &Config, texts: impl Iterator<Item = &'t str>) -> anyhow::Result<Vec<IpNet>> {
    let mut networks = Vec::new();
    for text in texts.map(str::trim) {
        let named: &[&str] = match text {
            "loopback" => &["127.0.0.0/8", "::1/128"],
            "linklocal" => &["169.254.0.0/16", "fe80::/10"],
            "uniquelocal" => &["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "fc00::/7"],
            _ => &[],
        };
        let texts = if named.is_empty() { std::slice::from_ref(&text) } else { named };
        for text in texts {
            let network =
                text.parse().or_else(|_| text.parse::<IpAddr>().map(IpNet::from)).map_err(|_| {
                    let message =
                        format!("\"{text}\" is no address, network, loopback, linklocal or uniquelocal");
                    config.error("backend.trustProxy", message)
                })?;
            networks.push(network);
        }
    }
    Ok(networks)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn client(trust: serde_json::Value, peer: &str, forwarded: &str) -> String {
        let config = Config::from_value(json!({"backend": {"trustProxy": trust}}));
        let mut headers = HeaderMap::new();
        headers.insert("x-forwarded-for", forwarded.parse().expect("a header"));
        let trust = TrustProxy::new(&config).expect("a setting");
        trust.client(peer.parse().expect("an address"), &headers).to_string()
    }

    #[test]
    fn only_trusted_proxies_are_believed() {
        for (trust, peer, forwarded, expected) in [
            (json!(false), "10.0.0.1", "1.1.1.1", "10.0.0.1"),
            (json!(true), "10.0.0.1", "1.1.1.1, 2.2.2.2", "1.1.1.1"),
            (json!(1), "10.0.0.1", "1.1.1.1, 2.2.2.2", "2.2.2.2"),
            (json!("uniquelocal"), "10.0.0.1", "9.9.9.9, 1.1.1.1, 10.0.0.2", "1.1.1.1"),
            (json!("uniquelocal"), "8.8.8.8", "1.1.1.1", "8.8.8.8"),
            (json!(["loopback", "10.1.0.0/16"]), "::ffff:127.0.0.1", "1.1.1.1, 10.1.2.3", "1.1.1.1"),
            (json!("10.0.0.1"), "10.0.0.1", "[2001:db8::1]:443", "2001:db8::1"),
            (json!(true), "10.0.0.1", "not an address", "10.0.0.1"),
        ] {
            assert_eq!(client(trust.clone(), peer, forwarded), expected, "{trust} {peer} {forwarded}");
        }
    }

    #[test]
    fn a_network_that_is_none_is_an_error_that_names_the_key() {
        let config = Config::from_value(json!({"backend": {"trustProxy": "10.0.0.0/99"}}));
        let error = TrustProxy::new(&config).expect_err("an error").to_string();
        assert!(error.contains("backend.trustProxy"), "{error}");
    }
}
