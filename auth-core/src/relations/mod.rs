//! Who stands in which relation to what: asked of the app, in batches, at most once a decision.

mod ascent;
mod ask;
mod groups;
mod kept;
mod word;

pub use ascent::{Here, Up};
pub use ask::{AskRelation, NEVER, PARENT, RelationOn, way};
pub use groups::{GroupsError, groups_of_groups};
pub use kept::Relationships;
pub use word::{Named, RelationWord};

use std::{
    fmt::{Debug, Display},
    future::Future,
    hash::Hash,
};

use crate::{Principal, Resource, resource::Keyed};

/// The relations that somebody can have to one kind of resource: an enum with `#[derive(Relations)]`.
///
/// `#[relations(of = Project)]` says to what; `#[implies(Viewer)]` on a variant, that who has it has
/// `Viewer` too, transitively. By name a relation is its variant in `snake_case`, or what
/// `#[name = "…"]` says.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a relation",
    label = "not a relation",
    note = "add `#[derive(Relations)]` and `#[relations(of = …)]` to `{Self}`"
)]
pub trait Relations: Copy + Debug + Eq + Send + Sync + 'static {
    /// What these are relations to.
    type Of: Resource;
    #[doc(hidden)]
    const ALL: &'static [Self];
    /// Whether what these are relations to can be looked for by the key it is referred to by.
    #[doc(hidden)]
    const OF_FOUND: bool;
    #[doc(hidden)]
    fn word(self) -> RelationWord;

    /// Its name, as stores write it.
    #[must_use]
    fn name(self) -> &'static str {
        self.word().name
    }

    /// The relation of this name.
    #[must_use]
    fn named(name: &str) -> Option<Self> {
        let mut all = Self::ALL.iter().copied();
        all.find(|relation| relation.name() == name)
    }
}

/// What the resource is referred to by that `R` are relations to: its `#[key]`.
pub type KeyOf<R> = <<R as Relations>::Of as Keyed>::Key;

/// Where the app keeps who stands in which relation to what.
///
/// A decision asks at most once, with all keys that matter to it, and a list asks once for all of its
/// items; a list's length is the only limit on how many. Whatever is not in the answer is no relation.
/// An error, a panic and an answer that takes longer than the deadline are a source that can't answer
/// (503): neither grants.
///
/// What a relation is to is looked for, too, where it is a parent of what a rule speaks of and has a `Load` by its `#[key]`:
/// at once with this question, with one [`load_many`](crate::Load::load_many) for all. A parent that is gone, or another
/// tenant's, makes a relation to it unknown, and not one that nobody has: no `not` and no `forbid` turns it into a grant.
///
/// ```
/// # use std::collections::HashMap;
/// # use auth_core::{Principal, Relate, Relations, Resource};
/// # #[derive(Resource)]
/// # struct Project { #[key] id: u64 }
/// #[derive(Clone, Copy, Debug, PartialEq, Eq, Relations)]
/// #[relations(of = Project)]
/// enum ProjectRole { Viewer, #[implies(Viewer)] Editor }
///
/// # #[derive(Clone)]
/// # struct App { editors: HashMap<u64, String> }
/// impl Relate for ProjectRole {
///     type State = App;
///     type Error = std::convert::Infallible;
///
///     async fn held(by: &Principal, to: &[u64], app: &App) -> Result<Vec<(u64, Self)>, Self::Error> {
///         let Some(me) = by.person() else { return Ok(Vec::new()) };
///         let edited = to.iter().filter(|id| app.editors.get(id).is_some_and(|editor| editor == me));
///         Ok(edited.map(|id| (*id, Self::Editor)).collect())
///     }
/// }
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` says nowhere who has it",
    label = "can't be asked for",
    note = "write `impl Relate for {Self}`"
)]
pub trait Relate: Relations<Of: Keyed<Key: Clone + Eq + Hash>> {
    /// Where it is kept: whatever `FromRef` takes out of the router's state.
    type State: Send + Sync;
    /// Why it could not be found out. The words go to the log alone.
    type Error: Display + Send;

    /// The relations that `by` has to any of these, each beside what it is a relation to.
    ///
    /// The caller may be a program: where a plain id means a person, ask
    /// [`Principal::person`].
    fn held(
        by: &Principal,
        to: &[KeyOf<Self>],
        state: &Self::State,
    ) -> impl Future<Output = Result<Vec<(KeyOf<Self>, Self)>, Self::Error>> + Send;
}
