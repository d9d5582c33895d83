use crate::{
    SECRET, app, issuer,
    minted::{HEADER, encoded, good, members, now, object, signed, signed_by, with, without},
    present,
};

/// JSON of every type, for claims that are of one.
const WRONG: [&str; 10] = [
    "null",
    "true",
    "{}",
    "[[]]",
    "[null]",
    "-1",
    "1e30",
    "3.5e300",
    "[1,\"notes\"]",
    "{\"a\":\"b\"}",
];

fn claim_attacks() -> Vec<(String, String)> {
    let mut attacks = Vec::new();
    let mut attack = |name: String, claims: String| attacks.push((name, signed(HEADER, &claims)));
    for (claim, value) in members() {
        for wrong in WRONG {
            // The tenant stands inside `org`, which an empty object merely doesn't state.
            if claim == "org" && wrong.starts_with('{') {
                continue;
            }
            attack(format!("{claim} is {wrong}"), with(claim, wrong));
        }
        let mut twice = members();
        twice.push((claim, value.clone()));
        attack(format!("{claim} twice"), object(&twice));
        twice.rotate_right(1);
        attack(format!("{claim} twice, the other order"), object(&twice));
        let escaped = format!("\\u{:04x}{}", claim.as_bytes()[0], &claim[1..]);
        let mut members: Vec<_> = members()
            .into_iter()
            .map(|(name, value)| (name.to_owned(), value))
            .collect();
        members.push((escaped, value));
        attack(format!("{claim} twice, once escaped"), object(&members));
    }
    for required in ["iss", "aud", "sub", "exp"] {
        attack(format!("no {required}"), without(required));
        attack(format!("{required} is empty"), with(required, "\"\""));
    }
    for date in ["exp", "nbf", "iat", "auth_time"] {
        attack(
            format!("{date} is text"),
            with(date, &format!("\"{}\"", now() + 60)),
        );
    }
    let table = [
        // An actor who isn't named would leave the subject alone with what somebody else does.
        ("act", "null"),
        ("act", r#""agent""#),
        ("act", "{}"),
        ("act", r#"{"sub":""}"#),
        ("act", r#"{"sub":7}"#),
        ("act", r#"{"sub":"agent","iss":7}"#),
        ("act", r#"{"act":{"sub":"agent"}}"#),
        ("iss", r#"["https://id.example"]"#),
        ("iss", r#""https://id.example/""#),
        ("iss", r#""https://ID.example""#),
        ("iss", r#""https://id.example.evil""#),
        ("iss", r#"" https://id.example""#),
        ("iss", r#""https://id.example:443""#),
        ("aud", "[]"),
        ("aud", r#"["others"]"#),
        ("aud", r#""Notes""#),
        ("aud", r#""notes ""#),
        ("exp", "0"),
        ("exp", "1"),
        ("org", r#"{"id":1}"#),
        ("org", r#"{"id":null}"#),
        ("org", r#"{"id":"a","id":"acme"}"#),
        ("org", r#""acme""#),
        ("org", r#"["acme"]"#),
        ("cnf", "{}"),
        ("cnf", r#"{"jkt":"x"}"#),
        ("cnf", "null"),
        ("roles", "7"),
        ("permissions", "7"),
        ("scope", "7"),
        ("roles", r#"["writer",1]"#),
        ("roles", r#"{"writer":true}"#),
        ("permissions", r#"[["note:delete"]]"#),
    ];
    for (claim, value) in table {
        attack(format!("{claim} is {value}"), with(claim, value));
    }
    attack("expired".to_owned(), with("exp", &(now() - 60).to_string()));
    attack(
        "expired by just over the leeway".to_owned(),
        with("exp", &(now() - 11).to_string()),
    );
    attack(
        "not valid yet".to_owned(),
        with("nbf", &(now() + 60).to_string()),
    );
    attack(
        "issued in the future".to_owned(),
        with("iat", &(now() + 60).to_string()),
    );
    for claims in ["", "[]", "null", "\"x\"", "{", "{}", "{}{}", "{\"iss\":"] {
        attack(format!("claims are {claims:?}"), claims.to_owned());
    }
    attack(
        "JSON of great depth".to_owned(),
        with("x", &("[".repeat(900) + &"]".repeat(900))),
    );
    attacks
}

fn header_attacks() -> Vec<(String, String)> {
    let claims = object(&members());
    let mut headers: Vec<String> = Vec::new();
    let spellings = (0..16_u8).map(|bits| {
        let letters = "none".chars().enumerate();
        letters
            .map(|(at, c)| {
                if bits >> at & 1 == 1 {
                    c.to_ascii_uppercase()
                } else {
                    c
                }
            })
            .collect()
    });
    let others = [
        "", "hs256", "HS256 ", "HS384", "HS512", "RS256", "ES256", "EdDSA", "PS256", "dir",
    ];
    for alg in spellings.chain(others.map(str::to_owned)) {
        headers.push(format!(r#"{{"alg":"{alg}","typ":"at+jwt"}}"#));
    }
    for alg in WRONG {
        headers.push(format!(r#"{{"alg":{alg},"typ":"at+jwt"}}"#));
    }
    headers.push(r#"{"typ":"at+jwt"}"#.to_owned());
    headers.push(r#"{"alg":"HS256"}"#.to_owned());
    for typ in [
        "JWT",
        "jwt",
        "logout+jwt",
        "id_token",
        "dpop+jwt",
        "secevent+jwt",
        "at+jwt ",
        "application/jwt",
        "x/at+jwt",
        "at jwt",
        "",
    ] {
        headers.push(format!(r#"{{"alg":"HS256","typ":"{typ}"}}"#));
    }
    for typ in ["null", "1", "[\"at+jwt\"]", "{}"] {
        headers.push(format!(r#"{{"alg":"HS256","typ":{typ}}}"#));
    }
    for more in [
        r#""crit":["exp"]"#,
        r#""crit":[]"#,
        r#""crit":null"#,
        r#""crit":"b64""#,
        r#""crit":["b64"],"b64":false"#,
        r#""b64":false"#,
        r#""zip":"DEF""#,
        r#""enc":"A128GCM""#,
        r#""kid":1"#,
        r#""kid":null"#,
        r#""kid":{}"#,
        r#""kid":["a"]"#,
        r#""alg":"none""#,
        r#""alg":"HS256""#,
        r#""typ":"at+jwt""#,
        r#""\u0061lg":"none""#,
    ] {
        headers.push(format!(r#"{{"alg":"HS256","typ":"at+jwt",{more}}}"#));
    }
    headers.push(format!(
        r#"{{"alg":"HS256","typ":"at+jwt","kid":"{}"}}"#,
        "k".repeat(257)
    ));
    for header in ["", "[]", "null", "{", "\"HS256\""] {
        headers.push(header.to_owned());
    }
    headers
        .into_iter()
        .map(|header| (format!("header {header}"), signed(&header, &claims)))
        .collect()
}

fn format_attacks() -> Vec<(String, String)> {
    let (good, claims) = (good(), object(&members()));
    let (message, signature) = good.rsplit_once('.').expect("three parts");
    let mut attacks: Vec<(String, String)> = vec![
        ("two parts".into(), message.into()),
        ("four parts".into(), format!("{good}.")),
        ("five parts".into(), format!("{good}.a.b")),
        ("no signature".into(), format!("{message}.")),
        ("no parts".into(), "..".into()),
        ("one word".into(), "token".into()),
        ("dots".into(), ".".repeat(4000)),
        ("a padded signature".into(), format!("{good}=")),
        ("a padded header".into(), format!("={good}")),
        (
            "another key".into(),
            signed_by(
                b"another secret, of thirty-two bytes or more",
                HEADER,
                &claims,
            ),
        ),
        ("an empty key".into(), signed_by(b"", HEADER, &claims)),
        (
            "its first bytes as the key".into(),
            signed_by(&SECRET[..32], HEADER, &claims),
        ),
        (
            "an embedded key".into(),
            signed_by(
                b"evil evil evil evil evil evil evil",
                r#"{"alg":"HS256","typ":"at+jwt","jwk":{"kty":"oct","k":"ZXZpbA"}}"#,
                &claims,
            ),
        ),
        (
            "longer than 8 KiB".into(),
            signed(HEADER, &with("x", &format!("\"{}\"", "x".repeat(8192)))),
        ),
        (
            "other claims under the signature".into(),
            format!(
                "{}.{}.{signature}",
                encoded(HEADER),
                encoded(with("sub", "\"bob\""))
            ),
        ),
        (
            "other header over the signature".into(),
            format!(
                "{}.{}.{signature}",
                encoded(r#"{"typ":"at+jwt","alg":"HS256"}"#),
                encoded(&claims)
            ),
        ),
    ];
    for length in [1, 2, 8, 16, 42] {
        attacks.push((
            format!("a signature of {length} letters"),
            format!("{message}.{}", &signature[..length]),
        ));
    }
    for (at, letter) in signature.char_indices().step_by(4) {
        let other = if letter == 'A' { 'B' } else { 'A' };
        let mut changed = signature.to_owned();
        changed.replace_range(at..=at, &other.to_string());
        attacks.push((
            format!("letter {at} of the signature changed"),
            format!("{message}.{changed}"),
        ));
    }
    attacks
}

#[tokio::test]
async fn the_good_token_passes() {
    let app = app(issuer());
    let bearer = format!("Bearer {}", good());
    for path in ["/guarded", "/writers", "/open"] {
        assert_eq!(present(&app, path, &bearer).await.status(), 200, "{path}");
    }
    assert_eq!(present(&app, "/guarded", &bearer).await.body, "ann");
    assert_eq!(
        present(&app, "/guarded", &bearer.replacen("Bearer", "bearer", 1))
            .await
            .status(),
        200
    );
}

#[tokio::test]
async fn no_attack_passes_on_any_route_on_a_cold_cache_or_a_warm_one() {
    let app = app(issuer());
    let mut attacks = claim_attacks();
    attacks.extend(header_attacks());
    attacks.extend(format_attacks());
    assert!(attacks.len() >= 300, "{} attacks", attacks.len());
    for cache in ["cold", "warm"] {
        for (name, token) in &attacks {
            for path in ["/guarded", "/open"] {
                let answer = present(&app, path, &format!("Bearer {token}")).await;
                assert!(
                    matches!(answer.status(), 400 | 401),
                    "{name} on {path}, {cache}: {}",
                    answer.status()
                );
                assert!(
                    !answer.body.contains("HS256"),
                    "{name}: the answer says why"
                );
            }
        }
        // The token that all of them are made of is remembered now, and so is each attack if any is.
        let good = format!("Bearer {}", good());
        assert_eq!(present(&app, "/guarded", &good).await.status(), 200);
    }
}

#[tokio::test]
async fn an_authorization_header_that_is_no_single_token_is_malformed() {
    let app = app(issuer());
    let token = good();
    for header in [
        "Bearer".to_owned(),
        "Bearer ".to_owned(),
        format!("Bearer  {token}"),
        format!("Bearer\t{token}"),
        format!("Bearer {token} {token}"),
        format!("Bearer {token}, Bearer {token}"),
        format!("Basic {token}"),
        token.clone(),
        format!("Bearer \"{token}\""),
    ] {
        for path in ["/guarded", "/open"] {
            assert_eq!(
                present(&app, path, &header).await.status(),
                400,
                "{header} on {path}"
            );
        }
    }
}
