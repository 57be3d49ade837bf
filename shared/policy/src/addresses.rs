//! Row 5: a limit by address prefix, before anybody is asked who they are.

use crate::gate::{Gate, Inbound, Stop};
use crate::limiter::{Limiter, Verdict};
use axum::extract::ConnectInfo;
use crossdock_problem::{Code, Problem};
use http::Extensions;
use std::fmt;
use std::net::{IpAddr, Ipv6Addr, SocketAddr};
use std::sync::Arc;

/// The network a request came from: /24 of IPv4, /64 of IPv6.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) struct Prefix(Option<u128>);

impl Prefix {
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

impl fmt::Display for Prefix {
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

/// The limit, shared by every API of the process.
#[derive(Debug, Clone)]
pub(crate) struct AddressLimit(pub(crate) Arc<Limiter<Prefix>>);

impl Gate for AddressLimit {
    fn pass(&self, inbound: &mut Inbound) -> Result<(), Stop> {
        match self.0.check(Prefix::of(&inbound.parts.extensions)) {
            Verdict::Remaining(_) => Ok(()),
            Verdict::Wait(wait) => {
                let detail = "too many requests from this network: come back after Retry-After";
                Err(Problem::new(Code::RateLimited, detail).after(wait).into())
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn prefix(address: &str) -> String {
        let mut extensions = Extensions::new();
        extensions.insert(ConnectInfo(address.parse::<SocketAddr>().unwrap()));
        Prefix::of(&extensions).to_string()
    }

    #[test]
    fn neighbours_share_a_prefix() {
        assert_eq!(prefix("203.0.113.7:80"), "203.0.113.0/24");
        assert_eq!(prefix("[::ffff:203.0.113.9]:80"), "203.0.113.0/24");
        assert_eq!(prefix("[2001:db8:1:2:3::9]:80"), "2001:db8:1:2::/64");
        assert_eq!(Prefix::of(&Extensions::new()).to_string(), "in-process");
    }
}
