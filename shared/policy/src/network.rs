//! The network a request came from, as coarse as it is counted and limited by.

use axum::extract::ConnectInfo;
use http::Extensions;
use std::fmt;
use std::net::{IpAddr, Ipv6Addr, SocketAddr};

/// An address prefix: /24 of IPv4, /64 of IPv6.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) struct Network(Option<u128>);

impl Network {
    /// From the connection's facts; a call within the process has no address.
    pub(crate) fn of(extensions: &Extensions) -> Self {
        let address = extensions.get::<ConnectInfo<SocketAddr>>();
        Self(
            address.map(|ConnectInfo(peer)| match peer.ip().to_canonical() {
                IpAddr::V4(v4) => u128::from(v4.to_ipv6_mapped()) & !0xff,
                IpAddr::V6(v6) => u128::from(v6) & (u128::MAX << 64),
            }),
        )
    }
}

impl fmt::Display for Network {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0.map(Ipv6Addr::from) {
            None => f.write_str("in-process"),
            Some(v6) => match v6.to_ipv4_mapped() {
                Some(v4) => write!(f, "{v4}/24"),
                None => write!(f, "{v6}/64"),
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn network(address: &str) -> String {
        let mut extensions = Extensions::new();
        extensions.insert(ConnectInfo(address.parse::<SocketAddr>().unwrap()));
        Network::of(&extensions).to_string()
    }

    #[test]
    fn neighbours_share_a_network() {
        assert_eq!(network("203.0.113.7:80"), "203.0.113.0/24");
        assert_eq!(network("[::ffff:203.0.113.9]:80"), "203.0.113.0/24");
        assert_eq!(network("[2001:db8:1:2:3::9]:80"), "2001:db8:1:2::/64");
        assert_eq!(Network::of(&Extensions::new()).to_string(), "in-process");
    }
}
