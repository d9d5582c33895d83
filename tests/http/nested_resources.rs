//! Paths that name one resource below another: they belong together, or start says that nothing tells.

use std::convert::Infallible;

use auth_core::{
    Granted, Load, PolicyRouter, Resource, condition, policy, requires,
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

/// Where a folder's content is copied to.
#[derive(Clone, Debug, Resource)]
#[resource(transparent, beside)]
struct Target(Folder);

/// The org that pays.
#[derive(Clone, Debug, Resource)]
#[resource(transparent)]
struct Payer(Org);

#[derive(Clone, Debug, Resource)]
struct Invoice {
    #[key]
    id: u32,
    #[parent(Payer)]
    from: u32,
}

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
    Target = |id| Target(Folder { id, team: if id < 5 { 1 } else { 2 } });
    Payer = |id| Payer(Org { id, owner: "ann".to_owned() });
    Invoice = |id| Invoice { id, from: 2 };
    Destination = |id| Destination(Team { id, org: id });
}

/// any folder
#[condition]
fn any_folder(_: &Folder) -> bool {
    true
}

/// any folder
#[condition]
fn any_target(_: &Target) -> bool {
    true
}

/// any invoice
#[condition]
fn any_invoice(_: &Invoice) -> bool {
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

#[requires(owns = "org", when = of_the_org, when = any_target)]
async fn copied(_: Granted<Org>, _: Granted<Folder>, target: Granted<Target>) -> String {
    target.0.id.to_string()
}

#[requires(owns = "org", when = any_invoice)]
async fn paid(_: Granted<Org>, invoice: Granted<Invoice>) -> String {
    format!("{} of {}", invoice.id, invoice.from)
}

#[requires(when = any_folder)]
async fn alone(folder: Granted<Folder>) -> String {
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
        // The org decides nothing, but who reads the path would think that the folder is its own.
        (
            "/orgs/{org_id}/folders/{folder_id}",
            get(alone),
            &["whether the folder is in the org"],
        ),
        (
            "/orgs/o{org_id}/folders/{folder_id}",
            get(alone),
            &["whether the folder is in the org"],
        ),
        (
            "/orgs/{org_id}/folders/{folder_id}/copies/{target_id}",
            get(copied),
            &["whether the target is in the org"],
        ),
        (
            "/orgs/{org_id}/invoices/{invoice_id}",
            get(paid),
            &["whether the invoice is in the org"],
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

/// Who owns an org.
#[derive(Debug)]
#[policy(owns = "org")]
struct OwnOrg;

#[tokio::test]
async fn what_a_prefix_names_two_steps_above_is_told_wherever_it_is_put_before() {
    let inside = || {
        PolicyRouter::new()
            .route("/folders/{folder_id}", get(alone))
            .authenticate(Callers)
    };
    let joined = PolicyRouter::new()
        .authenticate(Callers)
        .try_nest("/orgs/{org_id}", inside());
    let errors = joined.expect_err("nothing tells").to_string();
    assert!(
        errors.contains("whether the folder is in the org"),
        "{errors}"
    );
    // What is mounted as a service is checked by itself: what can't be compared is missing.
    let app = PolicyRouter::new()
        .nest_service("/orgs/{org_id}", OwnOrg, inside())
        .keep_credentials()
        .authenticate(Callers);
    for folder in [1, 6] {
        let path = format!("/orgs/1/folders/{folder}");
        assert_eq!(call(&app, Method::GET, &path, "ann").await.status(), 404);
    }
}
