/// Who acts on the caller's behalf, as a credential that was delegated says (RFC 8693 §4.1): an agent, a gateway,
/// or somebody of the support who looks at the app as a customer.
///
/// The caller stays who the credential is about; a rule that such callers must not pass says so:
///
/// ```
/// use auth_core::{Identity, Principal, condition};
///
/// /// nobody acts on their behalf
/// #[condition]
/// fn in_person(me: &Principal) -> bool {
///     me.actor().is_none()
/// }
///
/// let ann = Identity::person("https://id.example", "ann");
/// let through_an_agent = ann.acted_by("https://id.example", "agent-7");
/// # let _ = through_an_agent;
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Actor {
    issuer: Box<str>,
    subject: Box<str>,
}

impl Actor {
    pub(super) fn new(issuer: impl Into<Box<str>>, subject: impl Into<Box<str>>) -> Self {
        Self {
            issuer: issuer.into(),
            subject: subject.into(),
        }
    }

    /// Who vouches for the actor.
    #[must_use]
    pub fn issuer(&self) -> &str {
        &self.issuer
    }

    /// The actor's identifier there.
    #[must_use]
    pub fn subject(&self) -> &str {
        &self.subject
    }
}
