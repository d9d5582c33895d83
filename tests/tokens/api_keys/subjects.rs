//! Whose a key is: of an issuer, a kind and a text.

use super::*;

#[tokio::test]
async fn a_persons_key_owns_what_the_person_owns() {
    let keys = keys(MemoryApiKeys::default()).issuer("https://id.example");
    let app = routes().authenticate((Bearer::jwt(issuer()), keys.clone()));
    let anns = keys.issue(StoredIdentity::person("ann")).await;
    let header = format!("ApiKey {}", anns.expect("memory").reveal());
    let machine = keys.issue(StoredIdentity::machine("ann")).await;
    let of_machine = format!("ApiKey {}", machine.expect("memory").reveal());
    // Beside a token, in the same header of another scheme.
    let token = format!("Bearer {}", good());
    for (header, status) in [(&header, 200), (&of_machine, 403), (&token, 200)] {
        let answer = ask(&app, "/owned/1", &[("authorization", header)]).await;
        assert_eq!(answer.status(), status);
    }
    let both = [
        ("authorization", header.as_str()),
        ("authorization", &token),
    ];
    assert_eq!(ask(&app, "/owned/1", &both).await.status(), 400);
}

#[tokio::test]
async fn nobody_elses_person_is_ours_by_a_key() {
    let store = Arc::new(MemoryApiKeys::default());
    let with_issuer = keys(Arc::clone(&store)).issuer("https://id.example");
    let anns = with_issuer.issue(StoredIdentity::person("ann")).await;
    let without = keys(store);
    let refused = without.issue(StoredIdentity::person("ann")).await;
    let refused = refused.expect_err("whose person?").to_string();
    assert!(refused.contains("ApiKeys::issuer"), "{refused}");
    let app = routes().authenticate(without);
    assert_eq!(status(&app, anns.expect("memory").reveal()).await, 401);
}

#[tokio::test]
async fn a_person_and_a_program_of_one_text_have_keys_of_their_own() {
    let home = "https://id.example";
    let keys = keys(MemoryApiKeys::default()).issuer(home);
    let person = keys.issue(StoredIdentity::person("ann")).await;
    let machine = keys.issue(StoredIdentity::machine("ann")).await;
    for (kind, key) in [
        (SubjectKind::Person, person),
        (SubjectKind::Machine, machine),
    ] {
        let found = keys.of_subject(home, kind, "ann").await.expect("memory");
        let found: Vec<_> = found.iter().map(|record| record.id.as_str()).collect();
        assert_eq!(found, [key.expect("memory").id], "{kind:?}");
        let others = keys.of_subject("https://other.example", kind, "ann").await;
        assert_eq!(others, Ok(vec![]), "another issuer's {kind:?}");
    }
}

/// A key as its holder would write it to have it taken for one of another prefix.
fn with_prefix(key: &str, prefix: &str) -> String {
    let (_, rest) = key.split_once('_').expect("a prefix");
    let body = format!("{prefix}_{}", &rest[..rest.len() - 8]);
    format!("{body}{:08x}", crc32fast::hash(body.as_bytes()))
}

#[tokio::test]
async fn a_key_counts_for_the_issuer_it_was_issued_under_and_no_other() {
    let store = Arc::new(MemoryApiKeys::default());
    let of = |prefix, issuer| {
        let keys = ApiKeys::new(prefix, Arc::clone(&store)).issuer(issuer);
        keys.roles::<Role>().permissions::<Permission>()
    };
    let (ours, theirs) = (
        of("notes", "https://id.example"),
        of("other", "https://other.example"),
    );
    let key = theirs.issue(StoredIdentity::person("ann")).await;
    let key = key.expect("memory");
    let rotated = ours.rotate(&key.id, Duration::from_hours(1)).await;
    assert!(rotated.is_err(), "{rotated:?}");
    let app = routes().authenticate(ours);
    assert_eq!(status(&app, &with_prefix(key.reveal(), "notes")).await, 401);
    let app = routes().authenticate(theirs);
    assert_eq!(status(&app, key.reveal()).await, 200);
}
