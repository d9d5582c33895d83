//! A proposal that changes something is about what is given, and changes no more of it than its policy says.

use auth_core::{DenialKind, Denied, Granted, Identity, Load, Principal, Resource, policy};
use auth_tests::{log::logged, notes::Role};

#[derive(Clone, Debug, Resource)]
struct Card {
    #[key]
    id: u64,
    #[tenant]
    org: String,
    #[owner]
    author: Option<String>,
}

impl Load for Card {
    type State = ();
    type Key = u64;
    type Error = String;

    async fn load(_: u64, (): &()) -> Result<Option<Self>, String> {
        Ok(None)
    }
}

/// All of a card, as a client sends it back.
#[derive(Clone, Debug, Resource)]
#[resource(proposed, changes = Card)]
struct Edited {
    #[key]
    id: u64,
    #[tenant]
    org: String,
    #[owner]
    author: Option<String>,
}

/// What it says of a card beside its title.
#[derive(Clone, Debug, Resource)]
#[resource(proposed, changes = Card)]
struct Renamed {
    #[key]
    card: u64,
    title: String,
}

#[derive(Debug)]
#[policy(any(role = "admin", owns = "card"), when = |edited: &Edited| edited.id > 0)]
struct Edit;

#[derive(Debug)]
#[policy(any(role = "admin", owns = "card"), when = |edited: &Edited| edited.id > 0, may_change(owner))]
struct GiveAway;

#[derive(Debug)]
#[policy(any(policy = GiveAway, role = "admin"))]
struct ByAnotherName;

#[derive(Debug)]
#[policy(owns = "card", when = |renamed: &Renamed| !renamed.title.is_empty(), hide)]
struct Rename;

fn card(id: u64, author: &str) -> Card {
    Card {
        id,
        org: "acme".to_owned(),
        author: Some(author.to_owned()),
    }
}

fn edited(id: u64, org: &str, author: Option<&str>) -> Edited {
    Edited {
        id,
        org: org.to_owned(),
        author: author.map(str::to_owned),
    }
}

fn person(name: &str) -> Principal {
    Principal::for_test(Identity::person("tests", name).tenant("acme"))
}

fn kind<T, P>(asked: Result<Granted<T, P>, Denied>) -> Option<DenialKind> {
    asked.err().map(|denied| denied.kind())
}

#[tokio::test]
async fn a_proposal_is_about_what_is_given() {
    let (ann, mine) = (person("ann"), card(1, "ann"));
    let admin = Identity::person("tests", "root")
        .tenant("acme")
        .role(Role::Admin);
    let admin = Principal::for_test(admin);
    for (proposed, expected) in [
        (edited(1, "acme", Some("ann")), None),
        // Another card, another owner, none, another tenant.
        (edited(2, "acme", Some("ann")), Some(DenialKind::Forbidden)),
        (edited(1, "acme", Some("bob")), Some(DenialKind::Forbidden)),
        (edited(1, "acme", None), Some(DenialKind::Forbidden)),
        (edited(1, "beta", Some("ann")), Some(DenialKind::NotFound)),
    ] {
        // Who may do everything may do no more of this.
        for who in [&ann, &admin] {
            let asked = Edit::authorize(who, &()).given(&mine);
            let checked = asked.check(&proposed).await;
            assert_eq!(checked.denial(), expected, "{proposed:?}");
            let asked = Edit::authorize(who, &()).given(&mine);
            let asked = asked.propose(proposed.clone()).await;
            assert_eq!(kind(asked), expected, "{proposed:?}");
        }
    }
    let bobs = card(1, "bob");
    let asked = Edit::authorize(&ann, &()).given(&bobs);
    let asked = asked.propose(edited(1, "acme", Some("bob"))).await;
    assert_eq!(
        kind(asked),
        Some(DenialKind::Forbidden),
        "the rule is asked too"
    );
}

#[tokio::test]
async fn a_policy_says_in_so_many_words_what_may_change() {
    let (ann, mine) = (person("ann"), card(1, "ann"));
    let asked = || GiveAway::authorize(&ann, &()).given(&mine);
    let given_away = asked().propose(edited(1, "acme", Some("bob"))).await;
    assert_eq!(kind(given_away), None);
    let another = asked().propose(edited(2, "acme", Some("bob"))).await;
    assert_eq!(kind(another), Some(DenialKind::Forbidden));
    // It is said of that policy, and not of one that names it.
    let asked = ByAnotherName::authorize(&ann, &()).given(&mine);
    let named = asked.propose(edited(1, "acme", Some("bob"))).await;
    assert_eq!(kind(named), Some(DenialKind::Forbidden));
}

#[tokio::test]
async fn a_refused_change_explains_itself() {
    let (ann, mine) = (person("ann"), card(1, "ann"));
    let asked = Edit::authorize(&ann, &()).given(&mine);
    let check = asked.check(&edited(2, "acme", None)).await;
    let words = check.explanation();
    assert!(
        words.ends_with("changes = \"card\": it is given with another key and owner"),
        "{words}"
    );
    assert_eq!(check.reasons()[0].to_string(), "changes = \"card\"");
}

#[tokio::test]
async fn what_is_hidden_stays_so() {
    let (ann, mine) = (person("ann"), card(1, "ann"));
    let renamed = |card| Renamed {
        card,
        title: "new".to_owned(),
    };
    let asked = || Rename::authorize(&ann, &()).given(&mine);
    assert_eq!(kind(asked().propose(renamed(1)).await), None);
    let other = asked().propose(renamed(2)).await;
    assert_eq!(kind(other), Some(DenialKind::NotFound));
}

#[tokio::test]
async fn a_change_of_nothing_is_an_error_of_the_apps() {
    let admin = Identity::person("tests", "root")
        .tenant("acme")
        .role(Role::Admin);
    let admin = Principal::for_test(admin);
    let mut asked = None;
    let events = logged(async {
        let proposed = edited(1, "acme", Some("ann"));
        asked = Some(Edit::authorize(&admin, &()).propose(proposed).await);
    })
    .await;
    assert_eq!(asked.and_then(kind), Some(DenialKind::Misconfigured));
    let told = format!("{events:?}");
    assert!(told.contains("`.given(&card)`"), "{told}");
}
