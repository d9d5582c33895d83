//! What a route acts on, and how it is found: at most once a request.

mod changes;
mod key;
mod lineage;
mod tenant;

use std::{
    any::{Any, TypeId},
    fmt::Display,
    future::Future,
    str::FromStr,
};

use axum::extract::{FromRef, FromRequestParts, RawPathParams};
use http::request::Parts;

use crate::{
    Principal,
    facts::{Keys, Loaded, part},
    principal::SubjectKey,
    routing::is_mounted,
    rule::{Id, LoadFact, ResourceFact},
};

pub use changes::{Changes, Marks};
pub use key::KeyAt;
pub(crate) use key::{KeyFault, KeyText, check_key, key_text, parameter};
pub(crate) use lineage::ancestors;
pub use lineage::{
    ChildOf, Hidden, InPath, IsOne, Keyed, NoKey, NotInPath, Nothing, Parent, ParentKeys, Shown,
};
pub use tenant::TenantKey;

/// What a route acts on: a struct with `#[derive(Resource)]`.
///
/// `#[key]` marks its identifier, `#[owner]` the person it belongs to, `#[tenant]` the tenant: a rule that
/// names it holds for callers of that tenant alone, and for others it is missing. `#[parent(Project)]` marks the
/// key of what it belongs to: relations to that are relations to it, and a path that holds both keys must agree. Its key stands in the path as
/// `{ticket_id}`, or as `{id}` directly after `/tickets/` or `/ticket/`; `#[resource(param = "slug")]`
/// names another parameter, `params("owner", "name")` several that make one
/// key (`acme/website`), and `query = "ticket"` a parameter of the query.
///
/// `#[resource(transparent)]` on a newtype of a resource makes it one of another kind, so that one rule can speak of two of
/// them. Of a folder that stands in a folder, `/folders/{folder_id}/children/{child_id}` names a child and its parent, which
/// must agree as others do; where the second stands beside the first, as the target of a move does, the newtype says so:
/// `#[resource(transparent, beside)]`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a resource",
    label = "not a resource",
    note = "add `#[derive(Resource)]` to `{Self}`"
)]
pub trait Resource: Sized + Send + Sync + 'static {
    /// What the kind is called: the type's name in `snake_case`, or `#[name = "…"]`.
    const KIND: &'static str;
    #[doc(hidden)]
    const ID: Id;
    #[doc(hidden)]
    const KEY_AT: KeyAt = KeyAt::Kind;
    /// Whether it is proposed in a request, and nowhere yet.
    #[doc(hidden)]
    const PROPOSED: bool = false;
    /// Which it is, or what it is a newtype of in the end.
    #[doc(hidden)]
    const INNER: Id = Self::ID;
    /// Whether it stands beside what it is a newtype of in a path, and not below it.
    #[doc(hidden)]
    const BESIDE: bool = false;
    /// Itself, or what it is a transparent newtype of.
    #[doc(hidden)]
    fn inner(&self) -> &(dyn Any + Send + Sync) {
        self
    }
    #[doc(hidden)]
    const PARENTS: &'static [Parent] = &[];
    #[doc(hidden)]
    const MARKS: Marks = Marks::NONE;
    /// What it changes, where it is proposed and says so.
    #[doc(hidden)]
    const CHANGES: Option<Changes> = None;
    /// Its key, where that can be displayed: for the audit trail.
    #[doc(hidden)]
    fn shown_key(&self) -> Option<String> {
        None
    }
    /// Its `#[owner]` field.
    #[doc(hidden)]
    fn marked_owner(&self) -> Option<&dyn SubjectKey> {
        None
    }
    /// Its `#[tenant]` field.
    #[doc(hidden)]
    fn marked_tenant(&self) -> Option<&dyn TenantKey> {
        None
    }
    #[doc(hidden)]
    const OWNED: bool;
    #[doc(hidden)]
    const OF_A_TENANT: bool;
}

/// How a resource is found. A decision loads it at most once, and only if it needs it.
///
/// A key that can't be read, and `Ok(None)`, are a missing resource (404); an error, a panic and a
/// load that takes longer than the deadline are a store that can't answer (503). Neither grants.
#[diagnostic::on_unimplemented(
    message = "`{Self}` says nowhere how it is found",
    label = "can't be loaded",
    note = "what comes from the store has `impl Load for {Self}`; an id is asked about with `.key(id)`, what a request proposes with `.propose(value)`"
)]
pub trait Load: Resource {
    /// Where it is found: whatever `FromRef` takes out of the router's state.
    type State: Send + Sync;
    /// What it is found by, read from the path's text.
    type Key: FromStr + Send;
    /// Why it could not be looked for. The words go to the log alone.
    type Error: Display + Send;

    /// Looks for it.
    fn load(
        key: Self::Key,
        state: &Self::State,
    ) -> impl Future<Output = Result<Option<Self>, Self::Error>> + Send;

    /// Looks for several, each of them another, as lists and relations through parents do. Those that are
    /// there come in any order.
    ///
    /// It asks for one after the other: write it, where the store can answer in one query.
    fn load_many(
        keys: Vec<Self::Key>,
        state: &Self::State,
    ) -> impl Future<Output = Result<Vec<Self>, Self::Error>> + Send {
        async move {
            let mut found = Vec::new();
            for key in keys {
                found.extend(Self::load(key, state).await?);
            }
            Ok(found)
        }
    }
}

/// What a request proposes, and what is nowhere yet: a struct with `#[derive(Resource)]` and
/// `#[resource(proposed)]`.
///
/// It is never loaded. A policy that speaks of it is asked in the handler, with
/// [`propose`](crate::Authorize::propose), once the body is read.
///
/// What changes something that is there says so, `#[resource(proposed, changes = Ticket)]`: it is asked about beside that
/// ticket (`.given(&ticket)`), and the `#[key]`, `#[owner]` and `#[tenant]` that both mark must agree, so that a body can't
/// speak of another ticket than the path, nor give the ticket to somebody else. A policy under which they may
/// differ says which: `may_change(owner)`. It is the cure for mass assignment (OWASP API3:2023). A field that is
/// absent on one side alone differs.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not proposed",
    label = "not a proposed value",
    note = "what comes out of a request has `#[derive(Resource)]` and `#[resource(proposed)]`; what comes from the store is asked about with `.on(value)`"
)]
pub trait Proposed: Resource {}

/// How a proposed resource isn't found.
#[doc(hidden)]
#[must_use]
pub const fn proposed<T: Proposed, S: 'static>() -> ResourceFact<S> {
    fact::<T, S>(|_, _, _| {
        let why = "it is proposed: ask in the handler, with `.propose(value)`";
        Box::pin(std::future::ready(Loaded::Failed(why.to_owned())))
    })
}

/// What a decision must know of a kind of resource, and how one is found.
const fn fact<T: Resource, S: 'static>(load: LoadFact<S>) -> ResourceFact<S> {
    ResourceFact {
        of: TypeId::of::<T>(),
        kind: T::KIND,
        in_tenant: if T::OF_A_TENANT {
            Some(in_tenant::<T>)
        } else {
            None
        },
        shown: shown::<T>,
        load,
    }
}

/// A resource that the router's state `S` can load.
#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "`{Self}` can't be loaded from the state `{S}`",
    label = "can't be loaded",
    note = "write `impl Load for {Self}`, and let its `State` be taken out of `{S}` by `FromRef`"
)]
pub trait Reach<S: 'static>: Resource {
    #[doc(hidden)]
    const FACT: ResourceFact<S>;
}

impl<S: Sync + 'static, T: Load> Reach<S> for T
where
    T::State: FromRef<S>,
{
    const FACT: ResourceFact<S> =
        fact::<T, S>(|keys, request, state| Box::pin(load::<T, S>(keys, request, state)));
}

fn shown<T: Resource>(value: &(dyn Any + Send + Sync)) -> Option<String> {
    value.downcast_ref::<T>()?.shown_key()
}

pub(crate) fn owned_by<T: Resource>(value: &(dyn Any + Send + Sync), caller: &Principal) -> bool {
    value
        .downcast_ref::<T>()
        .and_then(T::marked_owner)
        .is_some_and(|owner| owner.is(caller))
}

pub(crate) fn in_tenant<T: Resource>(value: &(dyn Any + Send + Sync), caller: &Principal) -> bool {
    value
        .downcast_ref::<T>()
        .and_then(T::marked_tenant)
        .is_some_and(|tenant| tenant.is_tenant_of(caller))
}

async fn load<T: Load, S>(keys: &Keys<'_>, request: Option<&Parts>, state: &S) -> Loaded
where
    T::State: FromRef<S>,
{
    let (Some(params), Some(request)) = (keys.params, request) else {
        return Loaded::Missing;
    };
    let text = key_text(params, request, T::KIND, T::KEY_AT);
    let KeyText::Is(text) = text else {
        return Loaded::Missing;
    };
    let Ok(key) = text.parse::<T::Key>() else {
        return Loaded::Missing;
    };
    let loaded = find::<T>(key, &part(state)).await;
    if let Loaded::Found(value) = &loaded
        && let Some(value) = value.downcast_ref::<T>()
        && let Some(another) = of_another(value, params, request)
    {
        return Loaded::OfAnother(another);
    }
    loaded
}

/// Of which kind the path names another parent than the resource's own.
fn of_another<T: Resource>(
    value: &T,
    params: &RawPathParams,
    request: &Parts,
) -> Option<&'static str> {
    // The key of a resource that is its own kind's parent is no parent's, and beside another of its kind it has its own.
    let own = TypeId::of::<T>();
    let beside = T::BESIDE.then(|| (*value.inner()).type_id());
    let others = |parent: &&Parent| parent.id.of != own && Some(parent.id.of) != beside;
    let mut parents = T::PARENTS.iter().filter(others);
    let another =
        parents.find(
            |parent| match key_text(params, request, parent.kind, parent.key_at) {
                KeyText::Is(text) => !parent.admits(value.inner(), &text),
                KeyText::NotNamed => false,
                KeyText::Unreadable => true,
            },
        );
    if another.is_some() || !is_mounted(request) {
        return another.map(|parent| parent.kind);
    }
    // At start nobody could tell that a path names what stands further above, which can't be compared.
    let mut named = far_above(T::PARENTS).filter(|parent| {
        let key = key_text(params, request, parent.kind, parent.key_at);
        !matches!(key, KeyText::NotNamed)
    });
    named.next().map(|parent| parent.kind)
}

/// What stands above a resource's parents, and is none of them itself.
fn far_above(parents: &'static [Parent]) -> impl Iterator<Item = &'static Parent> {
    let is_own = |one: &Parent| parents.iter().any(|parent| parent.id.of == one.id.of);
    ancestors(parents)
        .into_iter()
        .filter(move |one| !is_own(one))
}

/// Of which kind the path names something else than what was decided about: a guard before a mounted service has not
/// seen all of it.
pub(crate) async fn named_otherwise<T: Resource>(
    value: &T,
    request: &mut Parts,
) -> Option<&'static str> {
    if !is_mounted(request) {
        return None;
    }
    let Ok(params) = RawPathParams::from_request_parts(request, &()).await else {
        return Some(T::KIND);
    };
    let own = key_text(&params, request, T::KIND, T::KEY_AT);
    if matches!(own, KeyText::Unreadable) {
        return Some(T::KIND);
    }
    of_another(value, &params, request)
}

pub(crate) async fn find<T: Load>(key: T::Key, state: &T::State) -> Loaded {
    match T::load(key, state).await {
        Ok(Some(value)) => Loaded::Found(Box::new(value)),
        Ok(None) => Loaded::Missing,
        Err(error) => {
            let error = error.to_string();
            tracing::warn!(target: "auth_core::facts", resource = T::KIND, error = ?error, "a load failed");
            Loaded::Failed(error)
        }
    }
}
