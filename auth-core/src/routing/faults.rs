//! What can't work about a table of routes, told when the app starts.

use super::{
    policies::{Policies, PolicyRow},
    untold::untold,
    wiring::WiringError,
};
use crate::{
    authentication::Fills,
    jobs::{PROGRAMS, Program},
    principal::Word,
    resource::{KeyFault, Parent, check_key, parameter},
    rule::{PolicyKind, ResourceId},
};

fn route(row: &PolicyRow) -> String {
    format!("{} {} ({})", row.method_name(), row.path, row.handler)
}

/// The rows of a table that another row stands in the way of.
pub(super) fn clashes(policies: &Policies) -> impl Iterator<Item = WiringError> {
    policies.clashing().map(|(row, other)| WiringError {
        route: route(row),
        what: format!("{} answers it already", other.handler),
        cure: "mount one of the two elsewhere, or leave it out".to_owned(),
    })
}

/// The programs that nobody could name, or that are somebody else.
pub(super) fn of_programs(programs: &[Program]) -> Vec<WiringError> {
    let mut faults = Vec::new();
    let mut fault = |program: &Program, what: &str, cure: &str| {
        faults.push(WiringError {
            route: format!("the program {:?}", program.name),
            what: what.to_owned(),
            cure: cure.to_owned(),
        });
    };
    for (at, program) in programs.iter().enumerate() {
        let mut before = programs.iter().take(at);
        if before.any(|other| other.name == program.name) {
            fault(
                program,
                "another one is called that already",
                "declare it once",
            );
        }
        if !program.is_itself() {
            fault(
                program,
                "it is somebody else, or has no name",
                "give what it is handed roles, permissions, scopes or a tenant, and hand that back",
            );
        }
    }
    faults
}

/// An authenticator states people of the issuer that stands for the app's own programs.
pub(super) fn states_programs() -> WiringError {
    WiringError {
        route: "the authentication".to_owned(),
        what: format!(
            "{PROGRAMS:?} is the issuer of the app's own programs, and an authenticator names it as its own"
        ),
        cure: "give that issuer another name".to_owned(),
    }
}

/// Several issuers of which not exactly one is home.
pub(super) fn not_one_home(issuers: &[String]) -> WiringError {
    WiringError {
        route: "the authentication".to_owned(),
        what: format!("{issuers:?} are several issuers, and not one of them is home"),
        cure: "mark the one that plain owner ids are of: `.home()`".to_owned(),
    }
}

/// A scheme that is said to mean nothing, and that an authenticator takes.
pub(super) fn foreign_and_taken(scheme: &str) -> WiringError {
    WiringError {
        route: "the foreign schemes".to_owned(),
        what: format!(
            "an authenticator here takes `{scheme}`, and `.foreign_scheme({scheme:?})` says that it means nothing"
        ),
        cure: "leave one of the two out".to_owned(),
    }
}

/// What about one row can't work, wherever its router is mounted.
pub(super) fn faults(row: &PolicyRow, filled: Option<&Fills>) -> Vec<WiringError> {
    let mut faults = Vec::new();
    let mut fault = |what: String, cure: String| {
        let route = route(row);
        faults.push(WiringError { route, what, cure });
    };
    if let Some(name) = doubled(&row.path) {
        fault(
            format!("`{{{name}}}` stands in the path twice"),
            "give one of them another name".to_owned(),
        );
    }
    let mut resources = Vec::new();
    row.shape.every_resource(&mut resources);
    for resource in &resources {
        let kind = resource.kind;
        if resource.proposed {
            fault(
                format!(
                    "the policy speaks of `{kind}`, which is proposed in the body: a guard decides before it is read"
                ),
                "ask in the handler, with `.propose(value)`".to_owned(),
            );
            continue;
        }
        match check_key(&row.path, kind, resource.key_at) {
            Ok(()) => {}
            Err(KeyFault::Twice) => fault(
                format!("the path has two keys of `{kind}`"),
                "use a newtype for the second resource, `#[resource(transparent)]`".to_owned(),
            ),
            Err(KeyFault::Absent(name)) => fault(
                format!("the policy speaks of `{kind}`, and the path has no key of it"),
                format!("write `{{{name}}}` where its key stands"),
            ),
        }
    }
    for parent in uncompared(&row.path, &resources) {
        let kind = parent.kind;
        fault(
            format!("the path names a `{kind}` by what its children don't refer to it by"),
            format!("let `{kind}` be found by its `#[key]`, a type with `FromStr`"),
        );
    }
    for pair in untold(&row.path, row.shape, &resources) {
        let (above, below) = (pair.above.kind, pair.below.kind);
        fault(
            format!(
                "the path names `{above}` and `{below}`, and nothing tells whether the {below} is in the {above}"
            ),
            pair.cure(),
        );
    }
    unproven(row, &mut fault);
    if let Some(filled) = filled {
        if let Some(resource) = untenanted(row, &resources, filled) {
            fault(
                format!(
                    "a `{}` is for callers of its tenant, and no authenticator states which tenant one acts for",
                    resource.kind
                ),
                "say where tokens name it, `.tenant_at([\"org_id\"])` on the issuer; for callers of all tenants, \
                 `across_tenants(because = \"…\")` in the policy"
                    .to_owned(),
            );
        }
        for word in unfilled(row, filled) {
            fault(
                format!(
                    "the policy asks for `{}`, which no authenticator fills",
                    word.type_name
                ),
                format!(
                    "add `.{}::<{}>()` to the issuer",
                    word.kind.builder_method(),
                    word.type_name
                ),
            );
        }
    }
    if row.is_of_unknown_methods() && row.ignores_credentials() {
        fault(
            "what answers unknown methods can't ignore credentials: which handlers its paths have differs"
                .to_owned(),
            "leave `ignores_credentials` out".to_owned(),
        );
    }
    if let PolicyKind::Public { .. } = row.shape.kind
        && row
            .public_because()
            .is_none_or(|because| because.trim().is_empty())
    {
        fault(
            "the route is public without a reason".to_owned(),
            "say why: `public(\"static files\")`".to_owned(),
        );
    }
    faults
}

/// The `Granted` arguments that can't be handed out.
fn unproven(row: &PolicyRow, fault: &mut impl FnMut(String, String)) {
    for (at, granted) in row.shape.granted.iter().enumerate() {
        let (kind, name) = (granted.resource.kind, granted.resource.id.name);
        let mut before = row.shape.granted[..at].iter();
        if before.any(|other| other.resource.id.of == granted.resource.id.of) {
            fault(
                format!("the handler takes two `Granted<{name}>`, and one is checked"),
                "take one; for a second resource use a newtype, `#[resource(transparent)]`"
                    .to_owned(),
            );
        }
        if !row.shape.names_type(granted.resource.id.of) {
            fault(
                format!("the handler takes `Granted<{name}>`, and its policy names no `{name}`"),
                format!("add a rule about it, as `owns = \"{kind}\"`"),
            );
        }
        if let Some(policy) = granted.policy
            && row.shape.proves_type(policy.id.of)
            && !policy.names_type(granted.resource.id.of)
        {
            fault(
                format!(
                    "the handler takes `Granted<{name}, {}>`, and that policy names no `{name}`",
                    policy.name
                ),
                format!(
                    "take `Granted<{name}>`, or add a rule about it to `{}`",
                    policy.name
                ),
            );
        }
        if let Some(policy) = granted.policy
            && !row.shape.proves_type(policy.id.of)
        {
            fault(
                format!(
                    "the handler takes `Granted<{name}, {}>`, and its policy doesn't prove that",
                    policy.name
                ),
                format!("name it in the outermost list: `policy = {}`", policy.name),
            );
        }
    }
}

/// The parents that the path names beside a child, without it being told whether they agree.
fn uncompared<'r>(path: &str, resources: &'r [ResourceId]) -> impl Iterator<Item = &'r Parent> {
    let parents = resources.iter().flat_map(|resource| resource.parents);
    parents
        .filter(|parent| !parent.compares() && check_key(path, parent.kind, parent.key_at).is_ok())
}

/// One word of each vocabulary that the policy asks for and nobody fills.
fn unfilled(row: &PolicyRow, filled: &Fills) -> Vec<Word> {
    let mut words = Vec::new();
    row.shape.every_word(&mut words);
    let mut missing: Vec<Word> = Vec::new();
    for word in words {
        let mut fills = filled.vocabularies.iter().map(|one| one.of);
        if !fills.any(|of| of == word.of) && missing.iter().all(|known| known.of != word.of) {
            missing.push(word);
        }
    }
    missing
}

/// A resource of a tenant's that nobody can be given, since no caller has a tenant. A fresh policy may learn it of the
/// account.
fn untenanted<'r>(
    row: &PolicyRow,
    resources: &'r [ResourceId],
    filled: &Fills,
) -> Option<&'r ResourceId> {
    if filled.tenants || !row.shape.tenancy.apart || row.shape.fresh.is_some() {
        return None;
    }
    resources.iter().find(|resource| resource.of_a_tenant)
}

fn doubled(path: &str) -> Option<&str> {
    let names: Vec<_> = path.split('/').filter_map(parameter).collect();
    let mut rest = names.as_slice();
    while let [first, others @ ..] = rest {
        if others.contains(first) {
            return Some(first);
        }
        rest = others;
    }
    None
}
