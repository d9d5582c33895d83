use std::time::{Duration, SystemTime};

use axum::response::Response;
use http::request::Parts;

use super::{PolicyRouter, wiring::WiringError};
#[cfg(feature = "audit")]
use crate::{AuditTrail, authentication::slot::RequestId};
use crate::{
    DEFAULT_DEADLINE, Denied,
    authentication::{cross_site::CrossSite, foreign_schemes::ForeignSchemes},
    denial::Wording,
    facts::{Clock, Told, TrustedProxies},
};

/// What the decisions of a router are made with.
#[derive(Clone, Debug)]
pub(super) struct Settings {
    pub(super) proxies: TrustedProxies,
    pub(super) cross_site: CrossSite,
    pub(super) clock: Clock,
    pub(super) told: Vec<Told>,
    /// What was set, by the names of its methods.
    set: Vec<&'static str>,
    /// What was said wrongly, refused when the router is authenticated.
    pub(super) faults: Vec<WiringError>,
    pub(super) deadline: Duration,
    pub(super) explain_to_client: bool,
    pub(super) wording: Option<Wording>,
    pub(super) keep_credentials: bool,
    pub(super) foreign_schemes: ForeignSchemes,
    #[cfg(feature = "audit")]
    pub(super) trail: Option<AuditTrail>,
    #[cfg(feature = "audit")]
    pub(super) request_id: Option<RequestId>,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            proxies: TrustedProxies::default(),
            cross_site: CrossSite::default(),
            clock: Clock::default(),
            told: Vec::new(),
            set: Vec::new(),
            faults: Vec::new(),
            deadline: DEFAULT_DEADLINE,
            explain_to_client: false,
            wording: None,
            keep_credentials: false,
            foreign_schemes: ForeignSchemes::default(),
            #[cfg(feature = "audit")]
            trail: None,
            #[cfg(feature = "audit")]
            request_id: None,
        }
    }
}

impl Settings {
    /// Takes another origin's pages for the app's own, or says why that is none.
    pub(super) fn trust(&mut self, origin: &str) {
        if let Err(why) = self.cross_site.trust(origin) {
            self.faults.push(WiringError {
                route: "the trusted origins".to_owned(),
                what: format!("`{origin}`: {why}"),
                cure: "name an origin, as `https://app.example`".to_owned(),
            });
        }
    }

    /// A router that is nested or merged has none of its own: what it set would be lost, an audit trail too.
    pub(super) fn join(&mut self, route: &str, other: Self) {
        self.faults.extend(other.faults);
        self.faults.extend(other.set.iter().map(|name| WiringError {
            route: route.to_owned(),
            what: format!("`.{name}(...)` of a router that is joined to another has no effect"),
            cure: "set it on the router that is authenticated".to_owned(),
        }));
    }
}

/// What the decisions of its routes are made with. They are set on the router that is authenticated: one that is
/// nested or merged has none of its own, which is refused with all else that can't work.
impl<S: Clone + Send + Sync + 'static> PolicyRouter<S> {
    /// How long a decision may take to find out all that it needs, and the authenticator to say who calls: five
    /// seconds unless said otherwise. What isn't told by then is *unknown*.
    pub fn deadline(self, deadline: Duration) -> Self {
        self.set("deadline", |settings| settings.deadline = deadline)
    }

    /// Tells clients why they were denied. In builds without debug assertions it does nothing.
    pub fn explain_to_client(self) -> Self {
        self.set("explain_to_client", |settings| {
            settings.explain_to_client = cfg!(debug_assertions);
        })
    }

    /// Words denials in the app's own way, where clients expect another envelope than problems (RFC 9457).
    ///
    /// It gets the denial, with its kind, its author's words and its challenges, and the request without its credentials.
    /// A denial stays one: its status, its challenge and what caches are told are put back.
    ///
    /// ```
    /// use auth_core::{Bearer, Guarded, Issuer, PolicyRouter};
    /// use axum::{Json, response::IntoResponse};
    /// use serde_json::json;
    ///
    /// # fn app(issuer: Issuer) -> Guarded {
    /// PolicyRouter::new()
    ///     .denials(|denied, _| {
    ///         let message = denied.detail().unwrap_or("not allowed");
    ///         Json(json!({ "error": denied.kind().code(), "message": message })).into_response()
    ///     })
    ///     .authenticate(Bearer::jwt(issuer))
    /// # }
    /// ```
    pub fn denials(
        self,
        word: impl Fn(&Denied, &Parts) -> Response + Send + Sync + 'static,
    ) -> Self {
        self.set("denials", |settings| {
            settings.wording = Some(Wording::by(word));
        })
    }

    /// Leaves credentials in the request, for gateways that hand them on.
    pub fn keep_credentials(self) -> Self {
        self.set("keep_credentials", |settings| {
            settings.keep_credentials = true;
        })
    }

    /// Takes `Authorization` of this scheme for nothing: a proxy in front of the app asks for a password, and leaves what
    /// the browser answered in the request. Otherwise a scheme that no authenticator takes is no credential that could be
    /// read (400).
    ///
    /// ```
    /// # use auth_core::{Bearer, Guarded, Issuer, PolicyRouter};
    /// # fn app(issuer: Issuer) -> Guarded {
    /// PolicyRouter::new().foreign_scheme("Basic").authenticate(Bearer::jwt(issuer))
    /// # }
    /// ```
    pub fn foreign_scheme(self, scheme: &'static str) -> Self {
        self.set("foreign_scheme", |settings| {
            if let Err(why) = settings.foreign_schemes.add(scheme) {
                settings.faults.push(WiringError {
                    route: "the foreign schemes".to_owned(),
                    what: format!("`{scheme}`: {why}"),
                    cure: "name what stands before the first space, as `Basic`".to_owned(),
                });
            }
        })
    }

    /// Believes proxies at these addresses and networks (`10.0.0.0/8`) when they say where a request came
    /// from: [`Context::client`](crate::Context::client) is then what they wrote last into
    /// `X-Forwarded-For` that is none of them, and [`Context::scheme`](crate::Context::scheme) their
    /// `X-Forwarded-Proto`. They must overwrite what a client sends under the latter name.
    #[cfg(feature = "trusted-proxies")]
    pub fn trusted_proxies(self, proxies: impl IntoIterator<Item: AsRef<str>>) -> Self {
        self.set("trusted_proxies", |settings| {
            for proxy in proxies {
                let proxy = proxy.as_ref();
                if let Err(why) = settings.proxies.add(proxy) {
                    settings.faults.push(WiringError {
                        route: "the trusted proxies".to_owned(),
                        what: format!("`{proxy}`: {why}"),
                        cure: "name the proxies' own addresses or networks, as `10.0.0.0/8`"
                            .to_owned(),
                    });
                }
            }
        })
    }

    /// Another origin whose pages may send what is more than reading with a credential that the browser sends by itself,
    /// as a cookie: `https://app.example`. Those of other sites are refused (403 `cross_site_request`), WebSocket
    /// handshakes too.
    pub fn trusted_origin(self, origin: &str) -> Self {
        self.set("trusted_origin", |settings| settings.trust(origin))
    }

    /// Keeps decisions in a trail: denials always, grants where the trail says so.
    #[cfg(feature = "audit")]
    pub fn audit(self, trail: AuditTrail) -> Self {
        self.set("audit", |settings| settings.trail = Some(trail))
    }

    /// What a request is called in the audit trail: what a layer in front of the app has put into it.
    #[cfg(feature = "audit")]
    pub fn request_id(
        self,
        name: impl Fn(&Parts) -> Option<String> + Send + Sync + 'static,
    ) -> Self {
        self.set("request_id", |settings| {
            settings.request_id = Some(RequestId::by(name));
        })
    }

    /// What time it is for decisions, instead of the system's clock:
    /// [`Context::now`](crate::Context::now), and the age of a login.
    pub fn clock(self, clock: impl Fn() -> SystemTime + Send + Sync + 'static) -> Self {
        self.set("clock", |settings| settings.clock = Clock::told(clock))
    }

    /// Tells conditions a value of the app's own about each request, as
    /// [`Context::get`](crate::Context::get). It is asked where a decision looks at its
    /// [`Context`](crate::Context), and no more than once.
    ///
    /// The request's headers are what the client says of itself, except where something in front of the app
    /// overwrites them.
    pub fn tells<T: Clone + Send + Sync + 'static>(
        self,
        tell: impl Fn(&Parts) -> T + Send + Sync + 'static,
    ) -> Self {
        self.set("tells", |settings| settings.told.push(Told::by(tell)))
    }

    fn set(mut self, name: &'static str, change: impl FnOnce(&mut Settings)) -> Self {
        change(&mut self.settings);
        if !self.settings.set.contains(&name) {
            self.settings.set.push(name);
        }
        self
    }
}
