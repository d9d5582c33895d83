use std::{
    sync::Arc,
    time::{Duration, SystemTime},
};

use async_trait::async_trait;

use super::{
    IssuerFaults, Issuers,
    cache::{TokenCache, TokenHash, Verified},
    claims,
    header::TokenType,
    refusal::Unaccepted,
    trusted::{LONGEST_BYTES, Signer, TrustedIssuers},
};
use crate::{
    Identity,
    authentication::{Fills, IssuerName, Outcome, TokenVerifier, unknown_names::UnknownNames},
};

/// Judges tokens of one [`Issuer`](super::Issuer), or of several.
pub struct JwtVerifier {
    issuers: TrustedIssuers,
    unknown: UnknownNames,
    cache: Option<TokenCache<Signer>>,
}

impl JwtVerifier {
    pub(super) fn new(issuers: Issuers) -> Result<Self, IssuerFaults> {
        Ok(Self {
            issuers: TrustedIssuers::new(issuers)?,
            unknown: UnknownNames::default(),
            cache: TokenCache::new(10_000, Duration::from_mins(5)),
        })
    }

    pub(super) fn cache(self, tokens: usize, keep: Duration) -> Self {
        Self {
            cache: TokenCache::new(tokens, keep),
            ..self
        }
    }

    pub(super) async fn warm_up(&self) -> Result<(), IssuerFaults> {
        self.issuers.warm_up().await
    }

    async fn identity(&self, token: &str) -> Result<Arc<Identity>, Unaccepted> {
        // Not hashed either.
        if token.len() > LONGEST_BYTES {
            return Err("it is longer than 8 KiB".into());
        }
        let Some(cache) = &self.cache else {
            return Ok(self.judge(token).await?.identity);
        };
        let hash = TokenHash::of(token);
        loop {
            match cache.look(&hash).await {
                Ok(known) if self.still_counts(&known).await? => {
                    return Ok(Arc::clone(&known.identity));
                }
                Ok(old) => cache.forget(&hash, &old),
                Err(cold) => {
                    let verified = self.judge(token).await?;
                    let identity = Arc::clone(&verified.identity);
                    cache.keep(cold, verified, SystemTime::now());
                    return Ok(identity);
                }
            }
        }
    }

    /// Whether a token that verified would still.
    async fn still_counts(&self, known: &Verified<Signer>) -> Result<bool, Unaccepted> {
        let trusted = self.issuers.still_trusts(&known.signed).await?;
        Ok(trusted && known.until > SystemTime::now())
    }

    async fn judge(&self, token: &str) -> Result<Verified<Signer>, Unaccepted> {
        let signed = self.issuers.claims_of(token, TokenType::Access).await?;
        // As of now, and not of before the keys were waited for.
        let now = SystemTime::now();
        let claimed = claims::judged(signed.issuer, &signed.claims, now, &self.unknown)?;
        Ok(Verified {
            identity: Arc::new(claimed.identity.signed_by(signed.signer)),
            signed: signed.signer,
            until: claimed.until,
        })
    }
}

#[async_trait]
impl TokenVerifier for JwtVerifier {
    async fn verify(&self, token: &str) -> Outcome {
        self.identity(token).await.into()
    }

    async fn still_counts(&self, caller: &Identity) -> Result<bool, String> {
        let signer = caller.signer().ok_or("no token of its own")?;
        match self.issuers.still_trusts(&signer).await {
            Ok(trusted) => Ok(trusted),
            Err(Unaccepted::Unavailable(why)) => Err(why),
            Err(Unaccepted::Refused(_)) => Ok(false),
        }
    }

    fn issuers(&self) -> Vec<IssuerName> {
        self.issuers.names()
    }

    fn fills(&self) -> Option<Fills> {
        let issuers = self.issuers.issuers();
        let each = issuers.map(|issuer| issuer.places.fills());
        Some(each.fold(Fills::default(), Fills::and))
    }
}

impl std::fmt::Debug for JwtVerifier {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.issuers.fmt(f)
    }
}
