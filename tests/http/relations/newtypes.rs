//! Relations to what a newtype wraps are relations to the newtype.

use std::convert::Infallible;

use auth_core::{
    GroupsError, Identity, Load, Principal, Relate, Relations, Relationships, Resource, policy,
};

#[derive(Clone, Debug, Resource)]
struct Folder {
    #[key]
    id: u64,
    #[parent(Folder)]
    within: Option<u64>,
}

#[derive(Clone, Debug, Resource)]
struct Project {
    #[key]
    id: u64,
}

/// Where a folder is moved to.
#[derive(Clone, Debug, Resource)]
#[resource(transparent, beside)]
struct Target(Folder);

/// Where a project goes, as another type again.
#[derive(Clone, Debug, Resource)]
#[resource(transparent, beside)]
struct Successor(Heir);

#[derive(Clone, Debug, Resource)]
#[resource(transparent, beside)]
struct Heir(Project);

#[derive(Clone, Copy, Debug, PartialEq, Eq, Relations)]
#[relations(of = Folder)]
enum InFolder {
    Banned,
    Editor,
}

impl Relate for InFolder {
    type State = Relationships;
    type Error = GroupsError<Infallible>;

    async fn held(
        by: &Principal,
        to: &[u64],
        kept: &Relationships,
    ) -> Result<Vec<(u64, Self)>, Self::Error> {
        kept.held(by, to).await
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Relations)]
#[relations(of = Project)]
enum InProject {
    Editor,
}

impl Relate for InProject {
    type State = Relationships;
    type Error = GroupsError<Infallible>;

    async fn held(
        by: &Principal,
        to: &[u64],
        kept: &Relationships,
    ) -> Result<Vec<(u64, Self)>, Self::Error> {
        kept.held(by, to).await
    }
}

macro_rules! load {
    ($($name:ident = $make:expr;)*) => { $(
        impl Load for $name {
            type State = Relationships;
            type Key = u64;
            type Error = Infallible;

            async fn load(id: u64, _: &Relationships) -> Result<Option<Self>, Infallible> {
                Ok(Some($make(id)))
            }
        }
    )* };
}
load! {
    Folder = |id| Folder { id, within: None };
    Target = |id| target(id, None);
    Successor = successor;
}

/// Into a folder
#[derive(Debug)]
#[policy(authenticated, forbid(relation(InFolder::Banned, on = "target")))]
struct Into;

/// Who writes there
#[derive(Debug)]
#[policy(relation(InFolder::Editor, on = "target"))]
struct WriteThere;

/// Who inherits a project
#[derive(Debug)]
#[policy(relation(InProject::Editor, on = "successor"))]
struct Inherit;

fn target(id: u64, within: Option<u64>) -> Target {
    Target(Folder { id, within })
}

fn successor(id: u64) -> Successor {
    Successor(Heir(Project { id }))
}

#[tokio::test]
async fn a_veto_and_a_grant_by_a_relation_hold_of_a_newtype_as_of_what_it_wraps() {
    let ann = Principal::for_test(Identity::person("tests", "ann"));
    let kept = Relationships::new()
        .person("ann", InFolder::Banned, 7)
        .person("ann", InFolder::Editor, 8)
        .person("ann", InProject::Editor, 9);
    for (id, within, banned, edits) in [
        (7, None, true, false),
        (1, Some(7), true, false),
        (1, None, false, false),
        (8, None, false, true),
        (1, Some(8), false, true),
    ] {
        let into = Into::authorize(&ann, &kept).on(target(id, within)).await;
        assert_eq!(into.is_err(), banned, "{id} in {within:?}");
        let list = Into::authorize(&ann, &kept).filter([target(id, within)]);
        assert_eq!(
            list.await.expect("told").is_empty(),
            banned,
            "{id} in {within:?}"
        );
        let writes = WriteThere::authorize(&ann, &kept).on(target(id, within));
        assert_eq!(writes.await.is_ok(), edits, "{id} in {within:?}");
    }
    for (id, inherits) in [(9, true), (8, false)] {
        let answer = Inherit::authorize(&ann, &kept).on(successor(id)).await;
        assert_eq!(answer.is_ok(), inherits, "{id}");
    }
}
