use axum::extract::MatchedPath;
use http::{Method, request::Parts};

use super::prefix::Prefix;

/// A route some of whose handlers take dead credentials for none: `ignores_credentials`.
#[derive(Debug)]
pub(crate) struct IgnoringRoute {
    pub(crate) path: String,
    /// Every handler of the path: its method (none: those that have no handler of their own), and whether it
    /// ignores dead credentials.
    pub(crate) handlers: Vec<(Option<Method>, bool)>,
}

impl IgnoringRoute {
    /// Whether the handler that a request of this method runs ignores dead credentials. It is the one that axum
    /// runs: the method's own, for HEAD that of GET where it has none, and then the one for any method.
    fn ignores(&self, method: &Method) -> bool {
        let own = |wanted: &Method| {
            let mut all = self.handlers.iter();
            all.find(|(method, _)| method.as_ref() == Some(wanted))
        };
        let gets = || {
            (method == Method::HEAD)
                .then(|| own(&Method::GET))
                .flatten()
        };
        let any = || self.handlers.iter().find(|(method, _)| method.is_none());
        let runs = own(method).or_else(gets).or_else(any);
        runs.is_some_and(|(_, ignores)| *ignores)
    }
}

/// Whether dead credentials are none to the handler that this request runs.
pub(super) fn ignored(routes: &[IgnoringRoute], request: &Parts) -> bool {
    if routes.is_empty() {
        return false;
    }
    let Some(template) = request.extensions.get::<MatchedPath>() else {
        return false;
    };
    let under = request.extensions.get::<Prefix>();
    let prefix = under.map_or("", |prefix| &prefix.0);
    let Some(template) = template.as_str().strip_prefix(prefix) else {
        return false;
    };
    let template = if template.is_empty() { "/" } else { template };
    let mut routes = routes.iter();
    let route = routes.find(|route| route.path == template);
    route.is_some_and(|route| route.ignores(&request.method))
}

#[cfg(test)]
mod tests {
    use http::Method;

    use super::IgnoringRoute;

    #[test]
    fn the_handler_that_runs_says_whether_dead_credentials_are_ignored() {
        let ignores = |handlers: &[(Option<Method>, bool)], method: Method| {
            let route = IgnoringRoute {
                path: "/login".to_owned(),
                handlers: handlers.to_vec(),
            };
            route.ignores(&method)
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
