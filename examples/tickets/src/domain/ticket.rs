use std::fmt;

use auth_core::Resource;
use serde::{Deserialize, Serialize};

use super::{OrgId, Project, ProjectId, TicketId, UserId};

/// Something to be done.
#[derive(Clone, Debug, Serialize, Resource)]
pub(crate) struct Ticket {
    /// Its key in paths: `{ticket_id}`.
    #[key]
    pub(crate) id: TicketId,
    /// What it belongs to: who is a member there is a colleague here.
    #[parent(Project)]
    pub(crate) project: ProjectId,
    /// The organisation of its project.
    #[tenant]
    pub(crate) org: OrgId,
    /// Who opened it, or was given it.
    #[owner]
    pub(crate) author: UserId,
    /// One line.
    pub(crate) title: String,
    /// All that there is to say.
    pub(crate) body: String,
    /// Whether it is done; then it is not edited any more.
    pub(crate) closed: bool,
    /// Counts the changes, so that nobody overwrites one they haven't seen.
    pub(crate) version: i64,
}

/// A ticket that somebody wants to open. Who opens it, and where, is not theirs to say.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Draft {
    /// One line.
    pub(crate) title: String,
    /// All that there is to say.
    #[serde(default)]
    pub(crate) body: String,
}

/// A change of a ticket, as of the version that the client has seen.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Change {
    /// The version it changes.
    pub(crate) version: i64,
    /// The new title.
    pub(crate) title: String,
    /// The new body.
    #[serde(default)]
    pub(crate) body: String,
}

/// To whom somebody wants to give a ticket, as of the version that they have seen.
///
/// It comes out of a request's body, so it is proposed: a policy says whether it may be. It speaks of the ticket that the
/// path names, or it is refused.
#[derive(Clone, Debug, Deserialize, Resource)]
#[resource(proposed, changes = Ticket)]
#[serde(deny_unknown_fields)]
pub(crate) struct Handover {
    /// The ticket it is about.
    #[key]
    pub(crate) ticket: TicketId,
    /// The version it is about.
    pub(crate) version: i64,
    /// The new owner.
    #[owner]
    pub(crate) to: UserId,
}

/// What is wrong with a draft or a change.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Invalid {
    /// The title has no letters.
    EmptyTitle,
    /// The title has more than [`LONGEST_TITLE`] characters.
    LongTitle,
    /// The body has more than [`LONGEST_BODY`] characters.
    LongBody,
}

/// The longest title, in characters.
const LONGEST_TITLE: usize = 200;
/// The longest body, in characters.
const LONGEST_BODY: usize = 20_000;

impl fmt::Display for Invalid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::EmptyTitle => f.write_str("a ticket has a title"),
            Self::LongTitle => write!(f, "a title has {LONGEST_TITLE} characters at most"),
            Self::LongBody => write!(f, "a body has {LONGEST_BODY} characters at most"),
        }
    }
}

impl Draft {
    /// Says what is wrong with it, if anything.
    pub(crate) fn check(&self) -> Result<(), Invalid> {
        check(&self.title, &self.body)
    }
}

impl Change {
    /// Says what is wrong with it, if anything.
    pub(crate) fn check(&self) -> Result<(), Invalid> {
        check(&self.title, &self.body)
    }
}

fn check(title: &str, body: &str) -> Result<(), Invalid> {
    if title.trim().is_empty() {
        Err(Invalid::EmptyTitle)
    } else if title.chars().count() > LONGEST_TITLE {
        Err(Invalid::LongTitle)
    } else if body.chars().count() > LONGEST_BODY {
        Err(Invalid::LongBody)
    } else {
        Ok(())
    }
}
