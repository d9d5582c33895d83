use std::borrow::Cow;

use super::Principal;

/// An identifier of a person, or of a tenant, as the app's own data spells it.
///
/// It is compared with the principal's subject, or tenant, as canonical text: `7` is never `"007"`. For
/// a newtype write `#[derive(SubjectId)]`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` can't name an owner",
    label = "not a subject's identifier",
    note = "an owner is a string, an integer, a `Uuid`, a newtype with `#[derive(SubjectId)]`, or an `Option` of these"
)]
pub trait SubjectId {
    /// The identifier's one canonical text.
    fn subject(&self) -> Cow<'_, str>;
}

/// What an `#[owner]` field may be: a [`SubjectId`], or an `Option` of one (none: nobody owns it).
#[diagnostic::on_unimplemented(
    message = "`{Self}` can't name an owner",
    label = "not a subject's identifier",
    note = "an owner is a string, an integer, a `Uuid`, a newtype with `#[derive(SubjectId)]`, or an `Option` of these"
)]
pub trait SubjectKey {
    #[doc(hidden)]
    fn is(&self, principal: &Principal) -> bool;
    #[doc(hidden)]
    fn text(&self) -> Option<String>;
    #[doc(hidden)]
    fn borrowed(&self) -> &dyn SubjectKey
    where
        Self: Sized,
    {
        self
    }
}

impl<T: SubjectId> SubjectKey for T {
    fn is(&self, principal: &Principal) -> bool {
        // A plain id means a person of the app's home issuer, never a machine of the same name; an empty one
        // means nobody, even to a caller who has none.
        let owner = self.subject();
        !owner.is_empty() && principal.person() == Some(&*owner)
    }

    fn text(&self) -> Option<String> {
        Some(self.subject().into_owned())
    }
}

impl<T: SubjectId> SubjectKey for Option<T> {
    fn is(&self, principal: &Principal) -> bool {
        self.as_ref().is_some_and(|owner| owner.is(principal))
    }

    fn text(&self) -> Option<String> {
        self.as_ref().and_then(SubjectKey::text)
    }
}

macro_rules! text {
    ($($text:ty),*) => { $(
        impl SubjectId for $text {
            fn subject(&self) -> Cow<'_, str> {
                Cow::Borrowed(self)
            }
        }
    )* };
}
text!(String, &str, Box<str>, std::sync::Arc<str>, Cow<'_, str>);

macro_rules! integer {
    ($($integer:ty),*) => { $(
        impl SubjectId for $integer {
            fn subject(&self) -> Cow<'_, str> {
                Cow::Owned(self.to_string())
            }
        }
    )* };
}
integer!(
    u8, u16, u32, u64, u128, usize, i8, i16, i32, i64, i128, isize
);

#[cfg(feature = "uuid")]
impl SubjectId for uuid::Uuid {
    fn subject(&self) -> Cow<'_, str> {
        Cow::Owned(self.to_string())
    }
}

#[cfg(test)]
mod tests {
    use super::SubjectKey;
    use crate::{Identity, Principal};

    #[test]
    fn an_owner_that_may_be_absent_is_its_subject_or_nobody() {
        let ann = Principal::verified(Identity::person("i", "ann").into(), true);
        assert!(Some("ann").is(&ann));
        assert!(!Some("bob").is(&ann));
        assert!(!None::<&str>.is(&ann));
    }

    #[test]
    fn an_empty_owner_is_nobody_even_to_a_caller_without_a_subject() {
        let of = |subject: &str| Principal::verified(Identity::person("i", subject).into(), true);
        for owner in ["", "ann"] {
            assert!(!owner.is(&of("")), "{owner:?}");
        }
        assert!(!"".is(&of("ann")) && !Some("").is(&of("")));
    }

    #[test]
    fn a_plain_id_means_nobody_of_another_issuer() {
        let ann = |home| Principal::verified(Identity::person("i", "ann").into(), home);
        assert!("ann".is(&ann(true)));
        assert!(!"ann".is(&ann(false)));
    }

    #[cfg(feature = "uuid")]
    #[test]
    fn a_uuid_is_compared_in_its_hyphenated_lower_case() {
        let owner = uuid::Uuid::from_u128(0xABCD);
        let whose = |text: &str| Principal::verified(Identity::person("i", text).into(), true);
        assert!(owner.is(&whose("00000000-0000-0000-0000-00000000abcd")));
        assert!(!owner.is(&whose("00000000-0000-0000-0000-00000000ABCD")));
        assert!(!owner.is(&whose("0000000000000000000000000000abcd")));
    }
}
