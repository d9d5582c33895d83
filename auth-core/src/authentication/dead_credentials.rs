use http::{Method, request::Parts};

/// Where dead credentials are taken for none: `ignores_credentials`.
///
/// It is asked before a guard is, so it finds out by itself which handler axum runs.
#[derive(Clone, Debug, Default)]
pub(crate) struct DeadCredentials {
    routes: matchit::Router<Handlers>,
    /// What answers below a prefix where no route does.
    fallbacks: matchit::Router<Handlers>,
}

/// Every handler of a path: its method (none: those that have no handler of their own), and whether it ignores dead
/// credentials.
#[derive(Clone, Debug, Default)]
pub(crate) struct Handlers(pub(crate) Vec<(Option<Method>, bool)>);

impl Handlers {
    /// Whether the handler that a request of this method runs ignores dead credentials. It is the one that axum
    /// runs: the method's own, for HEAD that of GET where it has none, and then the one for any method.
    fn ignore(&self, method: &Method) -> bool {
        let own = |wanted: &Method| {
            let mut all = self.0.iter();
            all.find(|(method, _)| method.as_ref() == Some(wanted))
        };
        let gets = || {
            (method == Method::HEAD)
                .then(|| own(&Method::GET))
                .flatten()
        };
        let any = || self.0.iter().find(|(method, _)| method.is_none());
        let runs = own(method).or_else(gets).or_else(any);
        runs.is_some_and(|(_, ignores)| *ignores)
    }
}

impl DeadCredentials {
    /// What a path's handlers do. Of two paths that axum wouldn't have beside each other, the first counts.
    pub(crate) fn route(&mut self, pattern: String, handlers: Handlers) {
        let _ = self.routes.insert(pattern, handlers);
    }

    /// What answers here where no route does.
    pub(crate) fn fallback(&mut self, pattern: String, handlers: Handlers) {
        let _ = self.fallbacks.insert(pattern, handlers);
    }

    /// Whether dead credentials are none to the handler that this request runs.
    pub(super) fn are_none(&self, request: &Parts) -> bool {
        let path = request.uri.path();
        let found = self.routes.at(path).or_else(|_| self.fallbacks.at(path));
        found.is_ok_and(|found| found.value.ignore(&request.method))
    }
}

#[cfg(test)]
mod tests {
    use http::Method;

    use super::Handlers;

    #[test]
    fn the_handler_that_runs_says_whether_dead_credentials_are_ignored() {
        let ignores = |handlers: &[(Option<Method>, bool)], method: Method| {
            Handlers(handlers.to_vec()).ignore(&method)
        };
        let any_but = |method: Method| [(Some(method), false), (None, true)];
        assert!(ignores(&[(None, true)], Method::POST));
        assert!(!ignores(&any_but(Method::DELETE), Method::DELETE));
        assert!(ignores(&any_but(Method::DELETE), Method::HEAD));
        // HEAD runs GET's handler, where it has none.
        assert!(!ignores(&any_but(Method::GET), Method::HEAD));
        let own_head = [(Some(Method::GET), true), (Some(Method::HEAD), false)];
        assert!(ignores(&own_head, Method::GET));
        assert!(!ignores(&own_head, Method::HEAD));
        assert!(!ignores(&own_head, Method::POST));
    }
}
