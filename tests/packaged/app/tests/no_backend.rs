//! Two backends of `jsonwebtoken` are in the build, and nobody has chosen one: tokens are judged all the same.

mod common;

use jsonwebtoken::{Algorithm, EncodingKey, crypto::rust_crypto};

#[tokio::test]
async fn tokens_are_judged_where_nobody_chose_a_backend() {
    let key = EncodingKey::from_secret(common::SECRET);
    let signer = (rust_crypto::DEFAULT_PROVIDER.signer_factory)(&Algorithm::HS256, &key);
    let header = common::encoded(br#"{"alg":"HS256","typ":"at+jwt"}"#);
    let claims = common::encoded(common::claims().to_string().as_bytes());
    let message = format!("{header}.{claims}");
    let signature = signer.expect("a signer").sign(message.as_bytes());
    let token = format!("Bearer {message}.{}", common::encoded(&signature));
    assert_eq!(common::status(&token).await, 200);
    assert_eq!(common::status(&token[..token.len() - 1]).await, 401);
}
