use crate::principal::Vocabulary;

/// What an authenticator can state of those it knows. A route that asks for more can let nobody in, and is refused at
/// start.
#[derive(Clone, Debug, Default)]
pub struct Fills {
    /// The vocabularies of roles and permissions.
    pub vocabularies: Vec<&'static Vocabulary>,
    /// Whether it states which tenant a caller acts for.
    pub tenants: bool,
}

impl Fills {
    /// What several state together.
    pub(crate) fn and(mut self, other: Self) -> Self {
        self.vocabularies.extend(other.vocabularies);
        self.tenants |= other.tenants;
        self
    }
}
