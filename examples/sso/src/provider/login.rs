use openidconnect::{
    AuthorizationCode, CsrfToken, Nonce, PkceCodeChallenge, PkceCodeVerifier,
    core::CoreAuthenticationFlow,
};
use serde::{Deserialize, Serialize};
use url::Url;

use super::{METADATA_KEPT, Provider, ProviderError, Stated, roles};

/// A login that a browser has been sent away for: what it must come back with.
#[derive(Deserialize, Serialize)]
pub(crate) struct Pending {
    /// Says that the browser that comes back is the one that was sent (RFC 6749 §10.12).
    state: String,
    /// Says that the ID token is of this login (OpenID Connect Core 1.0 §15.5.2).
    nonce: Nonce,
    /// Says that who redeems the code is who asked for it (RFC 7636).
    verifier: PkceCodeVerifier,
    /// Where the person was going.
    pub(crate) then: String,
}

/// What a browser comes back with.
#[derive(Deserialize)]
pub(crate) struct Returned {
    pub(crate) state: String,
    code: Option<String>,
    error: Option<String>,
    iss: Option<String>,
}

impl Provider {
    /// Where to send a browser, and what it must come back with.
    pub(crate) async fn begin(&self, then: String) -> Result<(Url, Pending), ProviderError> {
        let client = self.client(self.metadata(METADATA_KEPT).await?);
        let (challenge, verifier) = PkceCodeChallenge::new_random_sha256();
        let (to, state, nonce) = client
            .authorize_url(
                CoreAuthenticationFlow::AuthorizationCode,
                CsrfToken::new_random,
                Nonce::new_random,
            )
            .add_scope(roles())
            .set_pkce_challenge(challenge)
            .url();
        let pending = Pending {
            state: state.into_secret(),
            nonce,
            verifier,
            then,
        };
        Ok((to, pending))
    }

    /// Who has logged in.
    pub(crate) async fn finish(
        &self,
        returned: Returned,
        pending: Pending,
    ) -> Result<Stated, ProviderError> {
        let refused = |words: &str| ProviderError::Refused(words.to_owned());
        // Each is random and used once, so that comparing it tells nobody anything.
        if returned.state != pending.state {
            return Err(refused("another login's state"));
        }
        // RFC 9207: an answer of another provider's is none of this one's.
        if returned.iss.is_some_and(|named| named != **self.issuer) {
            return Err(refused("another provider's answer"));
        }
        if let Some(error) = returned.error {
            return Err(ProviderError::Refused(format!(
                "the provider says {error:?}"
            )));
        }
        let code = returned.code.ok_or_else(|| refused("no code"))?;
        let client = self.client(self.metadata(METADATA_KEPT).await?);
        let request = client
            .exchange_code(AuthorizationCode::new(code))
            .map_err(|error| ProviderError::Refused(error.to_string()))?
            .set_pkce_verifier(pending.verifier);
        let tokens = request.request_async(&self.http).await?;
        self.stated(tokens, &pending.nonce).await
    }
}
