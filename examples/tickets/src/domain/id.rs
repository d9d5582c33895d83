use std::{fmt, str::FromStr};

use auth_core::SubjectId;
use serde::{Deserialize, Serialize};

/// A person, as the issuer's `sub` names them.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize, SubjectId)]
pub(crate) struct UserId(pub(crate) String);

/// An organisation, as a token's `org` names it: what is one's the others don't see.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, SubjectId)]
pub(crate) struct OrgId(pub(crate) String);

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident),*) => { $(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Deserialize, Serialize)]
        pub(crate) struct $name(pub(crate) i64);

        impl FromStr for $name {
            type Err = NoId;

            /// One text, one key: `7` is read, `+7` and `007` are not.
            fn from_str(text: &str) -> Result<Self, NoId> {
                let id: i64 = text.parse().map_err(|_| NoId)?;
                if id.to_string() == text { Ok(Self(id)) } else { Err(NoId) }
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }
    )* };
}

ids!(
    /// Names a project.
    ProjectId,
    /// Names a ticket.
    TicketId
);

/// A text that is no id.
#[derive(Debug)]
pub(crate) struct NoId;
