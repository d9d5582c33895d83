use openidconnect::{LogoutRequest, PostLogoutRedirectUrl};
use url::Url;

use super::{METADATA_KEPT, Provider, ProviderError, tokens::IdToken};

impl Provider {
    /// Where to send a browser so that it is logged out there, too (OpenID Connect RP-Initiated Logout 1.0);
    /// none where the provider has no such page.
    pub(crate) async fn log_out(&self, id_token: &str) -> Result<Option<Url>, ProviderError> {
        let metadata = self.metadata(METADATA_KEPT).await?;
        let Some(page) = &metadata.additional_metadata().end_session_endpoint else {
            return Ok(None);
        };
        let hint: IdToken = id_token
            .parse()
            .map_err(|error| ProviderError::Refused(format!("the kept ID token: {error}")))?;
        let request = LogoutRequest::from(page.clone())
            .set_client_id(self.client_id.clone())
            .set_id_token_hint(&hint)
            .set_post_logout_redirect_uri(PostLogoutRedirectUrl::from_url(self.home.clone()));
        Ok(Some(request.http_get_url()))
    }
}
