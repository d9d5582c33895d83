//! Authenticated routers that are joined: what is checked at start is checked of the whole that is served.

use auth_core::{
    Authenticator, Challenge, Granted, Guarded, Identity, IssuerName, Outcome, PolicyRouter,
    async_trait, public, requires, routing::get,
};
use auth_tests::{
    call,
    notes::{self, Note},
};
use http::{HeaderName, Method, request::Parts};

/// Knows the people of one issuer.
struct PeopleOf {
    issuer: &'static str,
    named: Named,
}

/// How it names that issuer.
#[derive(Clone, Copy)]
enum Named {
    Not,
    Plainly,
    Home,
    /// As guests of another one.
    GuestsOf(&'static str),
}

#[async_trait]
impl Authenticator for PeopleOf {
    async fn authenticate(&self, request: &Parts) -> Outcome {
        match request.headers.get("x-caller").map(|name| name.to_str()) {
            Some(Ok(name)) => Outcome::known(Identity::person(self.issuer, name)),
            _ => Outcome::Nobody,
        }
    }

    fn challenge(&self) -> Challenge {
        Challenge::new("Caller")
    }

    fn credential_headers(&self) -> Vec<HeaderName> {
        vec![HeaderName::from_static("x-caller")]
    }

    fn issuers(&self) -> Vec<IssuerName> {
        let issuer = IssuerName::new(self.issuer);
        match self.named {
            Named::Not => Vec::new(),
            Named::Plainly => vec![issuer],
            Named::Home => vec![issuer.home()],
            Named::GuestsOf(home) => vec![issuer, IssuerName::new(home).home()],
        }
    }
}

fn people_of(issuer: &'static str) -> PeopleOf {
    let named = Named::Plainly;
    PeopleOf { issuer, named }
}

fn home_of(issuer: &'static str) -> PeopleOf {
    let named = Named::Home;
    PeopleOf { issuer, named }
}

fn guests_of(home: &'static str, issuer: &'static str) -> PeopleOf {
    let named = Named::GuestsOf(home);
    PeopleOf { issuer, named }
}

fn unnamed(issuer: &'static str) -> PeopleOf {
    let named = Named::Not;
    PeopleOf { issuer, named }
}

/// Takes no credential of what it mounts.
struct ByAnotherHeader;

#[async_trait]
impl Authenticator for ByAnotherHeader {
    async fn authenticate(&self, _: &Parts) -> Outcome {
        Outcome::Nobody
    }

    fn challenge(&self) -> Challenge {
        Challenge::new("Another")
    }

    fn credential_headers(&self) -> Vec<HeaderName> {
        vec![HeaderName::from_static("x-another")]
    }

    fn issuers(&self) -> Vec<IssuerName> {
        vec![IssuerName::new("x")]
    }
}

#[requires(owns = "note")]
async fn read(note: Granted<Note>) -> String {
    note.id.to_string()
}

#[requires(authenticated)]
async fn known() -> &'static str {
    "known"
}

fn notes_of(path: &str, people: PeopleOf) -> Guarded {
    PolicyRouter::new()
        .route(path, get(read))
        .with_state(notes::state())
        .authenticate(people)
}

#[test]
fn several_issuers_without_a_home_are_refused_across_routers_that_are_joined() {
    let employees = || notes_of("/notes/{note_id}", people_of("employees"));
    let customers = || notes_of("/shop/notes/{note_id}", people_of("customers"));
    for joined in [
        employees().try_merge(customers()),
        employees().try_nest("/below", customers()),
    ] {
        let errors = joined.expect_err("two homes").to_string();
        assert!(errors.contains("not one of them is home"), "{errors}");
        assert!(errors.contains("`.home()`"), "{errors}");
    }
    let merged = employees().merge(notes_of("/more/notes/{note_id}", people_of("employees")));
    assert!(merged.try_merge(customers()).is_err(), "a third one, later");
}

#[tokio::test]
async fn a_plain_owner_id_means_one_issuers_people_in_all_routers_that_are_joined() {
    let employees = || notes_of("/notes/{note_id}", home_of("employees"));
    let customers = || notes_of("/shop/notes/{note_id}", people_of("customers"));
    for (app, shop) in [
        (employees().merge(customers()), "/shop/notes/1"),
        (customers().merge(employees()), "/shop/notes/1"),
        (employees().nest("/a", customers()), "/a/shop/notes/1"),
        (
            employees().nest("/a", customers().nest("/b", customers())),
            "/a/b/shop/notes/1",
        ),
    ] {
        let own = call(&app, Method::GET, "/notes/1", "ann").await;
        assert_eq!(own.status(), 200, "an employee's");
        let other = call(&app, Method::GET, shop, "ann").await;
        assert_eq!(other.status(), 403, "a customer of the same name: {shop}");
    }
    // Alone, each is at home.
    let alone = call(&customers(), Method::GET, "/shop/notes/1", "ann").await;
    assert_eq!(alone.status(), 200);
}

#[test]
fn a_whole_path_is_checked_where_authenticated_routers_are_nested() {
    let inner = || {
        PolicyRouter::new()
            .route("/links/{note_id}", get(read))
            .with_state(notes::state())
            .authenticate(people_of("tests"))
    };
    let outer = || {
        PolicyRouter::new()
            .route("/known", get(known))
            .with_state(())
            .authenticate(people_of("tests"))
    };
    let errors = outer().try_nest("/notes/{note_id}", inner());
    let errors = errors
        .expect_err("which of the two is the key?")
        .to_string();
    assert!(
        errors.contains("`{note_id}` stands in the path twice"),
        "{errors}"
    );
    let errors = outer().try_nest("/notes/{id}", inner());
    let errors = errors.expect_err("two keys of a note").to_string();
    assert!(errors.contains("two keys of `note`"), "{errors}");
    assert!(outer().try_nest("/books/{book_id}", inner()).is_ok());
    let errors = outer()
        .try_merge(outer())
        .expect_err("mounted twice")
        .to_string();
    assert!(errors.contains("answers it already"), "{errors}");
}

#[tokio::test]
async fn people_of_several_issuers_that_nobody_named_own_nothing() {
    let app = notes_of("/notes/{note_id}", unnamed("employees"))
        .merge(notes_of("/shop/notes/{note_id}", unnamed("customers")));
    let status = async |path: &str| call(&app, Method::GET, path, "ann").await.status();
    assert_eq!(status("/notes/1").await, 200, "as if there were one");
    assert_eq!(status("/shop/notes/1").await, 403);
    assert_eq!(status("/notes/1").await, 403);
}

#[tokio::test]
async fn beside_one_that_names_no_issuer_a_named_one_is_home_only_while_it_is_alone() {
    let app = notes_of("/notes/{note_id}", people_of("employees"))
        .merge(notes_of("/shop/notes/{note_id}", unnamed("customers")));
    let status = async |path: &str| call(&app, Method::GET, path, "ann").await.status();
    assert_eq!(status("/notes/1").await, 200);
    assert_eq!(status("/shop/notes/1").await, 403);
    assert_eq!(status("/notes/1").await, 403, "whose ann is meant?");
    let marked = notes_of("/notes/{note_id}", home_of("employees"))
        .merge(notes_of("/shop/notes/{note_id}", unnamed("customers")));
    let status = async |path: &str| call(&marked, Method::GET, path, "ann").await.status();
    assert_eq!(status("/shop/notes/1").await, 403);
    assert_eq!(status("/notes/1").await, 200, "it was said");
}

#[tokio::test]
async fn what_is_mounted_as_a_service_keeps_its_own_home() {
    let partner = || notes_of("/notes/{note_id}", guests_of("c", "b"));
    let ask = async |app: &Guarded, path: &str| call(app, Method::GET, path, "ann").await.status();
    assert_eq!(ask(&partner(), "/notes/1").await, 403);
    let service = partner().into_axum_router();
    let one = PolicyRouter::new()
        .nest_service("/partner", public("it authenticates by itself"), service)
        .authenticate(ByAnotherHeader);
    assert_eq!(ask(&one, "/partner/notes/1").await, 403);
    // In the whole, plain ids mean people of b.
    let whole = one.merge(notes_of("/other/{note_id}", home_of("b")));
    assert_eq!(ask(&whole, "/other/1").await, 200);
    assert_eq!(ask(&whole, "/partner/notes/1").await, 403);
}
