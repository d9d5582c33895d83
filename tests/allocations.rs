//! A decision on identity alone allocates nothing.

use allocation_counter::measure;
use auth_core::{
    Authenticator, Challenge, Context, Guard, Identity, Outcome, PolicyRouter, Principal,
    async_trait, condition, policy, public, routing::get,
};
use auth_tests::notes::Role;
use axum::{body::Body, extract::FromRequestParts};
use http::{HeaderName, Request, request::Parts};
use tokio::runtime::Builder;
use tower::ServiceExt;

/// Whoever calls is ann.
struct Ann;

#[async_trait]
impl Authenticator for Ann {
    async fn authenticate(&self, _: &Parts) -> Outcome {
        Outcome::known(
            Identity::person("bench", "ann")
                .role(Role::Writer)
                .scope("tickets:write"),
        )
    }

    fn challenge(&self) -> Challenge {
        Challenge::new("Ann")
    }

    fn credential_headers(&self) -> Vec<HeaderName> {
        Vec::new()
    }
}

#[condition]
fn is_ann(principal: &Principal) -> bool {
    principal.subject() == "ann"
}

#[condition]
fn reads(context: &Context) -> bool {
    context.method().is_some_and(http::Method::is_safe)
}

#[policy(authenticated)]
struct Authenticated;
#[policy(role = "reader")]
struct Reads;
#[policy(role = "writer", scope = "tickets:write", forbid(scope = "nothing"))]
struct Writes;
#[policy(any(scope = "a", scope = "b", role = "reader"), not(scope = "c"))]
struct Either;
#[policy(when = is_ann, when = reads, policy = Writes)]
struct Asked;
#[policy(policy = Asked, not(when = |me: &Principal| me.subject() == "bob"))]
struct Named;

/// How often `P`'s guard allocates when it grants this request.
async fn counted<P>(request: &Parts) -> (&'static str, u64)
where
    Guard<P>: FromRequestParts<()>,
{
    // Once before it counts: what is made once a process is no part of a decision.
    let granted = Guard::<P>::from_request_parts(&mut request.clone(), &()).await;
    assert!(granted.is_ok(), "{} is denied", std::any::type_name::<P>());
    // A request that no guard has decided about yet.
    let mut parts = request.clone();
    let mut granting = false;
    let allocated = measure(|| {
        let mut deciding = std::pin::pin!(Guard::<P>::from_request_parts(&mut parts, &()));
        let mut context = std::task::Context::from_waker(std::task::Waker::noop());
        granting = deciding.as_mut().poll(&mut context).is_ready();
    });
    assert!(granting, "it waits for nothing");
    (std::any::type_name::<P>(), allocated.count_total)
}

#[public(because = "it shows what guards cost inside of a request")]
async fn all(request: Request<Body>) -> String {
    let (parts, _) = request.into_parts();
    let counts = [
        counted::<Authenticated>(&parts).await,
        counted::<Reads>(&parts).await,
        counted::<Writes>(&parts).await,
        counted::<Either>(&parts).await,
        counted::<Asked>(&parts).await,
        counted::<Named>(&parts).await,
    ];
    let counts = counts.map(|(policy, count)| format!("{policy}: {count}"));
    counts.join("\n")
}

#[test]
fn a_grant_on_identity_alone_allocates_nothing() {
    let runtime = Builder::new_current_thread().enable_time().build();
    let counts = runtime.expect("a runtime").block_on(async {
        let app = PolicyRouter::new().route("/", get(all)).authenticate(Ann);
        let response = app
            .oneshot(Request::new(Body::empty()))
            .await
            .expect("an answer");
        let body = http_body_util::BodyExt::collect(response.into_body())
            .await
            .expect("a body");
        String::from_utf8(body.to_bytes().to_vec()).expect("text")
    });
    assert_eq!(
        measure(|| drop(std::hint::black_box(Box::new(7)))).count_total,
        1,
        "it counts"
    );
    println!("{counts}");
    assert_eq!(counts.lines().count(), 6, "{counts}");
    for line in counts.lines() {
        assert!(line.ends_with(": 0"), "{counts}");
    }
}
