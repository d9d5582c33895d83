use axum::routing::MethodFilter;
use http::Method;

use super::PolicyMethodRouter;
use crate::guard::DeclaredHandler;

// Written out, not by a macro: a bound that a macro wrote makes rustc show the macro, too, whenever
// it says that a handler declares no policy.

/// Routes `GET` to a handler that declares its policy.
#[track_caller]
pub fn get<H, T, S>(handler: H) -> PolicyMethodRouter<S>
where
    H: DeclaredHandler<T, S>,
    T: 'static,
    S: Clone + Send + Sync + 'static,
{
    PolicyMethodRouter::new().get(handler)
}

/// Routes `POST` to a handler that declares its policy.
#[track_caller]
pub fn post<H, T, S>(handler: H) -> PolicyMethodRouter<S>
where
    H: DeclaredHandler<T, S>,
    T: 'static,
    S: Clone + Send + Sync + 'static,
{
    PolicyMethodRouter::new().post(handler)
}

/// Routes `PUT` to a handler that declares its policy.
#[track_caller]
pub fn put<H, T, S>(handler: H) -> PolicyMethodRouter<S>
where
    H: DeclaredHandler<T, S>,
    T: 'static,
    S: Clone + Send + Sync + 'static,
{
    PolicyMethodRouter::new().put(handler)
}

/// Routes `PATCH` to a handler that declares its policy.
#[track_caller]
pub fn patch<H, T, S>(handler: H) -> PolicyMethodRouter<S>
where
    H: DeclaredHandler<T, S>,
    T: 'static,
    S: Clone + Send + Sync + 'static,
{
    PolicyMethodRouter::new().patch(handler)
}

/// Routes `DELETE` to a handler that declares its policy.
#[track_caller]
pub fn delete<H, T, S>(handler: H) -> PolicyMethodRouter<S>
where
    H: DeclaredHandler<T, S>,
    T: 'static,
    S: Clone + Send + Sync + 'static,
{
    PolicyMethodRouter::new().delete(handler)
}

/// Routes `HEAD` to a handler that declares its policy.
#[track_caller]
pub fn head<H, T, S>(handler: H) -> PolicyMethodRouter<S>
where
    H: DeclaredHandler<T, S>,
    T: 'static,
    S: Clone + Send + Sync + 'static,
{
    PolicyMethodRouter::new().head(handler)
}

/// Routes `OPTIONS` to a handler that declares its policy.
#[track_caller]
pub fn options<H, T, S>(handler: H) -> PolicyMethodRouter<S>
where
    H: DeclaredHandler<T, S>,
    T: 'static,
    S: Clone + Send + Sync + 'static,
{
    PolicyMethodRouter::new().options(handler)
}

/// Routes `TRACE` to a handler that declares its policy.
#[track_caller]
pub fn trace<H, T, S>(handler: H) -> PolicyMethodRouter<S>
where
    H: DeclaredHandler<T, S>,
    T: 'static,
    S: Clone + Send + Sync + 'static,
{
    PolicyMethodRouter::new().trace(handler)
}

/// Routes `CONNECT` to a handler that declares its policy.
#[track_caller]
pub fn connect<H, T, S>(handler: H) -> PolicyMethodRouter<S>
where
    H: DeclaredHandler<T, S>,
    T: 'static,
    S: Clone + Send + Sync + 'static,
{
    PolicyMethodRouter::new().connect(handler)
}

impl<S: Clone + Send + Sync + 'static> PolicyMethodRouter<S> {
    /// Routes `GET` as well.
    #[track_caller]
    pub fn get<H, T>(self, handler: H) -> Self
    where
        H: DeclaredHandler<T, S>,
        T: 'static,
    {
        self.mount(MethodFilter::GET, &[Method::GET], handler)
    }

    /// Routes `POST` as well.
    #[track_caller]
    pub fn post<H, T>(self, handler: H) -> Self
    where
        H: DeclaredHandler<T, S>,
        T: 'static,
    {
        self.mount(MethodFilter::POST, &[Method::POST], handler)
    }

    /// Routes `PUT` as well.
    #[track_caller]
    pub fn put<H, T>(self, handler: H) -> Self
    where
        H: DeclaredHandler<T, S>,
        T: 'static,
    {
        self.mount(MethodFilter::PUT, &[Method::PUT], handler)
    }

    /// Routes `PATCH` as well.
    #[track_caller]
    pub fn patch<H, T>(self, handler: H) -> Self
    where
        H: DeclaredHandler<T, S>,
        T: 'static,
    {
        self.mount(MethodFilter::PATCH, &[Method::PATCH], handler)
    }

    /// Routes `DELETE` as well.
    #[track_caller]
    pub fn delete<H, T>(self, handler: H) -> Self
    where
        H: DeclaredHandler<T, S>,
        T: 'static,
    {
        self.mount(MethodFilter::DELETE, &[Method::DELETE], handler)
    }

    /// Routes `HEAD` as well.
    #[track_caller]
    pub fn head<H, T>(self, handler: H) -> Self
    where
        H: DeclaredHandler<T, S>,
        T: 'static,
    {
        self.mount(MethodFilter::HEAD, &[Method::HEAD], handler)
    }

    /// Routes `OPTIONS` as well.
    #[track_caller]
    pub fn options<H, T>(self, handler: H) -> Self
    where
        H: DeclaredHandler<T, S>,
        T: 'static,
    {
        self.mount(MethodFilter::OPTIONS, &[Method::OPTIONS], handler)
    }

    /// Routes `TRACE` as well.
    #[track_caller]
    pub fn trace<H, T>(self, handler: H) -> Self
    where
        H: DeclaredHandler<T, S>,
        T: 'static,
    {
        self.mount(MethodFilter::TRACE, &[Method::TRACE], handler)
    }

    /// Routes `CONNECT` as well.
    #[track_caller]
    pub fn connect<H, T>(self, handler: H) -> Self
    where
        H: DeclaredHandler<T, S>,
        T: 'static,
    {
        self.mount(MethodFilter::CONNECT, &[Method::CONNECT], handler)
    }
}
