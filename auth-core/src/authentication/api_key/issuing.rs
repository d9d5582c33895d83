use std::{
    fmt,
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use super::{ApiKeyRecord, ApiKeys, text::KeyText};
use crate::{
    Principal, SubjectKind,
    authentication::{StoredIdentity, later},
};

/// A key that was just issued: its text is here, and nowhere else.
pub struct IssuedKey {
    text: String,
    /// What the key is known by; no secret.
    pub id: String,
}

impl IssuedKey {
    /// The key itself, to be shown once to whom it is for.
    #[must_use]
    pub fn reveal(&self) -> &str {
        &self.text
    }
}

impl fmt::Debug for IssuedKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("IssuedKey")
            .field("id", &self.id)
            .finish_non_exhaustive()
    }
}

/// The store of keys can't be asked now, has no such key, or can't have it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeysUnavailable(String);

impl fmt::Display for KeysUnavailable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the API keys: {}", self.0)
    }
}

impl std::error::Error for KeysUnavailable {}

/// As exactly as every store keeps times.
fn to_milliseconds(time: SystemTime) -> SystemTime {
    let since = time.duration_since(UNIX_EPOCH).unwrap_or_default();
    let milliseconds = Duration::from_millis(since.subsec_millis().into());
    UNIX_EPOCH + Duration::from_secs(since.as_secs()) + milliseconds
}

/// Giving keys out, and taking them back.
impl ApiKeys {
    /// Issues a key that lasts until it is removed. A person is one of [`issuer`](Self::issuer)'s. A key that a caller asks for
    /// is for [`issue_own`](Self::issue_own).
    ///
    /// # Errors
    ///
    /// The store can't be written to; a person's key where [`issuer`](Self::issuer) wasn't said.
    pub async fn issue(&self, stands_for: StoredIdentity) -> Result<IssuedKey, KeysUnavailable> {
        self.put_new(stands_for, None).await
    }

    /// Issues a key that lasts for a time.
    ///
    /// # Errors
    ///
    /// The store can't be written to.
    pub async fn issue_for(
        &self,
        time: Duration,
        stands_for: StoredIdentity,
    ) -> Result<IssuedKey, KeysUnavailable> {
        self.put_new(stands_for, Some(later(SystemTime::now(), time)))
            .await
    }

    /// Issues a key to the caller themselves, for as long as is said, or until it is removed. Nobody gets a key that may do
    /// more than they may, as the credential they call with states it; nor one for a key, which would outlive it; nor one by a credential that has ended meanwhile: it is
    /// looked at once more when the key is there. So a key that is asked for while a password changes is either removed by
    /// [`remove_all`](Self::remove_all), or not handed out.
    ///
    /// # Errors
    ///
    /// The store can't be written to; the key would be somebody else's, or may do more than the caller; or the caller's
    /// credential has ended, or can't be looked at. There is no such key then.
    pub async fn issue_own(
        &self,
        caller: &Principal,
        lasts: Option<Duration>,
        stands_for: StoredIdentity,
    ) -> Result<IssuedKey, KeysUnavailable> {
        let ends = lasts.map(|time| later(SystemTime::now(), time));
        let (text, record) = self.made(stands_for, ends);
        if !self.is_own(caller, &record) {
            return Err(KeysUnavailable(
                "a key that is not the caller's own, or may do more than the caller".to_owned(),
            ));
        }
        let issued = self.put(text, record).await?;
        self.if_counts(caller, issued).await
    }

    /// What is handed out if the caller's credential counts still, and taken back otherwise.
    async fn if_counts(
        &self,
        caller: &Principal,
        issued: IssuedKey,
    ) -> Result<IssuedKey, KeysUnavailable> {
        let why = match caller.still_counts().await {
            Ok(true) => return Ok(issued),
            Ok(false) => "the caller's credential has ended meanwhile".to_owned(),
            Err(why) => why,
        };
        self.remove(&issued.id).await?;
        Err(KeysUnavailable(why))
    }

    fn is_own(&self, caller: &Principal, key: &ApiKeyRecord) -> bool {
        key.is_of(caller) && self.vocabularies().covers(caller, &key.stands_for)
    }

    async fn put_new(
        &self,
        stands_for: StoredIdentity,
        expires_at: Option<SystemTime>,
    ) -> Result<IssuedKey, KeysUnavailable> {
        let (text, record) = self.made(stands_for, expires_at);
        self.put(text, record).await
    }

    /// A new key, as its holder has it and as it is kept.
    fn made(
        &self,
        stands_for: StoredIdentity,
        expires_at: Option<SystemTime>,
    ) -> (KeyText, ApiKeyRecord) {
        let text = KeyText::new(self.prefix());
        let record = ApiKeyRecord {
            id: text.id.clone(),
            issuer: self.issuer_name().to_owned(),
            stands_for,
            expires_at,
            secret_hash: text.hash(),
            issued_at: SystemTime::now(),
            last_used_at: None,
        };
        (text, record)
    }

    async fn put(&self, text: KeyText, record: ApiKeyRecord) -> Result<IssuedKey, KeysUnavailable> {
        if record.stands_for.person && !self.knows_people() {
            return Err(KeysUnavailable(
                "whose person it would be isn't said: `ApiKeys::issuer` says it".to_owned(),
            ));
        }
        self.store().put(record).await.map_err(KeysUnavailable)?;
        Ok(IssuedKey {
            text: text.written(),
            id: text.id,
        })
    }

    /// Issues another key for the same use, which ends when the old one would. The old one still counts
    /// for as long as `overlap`, while the new one is brought to where it is used.
    ///
    /// Whoever gets the new key is whom the old one stands for: an id that a caller chose is for
    /// [`rotate_own`](Self::rotate_own).
    ///
    /// # Errors
    ///
    /// There is no such key (any more), or the store can't be written to; the old one may then count as before.
    pub async fn rotate(&self, id: &str, overlap: Duration) -> Result<IssuedKey, KeysUnavailable> {
        self.rotate_for(None, id, overlap).await
    }

    /// The same of one of the caller's own keys, whatever id they name. Nobody gets a key that may do more than they may
    /// themselves, as the credential they call with states it: in another tenant, with a role or a permission that they
    /// don't have, or a scope (which a session needs none of). Who calls with a key rotates that one alone.
    ///
    /// Who has the successor has it for as long as the old key would have lasted: ask for a `step_up`, where people log
    /// in.
    ///
    /// # Errors
    ///
    /// The same, and the key is somebody else's, or may do more than the caller: there is no such key of theirs.
    pub async fn rotate_own(
        &self,
        caller: &Principal,
        id: &str,
        overlap: Duration,
    ) -> Result<IssuedKey, KeysUnavailable> {
        self.rotate_for(Some(caller), id, overlap).await
    }

    async fn rotate_for(
        &self,
        caller: Option<&Principal>,
        id: &str,
        overlap: Duration,
    ) -> Result<IssuedKey, KeysUnavailable> {
        let old = self.store().get(id).await.map_err(KeysUnavailable)?;
        let no_such_key = || KeysUnavailable("there is no such key".to_owned());
        let allowed = |old: &ApiKeyRecord| caller.is_none_or(|caller| self.is_own(caller, old));
        let old = old.filter(|old| self.is_ours(old) && allowed(old));
        let old = old.ok_or_else(no_such_key)?;
        let issued = self.put_new(old.stands_for, old.expires_at).await?;
        // Before the old one ends, which may be what the caller calls with.
        let issued = match caller {
            Some(caller) => self.if_counts(caller, issued).await?,
            None => issued,
        };
        let end = to_milliseconds(later(SystemTime::now(), overlap));
        let end = old.expires_at.map_or(end, |own| own.min(end));
        let failure = match self.succeed(id, end, &issued.id).await {
            Ok(true) => return Ok(issued),
            // Who removed the old one meanwhile wants none in its place.
            Ok(false) => no_such_key(),
            Err(why) => KeysUnavailable(why),
        };
        self.remove(&issued.id).await?;
        Err(failure)
    }

    /// Has a key end at a time, and its successor when the old one would have: somebody else may have told it an end
    /// meanwhile. Says whether both were there.
    async fn succeed(&self, old: &str, end: SystemTime, new: &str) -> Result<bool, String> {
        let Some(before) = self.store().end_at(old, end).await? else {
            return Ok(false);
        };
        match before.expires_at {
            Some(own) => Ok(self.store().end_at(new, own).await?.is_some()),
            None => Ok(true),
        }
    }

    /// The keys of this prefix of one subject, as `principal.issuer()`, `kind()` and `subject()` say who that is. Text alone says it
    /// not: a person and a program may have one text, and so may people of two issuers.
    ///
    /// ```
    /// # use auth_core::{Principal, authentication::api_key::{ApiKeyRecord, ApiKeys, KeysUnavailable}};
    /// async fn of(me: &Principal, keys: &ApiKeys) -> Result<Vec<ApiKeyRecord>, KeysUnavailable> {
    ///     keys.of_subject(me.issuer(), me.kind(), me.subject()).await
    /// }
    /// ```
    ///
    /// # Errors
    ///
    /// The store can't be asked.
    pub async fn of_subject(
        &self,
        issuer: &str,
        kind: SubjectKind,
        subject: &str,
    ) -> Result<Vec<ApiKeyRecord>, KeysUnavailable> {
        let found = self.store().of_subject(issuer, kind, subject).await;
        let mut found = found.map_err(KeysUnavailable)?;
        found.retain(|key| self.is_of_prefix(key));
        Ok(found)
    }

    /// Removes a key: it counts no longer when this returns. An id that a caller chose is for
    /// [`remove_own`](Self::remove_own).
    ///
    /// # Errors
    ///
    /// The store can't be written to.
    pub async fn remove(&self, id: &str) -> Result<(), KeysUnavailable> {
        self.store().remove(id).await.map_err(KeysUnavailable)
    }

    /// Removes one of the caller's own keys; says whether it was one. Who calls with a key has that one alone.
    ///
    /// # Errors
    ///
    /// The store can't be asked, or written to; the key may then count as before.
    pub async fn remove_own(&self, caller: &Principal, id: &str) -> Result<bool, KeysUnavailable> {
        let found = self.store().get(id).await.map_err(KeysUnavailable)?;
        let is_own = found.is_some_and(|key| self.is_ours(&key) && key.is_of(caller));
        if is_own {
            self.remove(id).await?;
        }
        Ok(is_own)
    }

    /// Removes all keys of one subject that are in the store, whatever their prefix: none counts when this returns, nor
    /// one that is rotated meanwhile.
    ///
    /// # Errors
    ///
    /// The store can't be written to; some may then count as before.
    pub async fn remove_all(
        &self,
        issuer: &str,
        kind: SubjectKind,
        subject: &str,
    ) -> Result<(), KeysUnavailable> {
        let removed = self.store().remove_all(issuer, kind, subject).await;
        removed.map_err(KeysUnavailable)
    }
}
