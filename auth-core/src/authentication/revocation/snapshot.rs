use std::{
    collections::HashMap,
    sync::Arc,
    time::{Duration, SystemTime},
};

use tokio::time::Instant;

use super::{Revocation, Revoked};
use crate::Identity;

/// All that is revoked, as of one moment.
#[derive(Clone, Debug, Default)]
pub(super) struct Snapshot {
    /// Since when there has been nothing that isn't in here; none: it was never complete.
    pub(super) complete_at: Option<Instant>,
    tidied_at: Option<SystemTime>,
    issuers: HashMap<Box<str>, Arc<OfIssuer>>,
}

/// How often what covers no living credential is thrown out.
const TIDY: Duration = Duration::from_mins(1);

#[derive(Clone, Debug, Default)]
struct OfIssuer {
    credentials: HashMap<Box<str>, SystemTime>,
    sessions: HashMap<Box<str>, SystemTime>,
    subjects: HashMap<Box<str>, Before>,
    all: Option<Before>,
}

/// All that was issued at a time or before, and until when that is remembered.
#[derive(Clone, Copy, Debug)]
struct Before {
    issued: SystemTime,
    until: SystemTime,
}

impl Snapshot {
    /// Why a credential no longer counts, if it doesn't.
    pub(super) fn why_revoked(&self, identity: &Identity) -> Option<&'static str> {
        let of = self.issuers.get(identity.issuer())?;
        let names = |map: &HashMap<Box<str>, SystemTime>, id: Option<&str>| {
            id.is_some_and(|id| map.contains_key(id))
        };
        let covers = |before: Option<&Before>| {
            // What doesn't say when it was issued may have been issued before.
            before.is_some_and(|before| {
                identity
                    .issued_at_the_earliest()
                    .is_none_or(|issued| issued <= before.issued)
            })
        };
        if names(&of.credentials, identity.credential_id()) {
            Some("it is revoked")
        } else if names(&of.sessions, identity.session_id()) {
            Some("its session is revoked")
        } else if covers(of.subjects.get(identity.subject())) {
            Some("all of its subject's are revoked")
        } else if covers(of.all.as_ref()) {
            Some("all of its issuer's are revoked")
        } else {
            None
        }
    }

    pub(super) fn add(&mut self, revocation: &Revocation) {
        let until = revocation.until;
        let issuer = self.issuers.entry(revocation.issuer.as_str().into());
        let of = Arc::make_mut(issuer.or_default());
        match &revocation.revoked {
            Revoked::Credential(id) => longest(&mut of.credentials, id, until),
            Revoked::Session(id) => longest(&mut of.sessions, id, until),
            Revoked::Subject { subject, before } => {
                let before = Before {
                    issued: *before,
                    until,
                };
                let held = of.subjects.entry(subject.as_str().into());
                held.and_modify(|held| held.widen(before)).or_insert(before);
            }
            Revoked::Issuer { before } => {
                let before = Before {
                    issued: *before,
                    until,
                };
                of.all.get_or_insert(before).widen(before);
            }
        }
    }

    /// Forgets what covers no living credential, if that wasn't done a short while ago.
    pub(super) fn tidy(&mut self, now: SystemTime) {
        if self.tidied_at.is_some_and(|last| now < last + TIDY) {
            return;
        }
        self.tidied_at = Some(now);
        self.issuers.retain(|_, of| {
            let of = Arc::make_mut(of);
            of.credentials.retain(|_, until| *until > now);
            of.sessions.retain(|_, until| *until > now);
            of.subjects.retain(|_, before| before.until > now);
            of.all = of.all.filter(|before| before.until > now);
            let empty = of.credentials.is_empty() && of.sessions.is_empty();
            !(empty && of.subjects.is_empty() && of.all.is_none())
        });
    }
}

impl Before {
    /// The later of both, and remembered as long as the longer: one revocation never undoes another.
    fn widen(&mut self, other: Self) {
        self.issued = self.issued.max(other.issued);
        self.until = self.until.max(other.until);
    }
}

fn longest(map: &mut HashMap<Box<str>, SystemTime>, id: &str, until: SystemTime) {
    let held = map.entry(id.into()).or_insert(until);
    *held = until.max(*held);
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, SystemTime};

    use super::{Revoked, Snapshot};
    use crate::{Identity, authentication::revocation::Revocation};

    const SECOND: Duration = Duration::from_secs(1);

    fn ann() -> Identity {
        Identity::person("i", "ann").credential("c").session("s")
    }

    fn revoked(revocations: &[Revocation], identity: &Identity) -> bool {
        let mut snapshot = Snapshot::default();
        for revocation in revocations {
            snapshot.add(revocation);
        }
        snapshot.why_revoked(identity).is_some()
    }

    #[test]
    fn each_kind_covers_its_own_and_nothing_else() {
        let now = SystemTime::now();
        let before = ann().issued_at(now - SECOND);
        let after = ann().issued_at(now + SECOND);
        let bob = Identity::person("i", "bob").issued_at(now - SECOND);
        let elsewhere = Identity::person("j", "ann")
            .credential("c")
            .session("s")
            .issued_at(now - SECOND);
        for (revocation, covers) in [
            (Revocation::credential("i", "c"), [true, true, false, false]),
            (Revocation::session("i", "s"), [true, true, false, false]),
            (Revocation::subject("i", "ann"), [true, false, false, false]),
            (Revocation::issuer("i"), [true, false, true, false]),
            (Revocation::credential("i", "ann"), [false; 4]),
            (Revocation::session("i", "c"), [false; 4]),
            (Revocation::credential("", "c"), [false; 4]),
        ] {
            let got = [&before, &after, &bob, &elsewhere]
                .map(|identity| revoked(std::slice::from_ref(&revocation), identity));
            assert_eq!(got, covers, "{revocation:?}");
        }
    }

    #[test]
    fn what_does_not_say_when_it_was_issued_is_covered() {
        assert!(revoked(&[Revocation::subject("i", "ann")], &ann()));
        assert!(revoked(&[Revocation::issuer("i")], &ann()));
    }

    #[test]
    fn an_earlier_revocation_does_not_undo_a_later_one() {
        let early = Revocation::subject("i", "ann");
        let between = ann().issued_at(SystemTime::now() + SECOND);
        let mut late = early.clone();
        if let Revoked::Subject { before, .. } = &mut late.revoked {
            *before += 2 * SECOND;
        }
        assert!(revoked(&[early.clone(), late.clone()], &between));
        assert!(revoked(&[late, early.clone()], &between));
        assert!(!revoked(&[early], &between));
    }

    #[test]
    fn what_need_not_be_remembered_is_forgotten_and_the_longer_memory_counts() {
        let now = SystemTime::now();
        let mut snapshot = Snapshot::default();
        for revocation in [
            Revocation::credential("i", "c"),
            Revocation::session("i", "s"),
            Revocation::subject("i", "ann"),
            Revocation::issuer("i"),
        ] {
            snapshot.add(&revocation.until(now + SECOND));
        }
        snapshot.add(&Revocation::session("i", "s").until(now + 90 * SECOND));
        snapshot.tidy(now);
        assert_eq!(snapshot.why_revoked(&ann()), Some("it is revoked"));
        snapshot.tidy(now + 59 * SECOND);
        let why = snapshot.why_revoked(&ann());
        assert_eq!(why, Some("it is revoked"), "not yet");
        snapshot.tidy(now + 60 * SECOND);
        assert_eq!(snapshot.why_revoked(&ann()), Some("its session is revoked"));
        snapshot.tidy(now + 120 * SECOND);
        assert!(snapshot.issuers.is_empty(), "{snapshot:?}");
    }
}
