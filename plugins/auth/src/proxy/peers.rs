//! Which connections a proxy can come from.

use std::net::IpAddr;

use callboard_config::{Config, ConfigError};
use callboard_kit::http::PeerAddress;
use ipnet::IpNet;

/// Where a proxy is when nothing is said: on the same machine or in the same private network. Link-local addresses are
/// how Azure's front end reaches a container.
const PRIVATE: [&str; 10] = [
    "127.0.0.0/8",
    "::1/128",
    "10.0.0.0/8",
    "172.16.0.0/12",
    "192.168.0.0/16",
    "100.64.0.0/10",
    "169.254.0.0/16",
    "fc00::/7",
    "fe80::/10",
    "198.18.0.0/15",
];

/// Networks that a proxy speaks from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct TrustedPeers(Vec<IpNet>);

impl TrustedPeers {
    /// `trustedPeers` of the provider, else `backend.trustedProxies`, else private addresses for a proxy whose word
    /// can't be checked and no restriction (`None`) for one whose word is signed.
    pub(super) fn read(config: &Config, section: &Config, signed: bool) -> Result<Option<Self>, ConfigError> {
        for (view, key) in [(section, "trustedPeers"), (config, "backend.trustedProxies")] {
            let Some(texts) = view.opt_string_array(key)? else { continue };
            if texts.is_empty() {
                return Err(view.error(key, "is empty; name a network, or leave the key out"));
            }
            let networks = texts.iter().map(|text| {
                parse(text).ok_or_else(|| {
                    view.error(key, format!("\"{text}\" is no address and no network such as 10.0.0.0/8"))
                })
            });
            return Ok(Some(Self(networks.collect::<Result<_, _>>()?)));
        }
        Ok((!signed).then(|| Self(PRIVATE.iter().filter_map(|text| parse(text)).collect())))
    }

    /// Whether a connection comes from one of them. A request without a known connection doesn't.
    pub(super) fn contain(&self, peer: Option<PeerAddress>) -> bool {
        // A socket for both families shows IPv4 addresses in IPv6 form.
        let Some(address) = peer.map(|peer| peer.0.ip().to_canonical()) else { return false };
        self.0.iter().any(|network| network.contains(&address))
    }
}

fn parse(text: &str) -> Option<IpNet> {
    let text = text.trim();
    text.parse::<IpNet>().ok().or_else(|| text.parse::<IpAddr>().ok().map(IpNet::from))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Value, json};

    fn read(section: Value, signed: bool) -> Result<Option<TrustedPeers>, ConfigError> {
        TrustedPeers::read(&Config::from_value(json!({})), &Config::from_value(section), signed)
    }

    fn peer(text: &str) -> Option<PeerAddress> {
        Some(PeerAddress(format!("{text}:40000").parse().expect("an address")))
    }

    #[test]
    fn a_word_that_is_not_signed_is_taken_from_private_addresses_only() {
        let peers = read(json!({}), false).expect("peers").expect("a restriction");
        for text in
            ["127.0.0.1", "10.1.2.3", "172.31.0.1", "192.168.0.1", "[::1]", "[::ffff:10.0.0.1]", "[fd00::1]"]
        {
            assert!(peers.contain(peer(text)), "{text}");
        }
        for text in ["8.8.8.8", "172.32.0.1", "[2606:4700::1]", "[::ffff:8.8.8.8]"] {
            assert!(!peers.contain(peer(text)), "{text}");
        }
        assert!(!peers.contain(None));
        assert_eq!(read(json!({}), true).expect("peers"), None);
    }

    #[test]
    fn the_configuration_names_networks_and_single_addresses() {
        let peers = read(json!({"trustedPeers": ["203.0.113.0/24", "10.0.0.7"]}), true).expect("peers");
        let peers = peers.expect("a restriction");
        assert!(peers.contain(peer("203.0.113.9")) && peers.contain(peer("10.0.0.7")));
        assert!(!peers.contain(peer("10.0.0.8")) && !peers.contain(peer("127.0.0.1")));
        for wrong in [json!([]), json!(["proxy.internal"]), json!(["10.0.0.0/33"])] {
            let error = read(json!({"trustedPeers": wrong}), true).expect_err("no network").to_string();
            assert!(error.contains("trustedPeers"), "{error}");
        }
    }
}
