use std::{fmt, marker::PhantomData, ops::Deref};

use axum::extract::{FromRequestParts, RawPathParams};
use http::request::Parts;

use crate::{
    Principal, Resource,
    audit::{self, HandingOut, ShownResource},
    authentication::slot::{Slot, slot},
    denial::{DenialKind, Denied},
    facts::{Deadline, Keys, Loaded},
    resource::{Reach, named_otherwise},
    rule::{Fact, PolicyShape, ResourceFact, Shape},
};

/// The very value a decision was made with: this request's guard granted, its rule names `T`, and
/// `P` stood where it must have held.
///
/// Without `P` it proves only that *some* policy granted; service functions name the policy they
/// demand. It has no `Clone`, no `DerefMut` and no serde, and can't be made by hand.
pub struct Granted<T, P = Checked>(T, Option<Principal>, PhantomData<fn() -> P>);

/// What `Granted<T>` proves: some policy, no particular one.
#[derive(Debug)]
pub enum Checked {}

/// What a [`Granted`] may prove.
#[doc(hidden)]
pub trait Proof: 'static {
    const POLICY: Option<&'static PolicyShape>;
}

impl Proof for Checked {
    const POLICY: Option<&'static PolicyShape> = None;
}

impl<P: Shape> Proof for P {
    const POLICY: Option<&'static PolicyShape> = Some(P::SHAPE);
}

impl<T, P> Granted<T, P> {
    pub(crate) fn proven(value: T, principal: Option<Principal>) -> Self {
        Self(value, principal, PhantomData)
    }

    /// A grant for calling a service function directly in a test.
    #[cfg(feature = "test-util")]
    #[must_use]
    pub fn for_test(value: T) -> Self {
        Self::proven(value, None)
    }

    /// Who it was granted to; none where the rule holds for nobody.
    #[must_use]
    pub fn principal(&self) -> Option<&Principal> {
        self.1.as_ref()
    }

    /// The value without its proof.
    #[must_use]
    pub fn into_inner(self) -> T {
        self.0
    }

    /// The same, proving only that some policy granted.
    #[must_use]
    pub fn weaken(self) -> Granted<T> {
        Granted(self.0, self.1, PhantomData)
    }
}

impl<T, P> Deref for Granted<T, P> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.0
    }
}

impl<T: fmt::Debug, P> fmt::Debug for Granted<T, P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Granted").field(&self.0).finish()
    }
}

impl<S, T, P> FromRequestParts<S> for Granted<T, P>
where
    S: Send + Sync + 'static,
    T: Reach<S>,
    P: Proof,
{
    type Rejection = Denied;

    async fn from_request_parts(request: &mut Parts, state: &S) -> Result<Self, Denied> {
        let Some(decision) = request
            .extensions
            .get_mut::<Slot>()
            .and_then(|slot| slot.decision.as_mut())
        else {
            return Err(Denied::unwired());
        };
        let shape = decision.shape;
        // A policy proves something of what it speaks of itself, and of nothing else.
        let of = T::ID.of;
        let proven =
            P::POLICY.is_none_or(|policy| shape.proves_type(policy.id.of) && policy.names_type(of));
        if !proven || !shape.names_type(of) {
            let why = "the handler takes a `Granted` that its policy doesn't prove".to_owned();
            return Err(refuse(DenialKind::Misconfigured, shape, request, why, None));
        }
        let (loaded, needed) = match decision.resources.take::<T>() {
            Some(loaded) => (loaded, true),
            // The grant didn't need it: it is loaded now, for the handler.
            None => {
                let handing_out = HandingOut::of(request);
                let loaded = load::<T, S>(request, state).await;
                handing_out.done();
                (loaded?, false)
            }
        };
        let handed_out = match value::<T>(loaded) {
            Ok(value) => match named_otherwise(&value, request).await {
                None => Ok(value),
                Some(kind) => {
                    let why = format!("granted, but the whole path names another {kind}");
                    let about = (
                        T::KIND,
                        audit::attempt(T::KIND, || value.shown_key()).flatten(),
                    );
                    Err((DenialKind::NotFound, why, Some(about)))
                }
            },
            Err((kind, why)) => Err((kind, why, None)),
        };
        match handed_out {
            Ok(value) => {
                if let Some(slot) = request.extensions.get_mut::<Slot>()
                    && let Some(decision) = slot.decision.as_mut()
                    && !needed
                {
                    decision.granting.hands_out(&value);
                }
                let caller = slot(request).and_then(|slot| slot.caller.clone());
                Ok(Self::proven(value, caller))
            }
            Err((kind, why, about)) => Err(refuse(kind, shape, request, why, about)),
        }
    }
}

/// What is handed out after a grant, or why it can't be.
pub(super) fn value<T: Resource>(loaded: Loaded) -> Result<T, (DenialKind, String)> {
    let kind = T::KIND;
    match loaded {
        Loaded::Found(value) => match value.downcast::<T>() {
            Ok(value) => Ok(*value),
            Err(_) => Err((
                DenialKind::Misconfigured,
                format!("granted, but what was loaded is no {kind}"),
            )),
        },
        Loaded::Missing | Loaded::OfAnother(_) => Err((
            DenialKind::NotFound,
            format!("granted, but the {kind} is missing"),
        )),
        Loaded::Taken => Err((
            DenialKind::Misconfigured,
            format!(
                "the handler takes a second `Granted` of the {kind}, and one was checked: take one"
            ),
        )),
        Loaded::Failed(why) => Err((
            DenialKind::Unavailable,
            format!("granted, but the {kind} could not be loaded: {why:?}"),
        )),
    }
}

fn refuse(
    kind: DenialKind,
    shape: &'static PolicyShape,
    request: &mut Parts,
    explanation: String,
    about: Option<ShownResource>,
) -> Denied {
    if kind == DenialKind::Misconfigured {
        tracing::error!(target: "auth_core::wiring", policy = shape.name, explanation);
    }
    audit::Denial::after_grant(request, kind, Some(shape), explanation, about)
}

async fn load<T: Reach<S>, S: 'static>(request: &mut Parts, state: &S) -> Result<Loaded, Denied> {
    let params = RawPathParams::from_request_parts(request, &()).await.ok();
    let slot = request.extensions.get_mut::<Slot>();
    let slot = slot.ok_or_else(Denied::unwired)?;
    let decision = slot.decision.as_mut().ok_or_else(Denied::unwired)?;
    // All that is loaded for the handler has one deadline.
    let deadline = *decision
        .handed_out_by
        .get_or_insert_with(|| Deadline::after(slot.edge.deadline));
    let keys = Keys {
        params: params.as_ref(),
    };
    let fact: &'static ResourceFact<S> = &T::FACT;
    let _timed = audit::timed(&Fact::Resource(fact));
    let load = (fact.load)(&keys, Some(request), state);
    let loaded = deadline.within(load).await;
    Ok(loaded.unwrap_or_else(Loaded::Failed))
}
