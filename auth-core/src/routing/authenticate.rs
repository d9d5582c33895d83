use std::sync::Arc;

use http::{HeaderName, header::COOKIE};

use super::{
    PolicyRouter,
    faults::{clashes, faults, foreign_and_taken, of_programs, states_programs},
    policies::{Policies, PolicyRow},
    respelled::tell_routes,
    served::{Guarded, Whose},
    unheard::say_if_unheard,
    wiring::WiringErrors,
};
use crate::{
    authentication::{
        Authenticator, Authenticators, Challenge, Fills, Judge,
        layer::{Authentication, AuthenticationLayer},
        slot::Edge,
    },
    jobs::PROGRAMS,
};

impl<S: Clone + Send + Sync + 'static> PolicyRouter<S> {
    /// Gives the router its state, and authenticators that take theirs out of it.
    ///
    /// # Panics
    ///
    /// As [`authenticate`](PolicyRouter::authenticate).
    #[track_caller]
    pub fn authenticate_with<A: Authenticators>(
        self,
        state: S,
        authenticators: impl FnOnce(&S) -> A,
    ) -> Guarded {
        let authenticators = authenticators(&state);
        self.with_state(state).authenticate(authenticators)
    }
}

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
    /// the authenticator doesn't fill, a tenant that it doesn't state, several issuers of which not exactly one is home, a trusted proxy that is no network,
    /// settings of a router that is nested or merged, and `ignores_credentials` on a fallback.
    pub fn try_authenticate(
        self,
        authenticators: impl Authenticators,
    ) -> Result<Guarded, WiringErrors> {
        say_if_unheard();
        let mut whole: Self = self.with_state(());
        let authenticators = authenticators.list();
        for origin in authenticators.iter().flat_map(|one| one.trusted_origins()) {
            whole.settings.trust(&origin);
        }
        let filled = filled(&authenticators);
        let rows = whole.policies.iter();
        let mut faults: Vec<_> = rows.flat_map(|row| faults(row, filled.as_ref())).collect();
        faults.extend(clashes(&whole.policies));
        faults.extend(whole.settings.faults);
        let challenges: Vec<_> = authenticators
            .iter()
            .flat_map(|one| one.challenges())
            .collect();
        let taken = challenges.iter().map(Challenge::scheme);
        let taken = taken.filter(|scheme| whole.settings.foreign_schemes.contain(scheme));
        faults.extend(taken.map(foreign_and_taken));
        faults.extend(of_programs(&whole.policies.programs));
        let issuers: Vec<_> = authenticators.iter().map(|one| one.issuers()).collect();
        let unnamed = issuers.iter().any(Vec::is_empty);
        if issuers.iter().flatten().any(|one| one.is(PROGRAMS)) {
            faults.push(states_programs());
        }
        let whose = Whose::of(issuers.concat(), unnamed, faults)?;
        let edge = Arc::new(Edge {
            challenges,
            vary: vary(&authenticators),
            credential_headers: credential_headers(&authenticators),
            credential_cookies: authenticators
                .iter()
                .flat_map(|one| one.credential_cookies())
                .collect(),
            home: whose.home.clone(),
            proxies: whole.settings.proxies,
            cross_site: whole.settings.cross_site,
            clock: whole.settings.clock,
            told: whole.settings.told,
            deadline: whole.settings.deadline,
            explain_to_client: whole.settings.explain_to_client,
            wording: whole.settings.wording,
            #[cfg(feature = "audit")]
            trail: whole.settings.trail,
            #[cfg(feature = "audit")]
            request_id: whole.settings.request_id,
            judges: authenticators.into_iter().map(Judge::new).collect(),
        });
        warn_of_jars(&edge.credential_cookies, &whole.policies);
        let authentication = Authentication {
            edge: Arc::clone(&edge),
            keep_credentials: whole.settings.keep_credentials,
            foreign_schemes: whole.settings.foreign_schemes,
            dead_credentials: whole.policies.dead_credentials(),
        };
        let layer = AuthenticationLayer(Arc::new(authentication));
        let inner = tell_routes(whole.inner, &whole.policies);
        Ok(Guarded::new(
            inner.layer(layer),
            whole.policies,
            whose,
            edge,
        ))
    }
}

/// Says which handlers take a jar of cookies in which the credential's are not: an app that had its own way of knowing who
/// calls may look for them there, and find nobody.
fn warn_of_jars(credentials: &[String], policies: &Policies) {
    let rows = policies
        .iter()
        .filter(|row| row.takes_cookies && !row.ignores_credentials());
    let handlers: Vec<_> = rows.map(PolicyRow::handler).collect();
    if !credentials.is_empty() && !handlers.is_empty() {
        tracing::warn!(
            target: "auth_core::wiring",
            handlers = ?handlers, cookies = ?credentials,
            "handlers take a jar of cookies, and these cookies are taken out before: `Principal` says who calls, and \
             `Principal::session()` which login it is"
        );
    }
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

/// What all authenticators together fill, where that is known of each.
fn filled(authenticators: &[Box<dyn Authenticator>]) -> Option<Fills> {
    let mut each = authenticators.iter().map(|one| one.fills());
    each.try_fold(Fills::default(), |all, one| Some(all.and(one?)))
}
