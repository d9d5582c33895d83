//! Wycheproof's vectors for signatures and key sets, through the parts that judge a token.
//!
//! `VECTORS` names the folder of vectors, `../shared/vectors` beside the workspace otherwise; where that
//! isn't there, the tests say so and skip. One that is named must be there.

use std::path::PathBuf;

use serde_json::Value;

use super::{
    header::Header,
    json::Json,
    key_set::KeySet,
    refusal::Why,
    trusted::{decoded, signer},
};

fn vectors(file: &str) -> Option<Value> {
    let named = std::env::var_os("WYCHEPROOF").map(PathBuf::from);
    let beside = concat!(env!("CARGO_MANIFEST_DIR"), "/../../shared/vectors");
    let folder = named.clone().unwrap_or_else(|| beside.into());
    if named.is_none() && !folder.exists() {
        println!("skipped: no vectors, `VECTORS` names their folder");
        return None;
    }
    let text =
        std::fs::read(folder.join("wycheproof").join(file)).expect("the vectors can be read");
    Some(serde_json::from_slice(&text).expect("the vectors are JSON"))
}

/// Whether a signature is taken for one of the set's keys. The vectors are no access tokens: neither
/// their type nor their claims are looked at.
fn accepted(set: &KeySet, token: &str) -> bool {
    let judge = || -> Result<(), Why> {
        let parts: Vec<_> = token.split('.').collect();
        let [header, payload, signature] = parts.as_slice() else {
            return Err("not three parts".into());
        };
        let header = Json::members(&decoded(header)?, &Header::MEMBERS)?;
        let header = Header::of_any_type(&header)?;
        decoded(payload)?;
        decoded(signature)?;
        let message = &token.as_bytes()[..token.len() - signature.len() - 1];
        signer(set, &header, message, signature).map(|_| ())
    };
    judge().is_ok()
}

#[test]
fn signatures_agree_but_for_those_whose_key_is_of_another_algorithm() {
    let Some(vectors) = vectors("json_web_signature_test.json") else {
        return;
    };
    let mut agreed = 0;
    let mut different = Vec::new();
    for group in vectors["testGroups"].as_array().expect("groups") {
        let key = group.get("public").unwrap_or(&group["private"]);
        let set = KeySet::read(&[key.to_string()], &[]);
        let set = set.map(|(set, _)| set).unwrap_or_default();
        for test in group["tests"].as_array().expect("tests") {
            // A token in the JSON serialisation is no text, and never was an access token.
            let token = test["jws"].as_str().unwrap_or_default();
            let number = test["tcId"].as_u64().expect("a number");
            if accepted(&set, token) == (test["result"] == "valid") {
                agreed += 1;
            } else {
                different.push(number);
            }
        }
    }
    assert_eq!(
        different,
        [
            // PS384 with a key that says PS256, ES512 with a key that says `ES521`: a key has one
            // algorithm, and it is the key's.
            346, 347, 350, 351,
            // "Invalid padding": the vectors hold the very token that is right, byte for byte.
            367, 370, // "Valid", with a question mark in a part: no base64url.
            372, 373,
        ]
    );
    assert_eq!(agreed, 393);
}

#[test]
fn bad_key_sets_are_not_admitted() {
    let Some(vectors) = vectors("json_web_key_test.json") else {
        return;
    };
    let mut refused = 0;
    for group in vectors["testGroups"].as_array().expect("groups") {
        let set = group.get("public").unwrap_or(&group["private"]);
        let (set, _) = KeySet::read(&[set.to_string()], &[]).unwrap_or_default();
        for test in group["tests"].as_array().expect("tests") {
            let token = test["jws"].as_str().unwrap_or_default();
            let valid = test["result"] == "valid";
            assert_eq!(accepted(&set, token), valid, "{test}");
            refused += usize::from(!valid);
        }
    }
    assert_eq!(refused, 21);
}
