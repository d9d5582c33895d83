//! Every public type is either shown by a test beside this one, or was looked at and holds nothing that opens anything.

use std::{collections::BTreeSet, fs, path::Path};

use proc_macro2::{TokenStream, TokenTree};

/// Types of which a test looks at what they show.
const SHOWN: &[&str] = &[
    "Account",
    "Accounts",
    "ApiKeyRecord",
    "ApiKeys",
    "Bearer",
    "Context",
    "Enriched",
    "Guarded",
    "Identity",
    "Introspection",
    "IssuedKey",
    "Issuer",
    "IssuerFaults",
    "Issuers",
    "JwtVerifier",
    "LoginAttempt",
    "LogoutTokens",
    "MemoryAccounts",
    "MemoryApiKeys",
    "MemoryDirectory",
    "Older",
    "OpaqueVerifier",
    "Outcome",
    "PolicyRouter",
    "Principal",
    "PublishedKeys",
    "Revocable",
    "SessionCookie",
    "Sessions",
    "SqliteApiKeys",
];

/// Types that hold no secret, or show nothing but their name and settings.
const HOLD_NONE: &[&str] = &[
    "Actor",
    "Algorithm",
    "Ask",
    "AskRelation",
    "Asked",
    "AttemptLimits",
    "AuditEvent",
    "AuditTrail",
    "AuditedActor",
    "AuditedPrincipal",
    "AuditedResource",
    "Authorize",
    "Challenge",
    "Changes",
    "Check",
    "Checked",
    "ConditionShape",
    "CredentialKind",
    "Declaration",
    "Declared",
    "DenialKind",
    "Denied",
    "DeniedWords",
    "Fills",
    "Fresh",
    "Grant",
    "Granted",
    "GrantedShape",
    "GroupsError",
    "Guard",
    "Here",
    "How",
    "Id",
    "InPath",
    "IssuerName",
    "Jobs",
    "JsonLines",
    "KeyAt",
    "Keys",
    "KeysUnavailable",
    "Known",
    "Labels",
    "Level",
    "Limited",
    "Loaded",
    "LoggedOut",
    "Login",
    "LoginRefused",
    "Logout",
    "LogoutRefused",
    "Marked",
    "Marks",
    "Need",
    "NoAuthentication",
    "NoKey",
    "NotRegistered",
    "NotResumed",
    "NotServed",
    "Nothing",
    "Parent",
    "PasswordNotChanged",
    "Policies",
    "PolicyKind",
    "PolicyMethodRouter",
    "PolicyRow",
    "PolicyShape",
    "PostgresAudit",
    "PostgresRevocations",
    "PostgresSessionDirectory",
    "Presented",
    "Problem",
    "Public",
    "Reason",
    "RedisRevocations",
    "RedisSessionDirectory",
    "Related",
    "RelationFact",
    "RelationWord",
    "Relationships",
    "RememberedAccounts",
    "ResourceFact",
    "ResourceId",
    "Revocation",
    "RevocationFailed",
    "Revocations",
    "Revoked",
    "Rule",
    "Said",
    "SameSite",
    "Seen",
    "SessionEntry",
    "SessionsUnavailable",
    "Shown",
    "SqliteRevocations",
    "SqliteSessionDirectory",
    "Standing",
    "StepUp",
    "StoredCaller",
    "StoredIdentity",
    "StoredRevocations",
    "SubjectKind",
    "Tenancy",
    "TracingEvents",
    "Truth",
    "UnderPolicy",
    "Unflushed",
    "Up",
    "Vocabularies",
    "Vocabulary",
    "VocabularyKind",
    "When",
    "Why",
    "WiringError",
    "WiringErrors",
    "WithPolicy",
    "Word",
];

#[test]
fn every_public_type_was_looked_at() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let mut found = BTreeSet::new();
    for folder in ["adapters", "auth-core/src"] {
        collect(&root.join(folder), &mut found);
    }
    let known: BTreeSet<_> = SHOWN
        .iter()
        .chain(HOLD_NONE)
        .map(ToString::to_string)
        .collect();
    let new: Vec<_> = found.difference(&known).collect();
    let gone: Vec<_> = known.difference(&found).collect();
    assert!(
        new.is_empty(),
        "{new:?}: show them in `secrets/main.rs`, or list them in `HOLD_NONE` if they hold nothing that opens anything"
    );
    assert!(gone.is_empty(), "{gone:?} are listed and no public types");
}

fn collect(folder: &Path, found: &mut BTreeSet<String>) {
    for entry in fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            collect(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            let text = fs::read_to_string(&path).expect("text");
            public_types(text.parse().expect("tokens"), found);
        }
    }
}

/// The names after `pub struct` and `pub enum`, wherever they stand.
fn public_types(tokens: TokenStream, found: &mut BTreeSet<String>) {
    let tokens: Vec<_> = tokens.into_iter().collect();
    for (at, token) in tokens.iter().enumerate() {
        if let TokenTree::Group(group) = token {
            public_types(group.stream(), found);
        }
        let words = tokens.iter().skip(at).map(ToString::to_string);
        let words: Vec<_> = words.take(3).collect();
        if let [public, kind, name] = words.as_slice()
            && public == "pub"
            && (kind == "struct" || kind == "enum")
        {
            found.insert(name.clone());
        }
    }
}

#[test]
fn a_public_type_is_found_wherever_it_stands() {
    let mut found = BTreeSet::new();
    let text = "mod a { #[derive(Debug)] pub struct One<T>(T); } pub enum Two {} pub(crate) struct No; struct Nor;";
    public_types(text.parse().expect("tokens"), &mut found);
    assert_eq!(found, BTreeSet::from(["One".to_owned(), "Two".to_owned()]));
}
