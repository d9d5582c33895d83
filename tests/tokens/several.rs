//! Several issuers at once: the token's `iss` chooses one, whole, before any key is looked at.

use auth_core::{Bearer, Granted, Guarded, Issuer, PolicyRouter, requires, routing::get};
use auth_tests::notes::{self, Note, Role};
use http::Request;

use crate::{
    minted::{HEADER, members, object, signed_by, with, with_all},
    present,
};

const OURS: &[u8] = b"the secret of our own issuer, which is long enough";
const THEIRS: &[u8] = b"the secret of a partner's issuer, also long enough";

#[requires(owns = "note")]
async fn owned(note: Granted<Note>) -> String {
    note.id.to_string()
}

fn ours() -> Issuer {
    Issuer::new("https://id.example")
        .audience("notes")
        .hs256(OURS)
        .roles::<Role>()
}

fn theirs() -> Issuer {
    Issuer::new("https://partner.example")
        .audience("our-notes")
        .hs256(THEIRS)
        .roles_at::<Role>(["groups"])
}

fn routes() -> PolicyRouter {
    PolicyRouter::new()
        .route("/writers", get(crate::writers))
        .route("/owned/{note_id}", get(owned))
        .with_state(notes::state())
}

fn app() -> Guarded {
    routes().authenticate(Bearer::jwt([ours().home(), theirs()]))
}

/// A token whose `iss` and `aud` are the partner's.
fn partners(more: &[(&str, &str)]) -> String {
    let theirs = [
        ("iss", r#""https://partner.example""#),
        ("aud", r#""our-notes""#),
    ];
    with_all(&[&theirs, more].concat())
}

async fn status(path: &str, secret: &[u8], claims: &str) -> u16 {
    let token = signed_by(secret, HEADER, claims);
    let answer = present(&app(), path, &format!("Bearer {token}")).await;
    answer.status()
}

#[tokio::test]
async fn each_issuer_has_its_own_keys_audience_and_places() {
    let ours = object(&members());
    assert_eq!(status("/writers", OURS, &ours).await, 200);
    assert_eq!(status("/writers", THEIRS, &ours).await, 401);
    let theirs = partners(&[("groups", r#"["writer"]"#)]);
    assert_eq!(status("/writers", THEIRS, &theirs).await, 200);
    assert_eq!(status("/writers", OURS, &theirs).await, 401);
    // Its `roles` are no roles of ours: they stand in `groups`.
    assert_eq!(status("/writers", THEIRS, &partners(&[])).await, 403);
    let our_audience = partners(&[("aud", r#""notes""#)]);
    assert_eq!(status("/writers", THEIRS, &our_audience).await, 401);
}

#[tokio::test]
async fn an_issuer_is_its_whole_name() {
    for name in [
        r#""https://partner.example/""#,
        r#""https://id.example https://partner.example""#,
        r#"["https://id.example","https://partner.example"]"#,
        r#""https://Partner.example""#,
        r#""""#,
    ] {
        for secret in [OURS, THEIRS] {
            assert_eq!(
                status("/writers", secret, &with("iss", name)).await,
                401,
                "{name}"
            );
        }
    }
}

#[tokio::test]
async fn a_plain_owner_is_a_person_of_the_home_issuer() {
    assert_eq!(status("/owned/1", OURS, &object(&members())).await, 200);
    assert_eq!(status("/owned/1", THEIRS, &partners(&[])).await, 403);
}

#[test]
fn several_issuers_need_one_home() {
    for issuers in [[ours(), theirs()], [ours().home(), theirs().home()]] {
        let errors = routes()
            .try_authenticate(Bearer::jwt(issuers))
            .expect_err("nobody knows whom a plain id means")
            .to_string();
        for part in ["https://id.example", "https://partner.example", ".home()"] {
            assert!(errors.contains(part), "{part} is not in: {errors}");
        }
    }
    assert!(routes().try_authenticate(Bearer::jwt(theirs())).is_ok());
}

#[test]
fn the_faults_of_all_issuers_are_told_at_once() {
    let faults = Bearer::try_jwt([Issuer::new("a"), Issuer::new("b").hs256("short")])
        .expect_err("nothing can work")
        .to_string();
    for part in ["\"a\" can't work", "\"b\" can't work", "no key", "5 bytes"] {
        assert!(faults.contains(part), "{part} is not in: {faults}");
    }
    let twice = Bearer::try_jwt([ours(), ours()]).expect_err("one name");
    assert!(twice.to_string().contains("another issuer has its name"));
}

#[tokio::test]
async fn nobody_is_asked_for_a_credential_of_either() {
    let request = Request::get("/writers").body(axum::body::Body::empty());
    let answer = auth_tests::send(&app(), request.expect("a request")).await;
    assert_eq!(answer.status(), 401);
    assert_eq!(answer.header("www-authenticate"), "Bearer");
}
