//! Several resources on one path, each with its key.

use std::{collections::HashMap, convert::Infallible};

use auth_core::{Granted, Guarded, Load, PolicyRouter, Resource, public, requires, routing::get};
use auth_tests::{Callers, call};
use axum::extract::Path;
use http::Method;

macro_rules! kept {
    ($($(#[$attribute:meta])* $name:ident),*) => { $(
        #[derive(Debug, Resource)]
        $(#[$attribute])*
        struct $name {
            #[key]
            id: u32,
            #[owner]
            owner: String,
        }

        impl Load for $name {
            type State = ();
            type Key = u32;
            type Error = Infallible;

            async fn load(id: u32, (): &()) -> Result<Option<Self>, Infallible> {
                let owner = match id {
                    1 => "ann",
                    2 => "bob",
                    _ => return Ok(None),
                };
                Ok(Some(Self { id, owner: owner.to_owned() }))
            }
        }
    )* };
}

kept!(
    Project,
    Board,
    #[resource(param = "slug")]
    Page,
    #[name = "bulletin"]
    News
);

#[requires(owns = "project", owns = "board")]
async fn both(project: Granted<Project>, board: Granted<Board>) -> String {
    format!("{}-{}", project.id, board.id)
}

#[requires(any(owns = "project", owns = "board"))]
async fn either(board: Granted<Board>) -> String {
    board.id.to_string()
}

#[requires(owns = Page)]
async fn page(page: Granted<Page>) -> String {
    page.id.to_string()
}

#[requires(owns = News)]
async fn news(news: Granted<News>) -> String {
    news.id.to_string()
}

#[tokio::test]
async fn each_resource_has_its_key() {
    let app = PolicyRouter::new()
        .route("/projects/{project_id}/boards/{board_id}", get(both))
        .route("/either/{board_id}/of/{project_id}", get(either))
        .route("/pages/{slug}", get(page))
        .route("/bulletins/{id}", get(news))
        .authenticate(Callers);
    for (path, caller, status) in [
        ("/projects/1/boards/1", "ann", 200),
        ("/projects/1/boards/2", "ann", 403),
        ("/projects/2/boards/1", "ann", 403),
        ("/projects/1/boards/9", "ann", 404),
        ("/projects/9/boards/2", "bob", 404),
        ("/either/2/of/1", "ann", 200),
        ("/either/1/of/2", "ann", 200),
        ("/either/2/of/2", "ann", 403),
        ("/either/1/of/9", "ann", 200),
        // The grant didn't need the board, which is loaded after it, for the handler.
        ("/either/9/of/1", "ann", 404),
        ("/pages/1", "ann", 200),
        ("/pages/1", "bob", 403),
        ("/bulletins/2", "bob", 200),
        ("/bulletins/2", "ann", 403),
    ] {
        let answer = call(&app, Method::GET, path, caller).await;
        assert_eq!(
            answer.status(),
            status,
            "{path} as {caller:?}: {}",
            answer.body
        );
    }
}

#[requires(owns = "board")]
async fn close(Path(keys): Path<HashMap<String, u32>>) -> String {
    keys["board_id"].to_string()
}

#[tokio::test]
async fn a_key_that_a_service_names_once_more_is_no_key() {
    // In one router it is refused at start; no start sees into a service.
    let inner = axum::Router::new()
        .route("/{board_id}", axum::routing::get(close))
        .route("/other/{page_id}", axum::routing::get(close));
    let inner = public_service(inner);
    // Ann owns 1 and not 2: neither may stand for the other.
    for (path, status) in [
        ("/boards/1/related/2", 404),
        ("/boards/2/related/1", 404),
        ("/boards/2/related/other/1", 403),
        ("/boards/1/related/other/1", 200),
    ] {
        let answer = call(&inner, Method::GET, path, "ann").await;
        assert_eq!(answer.status(), status, "{path}");
    }
}

fn public_service(inner: axum::Router) -> Guarded {
    PolicyRouter::new()
        .nest_service(
            "/boards/{board_id}/related",
            public("its routes are guarded"),
            inner,
        )
        .authenticate(Callers)
}

#[derive(Clone, Resource)]
struct Folder {
    #[key]
    id: u32,
    #[owner]
    owner: String,
    #[parent(Folder)]
    within: Option<u32>,
}

/// Where a folder is moved to.
#[derive(Clone, Resource)]
#[resource(transparent, beside)]
struct Target(Folder);

/// A folder in another one.
#[derive(Clone, Resource)]
#[resource(transparent)]
struct Child(Folder);

impl Load for Folder {
    type State = ();
    type Key = u32;
    type Error = Infallible;

    async fn load(id: u32, (): &()) -> Result<Option<Self>, Infallible> {
        Ok(Some(Self {
            id,
            owner: "ann".to_owned(),
            within: (id == 5).then_some(2),
        }))
    }
}

impl Load for Child {
    type State = ();
    type Key = u32;
    type Error = Infallible;

    async fn load(id: u32, (): &()) -> Result<Option<Self>, Infallible> {
        Ok(Folder::load(id, &()).await?.map(Self))
    }
}

impl Load for Target {
    type State = ();
    type Key = u32;
    type Error = Infallible;

    async fn load(id: u32, (): &()) -> Result<Option<Self>, Infallible> {
        Ok(Folder::load(id, &()).await?.map(Self))
    }
}

#[requires(owns = "folder", owns = "target")]
async fn moved(folder: Granted<Folder>, to: Granted<Target>) -> String {
    format!("{} of {:?} to {}", folder.id, folder.within, to.0.id)
}

#[tokio::test]
async fn another_of_its_own_kind_in_the_path_is_not_its_parent() {
    let app = PolicyRouter::new()
        .route("/folders/{folder_id}/to/{target_id}", get(moved))
        .authenticate(Callers);
    let answer = call(&app, Method::GET, "/folders/1/to/2", "ann").await;
    assert_eq!((answer.status(), &*answer.body), (200, "1 of None to 2"));
}

#[requires(owns = "folder", owns = "child")]
async fn removed(folder: Granted<Folder>, child: Granted<Child>) -> String {
    format!("{} in {}", child.0.id, folder.id)
}

#[tokio::test]
async fn a_child_of_another_of_its_own_kind_is_missing_below_this_one() {
    let app = PolicyRouter::new()
        .route("/folders/{folder_id}/children/{child_id}", get(removed))
        .authenticate(Callers);
    for (path, status) in [
        ("/folders/2/children/5", 200),
        ("/folders/1/children/5", 404),
        ("/folders/1/children/2", 404),
    ] {
        let answer = call(&app, Method::GET, path, "ann").await;
        assert_eq!(answer.status(), status, "{path}");
    }
}
