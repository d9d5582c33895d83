//! What a malformed token costs, beside good ones that weren't seen before: `cargo bench --bench malformed`.
//!
//! None is signed, and each is as long as is taken (8 KiB) where its shape can be: anybody can send it. One of the good
//! ones is as long.

use auth_core::{Authenticator, Outcome};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use comparison::{
    issuing::{Issuing, request, spoilt},
    ready::ready,
    rounds::Rounds,
};
use std::time::Duration;

const GOOD: &str = "a good token, verified each time";
const LONG: &str = "a good token of 8 KiB, verified each time";
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

/// A value that fills all that is left.
fn long_claims(value: &str) -> String {
    let claims = CLAIMS.trim_end_matches('}');
    format!(r#"{claims},"a":{value}}}"#)
}

fn shapes(good: &str) -> Vec<(&'static str, String)> {
    let distinct = |number| format!(r#""{number}":0"#);
    let same = |_| r#""a":0"#.to_owned();
    let nested = |open: &str| format!(r#"{{"a":{}"#, open.repeat(LONGEST / open.len()));
    let issuer = |name: &str| format!(r#"{{"iss":"{name}"}}"#);
    let long = "x".repeat(LONGEST - 100);
    let half = LONGEST / 2 - 100;
    let deep = format!("{}{}", "[".repeat(half), "]".repeat(half));
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
        (
            "claims of a long text",
            token(HEADER, &long_claims(&format!("{long:?}"))),
        ),
        ("claims of a deep list", token(HEADER, &long_claims(&deep))),
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
    let long = request(&issuing.long_token(LONGEST));
    assert!(matches!(
        ready(bearer.authenticate(&long)),
        Outcome::Known(_)
    ));
    let shapes: Vec<_> = shapes(&good)
        .into_iter()
        .map(|(name, token)| (name, request(&token)))
        .collect();
    let mut rounds = Rounds::default();
    rounds.each(GOOD, || ready(bearer.authenticate(&parts)));
    rounds.each(LONG, || ready(bearer.authenticate(&long)));
    for (name, parts) in &shapes {
        let outcome = ready(bearer.authenticate(parts));
        assert!(
            matches!(outcome, Outcome::Refused(_)),
            "{name}: {outcome:?}"
        );
        rounds.each(name, || ready(bearer.authenticate(parts)));
    }
    rounds.run();
    println!("| a token, unsigned | / a good one | / a good one as long |\n| --- | ---: | ---: |");
    let names = shapes.iter().map(|(name, _)| *name);
    for name in names.chain([LONG]) {
        let [short, long] = [GOOD, LONG].map(|good| rounds.ratio(name, good));
        println!("| {name} | {short:.2} | {long:.2} |");
    }
}
