use std::{
    fmt,
    future::Future,
    sync::Arc,
    time::{Duration, SystemTime},
};

use async_trait::async_trait;
use reqwest::Url;
use tokio::{sync::Semaphore, time::timeout};

use super::{
    Issuer, IssuerFaults,
    cache::{TokenCache, TokenHash, Verified},
    introspected::{for_access, introspected},
    json::Json,
    outbound::{CALL, Outbound, address, shown},
    refusal::Unaccepted,
    trusted::LONGEST_BYTES,
};
use crate::{
    Identity,
    authentication::{Fills, IssuerName, Outcome, TokenVerifier, unknown_names::UnknownNames},
};

/// Where an issuer says what a token means (RFC 7662), for tokens that mean nothing by themselves.
#[derive(Clone)]
#[must_use = "an endpoint does nothing until `Bearer::opaque` takes it"]
pub struct Introspection {
    url: String,
    client: Option<(String, String)>,
    any_use: bool,
}

impl Introspection {
    /// The endpoint at this address: https, or http on this machine.
    pub fn at(url: impl Into<String>) -> Self {
        Self {
            url: url.into(),
            client: None,
            any_use: false,
        }
    }

    /// Who we are there, and our secret (RFC 6749 §2.3.1).
    pub fn client(mut self, id: impl Into<String>, secret: impl Into<String>) -> Self {
        self.client = Some((id.into(), secret.into()));
        self
    }

    /// Also takes tokens whose answer says that they are for another use than access: one with a `nonce`, or whose
    /// `typ` is neither `Bearer` nor `at+jwt`. It is for a provider that says so of access tokens; a refresh or an ID
    /// token then passes for one, unless the endpoint calls it inactive.
    pub fn any_use(mut self) -> Self {
        self.any_use = true;
        self
    }
}

impl fmt::Debug for Introspection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Introspection")
            .field("url", &address(&self.url).ok().as_ref().map(shown))
            .field("client", &self.client.as_ref().map(|(id, _)| id))
            .field("any_use", &self.any_use)
            .finish()
    }
}

/// Judges tokens by asking their issuer.
pub struct OpaqueVerifier {
    issuer: Issuer,
    url: Url,
    client: Option<(String, String)>,
    any_use: bool,
    outbound: Outbound,
    unknown: UnknownNames,
    cache: TokenCache<()>,
    calls: Semaphore,
}

/// So many calls are under way at most: anybody can make tokens up, and each costs one.
const CALLS: usize = 64;
/// No answer is used longer: what the issuer revokes is refused after that.
const KEEP: Duration = Duration::from_mins(1);

impl OpaqueVerifier {
    pub(super) fn new(issuer: Issuer, endpoint: Introspection) -> Result<Self, IssuerFaults> {
        let mut faults = issuer.faults.clone();
        if issuer.keys.is_given() {
            faults.push("keys, with which opaque tokens have nothing to do".to_owned());
        }
        let url = address(&endpoint.url).map_err(|fault| faults.push(fault));
        let outbound = Outbound::new().map_err(|fault| faults.push(fault));
        let cache = TokenCache::new(10_000, KEEP);
        match (url, outbound, cache) {
            (Ok(url), Ok(outbound), Some(cache)) if faults.is_empty() => Ok(Self {
                issuer,
                url,
                client: endpoint.client,
                any_use: endpoint.any_use,
                outbound,
                unknown: UnknownNames::default(),
                cache,
                calls: Semaphore::new(CALLS),
            }),
            _ => Err(IssuerFaults::of(&issuer.name, faults)),
        }
    }

    async fn identity(&self, token: &str) -> Result<Arc<Identity>, Unaccepted> {
        if token.len() > LONGEST_BYTES {
            return Err("it is longer than 8 KiB".into());
        }
        let hash = TokenHash::of(token);
        loop {
            match self.cache.look(&hash).await {
                Ok(known) if known.until > SystemTime::now() => {
                    return Ok(Arc::clone(&known.identity));
                }
                Ok(old) => self.cache.forget(&hash, &old),
                Err(cold) => {
                    let verified = self.ask(token).await?;
                    let identity = Arc::clone(&verified.identity);
                    self.cache.keep(cold, verified, SystemTime::now());
                    return Ok(identity);
                }
            }
        }
    }

    /// The answer to a call, once there is room for it; none where there is none for as long as a call may take.
    async fn one_of_few<T>(
        &self,
        call: impl Future<Output = Result<T, String>>,
    ) -> Result<T, String> {
        let room = timeout(CALL, self.calls.acquire()).await;
        let Ok(Ok(_room)) = room else {
            return Err("there are too many tokens to ask about".to_owned());
        };
        call.await
    }

    async fn ask(&self, token: &str) -> Result<Verified<()>, Unaccepted> {
        let form = [("token", token), ("token_type_hint", "access_token")];
        let client = self.client.as_ref();
        let client = client.map(|(id, secret)| (id.as_str(), secret.as_str()));
        let answer = self.one_of_few(self.outbound.post(self.url.clone(), &form, client));
        let answer = answer.await.map_err(Unaccepted::Unavailable)?;
        let unclear = |why: &str| Unaccepted::Unavailable(format!("{}: {why}", shown(&self.url)));
        let answer = Json::parse(&answer).map_err(unclear)?;
        match answer.get("active") {
            Some(Json::Bool(true)) => {}
            Some(Json::Bool(false)) => return Err("its issuer says that it doesn't count".into()),
            _ => return Err(unclear("an answer that doesn't say whether it counts")),
        }
        if !self.any_use {
            for_access(&answer)?;
        }
        // As of now, and not of before the call: the issuer may have issued it in between.
        let now = SystemTime::now();
        let claimed = introspected(&self.issuer, &answer, now, &self.unknown)?;
        Ok(Verified {
            identity: Arc::new(claimed.identity),
            signed: (),
            until: claimed.until,
        })
    }
}

#[async_trait]
impl TokenVerifier for OpaqueVerifier {
    async fn verify(&self, token: &str) -> Outcome {
        self.identity(token).await.into()
    }

    fn issuers(&self) -> Vec<IssuerName> {
        vec![self.issuer.named()]
    }

    fn fills(&self) -> Option<Fills> {
        Some(self.issuer.places.fills())
    }
}

impl fmt::Debug for OpaqueVerifier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("OpaqueVerifier")
            .field("issuer", &self.issuer)
            .field("url", &shown(&self.url))
            .finish_non_exhaustive()
    }
}
