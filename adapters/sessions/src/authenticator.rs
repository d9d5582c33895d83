use std::time::{Duration, SystemTime};

use auth_core::{
    Authenticator, Challenge, CredentialKind, Identity, IssuerName, Outcome, Presented,
    async_trait,
    authentication::{Fills, later},
};
use http::{HeaderName, request::Parts};
use tower_sessions_core::session::{Id, Record};

use crate::{
    SessionEntry, Sessions,
    cookie::Sent,
    sessions::{KEPT, Kept},
};

/// A use is noted no oftener, and ten times before it would have been too long ago.
const NOTED: Duration = Duration::from_mins(1);

impl Sessions {
    async fn judge(&self, id: Id) -> Outcome {
        let lapsed = || Outcome::Lapsed(self.cookie.clear());
        let record = match self.store.load(&id).await {
            Ok(Some(record)) => record,
            Ok(None) => return lapsed(),
            Err(error) => return Outcome::Unavailable(error.to_string()),
        };
        let Some(kept) = kept(&record).filter(|kept| self.knows(&kept.login.issuer)) else {
            return lapsed();
        };
        let entry = match self.directory.get(&kept.handle).await {
            Ok(Some(entry)) => entry,
            Ok(None) => return lapsed(),
            Err(why) => return Outcome::Unavailable(why),
        };
        let now = SystemTime::now();
        if self.is_over(&entry, now) {
            self.forget(&entry, id).await;
            return lapsed();
        }
        if later(entry.seen, NOTED.min(self.idle / 10)) <= now
            && let Err(why) = self.directory.seen(&entry.handle, now).await
        {
            return Outcome::Unavailable(why);
        }
        Outcome::known(self.identity(&kept).expires_at(self.end_of(&entry)))
    }

    /// It is over either way; that it is forgotten only saves room.
    async fn forget(&self, entry: &SessionEntry, id: Id) {
        let forgotten = (
            self.directory.remove(&entry.handle).await,
            self.store.delete(&id).await,
        );
        if !matches!(forgotten, (Ok(()), Ok(()))) {
            tracing::warn!(target: "auth_sessions", "a session that is over can't be forgotten");
        }
    }

    /// The store forgets it in its own time.
    async fn ended(&self, credential: &Identity) -> Result<(), String> {
        match (credential.stated_kind(), credential.session_id()) {
            (Some(CredentialKind::Session), Some(handle)) => self.directory.remove(handle).await,
            // A token may name its provider's session.
            _ => Ok(()),
        }
    }

    fn identity(&self, kept: &Kept) -> Identity {
        let login = &kept.login;
        let identity = self.vocabularies.identity(&login.issuer, &login.stands_for);
        let identity = identity
            .session(kept.handle.as_str())
            .credential_kind(CredentialKind::Session)
            .issued_at(kept.began)
            .authenticated_at(login.at);
        match &login.class {
            Some(class) => identity.authentication_class(class.as_str()),
            None => identity,
        }
    }
}

fn kept(record: &Record) -> Option<Kept> {
    let kept = record.data.get(KEPT)?;
    let kept: Kept = serde_json::from_value(kept.clone()).ok()?;
    kept.login.stands_for.person.then_some(kept)
}

#[async_trait]
impl Authenticator for Sessions {
    async fn authenticate(&self, request: &Parts) -> Outcome {
        let id = match self.cookie.read(&request.headers) {
            Sent::Nothing => return Outcome::Nobody,
            Sent::Unreadable => return Outcome::Lapsed(self.cookie.clear()),
            Sent::Session(id) => id,
        };
        self.judge(id).await
    }

    async fn login_ended(&self, credential: &Identity) -> Outcome {
        match self.ended(credential).await {
            Ok(()) => Outcome::Lapsed(self.cookie.clear()),
            Err(why) => Outcome::Unavailable(why),
        }
    }

    fn presented(&self, request: &Parts) -> Presented {
        match self.cookie.read(&request.headers) {
            Sent::Nothing => Presented::Nothing,
            _ => Presented::Ambient,
        }
    }

    fn trusted_origins(&self) -> Vec<String> {
        self.trusted_origins.clone()
    }

    async fn still_counts(&self, caller: &Identity) -> Result<bool, String> {
        let (Some(CredentialKind::Session), Some(handle)) =
            (caller.stated_kind(), caller.session_id())
        else {
            return Ok(true);
        };
        let entry = self.directory.get(handle).await?;
        let now = SystemTime::now();
        Ok(entry.is_some_and(|entry| !self.is_over(&entry, now)))
    }

    fn challenge(&self) -> Challenge {
        Challenge::new("Cookie")
    }

    fn credential_headers(&self) -> Vec<HeaderName> {
        Vec::new()
    }

    fn credential_cookies(&self) -> Vec<String> {
        vec![self.cookie.name.clone()]
    }

    fn issuers(&self) -> Vec<IssuerName> {
        self.issuers.clone()
    }

    fn fills(&self) -> Option<Fills> {
        Some(self.vocabularies.fills())
    }
}
