use std::{
    sync::Arc,
    task::{Context, Poll},
};

use axum::body::Body;
use http::{Request, request::Parts};
use tower_layer::{Layer, layer_fn};
use tower_service::Service;

/// An issuer whose subjects an authenticator states, and whether it is the app's home issuer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IssuerName {
    name: String,
    home: bool,
}

impl IssuerName {
    /// The issuer of that name.
    pub fn new(name: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            home: false,
        }
    }

    /// Says that a plain id in an `#[owner]` field means a person of this issuer.
    #[must_use]
    pub fn home(mut self) -> Self {
        self.home = true;
        self
    }
}

/// Whose people a plain id means.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Home {
    /// No authenticator says whose subjects it states: they are all of one issuer.
    Any,
    /// Those of the issuer of this name.
    Only(String),
}

impl Home {
    /// The only issuer, or the one of several that is marked.
    ///
    /// # Errors
    ///
    /// Several, and not exactly one of them marked: their names.
    pub(crate) fn of(issuers: impl IntoIterator<Item = IssuerName>) -> Result<Self, Vec<String>> {
        let mut distinct: Vec<IssuerName> = Vec::new();
        for issuer in issuers {
            match distinct.iter_mut().find(|known| known.name == issuer.name) {
                Some(known) => known.home |= issuer.home,
                None => distinct.push(issuer),
            }
        }
        let mut marked = distinct.iter().filter(|issuer| issuer.home);
        match (distinct.as_slice(), marked.next(), marked.next()) {
            ([], ..) => Ok(Self::Any),
            ([one], ..) | (_, Some(one), None) => Ok(Self::Only(one.name.clone())),
            _ => Err(distinct.into_iter().map(|issuer| issuer.name).collect()),
        }
    }

    pub(crate) fn is(&self, issuer: &str) -> bool {
        match self {
            Self::Any => true,
            Self::Only(name) => name == issuer,
        }
    }
}

/// Whose people plain ids mean in a whole that routers were joined to, where one of them was told otherwise.
#[derive(Clone)]
pub(crate) struct HomeOfAll(Arc<Home>);

/// Tells an authenticated router below of it.
#[derive(Clone)]
pub(crate) struct UnderHome<I> {
    inner: I,
    home: HomeOfAll,
}

impl<I> UnderHome<I> {
    pub(crate) fn layer(home: Home) -> impl Layer<I, Service = Self> + Clone {
        let home = HomeOfAll(Arc::new(home));
        layer_fn(move |inner| Self {
            inner,
            home: home.clone(),
        })
    }
}

impl HomeOfAll {
    /// Whether an issuer is home: in the whole, where the request is told of one.
    pub(super) fn is(request: &Parts, own: &Home, issuer: &str) -> bool {
        let whole = request.extensions.get::<Self>();
        whole.map_or(own, |whole| &whole.0).is(issuer)
    }
}

impl<I: Service<Request<Body>>> Service<Request<Body>> for UnderHome<I> {
    type Response = I::Response;
    type Error = I::Error;
    type Future = I::Future;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), I::Error>> {
        self.inner.poll_ready(cx)
    }

    fn call(&mut self, mut request: Request<Body>) -> I::Future {
        // The outermost is told of the whole, and is met first.
        request
            .extensions_mut()
            .get_or_insert_with(|| self.home.clone());
        self.inner.call(request)
    }
}

#[cfg(test)]
mod tests {
    use super::{Home, IssuerName};

    #[test]
    fn the_only_issuer_is_home_and_of_several_the_one_that_is_marked() {
        let (a, b) = (|| IssuerName::new("a"), || IssuerName::new("b"));
        for (issuers, home) in [
            (vec![], Ok(Home::Any)),
            (vec![a()], Ok(Home::Only("a".to_owned()))),
            (vec![a(), a()], Ok(Home::Only("a".to_owned()))),
            (vec![a(), b().home()], Ok(Home::Only("b".to_owned()))),
            (vec![a(), b(), a().home()], Ok(Home::Only("a".to_owned()))),
            (vec![a(), b()], Err(vec!["a".to_owned(), "b".to_owned()])),
            (
                vec![a().home(), b().home()],
                Err(vec!["a".to_owned(), "b".to_owned()]),
            ),
        ] {
            assert_eq!(Home::of(issuers.clone()), home, "{issuers:?}");
        }
        assert!(Home::Any.is("a"));
        let only = Home::Only("a".to_owned());
        assert!(only.is("a") && !only.is("b") && !only.is(""));
    }
}
