//! Knowing who calls, from an ES256 token: `cargo bench --bench authentication`.

use std::{hint::black_box, time::Duration};

use auth_core::{Authenticator, Outcome};
use axum_jwt_auth::{JwtDecoder, LocalDecoder};
use comparison::{
    issuing::{Claims, Issuing, request, spoilt},
    ready::ready,
    rounds::Rounds,
};
use jwt_authorizer::{Authorizer, JwtAuthorizer, Validation};

const WARM: &str = "auth-core: a remembered token";
const COLD: &str = "auth-core: a token verified each time";
const FLOOD: &str = "auth-core: bad tokens, each another one";
const GOOD: &str = "auth-core: good tokens, each another one";
const AUTHORIZER: &str = "jwt-authorizer 0.15: `check_auth`";
const AXUM_JWT_AUTH: &str = "axum-jwt-auth 0.7: `decode`";

fn known(outcome: &Outcome) {
    assert!(matches!(outcome, Outcome::Known(_)), "{outcome:?}");
}

fn main() {
    let issuing = Issuing::new();
    let token = issuing.token(0);
    let parts = request(&token);
    let (warm, cold) = (issuing.bearer(), issuing.bearer().cache(0, Duration::ZERO));
    known(&ready(warm.authenticate(&parts)));

    let tokens: Vec<_> = (1..20_000).map(|number| issuing.token(number)).collect();
    let good: Vec<_> = tokens.iter().map(|token| request(token)).collect();
    let bad: Vec<_> = tokens.iter().map(|token| request(&spoilt(token))).collect();
    // Small, so that no token is still there when its turn comes again.
    let few = || issuing.bearer().cache(100, Duration::from_mins(5));
    let (flooded, visited) = (few(), few());

    let mut validation = jsonwebtoken_10::Validation::new(jsonwebtoken_10::Algorithm::ES256);
    validation.set_audience(&["notes"]);
    validation.set_issuer(&["https://id.example"]);
    let key =
        jsonwebtoken_10::DecodingKey::from_ec_pem(issuing.public().as_bytes()).expect("a PEM");
    let decoder = LocalDecoder::new(vec![key], validation).expect("a decoder");
    let validation = Validation::new()
        .iss(&["https://id.example"])
        .aud(&["notes"]);
    let authorizer: Authorizer<Claims> = ready(
        JwtAuthorizer::from_ec_pem_text(issuing.public())
            .validation(validation)
            .build(),
    )
    .expect("an authorizer");
    ready(authorizer.check_auth(&token)).expect("a good token");
    let decoded: Result<jsonwebtoken_10::TokenData<Claims>, _> = ready(decoder.decode(&token));
    decoded.expect("a good token");

    let mut rounds = Rounds::default();
    rounds.each(WARM, || ready(warm.authenticate(black_box(&parts))));
    rounds.each(COLD, || ready(cold.authenticate(black_box(&parts))));
    let mut next = bad.iter().cycle();
    rounds.each(FLOOD, move || {
        ready(flooded.authenticate(next.next().expect("a cycle")))
    });
    let mut next = good.iter().cycle();
    rounds.each(GOOD, move || {
        ready(visited.authenticate(next.next().expect("a cycle")))
    });
    rounds.each(AUTHORIZER, || {
        ready(authorizer.check_auth(black_box(&token))).is_ok()
    });
    rounds.each(AXUM_JWT_AUTH, || {
        let decoded: Result<jsonwebtoken_10::TokenData<Claims>, _> =
            ready(decoder.decode(black_box(&token)));
        decoded.is_ok()
    });
    rounds.run();

    println!("{}", rounds.table());
    for (name, than, goal) in [
        (COLD, WARM, "20 or more"),
        (AUTHORIZER, WARM, "10 or more"),
        (AXUM_JWT_AUTH, WARM, "10 or more"),
        (FLOOD, GOOD, "1 or less"),
    ] {
        println!(
            "{name} / {than}: {:.2} (goal {goal})",
            rounds.ratio(name, than)
        );
    }
}
