//! What a fresh rule asks about the caller it asks of the account, too: relations as well.

use auth_core::{Identity, Load, Principal, Relate, Relations, Resource, SourceOfTruth, policy};
use auth_tests::notes::Role;

#[derive(Clone, Debug, Resource)]
struct Team {
    #[key]
    id: u64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Relations)]
#[relations(of = Team)]
enum TeamRole {
    Lead,
}

/// The token says more than the account has: that one has lost the role since.
#[derive(Clone, Debug)]
struct App {
    role_is_left: bool,
}

impl Load for Team {
    type State = App;
    type Key = u64;
    type Error = String;

    async fn load(id: u64, _: &App) -> Result<Option<Self>, String> {
        Ok(Some(Self { id }))
    }
}

/// Admins lead every team: the answer depends on what is known of the caller.
impl Relate for TeamRole {
    type State = App;
    type Error = String;

    async fn held(by: &Principal, to: &[u64], _: &App) -> Result<Vec<(u64, Self)>, String> {
        let leads = by.has_role(Role::Admin);
        Ok(to
            .iter()
            .filter(|_| leads)
            .map(|team| (*team, Self::Lead))
            .collect())
    }
}

impl SourceOfTruth for App {
    type Error = String;

    async fn account(&self, blank: Identity) -> Result<Option<Identity>, String> {
        Ok(Some(
            blank.roles_are(self.role_is_left.then_some(Role::Admin)),
        ))
    }
}

#[derive(Debug)]
#[policy(relation(TeamRole::Lead, on = "team"), fresh)]
struct Disband;

#[derive(Debug)]
#[policy(authenticated, not(relation(TeamRole::Lead, on = "team")), fresh)]
struct Leave;

fn admin() -> Principal {
    Principal::for_test(Identity::person("tests", "ann").role(Role::Admin))
}

#[tokio::test]
async fn a_fresh_relation_is_asked_as_the_account_is_now() {
    for (role_is_left, granted) in [(true, true), (false, false)] {
        let (ann, app) = (admin(), App { role_is_left });
        let asked = || Disband::authorize(&ann, &app);
        assert_eq!(asked().key::<Team>(1).await.is_ok(), granted);
        assert_eq!(asked().on(Team { id: 1 }).await.is_ok(), granted);
        assert_eq!(asked().check(&Team { id: 1 }).await.allowed(), granted);
        let teams = (0..3).map(|id| Team { id });
        let kept = asked().filter(teams).await.expect("told");
        assert_eq!(kept.len(), if granted { 3 } else { 0 });
        let team = Team { id: 1 };
        let shown = asked().field(&team, |team| team.id).await.expect("told");
        assert_eq!(shown.value().is_some(), granted);
    }
}

#[tokio::test]
async fn a_fresh_relation_that_must_not_hold_is_asked_twice_too() {
    let plain = Principal::for_test(Identity::person("tests", "ann").roles_are::<Role>([]));
    let app = App { role_is_left: true };
    assert!(
        Leave::authorize(&plain, &app)
            .on(Team { id: 1 })
            .await
            .is_err()
    );
    let app = App {
        role_is_left: false,
    };
    assert!(
        Leave::authorize(&plain, &app)
            .on(Team { id: 1 })
            .await
            .is_ok()
    );
}
