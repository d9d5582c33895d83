use std::{
    fmt,
    sync::Arc,
    time::{Duration, SystemTime},
};

use async_trait::async_trait;
use aws_lc_rs::constant_time::verify_slices_are_equal;
use http::{HeaderName, request::Parts};

use super::{ApiKeyRecord, ApiKeyStore, text::KeyText, uses::Uses};
use crate::{
    CredentialKind, Identity, Permissions, Roles,
    authentication::{
        Authenticator, Challenge, Fills, IssuerName, Outcome, Presented, Vocabularies,
        credential_header::CredentialHeader,
    },
};

/// API keys, as an authenticator and as what issues them. Cheap to clone: clones share the store. Settings are a
/// clone's own, so say them first.
///
/// A key stands in `Authorization: ApiKey …`, or alone in [a header of choice](ApiKeys::in_header).
///
/// ```
/// use auth_core::{
///     Guarded, PolicyRouter, Roles, requires, routing::get,
///     authentication::{StoredIdentity, api_key::{ApiKeys, MemoryApiKeys}},
/// };
///
/// #[derive(Clone, Copy, Debug, PartialEq, Eq, Roles)]
/// enum Role { Reader, Writer }
///
/// #[requires(role = "reader")]
/// async fn read() -> &'static str { "read" }
///
/// # async fn issue() {
/// let keys = ApiKeys::new("notes", MemoryApiKeys::default()).roles::<Role>();
/// let billing = StoredIdentity::machine("billing").role(Role::Reader);
/// let key = keys.issue(billing).await.expect("memory");
/// assert!(key.reveal().starts_with("notes_"));
/// let app: Guarded = PolicyRouter::new().route("/", get(read)).authenticate(keys);
/// # }
/// ```
#[derive(Clone)]
pub struct ApiKeys {
    store: Arc<dyn ApiKeyStore>,
    uses: Arc<Uses>,
    vocabularies: Arc<Vocabularies>,
    prefix: String,
    issuer: Option<String>,
    header: CredentialHeader,
}

/// Who vouches for programs, where nobody else does.
const PROGRAMS: &str = "api-keys";
/// The `Authorization` scheme.
const SCHEME: &str = "ApiKey";
/// A use is noted no oftener.
const NOTED: Duration = Duration::from_mins(1);

impl ApiKeys {
    /// Keys that begin with `prefix`, kept in `store`.
    ///
    /// # Panics
    ///
    /// On a prefix that isn't lower-case letters and digits.
    #[track_caller]
    pub fn new(prefix: impl Into<String>, store: impl ApiKeyStore) -> Self {
        let prefix = prefix.into();
        let legal = |letter: u8| letter.is_ascii_lowercase() || letter.is_ascii_digit();
        assert!(
            !prefix.is_empty() && prefix.bytes().all(legal),
            "the keys' prefix {prefix:?}: write lower-case letters and digits, as `notes`"
        );
        let store: Arc<dyn ApiKeyStore> = Arc::new(store);
        Self {
            uses: Arc::new(Uses::of(Arc::clone(&store))),
            store,
            vocabularies: Arc::default(),
            prefix,
            issuer: None,
            header: CredentialHeader::authorization(SCHEME),
        }
    }

    /// Whose people keys may stand for: a person with a key is then the person that this issuer knows.
    /// Otherwise keys are programs' alone, of the issuer `api-keys`. A key counts for the issuer it was issued under,
    /// and for no other.
    #[must_use]
    pub fn issuer(mut self, name: impl Into<String>) -> Self {
        self.issuer = Some(name.into());
        self
    }

    /// The key stands alone in this header, and not behind `ApiKey` in `Authorization`.
    #[must_use]
    pub fn in_header(mut self, header: HeaderName) -> Self {
        self.header.name = header;
        self
    }

    /// Keys' roles are the app's.
    #[must_use]
    pub fn roles<R: Roles>(mut self) -> Self {
        self.change(Vocabularies::roles::<R>);
        self
    }

    /// Keys' permissions are the app's.
    #[must_use]
    pub fn permissions<P: Permissions>(mut self) -> Self {
        self.change(Vocabularies::permissions::<P>);
        self
    }

    fn change(&mut self, add: fn(&mut Vocabularies)) {
        add(Arc::make_mut(&mut self.vocabularies));
    }

    pub(super) fn store(&self) -> &dyn ApiKeyStore {
        &*self.store
    }

    pub(super) fn vocabularies(&self) -> &Vocabularies {
        &self.vocabularies
    }

    pub(super) fn issuer_name(&self) -> &str {
        self.issuer.as_deref().unwrap_or(PROGRAMS)
    }

    /// Whether anybody vouches for people.
    pub(super) fn knows_people(&self) -> bool {
        self.issuer.is_some()
    }

    /// Whether a key was issued here: others may share the store, and know another by the same text.
    pub(super) fn is_ours(&self, record: &ApiKeyRecord) -> bool {
        record.issuer == self.issuer_name() && self.is_of_prefix(record)
    }

    pub(super) fn is_of_prefix(&self, record: &ApiKeyRecord) -> bool {
        KeyText::is_of(&record.id, &self.prefix)
    }

    pub(super) fn prefix(&self) -> &str {
        &self.prefix
    }

    async fn judge(&self, text: &str) -> Outcome {
        let refused = |why: &str| Outcome::Refused(why.to_owned());
        let Some(key) = KeyText::read(text, &self.prefix) else {
            return refused("it is no key of ours");
        };
        let record = match self.store.get(&key.id).await {
            Ok(record) => record,
            Err(why) => return Outcome::Unavailable(why),
        };
        // One that isn't there takes as long as one whose secret is another.
        let kept = record.as_ref().map_or([0; 32], |record| record.secret_hash);
        let same = verify_slices_are_equal(&kept, &key.hash()).is_ok();
        let Some(record) = record.filter(|_| same) else {
            return refused("there is no such key");
        };
        let now = SystemTime::now();
        if !self.is_ours(&record) {
            return refused("the key is another issuer's");
        }
        if record.stands_for.person && !self.knows_people() {
            return refused("a person's key, and nobody says whose person");
        }
        if record.has_ended(now) {
            return refused("the key has expired");
        }
        if record.last_used_at.is_none_or(|last| last + NOTED <= now) {
            self.uses.note(&record.id, now);
        }
        Outcome::known(self.identity(&record))
    }

    /// It never says when anybody logged in: a key is no login. Who gave it out may do more than the key.
    fn identity(&self, record: &ApiKeyRecord) -> Identity {
        let identity = self
            .vocabularies
            .identity(&record.issuer, &record.stands_for);
        let identity = identity
            .credential(record.id.as_str())
            .credential_kind(CredentialKind::ApiKey)
            .issued_at(record.issued_at)
            .states_all();
        match record.expires_at {
            Some(at) => identity.expires_at(at),
            None => identity,
        }
    }
}

#[async_trait]
impl Authenticator for ApiKeys {
    async fn authenticate(&self, request: &Parts) -> Outcome {
        match self.header.text(request) {
            Ok(Some(text)) => self.judge(text).await,
            Ok(None) => Outcome::Nobody,
            Err(why) => Outcome::Malformed(why),
        }
    }

    async fn still_counts(&self, caller: &Identity) -> Result<bool, String> {
        let id = caller.credential_id().unwrap_or_default();
        let is_key = caller.stated_kind() == Some(CredentialKind::ApiKey);
        if !is_key || !KeyText::is_of(id, &self.prefix) {
            return Ok(true);
        }
        let kept = self.store.get(id).await?;
        let now = SystemTime::now();
        Ok(kept.is_some_and(|key| !key.has_ended(now)))
    }

    fn presented(&self, request: &Parts) -> Presented {
        self.header.presented(request)
    }

    fn challenge(&self) -> Challenge {
        Challenge::new(SCHEME)
    }

    fn credential_headers(&self) -> Vec<HeaderName> {
        vec![self.header.name.clone()]
    }

    fn deliberate_headers(&self) -> Vec<HeaderName> {
        self.credential_headers()
    }

    fn issuers(&self) -> Vec<IssuerName> {
        self.issuer.iter().map(IssuerName::new).collect()
    }

    fn fills(&self) -> Option<Fills> {
        Some(self.vocabularies.fills())
    }
}

impl fmt::Debug for ApiKeys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ApiKeys")
            .field("prefix", &self.prefix)
            .field("header", &self.header.name)
            .finish_non_exhaustive()
    }
}
