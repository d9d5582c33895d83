use std::{
    net::{IpAddr, SocketAddr},
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
};

use http::{HeaderMap, HeaderName, uri::Scheme};

/// Whose word counts on where a request came from: nobody's, unless the app says so.
///
/// A header that any client can send is no fact. What a proxy appends to `X-Forwarded-For` is one, as far
/// as the connection, and each hop before it, is the proxy's (OWASP ASVS 5.0, 4.1.3).
#[derive(Clone, Debug, Default)]
pub(crate) struct TrustedProxies {
    #[cfg(feature = "trusted-proxies")]
    networks: Vec<ipnet::IpNet>,
    warned: Arc<AtomicBool>,
}

const FORWARDED: HeaderName = HeaderName::from_static("forwarded");
const FORWARDED_FOR: HeaderName = HeaderName::from_static("x-forwarded-for");
const FORWARDED_PROTO: HeaderName = HeaderName::from_static("x-forwarded-proto");

impl TrustedProxies {
    /// Adds an address or a network.
    #[cfg(feature = "trusted-proxies")]
    pub(crate) fn add(&mut self, written: &str) -> Result<(), &'static str> {
        let network = written
            .parse()
            .or_else(|_| written.parse::<IpAddr>().map(ipnet::IpNet::from))
            .map_err(|_| "it is no address and no network")?;
        if network.prefix_len() == 0 {
            return Err("it is every address: any client could say where it comes from");
        }
        self.networks.push(network);
        Ok(())
    }

    #[cfg(feature = "trusted-proxies")]
    fn trusts(&self, address: IpAddr) -> bool {
        self.networks
            .iter()
            .any(|network| network.contains(&address))
    }

    #[cfg(not(feature = "trusted-proxies"))]
    #[expect(clippy::unused_self, reason = "it has networks with the feature")]
    fn trusts(&self, _: IpAddr) -> bool {
        false
    }

    /// Where a request came from: its connection's other end, or what trusted proxies say stands behind
    /// them. None where they don't say it, or not so that it can be read.
    pub(crate) fn client(&self, connection: IpAddr, headers: &HeaderMap) -> Option<IpAddr> {
        let mut client = connection.to_canonical();
        if !self.trusts(client) {
            if headers.contains_key(FORWARDED_FOR) || headers.contains_key(FORWARDED) {
                self.warn_once();
            }
            return Some(client);
        }
        let hops = headers.get_all(FORWARDED_FOR).into_iter().rev();
        let hops = hops.flat_map(|value| value.as_bytes().rsplit(|byte| *byte == b','));
        let mut said = None;
        for hop in hops {
            client = address(hop)?;
            said = Some(client);
            if !self.trusts(client) {
                break;
            }
        }
        said
    }

    /// A proxy that nobody named is taken for the client: who limits attempts by address pauses all who come through it.
    /// Said once, since anybody can send such a header.
    fn warn_once(&self) {
        if !self.warned.swap(true, Ordering::Relaxed) {
            tracing::warn!(
                target: "auth_core::wiring",
                "a request says that a proxy passed it on, and that proxy isn't trusted: all clients behind one have \
                 its address (`PolicyRouter::trusted_proxies`)"
            );
        }
    }

    /// The scheme that the client used, where a trusted proxy says it, and says it once.
    pub(crate) fn scheme(&self, connection: IpAddr, headers: &HeaderMap) -> Option<Scheme> {
        if !self.trusts(connection.to_canonical()) {
            return None;
        }
        let mut said = headers.get_all(FORWARDED_PROTO).into_iter();
        match (said.next()?.as_bytes(), said.next()) {
            (b"https", None) => Some(Scheme::HTTPS),
            (b"http", None) => Some(Scheme::HTTP),
            _ => None,
        }
    }
}

/// An address as proxies write it: some add the port.
fn address(written: &[u8]) -> Option<IpAddr> {
    let written = str::from_utf8(written).ok()?.trim();
    let bare = written
        .strip_prefix('[')
        .and_then(|rest| rest.strip_suffix(']'))
        .unwrap_or(written);
    let address: Option<IpAddr> = bare.parse().ok();
    let address = address.or_else(|| Some(written.parse::<SocketAddr>().ok()?.ip()));
    address.map(|address| address.to_canonical())
}
