use std::sync::{
    Arc, OnceLock,
    atomic::{AtomicBool, Ordering},
};

use axum::extract::Request;
use http::request::Parts;

use crate::{Identity, SubjectKind};

/// An issuer whose subjects an authenticator states, and whether it is the app's home issuer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IssuerName {
    name: String,
    home: bool,
}

impl IssuerName {
    pub(crate) fn is(&self, name: &str) -> bool {
        self.name == name
    }

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

    /// Its name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }
}

/// Whose people a plain id means.
#[derive(Clone, Debug)]
pub(crate) enum Home {
    /// Not all authenticators say whose subjects they state, and none is marked: they must all be of one issuer.
    Unnamed(Arc<Unnamed>),
    /// Those of the issuer of this name.
    Only(String),
}

/// The one issuer that they must be of: the one that is named, or else the first that is met.
#[derive(Debug, Default)]
pub(crate) struct Unnamed {
    met: OnceLock<Box<str>>,
    several: AtomicBool,
}

impl Unnamed {
    fn named(issuer: &str) -> Self {
        Self {
            met: OnceLock::from(Box::<str>::from(issuer)),
            several: AtomicBool::default(),
        }
    }

    /// Whether people of this issuer are at home: of the only one that was met. Once there are several, nobody is:
    /// which of them is meant was never said.
    fn is(&self, issuer: &str) -> bool {
        let met = self.met.get_or_init(|| issuer.into());
        if **met != *issuer && !self.several.swap(true, Ordering::Relaxed) {
            tracing::error!(
                target: "auth_core::wiring",
                issuers = ?[&**met, issuer],
                "people of several issuers are met, and not all are named, so nobody owns anything: \
                 name them in `Authenticator::issuers` (`Sessions::issuer`), and mark one as `.home()`"
            );
        }
        !self.several.load(Ordering::Relaxed)
    }
}

impl PartialEq for Home {
    fn eq(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Only(one), Self::Only(another)) => one == another,
            (Self::Unnamed(one), Self::Unnamed(another)) => Arc::ptr_eq(one, another),
            _ => false,
        }
    }
}

impl Home {
    /// The only issuer, or the one of several that is marked; `unnamed` says that an authenticator names none.
    ///
    /// # Errors
    ///
    /// Several, and not exactly one of them marked: their names.
    pub(crate) fn of(
        issuers: impl IntoIterator<Item = IssuerName>,
        unnamed: bool,
    ) -> Result<Self, Vec<String>> {
        let mut distinct: Vec<IssuerName> = Vec::new();
        for issuer in issuers {
            match distinct.iter_mut().find(|known| known.name == issuer.name) {
                Some(known) => known.home |= issuer.home,
                None => distinct.push(issuer),
            }
        }
        let mut marked = distinct.iter().filter(|issuer| issuer.home);
        match (distinct.as_slice(), marked.next(), marked.next()) {
            ([], ..) => Ok(Self::Unnamed(Arc::default())),
            // Another's people may not be of the one that is named.
            ([one], None, _) if unnamed => Ok(Self::Unnamed(Arc::new(Unnamed::named(&one.name)))),
            ([one], ..) | (_, Some(one), None) => Ok(Self::Only(one.name.clone())),
            _ => Err(distinct.into_iter().map(|issuer| issuer.name).collect()),
        }
    }

    /// Whether plain ids mean people as this one.
    pub(crate) fn is(&self, identity: &Identity) -> bool {
        match self {
            Self::Only(name) => name == identity.issuer(),
            // A program may be of an issuer of its own; it owns nothing.
            Self::Unnamed(one) => {
                identity.kind() == SubjectKind::Person && one.is(identity.issuer())
            }
        }
    }
}

/// Whose people plain ids mean in a whole that routers were joined to, where one of them was told otherwise.
#[derive(Clone)]
pub(crate) struct HomeOfAll(Arc<Home>);

impl HomeOfAll {
    pub(crate) fn new(home: Home) -> Self {
        Self(Arc::new(home))
    }

    /// Tells the authenticated router below of it. The outermost is told of the whole, and is met first.
    pub(crate) fn tell(&self, mut request: Request) -> Request {
        request.extensions_mut().get_or_insert_with(|| self.clone());
        request
    }

    /// Whether somebody is at home: in the whole, where the request is told of one.
    pub(super) fn is(request: &Parts, own: &Home, identity: &Identity) -> bool {
        let whole = request.extensions.get::<Self>();
        whole.map_or(own, |whole| &whole.0).is(identity)
    }
}

#[cfg(test)]
mod tests {
    use super::{Home, IssuerName};
    use crate::Identity;

    #[test]
    fn the_only_issuer_is_home_and_of_several_the_one_that_is_marked() {
        let (a, b) = (|| IssuerName::new("a"), || IssuerName::new("b"));
        for (issuers, home) in [
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
            assert_eq!(Home::of(issuers.clone(), false), home, "{issuers:?}");
        }
        let person = |issuer: &str| Identity::person(issuer, "ann");
        let only = Home::Only("a".to_owned());
        assert!(only.is(&person("a")) && !only.is(&person("b")) && !only.is(&person("")));
    }

    #[test]
    fn of_several_issuers_that_nobody_named_none_is_home() {
        let home = Home::of([], true).expect("one of its own");
        let (a, b) = (Identity::person("a", "ann"), Identity::person("b", "ann"));
        assert!(!home.is(&Identity::machine("robots", "ann")));
        assert!(home.is(&a) && home.is(&a));
        assert!(!home.is(&b) && !home.is(&a) && !home.is(&b));
    }

    #[test]
    fn beside_an_authenticator_that_names_none_the_one_that_is_named_is_home_while_it_is_the_only_one()
     {
        let home = Home::of([IssuerName::new("a")], true).expect("the named one");
        let (a, b) = (Identity::person("a", "ann"), Identity::person("b", "ann"));
        assert!(home.is(&a) && !home.is(&Identity::machine("robots", "ann")) && home.is(&a));
        assert!(!home.is(&b) && !home.is(&a));
        let home = Home::of([IssuerName::new("a").home()], true).expect("the marked one");
        assert!(!home.is(&b) && home.is(&a));
    }
}
