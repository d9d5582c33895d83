//! The stages on token streams: no panic, the item kept, each mistake once and in words.

use std::str::FromStr;

use proc_macro2::{TokenStream, TokenTree};

use crate::{condition, policy, public, requires};

fn tokens(text: &str) -> TokenStream {
    TokenStream::from_str(text).expect("tokens")
}

fn errors(expansion: &TokenStream) -> Vec<String> {
    let text = expansion.to_string();
    let parts = text.split("compile_error").skip(1);
    parts
        .map(|part| part.split("\" }").next().unwrap_or_default().to_owned())
        .collect()
}

fn required(rule: &str) -> TokenStream {
    requires::expand(tokens(rule), tokens("async fn update(x: u8) -> u8 { x }"))
}

const RULES: [&str; 9] = [
    r#"role = "writer", owns = "ticket""#,
    r#"any(owns = "ticket", role = "admin"), when = unlocked"#,
    r#"permission = "ticket:update", not(scope = "a"), tenant = "ticket", hide, across_tenants(because = "x")"#,
    "when = |ticket: &Ticket| ticket.open, unless = m::late(3)",
    "policy = AtLeast<3>, forbid(all(authenticated, role = Banned))",
    "when = async |ticket: &Ticket| -> bool { true }",
    r#"relation(ProjectRole::Editor, on = "ticket", through = "project"), fresh(within = "30s"), step_up(within = "10m", acr = "mfa")"#,
    "role = Role::, owns =",
    "all(any(not(authenticated)))",
];

#[test]
fn right_rules_make_no_error() {
    for rule in &RULES[..7] {
        let expanded = required(rule);
        assert_eq!(errors(&expanded), Vec::<String>::new(), "{rule}");
    }
}

#[test]
fn string_bare_name_and_path_are_one_thing() {
    let shape = |rule| {
        let text = required(rule).to_string();
        // The literal form adds the check of its spelling; the tree is the same.
        let named = "const _ : () = __p :: demand (! __p :: Asked :: < __R1 > :: RESOURCE || __p :: same_text (__p :: Asked :: < __R1 > :: ID . kind , \"ticket\") , \"`Ticket` is called otherwise by its `#[name]`: write `owns = Ticket`\") ; ";
        text.replace(
            "__p :: written (Role :: Writer . __derive_roles () , \"writer\")",
            "Role :: Writer . __derive_roles ()",
        )
        .replace(named, "")
    };
    assert_eq!(shape(r#"role = "writer""#), shape("role = Writer"));
    assert_eq!(shape("role = Writer"), shape("role = Role::Writer"));
    assert_eq!(shape(r#"owns = "ticket""#), shape("owns = Ticket"));
}

#[test]
fn each_mistake_is_one_error_and_says_the_cure() {
    let table = [
        ("", 1, "#[public(because"),
        ("rol = \"writer\"", 1, "did you mean `role`?"),
        ("role", 1, "`role` takes a value"),
        ("role = [\"a\", \"b\"]", 1, "any(role = …, role = …)"),
        ("role = 3", 1, "`role` takes a name"),
        ("any()", 1, "`any()` is empty"),
        (
            "not(authenticated, authenticated)",
            1,
            "`not` takes one rule",
        ),
        ("not(not(authenticated))", 1, "leave both out"),
        ("hide", 1, "allows nothing"),
        ("forbid(authenticated)", 1, "allows nothing"),
        ("authenticated, hide, hide", 1, "`hide` is said twice"),
        ("any(authenticated, hide)", 1, "outermost list"),
        (
            "any(authenticated, forbid(authenticated))",
            1,
            "here write `not(…)`",
        ),
        ("fresh", 1, "allows nothing"),
        (
            "authenticated, fresh(within = 3)",
            1,
            "age that is tolerated",
        ),
        (
            "authenticated, step_up(within = \"x\")",
            1,
            "a time is a number",
        ),
        ("authenticated, step_up()", 1, "how recent or how strong"),
        ("relation(Editor, on = Ticket)", 1, "named with its enum"),
        ("relation(R::Editor, on Ticket)", 1, "`on` takes a value"),
        ("tenant", 1, "`tenant` takes a value"),
        ("tenant = \"Ticket\"", 1, "written in snake_case"),
        ("across_tenants", 1, "says why"),
        ("across_tenants(because = \"x\")", 1, "allows nothing"),
        (
            "authenticated, across_tenants(because = \"x\"), across_tenants(because = \"y\")",
            1,
            "`across_tenants` is said twice",
        ),
        ("when = \"unlocked\"", 1, "without quotes"),
        (
            "when = |ticket| ticket.open",
            1,
            "write each argument's type",
        ),
        ("authenticated authenticated", 1, "separated by commas"),
        ("scope = \"a b\"", 1, "one word"),
        ("rol = 1, owns, scope = 3", 3, "unknown key"),
    ];
    for (rule, count, words) in table {
        let errors = errors(&required(rule));
        assert_eq!(errors.len(), count, "{rule}: {errors:?}");
        assert!(
            errors.iter().any(|error| error.contains(words)),
            "{rule}: {errors:?}"
        );
    }
}

#[test]
fn what_is_no_handler_is_told_so() {
    let table = [
        ("struct Ticket;", "stands on a handler"),
        ("fn update() {}", "write `async fn`"),
        ("async fn update(&self) {}", "out of the `impl` block"),
        (
            "#[requires(authenticated)] async fn update() {}",
            "combine the rules",
        ),
        (
            "#[public(because = \"x\")] async fn update() {}",
            "either public or guarded",
        ),
        (
            "async fn update(_: ::auth_core::Guard<P>) {}",
            "has a guard already",
        ),
    ];
    for (item, words) in table {
        let expanded = requires::expand(tokens("authenticated"), tokens(item));
        let errors = errors(&expanded);
        assert_eq!(errors.len(), 1, "{item}: {errors:?}");
        assert!(
            errors.iter().any(|error| error.contains(words)),
            "{item}: {errors:?}"
        );
    }
}

#[test]
fn a_public_handler_says_why() {
    for attribute in [
        "",
        "because = \" \"",
        "because",
        "because = \"a\", because = \"b\"",
        "why = \"x\"",
    ] {
        let expanded = public::expand(tokens(attribute), tokens("async fn health() {}"));
        assert_eq!(errors(&expanded).len(), 1, "{attribute}");
        assert!(
            expanded.to_string().contains("Rule :: Never"),
            "{attribute} must not open the route"
        );
    }
}

/// Every beginning of a token stream, groups cut open too.
fn beginnings(whole: &TokenStream) -> Vec<TokenStream> {
    let mut all = vec![TokenStream::new()];
    let mut before = TokenStream::new();
    for token in whole.clone() {
        if let TokenTree::Group(group) = &token {
            for inner in beginnings(&group.stream()) {
                let mut cut = before.clone();
                cut.extend([TokenTree::Group(proc_macro2::Group::new(
                    group.delimiter(),
                    inner,
                ))]);
                all.push(cut);
            }
        }
        before.extend([token]);
        all.push(before.clone());
    }
    all
}

#[test]
fn cut_off_and_random_input_never_panics_and_keeps_the_item() {
    let item = tokens("pub async fn kept(a: u8) -> u8 { a + }");
    let mut streams: Vec<TokenStream> = RULES
        .iter()
        .flat_map(|rule| beginnings(&tokens(rule)))
        .collect();
    let pool: Vec<TokenTree> = RULES.iter().flat_map(|rule| tokens(rule)).collect();
    let mut seed = 1_u64;
    for _ in 0..5_000 {
        let mut stream = TokenStream::new();
        for _ in 0..8 {
            seed = seed
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1_442_695_040_888_963_407);
            let at = usize::try_from(seed >> 40).unwrap_or(0) % pool.len();
            stream.extend(pool.get(at).cloned());
        }
        streams.push(stream);
    }
    for stream in streams {
        for stage in [requires::expand, public::expand, condition::expand] {
            let expanded = stage(stream.clone(), item.clone()).to_string();
            assert!(expanded.contains("fn kept"), "{stream}");
        }
        let declared = policy::expand(stream.clone(), tokens("pub struct Kept;")).to_string();
        assert!(declared.contains("struct Kept"), "{stream}");
        // A half-typed item is kept as well.
        let half = requires::expand(tokens("authenticated"), stream.clone());
        assert!(half.to_string().len() >= stream.to_string().len());
    }
}
