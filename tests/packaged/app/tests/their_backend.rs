//! An app that chose the other backend of `jsonwebtoken` for itself: it signs by that one, and what it signs is judged.

mod common;

use jsonwebtoken::{Algorithm, EncodingKey, Header, crypto::rust_crypto, encode};

#[tokio::test]
async fn an_apps_own_choice_of_a_backend_stays_its_own() {
    assert_eq!(common::status("Bearer nothing").await, 401);
    let chosen = rust_crypto::DEFAULT_PROVIDER.install_default();
    chosen.expect("nobody has chosen for the app");
    let header = Header {
        typ: Some("at+jwt".to_owned()),
        ..Header::new(Algorithm::HS256)
    };
    let key = EncodingKey::from_secret(common::SECRET);
    let token = encode(&header, &common::claims(), &key).expect("it signs");
    assert_eq!(common::status(&format!("Bearer {token}")).await, 200);
}
