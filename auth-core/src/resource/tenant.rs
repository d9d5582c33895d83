use crate::{Principal, SubjectId};

/// What a `#[tenant]` field may be: a [`SubjectId`], or an `Option` of one (none: no tenant's).
#[diagnostic::on_unimplemented(
    message = "`{Self}` can't name a tenant",
    label = "not a tenant's identifier",
    note = "a tenant is a string, an integer, a `Uuid`, a newtype with `#[derive(SubjectId)]`, or an `Option` of these"
)]
pub trait TenantKey {
    /// Whether it is the tenant that the caller acts for. What is absent or empty, on either side, is
    /// nobody's.
    #[doc(hidden)]
    fn is_tenant_of(&self, principal: &Principal) -> bool;
    #[doc(hidden)]
    fn text(&self) -> Option<String>;
    #[doc(hidden)]
    fn borrowed(&self) -> &dyn TenantKey
    where
        Self: Sized,
    {
        self
    }
}

impl<T: SubjectId> TenantKey for T {
    fn is_tenant_of(&self, principal: &Principal) -> bool {
        let tenant = self.subject();
        !tenant.is_empty() && principal.tenant() == Some(&*tenant)
    }

    fn text(&self) -> Option<String> {
        Some(self.subject().into_owned())
    }
}

impl<T: SubjectId> TenantKey for Option<T> {
    fn is_tenant_of(&self, principal: &Principal) -> bool {
        self.as_ref()
            .is_some_and(|tenant| tenant.is_tenant_of(principal))
    }

    fn text(&self) -> Option<String> {
        self.as_ref().and_then(TenantKey::text)
    }
}

#[cfg(test)]
mod tests {
    use super::TenantKey;
    use crate::{Identity, Principal};

    #[test]
    fn what_is_absent_or_empty_is_no_tenant() {
        let of = |tenant: Option<&str>| {
            let ann = Identity::person("i", "ann");
            let ann = match tenant {
                Some(tenant) => ann.tenant(tenant),
                None => ann,
            };
            Principal::verified(ann.into(), true)
        };
        assert!("acme".is_tenant_of(&of(Some("acme"))));
        assert!(7.is_tenant_of(&of(Some("7"))));
        assert!(!7.is_tenant_of(&of(Some("007"))));
        assert!(!"acme".is_tenant_of(&of(Some("Acme"))));
        assert!(!"acme".is_tenant_of(&of(None)));
        assert!(!"".is_tenant_of(&of(Some(""))));
        assert!(!"".is_tenant_of(&of(None)));
        assert!(!None::<&str>.is_tenant_of(&of(None)));
        assert!(!None::<&str>.is_tenant_of(&of(Some("acme"))));
        assert!(Some("acme").is_tenant_of(&of(Some("acme"))));
    }
}
