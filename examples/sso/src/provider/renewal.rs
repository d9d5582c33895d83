use openidconnect::{Nonce, RefreshToken};

use super::{METADATA_KEPT, Provider, ProviderError, Stated};

impl Provider {
    /// What the provider states now of somebody who logged in earlier.
    ///
    /// That a login has ended there is [`ProviderError::Ended`].
    pub(crate) async fn renew(
        &self,
        refresh_token: String,
        subject: &str,
    ) -> Result<Stated, ProviderError> {
        let client = self.client(self.metadata(METADATA_KEPT).await?);
        let refresh_token = RefreshToken::new(refresh_token);
        let request = client
            .exchange_refresh_token(&refresh_token)
            .map_err(|error| ProviderError::Refused(error.to_string()))?;
        let tokens = request.request_async(&self.http).await?;
        // A renewed ID token belongs to no new login, so it needs no nonce (OpenID Connect Core 1.0 §12.2).
        let any = |_: Option<&Nonce>| Ok(());
        let stated = self.stated(tokens, any).await?;
        if stated.subject != subject {
            return Err(ProviderError::Refused(
                "another subject's tokens".to_owned(),
            ));
        }
        Ok(stated)
    }
}
