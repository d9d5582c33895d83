//! Every algorithm with real keys, from PEM and from JWK, and keys that must not be admitted.

use auth_core::{Bearer, Guarded, Issuer, PolicyRouter, routing::get};
use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, ECDSA_P384_SHA384_FIXED_SIGNING};
use jsonwebtoken::{Algorithm, EncodingKey, jwk::Jwk};

use crate::{
    minted::encoded,
    pairs::{Pair, ec, ed, new_rsa, rsa, signed},
    present,
};

fn issuer() -> Issuer {
    Issuer::new("https://id.example").audience("notes")
}

fn app(issuer: Issuer) -> Guarded {
    PolicyRouter::new()
        .route("/guarded", get(crate::guarded))
        .authenticate(Bearer::jwt(issuer))
}

type With = fn(Issuer, &str) -> Issuer;

/// Each algorithm: how it is named, and how its PEM is given.
const RSA: [(Algorithm, &str, With); 6] = [
    (Algorithm::RS256, "RS256", |issuer, pem| issuer.rs256(pem)),
    (Algorithm::RS384, "RS384", |issuer, pem| issuer.rs384(pem)),
    (Algorithm::RS512, "RS512", |issuer, pem| issuer.rs512(pem)),
    (Algorithm::PS256, "PS256", |issuer, pem| issuer.ps256(pem)),
    (Algorithm::PS384, "PS384", |issuer, pem| issuer.ps384(pem)),
    (Algorithm::PS512, "PS512", |issuer, pem| issuer.ps512(pem)),
];

fn others() -> [(Algorithm, &'static str, With, Pair); 3] {
    [
        (
            Algorithm::ES256,
            "ES256",
            |issuer, pem| issuer.es256(pem),
            ec(&ECDSA_P256_SHA256_FIXED_SIGNING),
        ),
        (
            Algorithm::ES384,
            "ES384",
            |issuer, pem| issuer.es384(pem),
            ec(&ECDSA_P384_SHA384_FIXED_SIGNING),
        ),
        (
            Algorithm::EdDSA,
            "EdDSA",
            |issuer, pem| issuer.eddsa(pem),
            ed(),
        ),
    ]
}

async fn accepted(issuer: Issuer, token: &str) -> bool {
    match present(&app(issuer), "/guarded", token).await.status() {
        200 => true,
        401 => false,
        other => panic!("{other}"),
    }
}

#[tokio::test]
async fn each_algorithm_verifies_what_its_key_signed_and_nothing_else() {
    let (others, stranger) = (others(), new_rsa().signing);
    for (algorithm, named, with) in RSA {
        let right = signed(algorithm, named, None, &rsa().signing);
        assert!(
            accepted(with(issuer(), &rsa().public), &right).await,
            "{named}"
        );
        let strangers = signed(algorithm, named, None, &stranger);
        assert!(
            !accepted(with(issuer(), &rsa().public), &strangers).await,
            "a stranger's {named}"
        );
        // The very key, and every other algorithm of its family.
        for (other, other_named, _) in RSA {
            if other != algorithm {
                let token = signed(other, other_named, None, &rsa().signing);
                assert!(
                    !accepted(with(issuer(), &rsa().public), &token).await,
                    "{other_named} for {named}"
                );
                // Signed with one algorithm, and said to be another.
                let lying = signed(other, named, None, &rsa().signing);
                assert!(
                    !accepted(with(issuer(), &rsa().public), &lying).await,
                    "{other_named} as {named}"
                );
            }
        }
    }
    for (algorithm, named, with, pair) in &others {
        let right = signed(*algorithm, named, None, &pair.signing);
        assert!(
            accepted(with(issuer(), &pair.public), &right).await,
            "{named}"
        );
        for (_, other_named, other_with, other) in &others {
            if other_named != named {
                assert!(
                    !accepted(other_with(issuer(), &other.public), &right).await,
                    "{named} for {other_named}"
                );
            }
        }
    }
}

#[tokio::test]
async fn a_changed_byte_anywhere_is_refused() {
    for (algorithm, named, with, pair) in &others() {
        let right = signed(*algorithm, named, None, &pair.signing);
        let app = app(with(issuer(), &pair.public));
        let begins = "Bearer ".len();
        for at in (begins..right.len()).step_by(7) {
            let mut changed = right.clone().into_bytes();
            changed[at] = if changed[at] == b'A' { b'B' } else { b'A' };
            let changed = String::from_utf8(changed).expect("ASCII");
            let status = present(&app, "/guarded", &changed).await.status();
            assert!(
                matches!(status, 401 | 400),
                "{named}: byte {at} answers {status}"
            );
        }
    }
}

#[tokio::test]
async fn a_jwk_is_a_key_with_one_algorithm_and_perhaps_a_name() {
    let mut keys = vec![];
    for (algorithm, named, _) in RSA {
        keys.push((algorithm, named, rsa().signing.clone()));
    }
    for (algorithm, named, _, pair) in others() {
        keys.push((algorithm, named, pair.signing));
    }
    for (algorithm, named, signing) in keys {
        let mut jwk = Jwk::from_encoding_key(&signing, algorithm).expect("a public key");
        jwk.common.key_id = Some("one".to_owned());
        let jwk = serde_json::to_string(&jwk).expect("JSON");
        for (kid, fits) in [
            (Some("one"), true),
            (None, true),
            (Some("two"), false),
            (Some(""), false),
        ] {
            let token = signed(algorithm, named, kid, &signing);
            assert_eq!(
                accepted(issuer().jwk(&jwk), &token).await,
                fits,
                "{named} named {kid:?}"
            );
        }
        let without_algorithm = jwk.replace(&format!(r#","alg":"{named}""#), "");
        let without_algorithm = without_algorithm.replace(&format!(r#""alg":"{named}","#), "");
        let usual = ["RS256", "ES256", "ES384", "EdDSA"].contains(&named);
        let token = signed(algorithm, named, None, &signing);
        assert_eq!(
            accepted(issuer().jwk(&without_algorithm), &token).await,
            usual,
            "{named}: {without_algorithm}"
        );
        let taken = issuer().algorithms([ours(named)]).jwk(&without_algorithm);
        assert!(accepted(taken, &token).await, "{named}, which the app says");
        let to_encrypt = jwk.replacen('{', r#"{"use":"enc","#, 1);
        assert!(
            Bearer::try_jwt(issuer().jwk(&to_encrypt)).is_err(),
            "{named}: {to_encrypt}"
        );
        let to_sign = jwk.replacen('{', r#"{"key_ops":["sign"],"#, 1);
        assert!(
            Bearer::try_jwt(issuer().jwk(&to_sign)).is_err(),
            "{named}: {to_sign}"
        );
    }
}

fn ours(named: &str) -> auth_core::Algorithm {
    use auth_core::Algorithm::{EdDsa, Es256, Es384, Ps256, Ps384, Ps512, Rs256, Rs384, Rs512};
    let all = [
        ("RS256", Rs256),
        ("RS384", Rs384),
        ("RS512", Rs512),
        ("PS256", Ps256),
        ("PS384", Ps384),
        ("PS512", Ps512),
        ("ES256", Es256),
        ("ES384", Es384),
        ("EdDSA", EdDsa),
    ];
    all.into_iter()
        .find(|(name, _)| *name == named)
        .expect("one of ours")
        .1
}

#[tokio::test]
async fn a_key_whose_algorithm_the_app_does_not_take_is_not_used() {
    let key = ec(&ECDSA_P256_SHA256_FIXED_SIGNING);
    let jwk = Jwk::from_encoding_key(&key.signing, Algorithm::ES256).expect("a public key");
    let jwk = serde_json::to_string(&jwk).expect("JSON");
    let with = |algorithms: &[auth_core::Algorithm]| {
        Bearer::try_jwt(issuer().jwk(&jwk).algorithms(algorithms.iter().copied()))
    };
    assert!(with(&[auth_core::Algorithm::Es256]).is_ok());
    let refused = with(&[auth_core::Algorithm::Rs256]).expect_err("none is left");
    let why = refused.to_string();
    assert!(why.contains("none of those the app takes"), "{why}");
}

#[tokio::test]
async fn keys_overlap_while_they_are_rotated() {
    let (old, new) = (
        ec(&ECDSA_P256_SHA256_FIXED_SIGNING),
        ec(&ECDSA_P256_SHA256_FIXED_SIGNING),
    );
    let both = || issuer().es256(&old.public).es256(&new.public);
    for pair in [&old, &new] {
        assert!(
            accepted(
                both(),
                &signed(Algorithm::ES256, "ES256", None, &pair.signing)
            )
            .await
        );
    }
    let olds = signed(Algorithm::ES256, "ES256", None, &old.signing);
    assert!(!accepted(issuer().es256(&new.public), &olds).await);
}

#[tokio::test]
async fn a_public_key_is_no_secret() {
    // RFC 8725 §2.1: whoever knows the public key must not be able to sign with it.
    let (_, _, with, pair) = &others()[0];
    for secret in [pair.public.as_bytes(), pair.public.trim().as_bytes()] {
        let token = signed(
            Algorithm::HS256,
            "HS256",
            None,
            &EncodingKey::from_secret(secret),
        );
        assert!(!accepted(with(issuer(), &pair.public), &token).await);
    }
}

#[test]
fn keys_that_cannot_be_used_are_refused_at_construction() {
    let es256 = &others()[0].3;
    let es384 = &others()[1].3;
    let ed = &others()[2].3;
    let table: [(&str, Issuer); 16] = [
        ("1024 bits", issuer().rs256(WEAK)),
        ("2040 bits", issuer().ps256(NEARLY)),
        ("the exponent 3", issuer().rs512(THREE)),
        ("another curve", issuer().es384(&es256.public)),
        ("another curve", issuer().es256(&es384.public)),
        ("another kind", issuer().es256(&rsa().public)),
        ("another kind", issuer().rs256(&es256.public)),
        ("another kind", issuer().eddsa(&es256.public)),
        ("another kind", issuer().es256(&ed.public)),
        ("a JWK of 1024 bits", issuer().jwk(rsa_jwk(128, "AQAB"))),
        (
            "a JWK with the exponent 3",
            issuer().jwk(rsa_jwk(256, "Aw")),
        ),
        (
            "a JWK with the exponent 1",
            issuer().jwk(rsa_jwk(256, "AQ")),
        ),
        ("a JWK of 16384 bits", issuer().jwk(rsa_jwk(2048, "AQAB"))),
        (
            "a secret's JWK",
            issuer().jwk(r#"{"kty":"oct","alg":"HS256","k":"AAAA"}"#),
        ),
        (
            "a JWK for encryption",
            issuer().jwk(rsa_jwk(256, "AQAB").replace("RS256", "RSA-OAEP")),
        ),
        (
            "an unknown algorithm",
            issuer().jwk(rsa_jwk(256, "AQAB").replace("RS256", "none")),
        ),
    ];
    for (what, issuer) in table {
        assert!(Bearer::try_jwt(issuer).is_err(), "{what}");
    }
    assert!(Bearer::try_jwt(issuer().jwk(rsa_jwk(256, "AQAB"))).is_ok());
    let mixed = issuer().es256(&es256.public).hs256([7; 32]);
    assert!(
        Bearer::try_jwt(mixed).is_err(),
        "a secret beside a public key"
    );
}

/// A JWK with a modulus of so many bytes, all ones.
fn rsa_jwk(bytes: usize, exponent: &str) -> String {
    let modulus = encoded(vec![0xff_u8; bytes]);
    format!(r#"{{"kty":"RSA","alg":"RS256","n":"{modulus}","e":"{exponent}"}}"#)
}

const WEAK: &str = "-----BEGIN PUBLIC KEY-----
MIGfMA0GCSqGSIb3DQEBAQUAA4GNADCBiQKBgQDXucyjr+3EuPlLAhOl5dHTdDOV
J53GUddRO6e1/Y58uHtyq6/275BO1Vp4UNXghHX2NAG4+wSMvSf4qPWVNqiJd4ib
YoSdBTXTTTrA+avuqIfX9MemFNREwFNWgZnsVz/FA/AEcvzAGVEHsPkzCfUYjsTZ
An7/rswb5rYsNcqVgwIDAQAB
-----END PUBLIC KEY-----";
const NEARLY: &str = "-----BEGIN PUBLIC KEY-----
MIIBITANBgkqhkiG9w0BAQEFAAOCAQ4AMIIBCQKCAQAAyGVBCPHO9ZQm9UEx6+CE
okPvIMN/EJ7gfeeYJ+sZlRYadGhhlUpt97507O95euT8ugaxrNvdypMdo79xaPbC
JnE4VQfJhLGDx0XVU/NUUsUZnKPoNo3rEBO4CgR+e4cVDpxu9hsxVU66LrWzWuIA
2nA5M6zEwEbY75JXQDnkvotY95MKS5AL6jUzsZ2zEhxozOJeqr4BSeUhS7KsZSAY
adum/ivTFlTv05rw1hKekps5kfWj3eKRD4UONBPU+x6PLMQKAs+xhEIiirbNSnJi
Uf+JW96mJD2bC1jKoKaP1U7jATgktt8xYa3FBF2VlVJ8GuP0QC5z0NLnH0UEuCIV
AgMBAAE=
-----END PUBLIC KEY-----";
const THREE: &str = "-----BEGIN PUBLIC KEY-----
MIIBIDANBgkqhkiG9w0BAQEFAAOCAQ0AMIIBCAKCAQEA2aqND68YvOa+P7KIIIWl
b1vTnKwSnR3o6q+zLajgEe31vr8CUYI3DZhVElBNqekAet0+JLqLCNQX6JZksU5G
JDacFUS7C6aVZoPTdmBtJDumjVSBCy+eH9Fcvvfx+aqw99pnlWH03HTKsVGvVZjc
3B3kuGN2Nefkrfjix0gScfcxpjZkqn4D03pEJfv5o6sAfdAz6kcntAPflNqGheZz
X436pMzLdHUB46mK0JoOd8gjxrsNaI4WdPlFm8W/qsRnZWMxvsl8z8VkZSgeZ1D7
9dOep5vYtLVUx6Q7BL+HTWQ7wxeQF0+IXgiDOW4G0zNFBG0vjjNYJzSPesbitIjx
AwIBAw==
-----END PUBLIC KEY-----";
