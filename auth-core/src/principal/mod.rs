//! Who calls: the one type in which authentication and guards meet.
//!
//! An authenticator states an [`Identity`]; only the authentication layer turns it into a
//! [`Principal`], so holding one means that this request's credentials were judged.

mod actor;
mod attached;
mod credential_kind;
mod enriched;
mod extract;
mod identity;
mod names;
mod subject;
mod vocabulary;

use std::{
    fmt,
    sync::Arc,
    time::{Duration, SystemTime},
};

pub use actor::Actor;
pub use credential_kind::CredentialKind;
pub use identity::Identity;

use crate::{
    authentication::{
        Judge, Outcome,
        slot::{Edge, Slot},
    },
    facts::within,
};

pub use subject::{SubjectId, SubjectKey};
pub use vocabulary::{
    Grant, Vocabulary, VocabularyKind, Word, closure, reversed, same_text, single, written,
};
pub use vocabulary::{Permissions, Roles};

/// A verified caller. Cheap to clone.
///
/// It has no public constructor and no serde: the authentication layer makes it out of the
/// [`Identity`] an authenticator stated. As a handler's argument it answers 401 for nobody; on a
/// public route take `Option<Principal>`.
#[derive(Clone)]
pub struct Principal {
    identity: Arc<Identity>,
    /// Whether the issuer is the one that the app's own plain ids are of.
    home: bool,
    /// Of the router that authenticated them; none in tests.
    edge: Option<Arc<Edge>>,
    /// Which of that router's authenticators knew them; none of who calls outside of requests.
    judge: Option<usize>,
}

/// Whether the caller is a human being or a program.
///
/// A person and a client with the same text are not one subject (RFC 9700 §4.15): an `#[owner]`
/// field names a person.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum SubjectKind {
    /// Someone who logged in.
    Person,
    /// A service acting for itself, as with client credentials.
    Machine,
}

impl Principal {
    pub(crate) fn verified(identity: Arc<Identity>, home: bool) -> Self {
        Self {
            identity,
            home,
            edge: None,
            judge: None,
        }
    }

    /// The caller, with what their router's decisions are made with: outside its handlers, too.
    pub(crate) fn of(mut self, edge: &Arc<Edge>) -> Self {
        self.edge = Some(Arc::clone(edge));
        self
    }

    pub(crate) fn known_by(mut self, judge: Option<usize>) -> Self {
        self.judge = judge;
        self
    }

    pub(crate) fn edge(&self) -> Option<&Arc<Edge>> {
        self.edge.as_ref()
    }

    /// Whether the caller's credential counts still: it was judged when the request's head was read, and a body may take as
    /// long as its sender likes. Ask before something is handed out that outlasts the request.
    ///
    /// A session and a key are looked up anew; of a signed token it is asked whether it has ended and whether its key counts
    /// still; revocations are read anew, and an [`Enrich`](crate::Enrich) is asked once more.
    ///
    /// # Errors
    ///
    /// Why it can't be told, in words for the log: of an opaque token, and of an app's own authenticator that doesn't say how.
    pub async fn still_counts(&self) -> Result<bool, String> {
        let now = SystemTime::now();
        if self.identity.expires_at.is_some_and(|ends| ends <= now) {
            return Ok(false);
        }
        let Some(edge) = &self.edge else {
            return Ok(true);
        };
        let judge = self.judge_of(edge);
        let judge = judge.ok_or("no credential stands behind who calls outside of requests")?;
        within(edge.deadline, Box::pin(judge.still_counts(&self.identity))).await?
    }

    /// Ends the caller's login, where it is by a cookie of this name.
    pub(crate) async fn login_ended(&self, edge: &Edge, cookie: &str) -> Outcome {
        let Some(judge) = self.judge_of(edge) else {
            return Outcome::Nobody;
        };
        let ended = within(
            edge.deadline,
            Box::pin(judge.login_ended(&self.identity, cookie)),
        );
        ended.await.unwrap_or_else(Outcome::Unavailable)
    }

    fn judge_of<'e>(&self, edge: &'e Edge) -> Option<&'e Judge> {
        self.judge.and_then(|judge| edge.judges.get(judge))
    }

    /// The same caller, as somebody else tells of them.
    fn told(&self, identity: Identity) -> Self {
        Self {
            identity: Arc::new(identity),
            home: self.home,
            edge: self.edge.clone(),
            judge: self.judge,
        }
    }

    /// A principal for tests, without any credential, of the app's home issuer.
    #[cfg(feature = "test-util")]
    #[must_use]
    pub fn for_test(identity: Identity) -> Self {
        Self::verified(Arc::new(identity), true)
    }

    /// The caller of a request, for services that see its extensions and take no extractors, as tonic's do;
    /// none for nobody.
    ///
    /// It reads what the authentication layer has put there, which nothing else can put there.
    #[must_use]
    pub fn of_request(extensions: &http::Extensions) -> Option<&Self> {
        let slot = extensions.get::<Slot>()?;
        slot.asked.who_calls();
        slot.caller.as_ref()
    }

    /// Who vouched for the caller: a token's `iss`, or the name an authenticator goes by.
    #[must_use]
    pub fn issuer(&self) -> &str {
        &self.identity.issuer
    }

    /// Whom the credential itself names, whatever an [`Enrich`](crate::Enrich) made of them: issuer and subject.
    #[must_use]
    pub fn credential_names(&self) -> (&str, &str) {
        self.identity.as_stated()
    }

    /// The caller's identifier at the issuer, as the credential states it.
    #[must_use]
    pub fn subject(&self) -> &str {
        &self.identity.subject
    }

    /// The subject, where a plain id means the caller: a person of the app's home issuer, and no machine
    /// of the same name.
    #[must_use]
    pub fn person(&self) -> Option<&str> {
        self.is_home_person().then(|| self.subject())
    }

    /// Person or machine.
    #[must_use]
    pub fn kind(&self) -> SubjectKind {
        self.identity.kind
    }

    /// Whether the caller is known to have `role` or one that implies it.
    #[must_use]
    pub fn has_role<R: Roles>(&self, role: R) -> bool {
        self.satisfies(&role.word()) == Some(true)
    }

    /// Whether one of the caller's roles is known to grant `permission`, or the caller to hold it
    /// directly.
    #[must_use]
    pub fn has_permission<P: Permissions>(&self, permission: P) -> bool {
        self.satisfies(&permission.word()) == Some(true)
    }

    /// Whether the credential was granted `scope`.
    #[must_use]
    pub fn has_scope(&self, scope: &str) -> bool {
        self.identity.scopes.iter().any(|held| &**held == scope)
    }

    /// The scopes the credential was granted, as it states them.
    pub fn scopes(&self) -> impl Iterator<Item = &str> {
        self.identity.scopes.iter().map(|scope| &**scope)
    }

    /// The tenant the caller acts for.
    #[must_use]
    pub fn tenant(&self) -> Option<&str> {
        self.identity.tenant.as_deref()
    }

    /// What the credential itself is known by (`jti`), where it says.
    #[must_use]
    pub fn credential(&self) -> Option<&str> {
        self.identity.credential_id()
    }

    /// By what kind of credential the caller showed who they are, where the authenticator says.
    #[must_use]
    pub fn credential_kind(&self) -> Option<CredentialKind> {
        self.identity.credential_kind
    }

    /// Who acts on the caller's behalf; none where they act themselves.
    #[must_use]
    pub fn actor(&self) -> Option<&Actor> {
        self.identity.actor.as_deref()
    }

    /// The login that the credential belongs to (`sid`), where it says.
    #[must_use]
    pub fn session(&self) -> Option<&str> {
        self.identity.session_id()
    }

    /// When the credential ends by itself (`exp`), where it says.
    #[must_use]
    pub fn credential_expires_at(&self) -> Option<SystemTime> {
        self.identity.expires_at
    }

    /// When the caller last logged in, where the credential says.
    #[must_use]
    pub fn authenticated_at(&self) -> Option<SystemTime> {
        self.identity.authenticated_at
    }

    /// How far ahead the clock may be that said when.
    pub(crate) fn clock_ahead(&self) -> Duration {
        self.identity.clock_ahead
    }

    /// How strong that login was (`acr`), where the credential says.
    #[must_use]
    pub fn authentication_class(&self) -> Option<&str> {
        self.identity.authentication_class.as_deref()
    }

    /// A value of the app's own that an authenticator or an enrichment put on the caller.
    #[must_use]
    pub fn get<T: Send + Sync + 'static>(&self) -> Option<&T> {
        self.identity.attached.get()
    }

    /// Whether the subject is spoken of without naming its issuer: a plain id means a person of
    /// the app's home issuer.
    pub(crate) fn is_home_person(&self) -> bool {
        self.home && self.identity.kind == SubjectKind::Person
    }

    /// The caller that an account is asked about, in the tenant that they act for.
    pub(crate) fn blank(&self) -> Identity {
        let mut blank = Identity::of(self.kind(), self.issuer(), self.subject());
        blank.home = self.is_home_person();
        match self.tenant() {
            Some(tenant) => blank.tenant(tenant),
            None => blank,
        }
    }

    /// The caller as the credential states them; what it has no claim for is the account's.
    pub(crate) fn completed_by(&self, account: &Identity) -> Self {
        if self.states_all() {
            return self.clone();
        }
        let mut identity = Identity::clone(&self.identity);
        identity.names.complete(&account.names);
        identity.tenant = identity.tenant.or_else(|| account.tenant.clone());
        self.told(identity)
    }

    /// The caller as the account is now. Scopes, and what is said of the login, stay the credential's.
    pub(crate) fn reread_as(&self, account: &Identity) -> Self {
        let mut identity = Identity::clone(&self.identity);
        identity.names = account.names.clone();
        identity.tenant.clone_from(&account.tenant);
        identity.attached.replace(&account.attached);
        self.told(identity)
    }

    /// Whether the credential has a claim that tells whether the caller has a role or permission.
    pub(crate) fn states(&self, word: &Word) -> bool {
        self.states_all() || self.identity.names.state(word)
    }

    /// Whether a name of a vocabulary is held, directly or by what is.
    #[cfg(feature = "api-keys")]
    pub(crate) fn holds(&self, vocabulary: &Vocabulary, index: u16) -> bool {
        self.identity.names.holds(vocabulary, index)
    }

    /// Whether what the credential doesn't state is no account's to add.
    pub(crate) fn states_all(&self) -> bool {
        self.identity.states_all
    }

    /// None where the credential says that it leaves out what would tell.
    pub(crate) fn satisfies(&self, word: &Word) -> Option<bool> {
        self.identity.names.satisfy(word)
    }
}

impl fmt::Debug for Principal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Principal").field(&*self.identity).finish()
    }
}
