//! What is lent beside a question never stands for what is asked about.

use auth_core::{DenialKind, Identity, Load, Principal, Resource, policy};
use auth_tests::notes::UserId;

#[derive(Clone, Debug, Resource)]
struct Letter {
    #[key]
    id: u64,
    #[owner]
    author: UserId,
}

/// The first letter is Ann's, all others are Bob's.
impl Load for Letter {
    type State = ();
    type Key = u64;
    type Error = String;

    async fn load(id: u64, (): &()) -> Result<Option<Self>, String> {
        Ok(Some(letter(id)))
    }
}

fn letter(id: u64) -> Letter {
    let author = if id == 1 { "ann" } else { "bob" };
    Letter {
        id,
        author: UserId(author.to_owned()),
    }
}

#[derive(Debug)]
#[policy(owns = "letter")]
struct OpenLetter;

fn ann() -> Principal {
    Principal::for_test(Identity::person("tests", "ann"))
}

#[tokio::test]
async fn a_value_lent_never_stands_for_the_one_that_is_asked_about() {
    let (ann, mine) = (ann(), letter(1));
    let asked = || OpenLetter::authorize(&ann, &()).given(&mine);
    let denied = asked().key::<Letter>(2).await.expect_err("it is Bob's");
    assert_eq!(denied.kind(), DenialKind::Forbidden);
    assert!(asked().on(letter(2)).await.is_err());
    assert!(!asked().check(&letter(2)).await.allowed());
    let kept = asked().filter([letter(1), letter(2)]).await.expect("told");
    assert_eq!(kept.iter().map(|letter| letter.id).collect::<Vec<_>>(), [1]);
    assert!(asked().key::<Letter>(1).await.is_ok());
    let bobs = letter(2);
    let lent = || OpenLetter::authorize(&ann, &()).given(&bobs);
    assert!(lent().key::<Letter>(1).await.is_ok());
}

/// Where letters are thrown.
#[derive(Clone, Resource)]
struct Bin {
    #[key]
    id: u64,
}

impl Load for Bin {
    type State = ();
    type Key = u64;
    type Error = String;

    async fn load(id: u64, (): &()) -> Result<Option<Self>, String> {
        Ok(Some(Self { id }))
    }
}

#[derive(Debug)]
#[policy(owns = "letter", when = |bin: &Bin| bin.id > 0)]
struct ThrowAway;

#[tokio::test]
async fn a_list_that_was_lent_too_little_is_an_error_and_not_empty() {
    let (ann, bin) = (ann(), Bin { id: 1 });
    let asked = || ThrowAway::authorize(&ann, &());
    let letters = || [letter(1), letter(2)];
    let kept = asked().given(&bin).filter(letters()).await;
    assert_eq!(kept.expect("told").len(), 1);
    let denied = asked().filter(letters()).await.expect_err("which bin?");
    assert_eq!(denied.kind(), DenialKind::Unavailable);
}
