//! Keys of several parts, keys in the query, and two resources of one kind by a newtype.

use std::{convert::Infallible, str::FromStr};

use auth_core::{
    Granted, Guarded, Load, PolicyRouter, Resource, guarded, policy, requires,
    routing::{get, post},
};
use auth_tests::{Callers, call};
use http::Method;

/// An organisation's repository: `acme/website`.
#[derive(Clone, Debug, PartialEq, Eq)]
struct RepoName {
    org: String,
    name: String,
}

impl FromStr for RepoName {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        let (org, name) = text.split_once('/').ok_or(())?;
        Ok(Self {
            org: org.to_owned(),
            name: name.to_owned(),
        })
    }
}

#[derive(Debug, Resource)]
#[resource(params("org", "repo"))]
struct Repo {
    #[key]
    name: RepoName,
    #[owner]
    owner: String,
}

impl Load for Repo {
    type State = ();
    type Key = RepoName;
    type Error = Infallible;

    async fn load(name: RepoName, (): &()) -> Result<Option<Self>, Infallible> {
        let there = name.org == "acme" && name.name != "gone";
        Ok(there.then(|| Self {
            name,
            owner: "ann".to_owned(),
        }))
    }
}

/// An issue of a repository.
#[derive(Debug, Resource)]
struct Issue {
    #[key]
    id: u64,
    #[parent(Repo)]
    repo: RepoName,
    #[owner]
    author: String,
}

impl Load for Issue {
    type State = ();
    type Key = u64;
    type Error = Infallible;

    async fn load(id: u64, (): &()) -> Result<Option<Self>, Infallible> {
        let repo = RepoName {
            org: "acme".to_owned(),
            name: "website".to_owned(),
        };
        Ok((id == 1).then(|| Self {
            id,
            repo,
            author: "ann".to_owned(),
        }))
    }
}

#[derive(Debug, Resource)]
#[resource(query = "draft")]
struct Draft {
    #[key]
    id: u64,
    #[owner]
    author: String,
}

impl Load for Draft {
    type State = ();
    type Key = u64;
    type Error = Infallible;

    async fn load(id: u64, (): &()) -> Result<Option<Self>, Infallible> {
        Ok((id < 10).then(|| Self {
            id,
            author: "ann".to_owned(),
        }))
    }
}

/// A note in the margin of a draft; the query may say of which.
#[derive(Debug, Resource)]
struct Remark {
    #[key]
    id: u64,
    #[owner]
    author: String,
    #[parent(Draft)]
    draft: u64,
}

impl Load for Remark {
    type State = ();
    type Key = u64;
    type Error = Infallible;

    async fn load(id: u64, (): &()) -> Result<Option<Self>, Infallible> {
        Ok(Some(Self {
            id,
            author: "ann".to_owned(),
            draft: 1,
        }))
    }
}

#[derive(Debug, Resource)]
struct Account {
    #[key]
    id: u64,
    #[owner]
    owner: String,
    #[tenant]
    bank: String,
    open: bool,
}

/// Where a transfer goes.
#[derive(Debug, Resource)]
#[resource(transparent)]
struct Recipient(Account);

impl Load for Account {
    type State = ();
    type Key = u64;
    type Error = Infallible;

    async fn load(id: u64, (): &()) -> Result<Option<Self>, Infallible> {
        let owner = if id == 1 { "ann" } else { "bob" };
        let bank = if id == 3 { "other" } else { "acme" };
        Ok((id < 10).then(|| Self {
            id,
            owner: owner.to_owned(),
            bank: bank.to_owned(),
            open: id != 4,
        }))
    }
}

impl Load for Recipient {
    type State = ();
    type Key = u64;
    type Error = Infallible;

    async fn load(id: u64, state: &()) -> Result<Option<Self>, Infallible> {
        Ok(Account::load(id, state).await?.map(Self))
    }
}

#[requires(owns = "repo")]
async fn repo(repo: Granted<Repo>) -> String {
    format!("{} of {}", repo.name.name, repo.name.org)
}

#[requires(owns = "issue")]
async fn issue(issue: Granted<Issue>) -> String {
    issue.id.to_string()
}

#[requires(owns = "draft")]
async fn draft(draft: Granted<Draft>) -> String {
    draft.id.to_string()
}

#[requires(owns = "remark")]
async fn remark(remark: Granted<Remark>) -> String {
    format!("{} of {}", remark.id, remark.draft)
}

/// Who may move money.
#[derive(Debug)]
#[policy(owns = "account", when = |recipient: &Recipient| recipient.0.open)]
struct Transfer;

#[requires(policy = Transfer)]
async fn transfer(from: Granted<Account, Transfer>, to: Granted<Recipient, Transfer>) -> String {
    format!("{} to {}", from.id, to.0.id)
}

fn app() -> Guarded {
    PolicyRouter::new()
        .route("/repos/{org}/{repo}", get(repo))
        .route("/repos/{org}/{repo}/issues/{id}", get(issue))
        .route("/draft", get(draft))
        .route("/remarks/{id}", get(remark))
        .route("/accounts/{account_id}/to/{recipient_id}", post(transfer))
        .with_state(())
        .authenticate(Callers)
}

async fn expect(method: Method, cases: &[(&str, &str, u16)]) {
    let app = app();
    for (path, caller, status) in cases {
        let answer = call(&app, method.clone(), path, caller).await;
        assert_eq!(
            answer.status(),
            *status,
            "{path} by {caller}: {}",
            answer.body
        );
    }
}

#[tokio::test]
async fn a_key_of_several_parts_is_read_as_one_text() {
    expect(
        Method::GET,
        &[
            ("/repos/acme/website", "ann", 200),
            ("/repos/acme/web%20site", "ann", 200),
            ("/repos/acme/website", "bob", 403),
            ("/repos/acme/gone", "ann", 404),
            ("/repos/other/website", "ann", 404),
            // A part that holds the mark between parts names nothing: `acme` + `x/y` is not `acme/x` + `y`.
            ("/repos/acme/x%2Fy", "ann", 404),
            ("/repos/acme%2Fx/y", "ann", 404),
        ],
    )
    .await;
}

#[tokio::test]
async fn a_parent_with_a_key_of_several_parts_must_be_the_resources_own() {
    expect(
        Method::GET,
        &[
            ("/repos/acme/website/issues/1", "ann", 200),
            ("/repos/acme/shop/issues/1", "ann", 404),
            ("/repos/other/website/issues/1", "ann", 404),
            ("/repos/acme/website/issues/1", "bob", 403),
            ("/repos/acme/website/issues/2", "ann", 404),
            // A parent whose key can't be read is no parent, as a parent that isn't named would be none.
            ("/repos/acme/web%2Fsite/issues/1", "ann", 404),
            ("/repos/acme%2Fx/website/issues/1", "ann", 404),
        ],
    )
    .await;
}

#[tokio::test]
async fn a_key_in_the_query_is_said_once() {
    expect(
        Method::GET,
        &[
            ("/draft?draft=1", "ann", 200),
            ("/draft?a=b&draft=%31", "ann", 200),
            ("/draft?draft=1", "bob", 403),
            ("/draft?draft=10", "ann", 404),
            ("/draft?draft=x", "ann", 404),
            ("/draft?draft=", "ann", 404),
            ("/draft?drafts=1", "ann", 404),
            ("/draft", "ann", 404),
            // Which of the two would the handler read?
            ("/draft?draft=1&draft=2", "ann", 404),
            ("/draft?draft=1&draf%74=2", "ann", 404),
        ],
    )
    .await;
}

#[tokio::test]
async fn a_parent_in_the_query_that_is_said_twice_is_none() {
    expect(
        Method::GET,
        &[
            ("/remarks/1", "ann", 200),
            ("/remarks/1?draft=1", "ann", 200),
            ("/remarks/1?draft=2", "ann", 404),
            ("/remarks/1?draft=x", "ann", 404),
            ("/remarks/1?draft=1&draft=2", "ann", 404),
            ("/remarks/1?draft=1&draf%74=1", "ann", 404),
        ],
    )
    .await;
}

#[tokio::test]
async fn a_newtype_is_another_resource_marked_as_the_one_within() {
    expect(
        Method::POST,
        &[
            ("/accounts/1/to/2", "ann; tenant=acme", 200),
            ("/accounts/2/to/1", "ann; tenant=acme", 403),
            ("/accounts/1/to/4", "ann; tenant=acme", 403),
            ("/accounts/1/to/10", "ann; tenant=acme", 404),
            // Both are of the caller's bank.
            ("/accounts/1/to/3", "ann; tenant=acme", 404),
            ("/accounts/1/to/2", "ann; tenant=other", 404),
        ],
    )
    .await;
    let app = app();
    let moved = call(&app, Method::POST, "/accounts/1/to/2", "ann; tenant=acme").await;
    assert_eq!(moved.body, "1 to 2");
}

#[test]
fn a_path_without_a_part_of_the_key_is_refused() {
    let router = PolicyRouter::new().route("/repos/{repo}", get(repo));
    let errors = router
        .with_state(())
        .try_authenticate(Callers)
        .expect_err("no `{org}`");
    assert!(
        errors
            .to_string()
            .contains("write `{org}` where its key stands"),
        "{errors}"
    );
    let doubled = |from: Granted<Account, Transfer>| async move { from.id.to_string() };
    let router =
        PolicyRouter::new().route("/accounts/{account_id}", get(guarded(Transfer, doubled)));
    let errors = router
        .with_state(())
        .try_authenticate(Callers)
        .expect_err("no recipient");
    assert!(errors.to_string().contains("`{recipient_id}`"), "{errors}");
}
