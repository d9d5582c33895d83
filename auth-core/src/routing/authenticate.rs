use std::{any::TypeId, sync::Arc};

use http::{HeaderName, header::COOKIE};

use super::{
    PolicyRouter,
    policies::PolicyRow,
    served::Guarded,
    wiring::{WiringError, WiringErrors},
};
use crate::{
    authentication::{
        Authenticator, Authenticators, Home,
        layer::{Authentication, AuthenticationLayer},
        slot::Edge,
    },
    principal::Word,
    resource::{KeyFault, Parent, check_key, parameter},
    rule::{PolicyKind, ResourceId},
};

impl PolicyRouter {
    /// Puts the authentication around everything: the only way to something that can be served.
    ///
    /// # Panics
    ///
    /// On a router that can't work, with all faults in one message: see
    /// [`try_authenticate`](Self::try_authenticate).
    #[track_caller]
    pub fn authenticate(self, authenticators: impl Authenticators) -> Guarded {
        match self.try_authenticate(authenticators) {
            Ok(guarded) => guarded,
            Err(errors) => panic!("{errors}"),
        }
    }

    /// The same, without a panic.
    ///
    /// # Errors
    ///
    /// A rule's resource whose key isn't in the path, a parameter that stands in a path twice, a path
    /// and method that are mounted twice, a `Granted` argument the policy doesn't prove, a vocabulary
    /// the authenticator doesn't fill, several issuers of which not exactly one is home, a trusted proxy that is no network,
    /// settings of a router that is nested or merged, and `ignores_credentials` on a fallback.
    pub fn try_authenticate(
        self,
        authenticators: impl Authenticators,
    ) -> Result<Guarded, WiringErrors> {
        let authenticators = authenticators.list();
        let filled = filled(&authenticators);
        let rows = self.policies.iter();
        let mut faults: Vec<_> = rows
            .flat_map(|row| faults(row, filled.as_deref()))
            .collect();
        faults.extend(self.policies.clashing().map(|(row, other)| WiringError {
            route: route(row),
            what: format!("{} answers it already", other.handler),
            cure: "mount one of the two elsewhere, or leave it out".to_owned(),
        }));
        faults.extend(self.settings.faults);
        let home = match Home::of(authenticators.iter().flat_map(|one| one.issuers())) {
            Ok(home) if faults.is_empty() => home,
            Ok(_) => return Err(WiringErrors(faults)),
            Err(issuers) => {
                faults.push(WiringError {
                    route: "the authentication".to_owned(),
                    what: format!("{issuers:?} are several issuers, and not one of them is home"),
                    cure: "mark the one that plain owner ids are of: `.home()`".to_owned(),
                });
                return Err(WiringErrors(faults));
            }
        };
        let authentication = Authentication {
            edge: Arc::new(Edge {
                challenges: authenticators.iter().map(|one| one.challenge()).collect(),
                vary: vary(&authenticators),
                credential_headers: credential_headers(&authenticators),
                credential_cookies: authenticators
                    .iter()
                    .flat_map(|one| one.credential_cookies())
                    .collect(),
                home,
                proxies: self.settings.proxies,
                clock: self.settings.clock,
                told: self.settings.told,
                deadline: self.settings.deadline,
                explain_to_client: self.settings.explain_to_client,
                #[cfg(feature = "audit")]
                trail: self.settings.trail,
                #[cfg(feature = "audit")]
                request_id: self.settings.request_id,
            }),
            keep_credentials: self.settings.keep_credentials,
            ignoring: self.policies.ignoring(),
            authenticators,
        };
        let layer = AuthenticationLayer(Arc::new(authentication));
        Ok(Guarded::new(self.inner.layer(layer), self.policies))
    }
}

fn route(row: &PolicyRow) -> String {
    format!("{} {} ({})", row.method_name(), row.path, row.handler)
}

fn credential_headers(authenticators: &[Box<dyn Authenticator>]) -> Vec<HeaderName> {
    let mut distinct = Vec::new();
    for name in authenticators
        .iter()
        .flat_map(|one| one.credential_headers())
    {
        if !distinct.contains(&name) {
            distinct.push(name);
        }
    }
    distinct
}

/// The headers that say who calls.
fn vary(authenticators: &[Box<dyn Authenticator>]) -> Vec<HeaderName> {
    let mut headers = credential_headers(authenticators);
    if authenticators
        .iter()
        .any(|one| !one.credential_cookies().is_empty())
    {
        headers.push(COOKIE);
    }
    headers
}

/// The vocabularies that all authenticators together fill, where that is known of each.
fn filled(authenticators: &[Box<dyn Authenticator>]) -> Option<Vec<TypeId>> {
    if !authenticators.iter().all(|one| one.fills_only_listed()) {
        return None;
    }
    let vocabularies = authenticators.iter().flat_map(|one| one.vocabularies());
    Some(vocabularies.map(|one| one.of).collect())
}

fn faults(row: &PolicyRow, filled: Option<&[TypeId]>) -> Vec<WiringError> {
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
    if let Some(filled) = filled {
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
    if row.is_fallback() && row.ignores_credentials() {
        fault(
            "`ignores_credentials` on a fallback would ignore them on every unknown path"
                .to_owned(),
            "give the handler a route of its own".to_owned(),
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

/// The parents that the path names beside a child, without it being told whether they agree.
fn uncompared<'r>(path: &str, resources: &'r [ResourceId]) -> impl Iterator<Item = &'r Parent> {
    let parents = resources.iter().flat_map(|resource| resource.parents);
    parents
        .filter(|parent| !parent.compares() && check_key(path, parent.kind, parent.key_at).is_ok())
}

/// One word of each vocabulary that the policy asks for and nobody fills.
fn unfilled(row: &PolicyRow, filled: &[TypeId]) -> Vec<Word> {
    let mut words = Vec::new();
    row.shape.every_word(&mut words);
    let mut missing: Vec<Word> = Vec::new();
    for word in words {
        if !filled.contains(&word.of) && missing.iter().all(|known| known.of != word.of) {
            missing.push(word);
        }
    }
    missing
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
