use std::time::SystemTime;

use auth_core::{CredentialKind, Principal, SubjectKind, authentication::later};

use crate::{SessionCookie, SessionEntry, Sessions, SessionsUnavailable};

/// Listing sessions, and ending them.
impl Sessions {
    /// Ends the session that this request came with, whoever the app says its caller is; the answer clears its
    /// cookie.
    ///
    /// # Errors
    ///
    /// The session may still count: it can't be ended now, or the caller isn't known by one.
    pub async fn log_out(&self, caller: &Principal) -> Result<SessionCookie, SessionsUnavailable> {
        let Some(handle) = session_of(caller) else {
            let why = "the caller is known by no session, so none was ended";
            return Err(SessionsUnavailable(why.to_owned()));
        };
        self.remove(handle).await?;
        Ok(SessionCookie {
            header: self.cookie.clear(),
            session: None,
        })
    }

    /// The sessions of a subject, the one used last first.
    ///
    /// # Errors
    ///
    /// They can't be found now.
    pub async fn of_subject(
        &self,
        issuer: &str,
        subject: &str,
    ) -> Result<Vec<SessionEntry>, SessionsUnavailable> {
        let mut found = self.entered(issuer, subject).await?;
        let now = SystemTime::now();
        found.retain(|entry| !self.is_over(entry, now));
        found.sort_by_key(|entry| std::cmp::Reverse(entry.seen));
        Ok(found)
    }

    /// All that are entered, also those that seem over: by another machine's clock, or once a use is noted that is under
    /// way, they may not be. What is ended is all of them.
    async fn entered(
        &self,
        issuer: &str,
        subject: &str,
    ) -> Result<Vec<SessionEntry>, SessionsUnavailable> {
        let found = self.directory.of_subject(issuer, subject).await;
        found.map_err(SessionsUnavailable)
    }

    /// The caller's sessions: of whom their own session names, whom an [`Enrich`](auth_core::Enrich) may have given
    /// another subject; of a person who is known otherwise, by that. A program has none, whatever its name.
    async fn of_caller(
        &self,
        caller: &Principal,
    ) -> Result<Vec<SessionEntry>, SessionsUnavailable> {
        let (issuer, subject) = match session_of(caller) {
            Some(_) => caller.credential_names(),
            None if caller.kind() == SubjectKind::Person => (caller.issuer(), caller.subject()),
            None => return Ok(Vec::new()),
        };
        self.entered(issuer, subject).await
    }

    /// Ends one of the caller's own sessions, by its handle; says whether it was one.
    ///
    /// # Errors
    ///
    /// The session may still count.
    pub async fn end(&self, caller: &Principal, handle: &str) -> Result<bool, SessionsUnavailable> {
        let mine = self.of_caller(caller).await?;
        let is_mine = mine.iter().any(|entry| entry.handle == handle);
        if is_mine {
            self.remove(handle).await?;
        }
        Ok(is_mine)
    }

    /// Ends all of the caller's sessions but the one of this request.
    ///
    /// # Errors
    ///
    /// Some may still count.
    pub async fn end_others(&self, caller: &Principal) -> Result<(), SessionsUnavailable> {
        let mine = self.of_caller(caller).await?;
        let others = mine
            .iter()
            .filter(|entry| Some(entry.handle.as_str()) != caller.session());
        self.remove_all(others).await
    }

    /// Ends all sessions of a subject.
    ///
    /// # Errors
    ///
    /// Some may still count.
    pub async fn end_all(&self, issuer: &str, subject: &str) -> Result<(), SessionsUnavailable> {
        let all = self.entered(issuer, subject).await?;
        self.remove_all(all.iter()).await
    }

    /// Ends all that came of one session of the issuer's own (`sid`), as its back-channel logout asks.
    ///
    /// # Errors
    ///
    /// Some may still count.
    pub async fn end_provider_session(
        &self,
        issuer: &str,
        id: &str,
    ) -> Result<(), SessionsUnavailable> {
        let found = self.directory.of_provider_session(issuer, id).await;
        let found = found.map_err(SessionsUnavailable)?;
        self.remove_all(found.iter()).await
    }

    async fn remove_all(
        &self,
        entries: impl Iterator<Item = &SessionEntry>,
    ) -> Result<(), SessionsUnavailable> {
        for entry in entries {
            self.remove(&entry.handle).await?;
        }
        Ok(())
    }

    /// What isn't in the directory counts no longer; the store forgets it in its own time.
    pub(crate) async fn remove(&self, handle: &str) -> Result<(), SessionsUnavailable> {
        let removed = self.directory.remove(handle).await;
        removed.map_err(SessionsUnavailable)
    }

    pub(crate) fn is_over(&self, entry: &SessionEntry, now: SystemTime) -> bool {
        self.end_of(entry) <= now || later(entry.seen, self.idle) <= now
    }

    /// When it ends whatever happens: as was said when it began, or sooner where less is said now.
    pub(crate) fn end_of(&self, entry: &SessionEntry) -> SystemTime {
        entry.ends.min(later(entry.began, self.absolute))
    }
}

/// The session that a caller is known by. A credential of another kind may state any.
pub(crate) fn session_of(caller: &Principal) -> Option<&str> {
    let by_session = caller.credential_kind() == Some(CredentialKind::Session);
    caller.session().filter(|_| by_session)
}
