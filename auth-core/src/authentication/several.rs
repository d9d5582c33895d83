use futures_util::future::BoxFuture;
use http::{HeaderName, request::Parts};

use super::{Authenticator, Outcome, cross_site::CrossSite};

/// Whether a request carries a credential of a kind, before anybody judges it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Presented {
    /// It carries none.
    Nothing,
    /// The client's software sent one by itself, as a browser does with cookies: it counts where
    /// nothing explicit stands beside it.
    Ambient,
    /// The client put one in on purpose.
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

/// Has the right one of several judge the request.
///
/// `headers` are those that any of them reads a credential from.
pub(super) fn judge<'r>(
    all: &'r [Box<dyn Authenticator>],
    headers: &'r [HeaderName],
    cross_site: &'r CrossSite,
    request: &'r Parts,
) -> BoxFuture<'r, Outcome> {
    match all {
        [only] if only.presented(request) == Presented::Explicit => only.authenticate(request),
        [only] => Box::pin(judge_ambient(&**only, cross_site, request)),
        _ => Box::pin(judge_several(all, headers, cross_site, request)),
    }
}

/// What the browser sends by itself counts where the app's own page had it sent. Who says that there is nothing may know
/// somebody all the same, by what nobody put in on purpose.
async fn judge_ambient(
    one: &dyn Authenticator,
    cross_site: &CrossSite,
    request: &Parts,
) -> Outcome {
    let forged = cross_site.refuses(request).await;
    if forged && one.presented(request) == Presented::Ambient {
        return by_another_site();
    }
    match one.authenticate(request).await {
        Outcome::Known(_) if forged => by_another_site(),
        other => other,
    }
}

fn by_another_site() -> Outcome {
    Outcome::CrossSite("sent by another site's page".to_owned())
}

async fn judge_several(
    all: &[Box<dyn Authenticator>],
    headers: &[HeaderName],
    cross_site: &CrossSite,
    request: &Parts,
) -> Outcome {
    let presenting = |how| {
        let mut found = all.iter().filter(move |one| one.presented(request) == how);
        (found.next(), found.next())
    };
    match presenting(Presented::Explicit) {
        (Some(_), Some(_)) => Outcome::Malformed("two credentials"),
        (Some(one), None) => one.authenticate(request).await,
        (None, _) => {
            let has = |name: &HeaderName| request.headers.contains_key(name);
            let ambient: Vec<_> = all
                .iter()
                .filter(|one| one.presented(request) == Presented::Ambient)
                .map(|one| (one, one.credential_headers()))
                .collect();
            let taken = ambient.iter().flat_map(|(_, headers)| headers);
            if headers
                .iter()
                .any(|name| has(name) && !taken.clone().any(|taken| taken == name))
            {
                return Outcome::Malformed("a credential of no kind that is taken here");
            }
            // Of those that come along by themselves, one in a header of its own is preferred to a cookie.
            let in_header = ambient
                .iter()
                .filter(|(_, headers)| headers.iter().any(has));
            let in_header: Vec<_> = in_header.collect();
            match (&in_header[..], &ambient[..]) {
                ([(one, _)], _) | ([], [(one, _)]) => {
                    judge_ambient(&***one, cross_site, request).await
                }
                ([], []) => Outcome::Nobody,
                _ => Outcome::Malformed("two credentials"),
            }
        }
    }
}
