use std::{
    any::{Any, TypeId},
    collections::HashMap,
    convert::Infallible,
    fmt,
    future::ready,
    hash::Hash,
    sync::Arc,
};

use super::{GroupsError, KeyOf, Relate, groups::groups_of_groups};
use crate::{Principal, SubjectId};

/// Relations kept in memory, of any kinds: for tests, and for what an app knows by heart. Cheap to clone.
///
/// ```
/// # use auth_core::{GroupsError, Principal, Relate, Relations, Relationships, Resource};
/// # #[derive(Resource)]
/// # struct Project { #[key] id: u64 }
/// # #[derive(Clone, Copy, Debug, PartialEq, Eq, Relations)]
/// # #[relations(of = Project)]
/// # enum ProjectRole { Viewer, #[implies(Viewer)] Editor }
/// impl Relate for ProjectRole {
///     type State = Relationships;
///     type Error = GroupsError<std::convert::Infallible>;
///
///     async fn held(by: &Principal, to: &[u64], kept: &Relationships) -> Result<Vec<(u64, Self)>, Self::Error> {
///         kept.held(by, to).await
///     }
/// }
///
/// let kept = Relationships::new()
///     .person("ann", ProjectRole::Editor, 7)
///     .group("support", ProjectRole::Viewer, 7)
///     .member("bob", "night shift")
///     .subgroup("night shift", "support");
/// # let _ = kept;
/// ```
#[derive(Clone, Default)]
pub struct Relationships {
    /// A table a kind of relation: who holds it to what.
    held: HashMap<TypeId, Arc<dyn Any + Send + Sync>>,
    /// The groups that a person or a group is in.
    groups: HashMap<Holder, Vec<Box<str>>>,
}

/// Who may hold a relation.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
enum Holder {
    Person(Box<str>),
    Group(Box<str>),
}

type Table<R> = HashMap<KeyOf<R>, Vec<(Holder, R)>>;

#[allow(
    clippy::needless_pass_by_value,
    reason = "who is named as one writes them: `\"ann\"`"
)]
impl Relationships {
    /// None yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// A person has a relation to what `key` names.
    #[must_use]
    pub fn person<R: Relate>(self, who: impl SubjectId, relation: R, key: KeyOf<R>) -> Self {
        self.holds(Holder::Person(who.subject().into()), relation, key)
    }

    /// All in a group have a relation to what `key` names.
    #[must_use]
    pub fn group<R: Relate>(self, group: &str, relation: R, key: KeyOf<R>) -> Self {
        self.holds(Holder::Group(group.into()), relation, key)
    }

    /// A person is in a group.
    #[must_use]
    pub fn member(self, who: impl SubjectId, group: &str) -> Self {
        self.joins(Holder::Person(who.subject().into()), group)
    }

    /// All in a group are in another one, too.
    #[must_use]
    pub fn subgroup(self, inner: &str, outer: &str) -> Self {
        self.joins(Holder::Group(inner.into()), outer)
    }

    /// What [`Relate::held`] answers.
    ///
    /// # Errors
    ///
    /// Groups that stand in each other too deep.
    pub async fn held<R: Relate>(
        &self,
        by: &Principal,
        to: &[KeyOf<R>],
    ) -> Result<Vec<(KeyOf<R>, R)>, GroupsError<Infallible>> {
        let Some(me) = by.person() else {
            return Ok(Vec::new());
        };
        let table = self.held.get(&TypeId::of::<R>());
        let Some(table) = table.and_then(|table| table.downcast_ref::<Table<R>>()) else {
            return Ok(Vec::new());
        };
        let me = Holder::Person(me.into());
        let direct = self.groups.get(&me).cloned().unwrap_or_default();
        let groups = groups_of_groups(direct, |groups| {
            let outer = groups
                .into_iter()
                .filter_map(|group| self.groups.get(&Holder::Group(group)));
            ready(Ok(outer.flatten().cloned().collect()))
        });
        let mut holders: Vec<_> = groups.await?.into_iter().map(Holder::Group).collect();
        holders.push(me);
        let mut held = Vec::new();
        for key in to {
            for (holder, relation) in table.get(key).into_iter().flatten() {
                if holders.contains(holder) {
                    held.push((key.clone(), *relation));
                }
            }
        }
        Ok(held)
    }

    fn holds<R: Relate>(mut self, holder: Holder, relation: R, key: KeyOf<R>) -> Self {
        let of = TypeId::of::<R>();
        let mut table: Table<R> = self
            .held
            .get(&of)
            .and_then(|table| table.downcast_ref::<Table<R>>().cloned())
            .unwrap_or_default();
        table.entry(key).or_default().push((holder, relation));
        self.held.insert(of, Arc::new(table));
        self
    }

    fn joins(mut self, holder: Holder, group: &str) -> Self {
        self.groups.entry(holder).or_default().push(group.into());
        self
    }
}

impl fmt::Debug for Relationships {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Relationships")
            .field("groups", &self.groups)
            .finish_non_exhaustive()
    }
}
