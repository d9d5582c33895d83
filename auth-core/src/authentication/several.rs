use std::fmt;

use futures_util::future::BoxFuture;
use http::{HeaderName, header::COOKIE, request::Parts};

use super::{
    Authenticator, Outcome,
    cross_site::{CrossSite, is_asked_for_first, is_of_browsers_login},
};
use crate::Identity;

/// Whether a request carries a credential of a kind, before anybody judges it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Presented {
    /// It carries none.
    Nothing,
    /// A cookie, or the like of one: it counts where nothing explicit stands beside it.
    Ambient,
    /// One in a place of its own.
    Explicit,
}

/// One way of knowing who calls, or several as a tuple: `(Bearer::jwt(issuer), keys)`.
///
/// Of several, the one whose credential the request carries judges it, whatever their order. Two
/// explicit credentials are a malformed request (400), and so is one that nobody here takes.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no way of knowing who calls",
    label = "not an authenticator",
    note = "write `Bearer::jwt(issuer)`, or implement `Authenticator` for a way of the app's own"
)]
pub trait Authenticators {
    #[doc(hidden)]
    fn list(self) -> Vec<Box<dyn Authenticator>>;
}

impl<A: Authenticator> Authenticators for A {
    fn list(self) -> Vec<Box<dyn Authenticator>> {
        vec![Box::new(self)]
    }
}

macro_rules! several {
    ($($name:ident)*) => {
        impl<$($name: Authenticator),*> Authenticators for ($($name,)*) {
            fn list(self) -> Vec<Box<dyn Authenticator>> {
                #[allow(non_snake_case, reason = "each is named as its type")]
                let ($($name,)*) = self;
                vec![$(Box::new($name)),*]
            }
        }
    };
}
several!(A B);
several!(A B C);
several!(A B C D);
several!(A B C D E);
several!(A B C D E F);
several!(A B C D E F G);
several!(A B C D E F G H);

/// As many as the app's settings say.
impl Authenticators for Vec<Box<dyn Authenticator>> {
    fn list(self) -> Self {
        self
    }
}

/// One of a router's authenticators.
pub(crate) struct Judge {
    authenticator: Box<dyn Authenticator>,
    /// What it reads that clients put in on purpose.
    deliberate: Vec<HeaderName>,
}

impl Judge {
    pub(crate) fn new(authenticator: Box<dyn Authenticator>) -> Self {
        let read = authenticator.credential_headers();
        let mut deliberate = authenticator.deliberate_headers();
        deliberate.retain(|name| read.contains(name) && is_asked_for_first(name));
        Self {
            authenticator,
            deliberate,
        }
    }

    pub(crate) async fn still_counts(&self, caller: &Identity) -> Result<bool, String> {
        self.authenticator.still_counts(caller).await
    }

    /// Ends the login that a cookie of this name stands for, where it is one of its own.
    pub(crate) async fn login_ended(&self, caller: &Identity, cookie: &str) -> Outcome {
        let mut own = self.authenticator.credential_cookies().into_iter();
        if own.any(|name| name == cookie) {
            self.authenticator.login_ended(caller).await
        } else {
            Outcome::Nobody
        }
    }

    fn presents(&self, request: &Parts, how: Presented) -> bool {
        self.authenticator.presented(request) == how
    }

    /// Whether the client put in on purpose what it reads.
    fn is_deliberate(&self, request: &Parts) -> bool {
        self.deliberate.iter().any(|name| {
            let mut values = request.headers.get_all(name).iter().peekable();
            values.peek().is_some() && !values.any(is_of_browsers_login)
        })
    }

    pub(super) fn judge<'r>(
        &'r self,
        cross_site: &'r CrossSite,
        request: &'r Parts,
    ) -> BoxFuture<'r, Outcome> {
        if self.is_deliberate(request) {
            self.authenticator.authenticate(request)
        } else {
            Box::pin(self.judge_ambient(cross_site, request))
        }
    }

    /// What may have come along by itself counts where the app's own page had it sent. Who says that there is nothing may
    /// know somebody all the same.
    async fn judge_ambient(&self, cross_site: &CrossSite, request: &Parts) -> Outcome {
        let by_another_site = || Outcome::CrossSite("sent by another site's page".to_owned());
        let named = !self.presents(request, Presented::Nothing);
        if named && cross_site.refuses(request).await {
            return by_another_site();
        }
        match self.authenticator.authenticate(request).await {
            Outcome::Known(_) if !named && cross_site.refuses(request).await => by_another_site(),
            other => other,
        }
    }
}

impl fmt::Debug for Judge {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Judge")
            .field("challenge", &self.authenticator.challenge())
            .finish_non_exhaustive()
    }
}

/// The place of the one whose credential the request carries; of one alone that one's, which may find more than it says.
///
/// `headers` are those that any of them reads a credential from.
pub(super) fn chosen(
    all: &[Judge],
    headers: &[HeaderName],
    request: &Parts,
) -> Result<Option<usize>, &'static str> {
    const TWO: &str = "two credentials";

    if all.len() == 1 {
        return Ok(Some(0));
    }
    let presenting = |how| {
        let mut places = (0..)
            .zip(all)
            .filter(move |(_, one)| one.presents(request, how));
        let mut next = || places.next().map(|(place, _)| place);
        (next(), next())
    };
    match presenting(Presented::Explicit) {
        (Some(_), Some(_)) => return Err(TWO),
        (Some(one), None) => return Ok(Some(one)),
        (None, _) => {}
    }
    let of_no_kind = |name: &HeaderName| *name != COOKIE && request.headers.contains_key(name);
    if headers.iter().any(of_no_kind) {
        return Err("a credential of no kind that is taken here");
    }
    match presenting(Presented::Ambient) {
        (Some(_), Some(_)) => Err(TWO),
        (one, _) => Ok(one),
    }
}
