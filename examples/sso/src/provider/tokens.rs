use std::{collections::BTreeMap, time::SystemTime};

use openidconnect::{
    AccessTokenHash, ClaimsVerificationError, EmptyExtraTokenFields, EndpointMaybeSet,
    EndpointNotSet, EndpointSet, IdTokenClaims, IdTokenFields, NonceVerifier, OAuth2TokenResponse,
    ProviderMetadataWithLogout as Metadata, RequestTokenError, SignatureVerificationError,
    StandardErrorResponse, StandardTokenResponse, TokenResponse, UserInfoClaims,
    core::{
        CoreAuthDisplay, CoreAuthPrompt, CoreErrorResponseType, CoreGenderClaim, CoreJsonWebKey,
        CoreJweContentEncryptionAlgorithm, CoreJwsSigningAlgorithm, CoreRevocableToken,
        CoreRevocationErrorResponse, CoreTokenIntrospectionResponse, CoreTokenType,
    },
};
use serde::{Deserialize, Serialize};

use super::{METADATA_KEPT, Provider, ProviderError, http::HttpError};

/// What this app reads of an ID token beside the standard claims.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub(super) struct OfSession {
    /// The provider's own session, which its back-channel logout names.
    sid: Option<String>,
}

impl openidconnect::AdditionalClaims for OfSession {}

/// What this app reads of the user info.
#[derive(Clone, Debug, Deserialize, Serialize)]
struct WithRoles {
    #[serde(default)]
    roles: Vec<String>,
    /// The claims that there are and that aren't stated (OpenID Connect Core 1.0 §5.6.2).
    #[serde(default, rename = "_claim_names")]
    left_out: BTreeMap<String, String>,
}

impl openidconnect::AdditionalClaims for WithRoles {}

pub(super) type Tokens = StandardTokenResponse<
    IdTokenFields<
        OfSession,
        EmptyExtraTokenFields,
        CoreGenderClaim,
        CoreJweContentEncryptionAlgorithm,
        CoreJwsSigningAlgorithm,
    >,
    CoreTokenType,
>;

pub(super) type IdToken = openidconnect::IdToken<
    OfSession,
    CoreGenderClaim,
    CoreJweContentEncryptionAlgorithm,
    CoreJwsSigningAlgorithm,
>;

type Claims = IdTokenClaims<OfSession, CoreGenderClaim>;
type ErrorResponse = StandardErrorResponse<CoreErrorResponseType>;

pub(super) type Client = openidconnect::Client<
    OfSession,
    CoreAuthDisplay,
    CoreGenderClaim,
    CoreJweContentEncryptionAlgorithm,
    CoreJsonWebKey,
    CoreAuthPrompt,
    ErrorResponse,
    Tokens,
    CoreTokenIntrospectionResponse,
    CoreRevocableToken,
    CoreRevocationErrorResponse,
    EndpointSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointMaybeSet,
    EndpointMaybeSet,
>;

/// What the provider states of somebody, and what it will state more with.
pub(crate) struct Stated {
    pub(crate) subject: String,
    pub(crate) roles: Vec<String>,
    pub(crate) logged_in: SystemTime,
    pub(crate) class: Option<String>,
    pub(crate) provider_session: Option<String>,
    pub(crate) id_token: String,
    pub(crate) refresh_token: Option<String>,
}

impl Provider {
    /// Checks an answer of the token endpoint, and asks for the roles of who it is of.
    pub(super) async fn stated(
        &self,
        tokens: Tokens,
        nonce: impl NonceVerifier + Clone,
    ) -> Result<Stated, ProviderError> {
        let id_token = tokens
            .id_token()
            .ok_or_else(|| ProviderError::Refused("no ID token".to_owned()))?;
        let claims = self.checked(&tokens, nonce).await?;
        let client = self.client(self.metadata(METADATA_KEPT).await?);
        // The access token is whose the ID token is: a user info of somebody else is refused.
        let request = client.user_info(
            tokens.access_token().clone(),
            Some(claims.subject().clone()),
        );
        let request = request.map_err(|error| ProviderError::Refused(error.to_string()))?;
        let info: UserInfoClaims<WithRoles, CoreGenderClaim> = request
            .request_async(&self.http)
            .await
            .map_err(ProviderError::unavailable)?;
        let info = info.additional_claims();
        if info.left_out.contains_key("roles") {
            let why = "roles that the user info leaves out: which they are isn't known";
            return Err(ProviderError::Unavailable(why.to_owned()));
        }
        Ok(Stated {
            subject: claims.subject().to_string(),
            roles: info.roles.clone(),
            // One that doesn't say when (it does where it is asked for a `max_age`) may have known them for long: when it
            // issued the token says nothing.
            logged_in: claims
                .auth_time()
                .map_or(SystemTime::UNIX_EPOCH, SystemTime::from),
            class: claims.auth_context_ref().map(|class| class.to_string()),
            // An empty one names none.
            provider_session: claims
                .additional_claims()
                .sid
                .clone()
                .filter(|sid| !sid.is_empty()),
            id_token: id_token.to_string(),
            refresh_token: tokens.refresh_token().map(|token| token.secret().clone()),
        })
    }

    /// The ID token's claims, if it is the provider's, for us and for this login.
    async fn checked(
        &self,
        tokens: &Tokens,
        nonce: impl NonceVerifier + Clone,
    ) -> Result<Claims, ProviderError> {
        let known = self.metadata(METADATA_KEPT).await?;
        match self.verified(known, tokens, nonce.clone()) {
            // It may be signed with a key that is newer than what is known of the provider.
            Err(ClaimsVerificationError::SignatureVerification(
                SignatureVerificationError::NoMatchingKey,
            )) => {
                let anew = self.metadata(std::time::Duration::ZERO).await?;
                self.verified(anew, tokens, nonce)
            }
            verified => verified,
        }
        .map_err(|error| ProviderError::Refused(format!("the ID token: {error}")))
    }

    fn verified(
        &self,
        metadata: Metadata,
        tokens: &Tokens,
        nonce: impl NonceVerifier,
    ) -> Result<Claims, ClaimsVerificationError> {
        let client = self.client(metadata);
        let verifier = client.id_token_verifier();
        let other = |words: &str| ClaimsVerificationError::Other(words.to_owned());
        let id_token = tokens.id_token().ok_or_else(|| other("there is none"))?;
        let claims = id_token.claims(&verifier, nonce)?;
        // Where it names the access token, it must be this one.
        if let Some(named) = claims.access_token_hash() {
            let algorithm = id_token.signing_alg();
            let key = id_token.signing_key(&verifier);
            let hash = AccessTokenHash::from_token(
                tokens.access_token(),
                algorithm.map_err(|error| other(&error.to_string()))?,
                key.map_err(ClaimsVerificationError::SignatureVerification)?,
            );
            if hash.map_err(|error| other(&error.to_string()))? != *named {
                return Err(other("it is of another access token"));
            }
        }
        Ok(claims.clone())
    }
}

/// What the token endpoint didn't give.
impl From<RequestTokenError<HttpError, ErrorResponse>> for ProviderError {
    fn from(error: RequestTokenError<HttpError, ErrorResponse>) -> Self {
        match error {
            RequestTokenError::ServerResponse(said)
                if *said.error() == CoreErrorResponseType::InvalidGrant =>
            {
                Self::Ended
            }
            RequestTokenError::ServerResponse(said) => Self::Refused(said.to_string()),
            other => Self::unavailable(other),
        }
    }
}
