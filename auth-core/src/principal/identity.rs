use std::{
    fmt,
    sync::Arc,
    time::{Duration, SystemTime},
};

use crate::authentication::USUAL_LEEWAY;
#[cfg(feature = "jwt")]
use crate::authentication::token::Signer;

use super::{
    Actor, CredentialKind, Permissions, Roles, SubjectKind, attached::Attached, names::Names,
};

/// What an authenticator states about the caller; the authentication layer makes the
/// [`Principal`](super::Principal) out of it.
///
/// An `Identity` proves nothing by itself: anyone may build one, no guard reads it.
///
/// ```
/// use auth_core::Identity;
///
/// let ann = Identity::person("https://id.example", "ann").scope("tickets:write");
/// # let _ = ann;
/// ```
#[derive(Clone)]
pub struct Identity {
    pub(super) issuer: Box<str>,
    pub(super) subject: Box<str>,
    pub(super) kind: SubjectKind,
    /// Whom the credential names, where an `Enrich` made another identity of them: issuer and subject.
    pub(super) stated: Option<Box<(Box<str>, Box<str>)>>,
    pub(super) names: Names,
    pub(super) scopes: Vec<Box<str>>,
    pub(super) tenant: Option<Box<str>>,
    pub(super) actor: Option<Box<Actor>>,
    pub(super) credential: Option<Box<str>>,
    pub(super) credential_kind: Option<CredentialKind>,
    pub(super) session: Option<Box<str>>,
    pub(super) issued_at: Option<SystemTime>,
    pub(super) expires_at: Option<SystemTime>,
    /// How far ahead of this machine's the clock may be that said when it was issued and when they logged in.
    pub(super) clock_ahead: Duration,
    pub(super) authenticated_at: Option<SystemTime>,
    pub(super) authentication_class: Option<Box<str>>,
    /// What the credential doesn't state, its holder hasn't.
    pub(super) states_all: bool,
    /// Whether a plain id means the caller; told where an account is asked about alone.
    pub(super) home: bool,
    pub(super) attached: Attached,
    /// As it was before an `Enrich` added to it.
    pub(super) enriched_from: Option<Arc<Identity>>,
    /// What signed the token that states it.
    #[cfg(feature = "jwt")]
    signer: Option<Signer>,
}

impl Identity {
    /// A human being, known to `issuer` as `subject`.
    #[must_use]
    pub fn person(issuer: impl Into<Box<str>>, subject: impl Into<Box<str>>) -> Self {
        Self {
            issuer: issuer.into(),
            subject: subject.into(),
            kind: SubjectKind::Person,
            stated: None,
            names: Names::default(),
            scopes: Vec::new(),
            tenant: None,
            actor: None,
            credential: None,
            credential_kind: None,
            session: None,
            issued_at: None,
            expires_at: None,
            clock_ahead: USUAL_LEEWAY,
            authenticated_at: None,
            authentication_class: None,
            states_all: false,
            home: false,
            attached: Attached::default(),
            enriched_from: None,
            #[cfg(feature = "jwt")]
            signer: None,
        }
    }

    pub(crate) fn of(
        kind: SubjectKind,
        issuer: impl Into<Box<str>>,
        subject: impl Into<Box<str>>,
    ) -> Self {
        Self {
            kind,
            ..Self::person(issuer, subject)
        }
    }

    /// A program, known to `issuer` as `subject`.
    #[must_use]
    pub fn machine(issuer: impl Into<Box<str>>, subject: impl Into<Box<str>>) -> Self {
        Self::of(SubjectKind::Machine, issuer, subject)
    }

    /// Adds a role.
    #[must_use]
    pub fn role<R: Roles>(mut self, role: R) -> Self {
        self.names.hold(R::VOCABULARY, role.word().index);
        self
    }

    /// Adds a permission held directly, beside those that roles grant.
    #[must_use]
    pub fn permission<P: Permissions>(mut self, permission: P) -> Self {
        self.names.hold(P::VOCABULARY, permission.word().index);
        self
    }

    /// Sets the roles of a vocabulary: these and no others, whatever the credential states or leaves
    /// out. It is for what reads them anew, as an [`Enrich`](crate::Enrich) may.
    #[must_use]
    pub fn roles_are<R: Roles>(mut self, roles: impl IntoIterator<Item = R>) -> Self {
        self.names.state_none(R::VOCABULARY);
        roles.into_iter().fold(self, Self::role)
    }

    /// Sets the directly held permissions of a vocabulary, in the same way.
    #[must_use]
    pub fn permissions_are<P: Permissions>(
        mut self,
        permissions: impl IntoIterator<Item = P>,
    ) -> Self {
        self.names.state_none(P::VOCABULARY);
        permissions.into_iter().fold(self, Self::permission)
    }

    #[cfg(any(feature = "stored", feature = "jwt"))]
    pub(crate) fn name(mut self, vocabulary: &'static super::Vocabulary, index: u16) -> Self {
        self.names.hold(vocabulary, index);
        self
    }

    /// Says that the credential states which names of a vocabulary the caller has, if only that it is none.
    #[cfg(feature = "jwt")]
    pub(crate) fn says(mut self, vocabulary: &'static super::Vocabulary) -> Self {
        self.names.say(vocabulary);
        self
    }

    /// Says that the credential leaves out names of a vocabulary: what it doesn't state isn't known.
    #[cfg(feature = "jwt")]
    pub(crate) fn leaves_out(mut self, vocabulary: &'static super::Vocabulary) -> Self {
        self.names.leave_out(vocabulary);
        self
    }

    /// Adds a scope the credential was granted.
    #[must_use]
    pub fn scope(mut self, scope: impl Into<Box<str>>) -> Self {
        self.scopes.push(scope.into());
        self
    }

    /// Sets the tenant the caller acts for.
    #[must_use]
    pub fn tenant(mut self, tenant: impl Into<Box<str>>) -> Self {
        self.tenant = named(tenant);
        self
    }

    /// Sets what the credential itself is known by (a token's `jti`), never its secret text.
    #[must_use]
    pub fn credential(mut self, id: impl Into<Box<str>>) -> Self {
        self.credential = named(id);
        self
    }

    /// It doesn't say for good when it ends.
    #[cfg(feature = "jwks")]
    pub(crate) fn without_end(mut self) -> Self {
        self.expires_at = None;
        self
    }

    /// Sets what kind of credential it is.
    #[must_use]
    pub fn credential_kind(mut self, kind: CredentialKind) -> Self {
        self.credential_kind = Some(kind);
        self
    }

    /// Sets who acts on the caller's behalf, known to `issuer` as `subject`.
    #[must_use]
    pub fn acted_by(mut self, issuer: impl Into<Box<str>>, subject: impl Into<Box<str>>) -> Self {
        self.actor = Some(Box::new(Actor::new(issuer, subject)));
        self
    }

    /// Sets the login that the credential belongs to (OIDC `sid`).
    #[must_use]
    pub fn session(mut self, id: impl Into<Box<str>>) -> Self {
        self.session = named(id);
        self
    }

    /// Sets when the credential was issued (`iat`).
    #[must_use]
    pub fn issued_at(mut self, at: SystemTime) -> Self {
        self.issued_at = Some(at);
        self
    }

    /// Sets when the credential ends by itself (`exp`).
    #[must_use]
    pub fn expires_at(mut self, at: SystemTime) -> Self {
        self.expires_at = Some(at);
        self
    }

    /// Sets how far ahead of this machine's the clock may be that said when the credential was issued and when the
    /// caller logged in: ten seconds unless said otherwise, nothing where it was this machine's own.
    ///
    /// What is revoked from a time on is refused if it may have been there before, so who logs in again within
    /// so short a time after all of theirs was revoked may have to do so once more. A login that seems to lie
    /// further ahead is none.
    #[must_use]
    pub fn clock_ahead(mut self, ahead: Duration) -> Self {
        self.clock_ahead = ahead;
        self
    }

    /// When the credential may have been issued at the earliest, by this machine's clock: what is refused from a time
    /// on is refused if it may have been there before.
    #[cfg(feature = "revocation")]
    pub(crate) fn issued_at_the_earliest(&self) -> Option<SystemTime> {
        self.issued_at?.checked_sub(self.clock_ahead)
    }

    /// Sets when the caller last logged in.
    #[must_use]
    pub fn authenticated_at(mut self, at: SystemTime) -> Self {
        self.authenticated_at = Some(at);
        self
    }

    /// Sets how strong that login was (OIDC `acr`).
    #[must_use]
    pub fn authentication_class(mut self, class: impl Into<Box<str>>) -> Self {
        self.authentication_class = Some(class.into());
        self
    }

    /// Says that the credential states all that its holder has: a rule that is `fresh` asks what their account has
    /// of that, and adds nothing to it. It is for credentials that somebody gave out to do less than they may themselves;
    /// API keys are such.
    #[must_use]
    pub fn states_all(mut self) -> Self {
        self.states_all = true;
        self
    }

    /// Whether the credential states all that its holder has ([`states_all`](Self::states_all)), as an API key does: an
    /// [`Enrich`](crate::Enrich) that adds rights to it gives it more than it was given out for.
    #[must_use]
    pub fn is_complete(&self) -> bool {
        self.states_all
    }

    /// Puts a value of the app's own on the caller; a second one of the type replaces the first.
    #[must_use]
    pub fn attach<T: Clone + Send + Sync + 'static>(mut self, value: T) -> Self {
        self.attached.put(value);
        self
    }

    #[cfg(feature = "jwt")]
    pub(crate) fn signed_by(mut self, signer: Signer) -> Self {
        self.signer = Some(signer);
        self
    }

    #[cfg(feature = "jwt")]
    pub(crate) fn signer(&self) -> Option<Signer> {
        self.signer
    }

    /// The caller's identifier at the issuer.
    #[must_use]
    pub fn subject(&self) -> &str {
        &self.subject
    }

    /// The subject, where a plain id means the caller: a person of the app's home issuer, and no machine of the same
    /// name. It is told of those whom a [`SourceOfTruth`](crate::SourceOfTruth) is asked about, and of nobody else.
    #[must_use]
    pub fn home_person(&self) -> Option<&str> {
        self.home.then_some(&*self.subject)
    }

    /// Person or machine.
    #[must_use]
    pub fn kind(&self) -> SubjectKind {
        self.kind
    }

    /// Who vouches for the caller.
    #[must_use]
    pub fn issuer(&self) -> &str {
        &self.issuer
    }

    /// Whom the credential itself names: issuer and subject.
    pub(crate) fn as_stated(&self) -> (&str, &str) {
        match self.stated.as_deref() {
            Some((issuer, subject)) => (issuer, subject),
            None => (&self.issuer, &self.subject),
        }
    }

    /// What kind of credential states this, where it says.
    #[must_use]
    pub fn stated_kind(&self) -> Option<CredentialKind> {
        self.credential_kind
    }

    /// Who acts on the caller's behalf; none where they act themselves.
    #[must_use]
    pub fn actor(&self) -> Option<&Actor> {
        self.actor.as_deref()
    }

    /// What the credential itself is known by.
    #[must_use]
    pub fn credential_id(&self) -> Option<&str> {
        self.credential.as_deref()
    }

    /// The login that the credential belongs to.
    #[must_use]
    pub fn session_id(&self) -> Option<&str> {
        self.session.as_deref()
    }

    /// The tenant the caller acts for.
    #[must_use]
    pub fn tenant_id(&self) -> Option<&str> {
        self.tenant.as_deref()
    }

    /// When the credential was issued.
    #[must_use]
    pub fn issued(&self) -> Option<SystemTime> {
        self.issued_at
    }

    /// What it states that they may do, in the words of a rule.
    pub(crate) fn may(&self) -> String {
        let scopes = self.scopes.iter().map(|scope| format!("scope = {scope:?}"));
        let tenant = self
            .tenant
            .iter()
            .map(|tenant| format!("tenant = {tenant:?}"));
        let words: Vec<_> = self.names.words().chain(scopes).chain(tenant).collect();
        words.join(", ")
    }
}

/// An id that names something: an empty one is none.
fn named(id: impl Into<Box<str>>) -> Option<Box<str>> {
    let id = id.into();
    (!id.is_empty()).then_some(id)
}

impl fmt::Debug for Identity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Identity")
            .field("issuer", &self.issuer)
            .field("subject", &self.subject)
            .field("kind", &self.kind)
            .field("names", &self.names)
            .field("scopes", &self.scopes)
            .field("tenant", &self.tenant)
            .finish_non_exhaustive()
    }
}
