//! Paths that name one resource below another: they belong together, or start says that nothing tells.

use std::convert::Infallible;

use auth_core::{
    Granted, Load, PolicyRouter, Resource, condition, requires,
    routing::{PolicyMethodRouter, get},
};
use auth_tests::{Callers, call};
use http::Method;

#[derive(Clone, Debug, Resource)]
struct Org {
    #[key]
    id: u32,
    #[owner]
    owner: String,
}

#[derive(Clone, Debug, Resource)]
struct Team {
    #[key]
    id: u32,
    #[parent(Org)]
    org: u32,
}

/// Of team 1 and so of org 1, or of team 2 and so of org 2.
#[derive(Clone, Debug, Resource)]
struct Folder {
    #[key]
    id: u32,
    #[parent(Team)]
    team: u32,
}

/// The team that a folder is taken from.
#[derive(Clone, Debug, Resource)]
#[resource(transparent)]
struct Source(Team);

/// The team that a folder is brought to.
#[derive(Clone, Debug, Resource)]
#[resource(transparent, beside)]
struct Destination(Team);

macro_rules! load {
    ($($name:ident = $make:expr;)*) => { $(
        impl Load for $name {
            type State = ();
            type Key = u32;
            type Error = Infallible;

            async fn load(id: u32, (): &()) -> Result<Option<Self>, Infallible> {
                Ok(Some($make(id)))
            }
        }
    )* };
}
load! {
    Org = |id| Org { id, owner: if id == 1 { "ann" } else { "bob" }.to_owned() };
    Team = |id| Team { id, org: id };
    Folder = |id| Folder { id, team: if id < 5 { 1 } else { 2 } };
    Source = |id| Source(Team { id, org: id });
    Destination = |id| Destination(Team { id, org: id });
}

/// any folder
#[condition]
fn any_folder(_: &Folder) -> bool {
    true
}

/// any team
#[condition]
fn any_source(_: &Source) -> bool {
    true
}

/// any team
#[condition]
fn any_destination(_: &Destination) -> bool {
    true
}

/// the folder is one of the org's
#[condition]
fn of_the_org(org: &Org, folder: &Folder) -> bool {
    org.id == folder.team
}

#[requires(owns = "org", when = any_folder)]
async fn of_org(_org: Granted<Org>, folder: Granted<Folder>) -> String {
    folder.id.to_string()
}

#[requires(owns = "org", when = any_folder, when = |team: &Team| team.id > 0)]
async fn of_org_and_team(
    _org: Granted<Org>,
    _team: Granted<Team>,
    folder: Granted<Folder>,
) -> String {
    folder.id.to_string()
}

#[requires(owns = "org", when = of_the_org)]
async fn of_org_by_a_condition(_org: Granted<Org>, folder: Granted<Folder>) -> String {
    folder.id.to_string()
}

#[requires(when = any_source, when = any_folder)]
async fn taken(_: Granted<Source>, folder: Granted<Folder>) -> String {
    folder.id.to_string()
}

#[requires(when = any_destination, when = any_folder)]
async fn brought(_: Granted<Destination>, folder: Granted<Folder>) -> String {
    folder.id.to_string()
}

fn refused(path: &str, handler: PolicyMethodRouter) -> Option<String> {
    let app = PolicyRouter::new()
        .route(path, handler)
        .try_authenticate(Callers);
    app.err().map(|errors| errors.to_string())
}

#[test]
fn what_nobody_would_compare_is_refused_at_start() {
    for (path, handler, parts) in [
        (
            "/orgs/{org_id}/folders/{folder_id}",
            get(of_org),
            &[
                "whether the folder is in the org",
                "`#[parent(Org)]`",
                "|org: &Org, folder: &Folder|",
            ][..],
        ),
        // The team is compared with nothing: nobody loads it.
        (
            "/orgs/{org_id}/teams/{team_id}/folders/{folder_id}",
            get(of_org),
            &["whether the folder is in the org", "`Granted`"],
        ),
        (
            "/sources/{source_id}/folders/{folder_id}",
            get(taken),
            &[
                "whether the folder is in the source",
                "`#[resource(transparent, beside)]` on `Source`",
            ],
        ),
    ] {
        let errors = refused(path, handler).expect(path);
        for part in parts {
            assert!(errors.contains(part), "{part} is not in: {errors}");
        }
        assert_eq!(errors.matches("nothing tells").count(), 1, "{errors}");
    }
}

#[tokio::test]
async fn what_a_path_names_below_another_is_in_it() {
    let app = PolicyRouter::new()
        .route(
            "/orgs/{org_id}/teams/{team_id}/folders/{folder_id}",
            get(of_org_and_team),
        )
        .route(
            "/asked/{org_id}/folders/{folder_id}",
            get(of_org_by_a_condition),
        )
        .route("/folders/{folder_id}/to/{destination_id}", get(brought))
        .authenticate(Callers);
    for (path, status) in [
        ("/orgs/1/teams/1/folders/3", 200),
        ("/orgs/1/teams/1/folders/6", 404),
        ("/orgs/1/teams/2/folders/6", 404),
        ("/orgs/2/teams/2/folders/6", 403),
        ("/asked/1/folders/1", 200),
        ("/asked/1/folders/6", 403),
        ("/folders/1/to/2", 200),
    ] {
        let answer = call(&app, Method::GET, path, "ann").await;
        assert_eq!(answer.status(), status, "{path}");
    }
}
