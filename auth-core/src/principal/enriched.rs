//! An identity that an `Enrich` made of another: what it keeps of the credential, and whether it would be
//! made of it again.

use std::sync::Arc;

use super::Identity;

impl Identity {
    pub(crate) fn enriched_from(&self) -> Option<&Self> {
        self.enriched_from.as_deref()
    }

    /// The same caller, with what this credential says of itself.
    pub(crate) fn by_credential(mut self, credential: Self) -> Self {
        self.enriched_from = Some(Arc::new(credential.clone()));
        let Self {
            issuer,
            subject,
            stated,
            credential: id,
            credential_kind: kind,
            session,
            actor,
            issued_at,
            expires_at,
            clock_ahead,
            authenticated_at,
            authentication_class: class,
            states_all,
            ..
        } = credential;
        // Whom it names, whoever an `Enrich` before said the caller is.
        let (issuer, subject) = stated.map_or((issuer, subject), |stated| *stated);
        let same = issuer == self.issuer && subject == self.subject;
        self.stated = (!same).then(|| Box::new((issuer, subject)));
        self.credential = id;
        self.credential_kind = kind;
        self.session = session;
        self.actor = actor;
        self.issued_at = issued_at;
        self.expires_at = expires_at;
        self.clock_ahead = clock_ahead;
        self.authenticated_at = authenticated_at;
        self.authentication_class = class;
        self.states_all |= states_all;
        self
    }

    /// Whether it names the same one, who may do the same.
    pub(crate) fn is_as(&self, other: &Self) -> bool {
        let in_order = |scopes: &[Box<str>]| {
            let mut scopes = scopes.to_vec();
            scopes.sort_unstable();
            scopes.dedup();
            scopes
        };
        (&self.issuer, &self.subject, self.kind, &self.tenant)
            == (&other.issuer, &other.subject, other.kind, &other.tenant)
            && self.names.are(&other.names)
            && in_order(&self.scopes) == in_order(&other.scopes)
    }
}
