use std::future::Future;

use axum::{
    extract::{FromRequest, FromRequestParts},
    handler::Handler,
    response::IntoResponse,
};

use super::Guard;
use crate::rule::{PolicyShape, Said, Shape};

/// The first argument of every handler that may be mounted.
///
/// Not generic over the state: with it, a state that can't load a resource would read "declares no
/// policy".
#[doc(hidden)]
pub trait IsGuard {
    const SHAPE: &'static PolicyShape;
}

impl<P: Shape> IsGuard for Guard<P> {
    const SHAPE: &'static PolicyShape = P::SHAPE;
}

/// Extractor tuples that begin with a guard, of a handler `H`.
///
/// Only of functions: axum extracts what a function takes, and so its guard. Another implementation of
/// `Handler` may name a guard that it never extracts.
#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "this route's handler declares no policy",
    label = "this handler has no policy",
    note = "put `#[requires(...)]` on the handler, or `#[public(because = \"...\")]` if anyone may call it",
    note = "a closure or another crate's handler declares at the route: `get(guarded(EditTicket, handler))`"
)]
pub trait DeclaresPolicy<H> {
    /// What axum has to extract for it: all of them, by a name that is known only where there is a policy. So rustc tells
    /// "no policy" alone.
    type Arguments;
    const SHAPE: &'static PolicyShape;

    /// What the handler `H` says of its policy that types don't.
    fn said(_: &H) -> Option<Said> {
        None
    }
}

macro_rules! declares {
    ($(($($argument:ident),*))*) => { $(
        #[diagnostic::do_not_recommend]
        impl<Z, M, G, Y, $($argument),*> DeclaresPolicy<Z> for (M, G, $($argument,)*)
        where
            G: IsGuard,
            Z: FnOnce(G, $($argument),*) -> Y,
        {
            type Arguments = Self;
            const SHAPE: &'static PolicyShape = G::SHAPE;
        }
    )* };
}

#[rustfmt::skip]
declares! {
    () (A) (A, B) (A, B, C) (A, B, C, D) (A, B, C, D, E) (A, B, C, D, E, F) (A, B, C, D, E, F, H)
    (A, B, C, D, E, F, H, I) (A, B, C, D, E, F, H, I, J) (A, B, C, D, E, F, H, I, J, K)
    (A, B, C, D, E, F, H, I, J, K, L) (A, B, C, D, E, F, H, I, J, K, L, N)
    (A, B, C, D, E, F, H, I, J, K, L, N, O) (A, B, C, D, E, F, H, I, J, K, L, N, O, Q)
    (A, B, C, D, E, F, H, I, J, K, L, N, O, Q, R)
}

/// Extractor tuples that axum itself extracts for the function `H`.
///
/// It demands what axum's own implementation for functions does, so that no other one can stand beside that: a function
/// pointer is a function too, and a hand-written `Handler` of one may name a guard that it never extracts.
#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "this function is not an axum handler",
    label = "not a handler",
    note = "every argument must be an extractor, only the last may read the body, and the result must be a response"
)]
pub trait Extracted<H, S> {}

macro_rules! extracted {
    ($(($($first:ident),*; $last:ident))*) => { $(
        #[diagnostic::do_not_recommend]
        impl<Z, M, Y, S, $($first,)* $last> Extracted<Z, S> for (M, $($first,)* $last)
        where
            Z: FnOnce($($first,)* $last) -> Y,
            Y: Future<Output: IntoResponse> + Send,
            $($first: FromRequestParts<S> + Send,)*
            $last: FromRequest<S, M> + Send,
        {
        }
    )* };
}

#[rustfmt::skip]
extracted! {
    (; G) (G; A) (G, A; B) (G, A, B; C) (G, A, B, C; D) (G, A, B, C, D; E) (G, A, B, C, D, E; F)
    (G, A, B, C, D, E, F; H) (G, A, B, C, D, E, F, H; I) (G, A, B, C, D, E, F, H, I; J)
    (G, A, B, C, D, E, F, H, I, J; K) (G, A, B, C, D, E, F, H, I, J, K; L)
    (G, A, B, C, D, E, F, H, I, J, K, L; N) (G, A, B, C, D, E, F, H, I, J, K, L, N; O)
    (G, A, B, C, D, E, F, H, I, J, K, L, N, O; Q) (G, A, B, C, D, E, F, H, I, J, K, L, N, O, Q; R)
}

/// A handler that declares its policy: what every routing function takes.
///
/// One bound over one blanket impl, so that rustc underlines the handler alone and tells "no policy"
/// from "not a handler".
#[diagnostic::on_unimplemented(
    message = "this function is not an axum handler",
    label = "not a handler",
    note = "every argument must be an extractor, only the last may read the body, and the result must be a response",
    note = "the router's state must hold (`FromRef`) what the rule's resources, relations and conditions take, and be a `SourceOfTruth` where the rule is `fresh`",
    note = "`guarded(policy, handler)` takes a type with `#[policy(...)]`, then what axum takes as a handler"
)]
pub trait DeclaredHandler<T, S>: Handler<T, S> {
    #[doc(hidden)]
    const DECLARED: Declaration;
    #[doc(hidden)]
    fn said(&self) -> Option<Said>;
}

/// What a handler declares. It can't be named outside of this crate, so that nobody else implements
/// [`DeclaredHandler`].
#[derive(Debug)]
pub struct Declaration(pub(crate) &'static PolicyShape);

impl<H, T, S> DeclaredHandler<T, S> for H
where
    H: Handler<T, S>,
    T: DeclaresPolicy<H, Arguments: Extracted<H, S>>,
{
    const DECLARED: Declaration = Declaration(T::SHAPE);

    fn said(&self) -> Option<Said> {
        T::said(self)
    }
}
