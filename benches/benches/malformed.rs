//! What a malformed token costs, beside a good one that wasn't seen before: `cargo bench --bench malformed`.
//!
//! None is signed, and each is as long as is taken (8 KiB) where its shape can be: anybody can send it.

use auth_core::{Authenticator, Outcome};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use comparison::{
    issuing::{Issuing, request, spoilt},
    ready::ready,
    rounds::Rounds,
};
use std::time::Duration;

const GOOD: &str = "a good token, verified each time";
/// So that a whole token is 8 KiB at most.
const LONGEST: usize = 5_900;

const HEADER: &str = r#"{"alg":"ES256","typ":"at+jwt"}"#;
const CLAIMS: &str = r#"{"iss":"https://id.example","aud":"notes","sub":"ann","exp":4102444800}"#;

fn token(header: &str, claims: &str) -> String {
    let [header, claims] = [header, claims].map(|part| URL_SAFE_NO_PAD.encode(part));
    format!("{header}.{claims}.{}", URL_SAFE_NO_PAD.encode([7; 64]))
}

/// An object that begins so, filled up with members.
fn filled(object: &str, member: impl Fn(usize) -> String) -> String {
    let mut text = object.trim_end_matches('}').to_owned();
    for number in 0.. {
        let member = member(number);
        if text.len() + member.len() > LONGEST {
            break;
        }
        text = format!("{text},{member}");
    }
    format!("{text}}}")
}

fn shapes(good: &str) -> Vec<(&'static str, String)> {
    let distinct = |number| format!(r#""{number}":0"#);
    let same = |_| r#""a":0"#.to_owned();
    let nested = |open: &str| format!(r#"{{"a":{}"#, open.repeat(LONGEST / open.len()));
    let issuer = |name: &str| format!(r#"{{"iss":"{name}"}}"#);
    let long = "x".repeat(LONGEST);
    vec![
        ("another's signature", spoilt(good)),
        ("no signature that anybody made", token(HEADER, CLAIMS)),
        (
            "claims of other names",
            token(HEADER, &filled(CLAIMS, distinct)),
        ),
        ("claims of one name", token(HEADER, &filled(CLAIMS, same))),
        ("claims that nest", token(HEADER, &nested("["))),
        (
            "claims that nest in objects",
            token(HEADER, &nested(r#"{"a":"#)),
        ),
        ("a long issuer", token(HEADER, &issuer(&long))),
        (
            "another issuer, and other names",
            token(HEADER, &filled(&issuer("no"), distinct)),
        ),
        ("claims that are no JSON", token(HEADER, &long)),
        (
            "a header of other names",
            token(&filled(HEADER, distinct), CLAIMS),
        ),
        ("a header of one name", token(&filled(HEADER, same), CLAIMS)),
        ("a header that nests", token(&nested("["), CLAIMS)),
        (
            "a long `kid`",
            token(
                &format!(r#"{{"alg":"ES256","typ":"at+jwt","kid":"{long}"}}"#),
                CLAIMS,
            ),
        ),
        (
            "`alg` is `none`",
            token(r#"{"alg":"none","typ":"at+jwt"}"#, CLAIMS),
        ),
        (
            "a long signature",
            format!(
                "{}.{}",
                good.rsplit_once('.').expect("three parts").0,
                "A".repeat(7_000)
            ),
        ),
        ("dots", ".".repeat(8_000)),
        (
            "no base64url",
            format!(
                "{}.{}.{}",
                "+".repeat(2_000),
                "+".repeat(2_000),
                "+".repeat(2_000)
            ),
        ),
        ("too long", "a".repeat(9_000)),
    ]
}

fn main() {
    let issuing = Issuing::new();
    let good = issuing.token(0);
    let bearer = issuing.bearer().cache(0, Duration::ZERO);
    let parts = request(&good);
    let mut rounds = Rounds::default();
    rounds.each(GOOD, || ready(bearer.authenticate(&parts)));
    let shapes: Vec<_> = shapes(&good)
        .into_iter()
        .map(|(name, token)| (name, request(&token)))
        .collect();
    for (name, parts) in &shapes {
        let outcome = ready(bearer.authenticate(parts));
        assert!(
            matches!(outcome, Outcome::Refused(_)),
            "{name}: {outcome:?}"
        );
        rounds.each(name, || ready(bearer.authenticate(parts)));
    }
    rounds.run();
    println!("| a token, unsigned | / a good one |\n| --- | ---: |");
    for (name, _) in &shapes {
        println!("| {name} | {:.2} |", rounds.ratio(name, GOOD));
    }
}
