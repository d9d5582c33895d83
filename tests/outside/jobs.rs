//! Callers outside of requests: who had a job done, as they are now, and the app's own programs.

use std::{
    convert::Infallible,
    sync::{Arc, Mutex},
};

use auth_core::{
    AuditEvent, AuditSink, AuditTrail, CredentialKind, DenialKind, Granted, Guarded, Identity,
    Jobs, Load, NotResumed, PolicyRouter, Principal, Resource, Roles, SourceOfTruth, StoredCaller,
    async_trait, policy, public, routing::get,
};
use auth_tests::Callers;

#[derive(Clone, Copy, Debug, PartialEq, Eq, Roles)]
enum Role {
    Sender,
}

#[derive(Debug, Resource)]
struct Report {
    #[key]
    id: u64,
    #[owner]
    author: String,
    #[tenant]
    org: String,
}

#[derive(Debug)]
#[policy(role = "sender", tenant = "report")]
struct Send;

#[derive(Debug)]
#[policy(role = "sender", owns = "report")]
struct SendOwn;

#[derive(Debug)]
#[policy(role = "sender", tenant = "report", step_up(within = "10m"))]
struct Publish;

#[derive(Debug)]
#[policy(role = "sender", tenant = "report", fresh)]
struct SendFresh;

/// Who is there now: subject and tenant.
#[derive(Clone, Default)]
struct Accounts {
    members: Vec<(&'static str, &'static str)>,
    down: bool,
    answers_for: Option<&'static str>,
}

impl SourceOfTruth for Accounts {
    type Error = String;

    async fn account(&self, blank: Identity) -> Result<Option<Identity>, String> {
        if self.down {
            return Err("the directory is down".to_owned());
        }
        assert_ne!(blank.subject(), "panics", "in the directory");
        let tenant = blank.tenant_id().unwrap_or_default().to_owned();
        let there = self
            .members
            .iter()
            .any(|(who, of)| (*who, *of) == (blank.subject(), &*tenant));
        let blank = match self.answers_for {
            Some(another) => blank.tenant(another),
            None => blank,
        };
        Ok(there.then(|| blank.roles_are([Role::Sender])))
    }
}

impl Load for Report {
    type State = Accounts;
    type Key = u64;
    type Error = Infallible;

    async fn load(id: u64, _: &Accounts) -> Result<Option<Self>, Infallible> {
        let (author, org) = ("ann".to_owned(), "acme".to_owned());
        Ok(Some(Self { id, author, org }))
    }
}

/// What is kept of an event: whether it granted, to whom, and by what kind of credential.
type Told = (bool, String, Option<&'static str>);

#[derive(Clone, Default)]
struct Kept(Arc<Mutex<Vec<Told>>>);

#[async_trait]
impl AuditSink for Kept {
    async fn write(&self, events: &[AuditEvent]) -> Result<(), String> {
        let kept = events.iter().map(|event| {
            let who = event.principal.as_ref().expect("somebody");
            let kind = who.credential_kind;
            (event.granted, who.subject.clone(), kind)
        });
        self.0.lock().expect("no panic").extend(kept);
        Ok(())
    }
}

#[public(because = "there must be something")]
async fn hello() {}

fn routes() -> PolicyRouter {
    PolicyRouter::new().route("/", get(hello)).program(
        "nightly",
        "sends what was left over",
        |program| program.role(Role::Sender).tenant("acme"),
    )
}

fn jobs() -> Jobs {
    routes().authenticate(Callers).jobs()
}

fn ann() -> Principal {
    Principal::for_test(
        Identity::person("tests", "ann")
            .tenant("acme")
            .role(Role::Sender),
    )
}

fn with(members: &[(&'static str, &'static str)]) -> Accounts {
    Accounts {
        members: members.to_vec(),
        ..Accounts::default()
    }
}

#[tokio::test]
async fn who_had_a_job_done_may_do_what_they_may_now() {
    let stored = StoredCaller::of(&ann()).expect("herself");
    let row = serde_json::to_string(&stored).expect("text");
    assert_eq!(
        row,
        r#"{"issuer":"tests","subject":"ann","person":true,"tenant":"acme"}"#
    );
    let stored: StoredCaller = serde_json::from_str(&row).expect("a row");
    let there = with(&[("ann", "acme")]);
    let again = jobs().resume(&stored, &there).await.expect("she is there");
    assert_eq!(
        (again.issuer(), again.subject(), again.tenant()),
        ("tests", "ann", Some("acme"))
    );
    assert_eq!(again.credential_kind(), Some(CredentialKind::Other("job")));
    assert_eq!((again.authenticated_at(), again.session()), (None, None));
    let sent: Granted<Report, Send> = Send::authorize(&again, &there)
        .key(1)
        .await
        .expect("granted");
    assert_eq!(sent.author, "ann");
    assert!(
        SendOwn::authorize(&again, &there)
            .key::<Report>(1)
            .await
            .is_ok()
    );
    // Nobody has logged in.
    let published = Publish::authorize(&again, &there).key::<Report>(1).await;
    assert_eq!(
        published.expect_err("no login").kind(),
        DenialKind::InsufficientUserAuthentication
    );
    assert!(
        SendFresh::authorize(&again, &there)
            .key::<Report>(1)
            .await
            .is_ok()
    );
    let gone = SendFresh::authorize(&again, &with(&[]))
        .key::<Report>(1)
        .await;
    assert!(gone.is_err(), "a fresh rule asks once more");
}

#[tokio::test]
async fn who_is_gone_is_nobody_again_and_a_source_that_cannot_tell_makes_none() {
    let stored = StoredCaller::of(&ann()).expect("herself");
    let down = Accounts {
        down: true,
        ..with(&[("ann", "acme")])
    };
    let of_another = Accounts {
        answers_for: Some("globex"),
        ..with(&[("ann", "acme")])
    };
    for source in [
        with(&[]),
        with(&[("ann", "globex")]),
        with(&[("bob", "acme")]),
    ] {
        let resumed = jobs().resume(&stored, &source).await;
        assert_eq!(resumed.err(), Some(NotResumed::Gone));
    }
    let mut panics = stored.clone();
    panics.subject = "panics".to_owned();
    for (caller, source) in [(&stored, down), (&stored, of_another), (&panics, with(&[]))] {
        let resumed = jobs().resume(caller, &source).await;
        assert!(
            matches!(resumed, Err(NotResumed::Unavailable(_))),
            "{resumed:?}"
        );
    }
}

#[test]
fn who_called_with_less_than_they_may_is_not_made_again() {
    for limited in [
        Identity::person("tests", "ann").states_all(),
        Identity::person("tests", "ann").acted_by("tests", "helper"),
    ] {
        let caller = Principal::for_test(limited);
        assert!(StoredCaller::of(&caller).is_err(), "{caller:?}");
    }
}

#[tokio::test]
async fn a_plain_owner_id_means_people_of_the_home_issuer_in_jobs_too() {
    let there = with(&[("ann", "acme")]);
    let mut stored = StoredCaller::of(&ann()).expect("herself");
    stored.issuer = "another".to_owned();
    let other = jobs()
        .resume(&stored, &there)
        .await
        .expect("there is an account");
    assert!(
        Send::authorize(&other, &there)
            .key::<Report>(1)
            .await
            .is_ok()
    );
    // Which of two issuers is home was never said: nobody is.
    assert_eq!(other.person(), Some("ann"), "the first that is met");
    let jobs = jobs();
    let home = StoredCaller::of(&ann()).expect("herself");
    let home = jobs.resume(&home, &there).await.expect("she is there");
    assert_eq!(home.person(), Some("ann"));
    let other = jobs
        .resume(&stored, &there)
        .await
        .expect("there is an account");
    assert_eq!(other.person(), None);
}

#[tokio::test]
async fn a_program_is_a_machine_that_stands_in_the_table_and_what_it_does_in_the_trail() {
    let kept = Kept::default();
    let trail = AuditTrail::to(kept.clone()).every_grant();
    let app: Guarded = PolicyRouter::new()
        .nest("/inner", routes())
        .audit(trail.clone())
        .authenticate(Callers);
    let table = app.policies().to_string();
    let row = "program nightly\trole = \"sender\", tenant = \"acme\"\tsends what was left over\ttests/outside/jobs.rs:";
    assert!(table.contains(row), "{table}");
    assert!(app.jobs().program("daily").is_none());
    let nightly = app.jobs().program("nightly").expect("it is declared");
    let there = with(&[]);
    assert!(
        Send::authorize(&nightly, &there)
            .key::<Report>(1)
            .await
            .is_ok()
    );
    let owned = SendOwn::authorize(&nightly, &there).key::<Report>(1).await;
    assert!(owned.is_err(), "a program owns nothing");
    trail.flushed().await.expect("in time");
    let kept = kept.0.lock().expect("no panic").clone();
    let told = |granted| (granted, "nightly".to_owned(), Some("program"));
    assert_eq!(kept, [told(true), told(false)]);
}

#[test]
fn a_program_that_is_somebody_else_is_refused_at_start() {
    for (router, part) in [
        (
            routes().program("nightly", "the same", |program| program),
            "called that already",
        ),
        (
            PolicyRouter::new()
                .merge(routes())
                .merge(routes().program("x", "y", |p| p)),
            "called that already",
        ),
        (
            routes().program("impostor", "somebody else", |_| {
                Identity::person("tests", "ann")
            }),
            "it is somebody else",
        ),
        (
            routes().program("", "nobody", |program| program),
            "has no name",
        ),
    ] {
        let errors = router
            .try_authenticate(Callers)
            .expect_err(part)
            .to_string();
        assert!(errors.contains(part), "{errors}");
    }
    let joined = routes()
        .authenticate(Callers)
        .try_nest("/b", routes().authenticate(Callers));
    assert!(
        joined
            .expect_err("twice")
            .to_string()
            .contains("called that already")
    );
}
