use std::{
    sync::Arc,
    time::{Duration, SystemTime},
};

use auth_core::{Enrich, Identity, Outcome, Roles, async_trait};
use auth_sessions::Sessions;

use crate::{
    provider::{Provider, ProviderError},
    repository::{Logins, ProviderLogin},
    vocabulary::Role,
};

/// What the provider says now of who is logged in: a session says who somebody is, and their roles are
/// what the provider stated lately.
#[derive(Clone)]
pub(crate) struct Standing {
    pub(crate) sessions: Sessions,
    pub(crate) provider: Arc<Provider>,
    pub(crate) logins: Logins,
    pub(crate) ask_every: Duration,
}

/// What came of asking the provider again.
enum Renewal {
    Renewed(ProviderLogin),
    Ended,
    /// It can't be asked, or doesn't want to be.
    NotNow,
}

/// What the provider stated is used for so long while it can't be asked.
const OUTAGE: Duration = Duration::from_mins(5);

#[async_trait]
impl Enrich for Standing {
    async fn enrich(&self, identity: Identity) -> Outcome {
        match self.standing(&identity).await {
            Ok(Some(login)) => {
                let roles = login.roles.iter().filter_map(|name| Role::named(name));
                Outcome::known(identity.roles_are(roles))
            }
            Ok(None) => Outcome::Nobody,
            Err(why) => Outcome::Unavailable(why),
        }
    }
}

impl Standing {
    /// None where the login has ended.
    async fn standing(&self, identity: &Identity) -> Result<Option<ProviderLogin>, String> {
        let session = identity.session_id().unwrap_or_default();
        let Some(login) = self.logins.of(session).await.map_err(in_words)? else {
            return Ok(None);
        };
        // What seems to have been stated later than now, by another machine's clock, is asked for again.
        let age = login.stated.elapsed().unwrap_or(self.ask_every);
        if age < self.ask_every {
            return Ok(Some(login));
        }
        let may_ask = self.logins.may_ask(session, self.ask_every).await;
        if may_ask.map_err(in_words)? {
            // Whoever asked goes on where the client doesn't wait for it: nobody else asks so soon.
            let renewing = tokio::spawn(self.clone().renewed(login.clone()));
            match renewing.await.map_err(in_words)?? {
                Renewal::Renewed(login) => return Ok(Some(login)),
                Renewal::Ended => return Ok(None),
                Renewal::NotNow => {}
            }
        }
        if age < self.ask_every + OUTAGE {
            Ok(Some(login))
        } else {
            Err("the provider has not answered for too long".to_owned())
        }
    }

    async fn renewed(self, login: ProviderLogin) -> Result<Renewal, String> {
        match self.asked(&login).await {
            Ok(renewed) => {
                let there = self.logins.renew(renewed.clone()).await.map_err(in_words)?;
                Ok(if there {
                    Renewal::Renewed(renewed)
                } else {
                    Renewal::Ended
                })
            }
            Err(ProviderError::Ended) => {
                self.end(&login).await?;
                Ok(Renewal::Ended)
            }
            Err(ProviderError::Refused(why) | ProviderError::Unavailable(why)) => {
                tracing::warn!(why = ?why, "the provider doesn't renew a login");
                Ok(Renewal::NotNow)
            }
        }
    }

    async fn asked(&self, login: &ProviderLogin) -> Result<ProviderLogin, ProviderError> {
        let refresh_token = login.refresh_token.clone().ok_or(ProviderError::Ended)?;
        let stated = self.provider.renew(refresh_token, &login.subject).await?;
        Ok(ProviderLogin {
            roles: stated.roles,
            id_token: stated.id_token,
            // A provider that doesn't rotate them gives no new one.
            refresh_token: stated.refresh_token.or_else(|| login.refresh_token.clone()),
            stated: SystemTime::now(),
            ..login.clone()
        })
    }

    /// Ends all that came of the login; the session that calls ends when its caller is nobody.
    async fn end(&self, login: &ProviderLogin) -> Result<(), String> {
        self.logins.forget(&login.session).await.map_err(in_words)?;
        if let Some(session) = &login.provider_session {
            let issuer = self.provider.issuer();
            let ended = self.sessions.end_provider_session(issuer, session);
            ended.await.map_err(in_words)?;
        }
        Ok(())
    }
}

fn in_words(error: impl std::fmt::Display) -> String {
    error.to_string()
}
