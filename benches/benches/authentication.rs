//! Knowing who calls, from an ES256 token: `cargo bench --bench authentication`.

use std::{
    hint::black_box,
    pin::pin,
    task::{Context, Poll, Waker},
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use auth_core::{Authenticator, Bearer, Issuer, Outcome, authentication::token::JwtVerifier};
use aws_lc_rs::{
    encoding::{AsDer, PublicKeyX509Der},
    signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair},
};
use axum_jwt_auth::{JwtDecoder, LocalDecoder};
use comparison::{app::Role, rounds::Rounds};
use http::{Request, request::Parts};
use jsonwebtoken::{Algorithm, EncodingKey, Header};
use jwt_authorizer::{Authorizer, JwtAuthorizer, Validation};
use serde::{Deserialize, Serialize};

const WARM: &str = "auth-core: a remembered token";
const COLD: &str = "auth-core: a token verified each time";
const FLOOD: &str = "auth-core: bad tokens, each another one";
const GOOD: &str = "auth-core: good tokens, each another one";
const AUTHORIZER: &str = "jwt-authorizer 0.15: `check_auth`";
const AXUM_JWT_AUTH: &str = "axum-jwt-auth 0.7: `decode`";

#[derive(Clone, Serialize, Deserialize)]
struct Claims {
    iss: String,
    aud: String,
    sub: String,
    exp: u64,
    iat: u64,
    jti: String,
    scope: String,
    roles: Vec<String>,
}

struct Issuing {
    signing: EncodingKey,
    public: String,
}

impl Issuing {
    fn new() -> Self {
        let pair = EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING).expect("a key");
        let private = pair.to_pkcs8v1().expect("its private half");
        let public: PublicKeyX509Der<'_> = pair.public_key().as_der().expect("its public half");
        Self {
            signing: EncodingKey::from_ec_der(private.as_ref()),
            public: pem::encode(&pem::Pem::new("PUBLIC KEY", public.as_ref())),
        }
    }

    fn token(&self, number: u32) -> String {
        let now = SystemTime::now().duration_since(UNIX_EPOCH);
        let now = now.expect("after 1970").as_secs();
        let claims = Claims {
            iss: "https://id.example".to_owned(),
            aud: "notes".to_owned(),
            sub: "ann".to_owned(),
            exp: now + 3_600,
            iat: now,
            jti: number.to_string(),
            scope: "notes:read notes:write".to_owned(),
            roles: vec!["writer".to_owned(), "reader".to_owned()],
        };
        let header = Header {
            typ: Some("at+jwt".to_owned()),
            ..Header::new(Algorithm::ES256)
        };
        jsonwebtoken::encode(&header, &claims, &self.signing).expect("a token")
    }

    fn bearer(&self) -> Bearer<JwtVerifier> {
        let issuer = Issuer::new("https://id.example")
            .audience("notes")
            .roles::<Role>()
            .es256(&self.public);
        Bearer::jwt(issuer)
    }
}

/// What never waits needs no runtime.
fn ready<F: Future>(future: F) -> F::Output {
    match pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(output) => output,
        Poll::Pending => panic!("keys that are there are waited for by nobody"),
    }
}

fn request(token: &str) -> Parts {
    let request = Request::get("/").header("authorization", format!("Bearer {token}"));
    request.body(()).expect("a request").into_parts().0
}

fn known(outcome: &Outcome) {
    assert!(matches!(outcome, Outcome::Known(_)), "{outcome:?}");
}

/// The token with the first letters of its signature turned around: well formed, and the dearest bad one.
fn spoilt(token: &str) -> String {
    let (message, signature) = token.rsplit_once('.').expect("three parts");
    let (first, rest) = signature.split_at(40);
    let turned: String = first.chars().rev().collect();
    format!("{message}.{turned}{rest}")
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
    let key = jsonwebtoken_10::DecodingKey::from_ec_pem(issuing.public.as_bytes()).expect("a PEM");
    let decoder = LocalDecoder::new(vec![key], validation).expect("a decoder");
    let validation = Validation::new()
        .iss(&["https://id.example"])
        .aud(&["notes"]);
    let authorizer: Authorizer<Claims> = ready(
        JwtAuthorizer::from_ec_pem_text(&issuing.public)
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
