//! Which IP addresses may be connected to.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// What an address is to us.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AddressClass {
    /// An address of the public internet.
    Public,
    /// Loopback, private or shared (CGNAT) space: only for a host:port that the configuration names.
    Private,
    /// Never, whatever the configuration says: link-local, cloud metadata, multicast, unspecified, reserved, and v6
    /// forms that hide a v4 address.
    Never,
}

/// Metadata and platform services that stand outside the link-local ranges.
const METADATA_V4: [Ipv4Addr; 3] = [
    Ipv4Addr::new(168, 63, 129, 16),   // Azure platform
    Ipv4Addr::new(100, 100, 100, 200), // Alibaba Cloud
    Ipv4Addr::new(192, 0, 0, 192),     // Oracle Cloud
];
const METADATA_V6: [Ipv6Addr; 2] = [
    Ipv6Addr::new(0xfd00, 0x0ec2, 0, 0, 0, 0, 0, 0x0254), // AWS
    Ipv6Addr::new(0xfd20, 0x00ce, 0, 0, 0, 0, 0, 0x0254), // Google Cloud
];

/// Classifies one address.
pub fn classify(address: IpAddr) -> AddressClass {
    match address {
        IpAddr::V4(v4) => classify_v4(v4),
        IpAddr::V6(v6) => classify_v6(v6),
    }
}

fn classify_v4(address: Ipv4Addr) -> AddressClass {
    let [a, b, c, _] = address.octets();
    if METADATA_V4.contains(&address) {
        return AddressClass::Never;
    }
    match (a, b, c) {
        (0, _, _) | (169, 254, _) | (224..=255, _, _) => AddressClass::Never,
        // Protocol assignments, documentation, 6to4 relays.
        (192, 0, 0) | (192, 0, 2) | (198, 51, 100) | (203, 0, 113) | (192, 88, 99) => AddressClass::Never,
        (10 | 127, _, _) | (172, 16..=31, _) | (192, 168, _) | (100, 64..=127, _) | (198, 18 | 19, _) => {
            AddressClass::Private
        }
        _ => AddressClass::Public,
    }
}

fn classify_v6(address: Ipv6Addr) -> AddressClass {
    if METADATA_V6.contains(&address) {
        return AddressClass::Never;
    }
    if address.is_loopback() {
        return AddressClass::Private;
    }
    let segments = address.segments();
    match segments {
        // Unspecified, v4-compatible and v4-mapped.
        [0, 0, 0, 0, 0, _, _, _] => AddressClass::Never,
        // v4-translated, NAT64 and local NAT64, discard-only.
        [0, 0, 0, 0, 0xffff, 0, _, _] | [0x64, 0xff9b, ..] | [0x100, 0, 0, 0, ..] => AddressClass::Never,
        // Teredo, ORCHID and other protocol space below 2001:200::, documentation, 6to4.
        [0x2001, 0..=0x1ff, ..] | [0x2001, 0xdb8, ..] | [0x2002, ..] | [0x3fff, 0..=0xfff, ..] => {
            AddressClass::Never
        }
        [first, ..] if first & 0xffc0 == 0xfe80 || first & 0xffc0 == 0xfec0 || first & 0xff00 == 0xff00 => {
            AddressClass::Never
        }
        [first, ..] if first & 0xfe00 == 0xfc00 => AddressClass::Private,
        // Only 2000::/3 is handed out.
        [first, ..] if first & 0xe000 == 0x2000 => AddressClass::Public,
        _ => AddressClass::Never,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_address_has_its_class() {
        use AddressClass::{Never, Private, Public};
        let cases = [
            ("8.8.8.8", Public),
            ("140.82.121.4", Public),
            ("2606:50c0:8000::153", Public),
            ("10.0.0.1", Private),
            ("172.16.0.1", Private),
            ("172.31.255.255", Private),
            ("172.32.0.1", Public),
            ("192.168.1.1", Private),
            ("127.0.0.1", Private),
            ("127.8.8.8", Private),
            ("::1", Private),
            ("fd12::1", Private),
            ("198.18.0.1", Private),
            ("0.0.0.0", Never),
            ("::", Never),
            ("169.254.169.254", Never),
            ("169.254.170.2", Never),
            ("168.63.129.16", Never),
            ("100.100.100.200", Never),
            ("192.0.0.192", Never),
            ("fd00:ec2::254", Never),
            ("fe80::1", Never),
            ("fec0::1", Never),
            ("ff02::1", Never),
            ("224.0.0.1", Never),
            ("255.255.255.255", Never),
            ("::ffff:127.0.0.1", Never),
            ("::ffff:8.8.8.8", Never),
            ("::127.0.0.1", Never),
            ("64:ff9b::a9fe:a9fe", Never),
            ("64:ff9b:1::7f00:1", Never),
            ("2002:7f00:1::", Never),
            ("2001::1", Never),
            ("2001:db8::1", Never),
        ];
        for (text, expected) in cases {
            assert_eq!(classify(text.parse().unwrap()), expected, "{text}");
        }
    }

    #[test]
    fn gitlab_29395_shared_address_space_is_not_public() {
        for text in ["100.64.0.0", "100.64.0.1", "100.127.255.255"] {
            assert_eq!(classify(text.parse().unwrap()), AddressClass::Private, "{text}");
        }
        for text in ["100.63.255.255", "100.128.0.0"] {
            assert_eq!(classify(text.parse().unwrap()), AddressClass::Public, "{text}");
        }
    }
}
