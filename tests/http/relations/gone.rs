//! A parent that is gone: a relation to it is unknown, whichever way leads there, and whatever the rule makes of that.

use std::convert::Infallible;

use auth_core::{
    DenialKind, Granted, Identity, Load, Policy, PolicyRouter, Principal, Relate, Relations,
    Relationships, Resource, policy, requires, routing::get,
};
use auth_tests::{Callers, call};
use axum::extract::FromRef;
use http::Method;

#[derive(Clone, Copy, Debug, PartialEq, Eq, Relations)]
#[relations(of = Shelf)]
enum ShelfRole {
    Reader,
    Banned,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Relations)]
#[relations(of = House)]
enum HouseRole {
    Reader,
    Banned,
}

macro_rules! kept {
    ($($role:ty),*) => { $(
        impl Relate for $role {
            type State = Relationships;
            type Error = auth_core::GroupsError<Infallible>;

            async fn held(
                by: &Principal,
                to: &[u64],
                kept: &Relationships,
            ) -> Result<Vec<(u64, Self)>, Self::Error> {
                kept.held(by, to).await
            }
        }
    )* };
}
kept!(ShelfRole, HouseRole);

#[derive(Clone)]
struct App(Relationships);

impl FromRef<App> for Relationships {
    fn from_ref(app: &App) -> Self {
        app.0.clone()
    }
}

/// House 1 stands; 9 is gone.
#[derive(Clone, Debug, Resource)]
struct House {
    #[key]
    id: u64,
}

impl Load for House {
    type State = App;
    type Key = u64;
    type Error = Infallible;

    async fn load(id: u64, _: &App) -> Result<Option<Self>, Infallible> {
        Ok((id == 1).then_some(Self { id }))
    }
}

/// Shelves 1 and 2 stand in house 1, shelf 3 in the house that is gone; 9 is gone.
#[derive(Clone, Debug, Resource)]
struct Shelf {
    #[key]
    id: u64,
    #[parent(House)]
    house: u64,
}

impl Load for Shelf {
    type State = App;
    type Key = u64;
    type Error = Infallible;

    async fn load(id: u64, _: &App) -> Result<Option<Self>, Infallible> {
        let house = if id == 3 { 9 } else { 1 };
        Ok((1..=3).contains(&id).then_some(Self { id, house }))
    }
}

#[derive(Clone, Debug, PartialEq, Resource)]
struct Book {
    #[key]
    id: u64,
    #[parent(Shelf)]
    shelves: Vec<u64>,
}

/// No shelf; shelf 1; gone; one of two gone, of which ann reads the other; that and none that she reads.
const BOOKS: [&[u64]; 5] = [&[], &[1], &[9], &[1, 9], &[2, 9]];

fn book(id: u64) -> Option<Book> {
    let shelves = BOOKS.get(usize::try_from(id).ok()?)?.to_vec();
    Some(Book { id, shelves })
}

impl Load for Book {
    type State = App;
    type Key = u64;
    type Error = Infallible;

    async fn load(id: u64, _: &App) -> Result<Option<Self>, Infallible> {
        Ok(book(id))
    }
}

#[derive(Debug)]
#[policy(relation(ShelfRole::Reader, on = "book"))]
struct Plain;
#[derive(Debug)]
#[policy(authenticated, not(relation(ShelfRole::Banned, on = "book")))]
struct Not;
#[derive(Debug)]
#[policy(authenticated, forbid(relation(ShelfRole::Banned, on = "book")))]
struct Forbidden;
#[derive(Debug)]
#[policy(relation(HouseRole::Reader, on = "book", through = "shelf"))]
struct PlainThrough;
#[derive(Debug)]
#[policy(
    authenticated,
    not(relation(HouseRole::Banned, on = "book", through = "shelf"))
)]
struct NotThrough;
#[derive(Debug)]
#[policy(
    authenticated,
    forbid(relation(HouseRole::Banned, on = "book", through = "shelf"))
)]
struct ForbiddenThrough;

/// Ann reads in shelf 1 and in what is gone; nobody is banned.
fn app() -> App {
    let kept = Relationships::new()
        .person("ann", ShelfRole::Reader, 1)
        .person("ann", ShelfRole::Reader, 9)
        .person("ann", HouseRole::Reader, 1)
        .person("ann", HouseRole::Reader, 9);
    App(kept)
}

macro_rules! guarded {
    ($($name:ident: $policy:ty),*) => {
        $(
            #[requires(policy = $policy)]
            async fn $name(book: Granted<Book>) -> String {
                book.id.to_string()
            }
        )*

        /// What the guards answer, a row a policy.
        async fn guarded() -> Vec<Vec<u16>> {
            let app = PolicyRouter::new()
                $(.route(concat!("/", stringify!($name), "/{book_id}"), get($name)))*
                .with_state(app())
                .authenticate(Callers);
            let mut all = Vec::new();
            for name in [$(stringify!($name)),*] {
                let mut row = Vec::new();
                for book in 0..BOOKS.len() {
                    let path = format!("/{name}/{book}");
                    row.push(call(&app, Method::GET, &path, "ann").await.status());
                }
                all.push(row);
            }
            all
        }
    };
}
guarded!(
    plain: Plain,
    not: Not,
    forbidden: Forbidden,
    plain_through: PlainThrough,
    not_through: NotThrough,
    forbidden_through: ForbiddenThrough
);

/// What is answered about each book alone, and which of them a list keeps.
async fn asked<P: Policy<App>>() -> (Vec<u16>, Vec<u64>) {
    let (ann, app) = (Principal::for_test(Identity::person("tests", "ann")), app());
    let ask = || auth_core::Authorize::<P, App>::new(&ann, &app);
    let books = || (0..5).map(|id| book(id).expect("it is there"));
    let mut alone = Vec::new();
    for book in books() {
        let asked = ask().on(book).await;
        alone.push(asked.map_or_else(|denied| denied.kind().status().as_u16(), |_| 200));
    }
    let kept = ask().filter(books()).await.expect("all told");
    (alone, kept.iter().map(|book| book.id).collect())
}

#[tokio::test]
async fn a_relation_to_a_parent_that_is_gone_is_unknown_on_every_way() {
    let expected = [
        // Reader: of no shelf she isn't, of one that is there she is, also where another one is gone.
        vec![403, 200, 404, 200, 404],
        // Not banned: of one that is gone nobody can tell.
        vec![200, 200, 404, 404, 404],
        vec![200, 200, 404, 404, 404],
        // Shelf 2 stands in the house that she reads in.
        vec![403, 200, 404, 200, 200],
        vec![200, 200, 404, 404, 404],
        vec![200, 200, 404, 404, 404],
    ];
    assert_eq!(guarded().await, expected);
    let asked = [
        asked::<Plain>().await,
        asked::<Not>().await,
        asked::<Forbidden>().await,
        asked::<PlainThrough>().await,
        asked::<NotThrough>().await,
        asked::<ForbiddenThrough>().await,
    ];
    for ((alone, kept), expected) in asked.iter().zip(&expected) {
        assert_eq!(alone, expected);
        let granted = (0..).zip(expected).filter(|(_, status)| **status == 200);
        assert_eq!(*kept, granted.map(|(id, _)| id).collect::<Vec<u64>>());
    }
}

/// Who may read a shelf, by a role in its house.
#[derive(Debug)]
#[policy(authenticated, not(relation(HouseRole::Banned, on = "shelf")))]
struct OpenShelf;

#[tokio::test]
async fn a_value_that_is_asked_about_needs_its_parent_to_be_there_too() {
    let (ann, app) = (Principal::for_test(Identity::person("tests", "ann")), app());
    let shelf = |id, house| Shelf { id, house };
    let asked = OpenShelf::authorize(&ann, &app).on(shelf(1, 1)).await;
    assert!(asked.is_ok());
    let asked = OpenShelf::authorize(&ann, &app).on(shelf(3, 9)).await;
    assert_eq!(asked.expect_err("no house").kind(), DenialKind::NotFound);
}
