use std::{sync::Arc, time::SystemTime};

use rpds::{HashTrieMapSync, RedBlackTreeMapSync};
use tokio::time::Instant;

use super::{Revocation, Revoked};
use crate::Identity;

/// All that is revoked, as of one moment.
///
/// It is made of persistent maps: the next one shares all with it but what is new, so that a revocation costs the
/// same whether there are ten others or a million.
#[derive(Clone, Debug, Default)]
pub(super) struct Snapshot {
    /// Since when there has been nothing that isn't in here; none: it was never complete.
    pub(super) complete_at: Option<Instant>,
    issuers: HashTrieMapSync<Box<str>, OfIssuer>,
    /// What is to be forgotten, the first first; the number tells apart what ends together.
    ends: RedBlackTreeMapSync<(SystemTime, u64), Arc<Revocation>>,
    added: u64,
}

#[derive(Clone, Debug, Default)]
struct OfIssuer {
    credentials: Ids,
    sessions: Ids,
    subjects: HashTrieMapSync<Box<str>, Before>,
    all: Option<Before>,
}

/// What is revoked by its id, and until when that is remembered.
type Ids = HashTrieMapSync<Box<str>, SystemTime>;

/// All that was issued at a time or before, and until when that is remembered.
#[derive(Clone, Copy, Debug)]
struct Before {
    issued: SystemTime,
    until: SystemTime,
}

impl Snapshot {
    /// Why a credential no longer counts, if it doesn't.
    pub(super) fn why_revoked(&self, identity: &Identity) -> Option<&'static str> {
        let caller = (identity.issuer(), identity.subject());
        let stated = identity.as_stated();
        let of_caller = self.why_revoked_of(caller, identity);
        // An `Enrich` may have made somebody else of whom the credential names; whichever is revoked, it is.
        let of_stated = || {
            let another = stated != caller;
            another.then(|| self.why_revoked_of(stated, identity))?
        };
        let of_actor = || {
            let actor = identity.actor()?;
            let of = self.issuers.get(actor.issuer())?;
            of.covers(actor.subject(), identity)
                .then_some("all of its actor's are revoked")
        };
        of_caller.or_else(of_stated).or_else(of_actor)
    }

    fn why_revoked_of(
        &self,
        (issuer, subject): (&str, &str),
        identity: &Identity,
    ) -> Option<&'static str> {
        let of = self.issuers.get(issuer)?;
        let names = |ids: &Ids, id: Option<&str>| id.is_some_and(|id| ids.contains_key(id));
        if names(&of.credentials, identity.credential_id()) {
            Some("it is revoked")
        } else if names(&of.sessions, identity.session_id()) {
            Some("its session is revoked")
        } else if of.covers(subject, identity) {
            Some("all of its subject's, or its issuer's, are revoked")
        } else {
            None
        }
    }

    pub(super) fn add(&mut self, revocation: &Revocation) {
        let mut of = self.take(&revocation.issuer);
        let held = of.remembered_until(&revocation.revoked);
        if held.is_none_or(|held| held < revocation.until) {
            let place = (revocation.until, self.added);
            self.ends.insert_mut(place, Arc::new(revocation.clone()));
            self.added += 1;
        }
        of.remember(
            &revocation.revoked,
            held.map_or(revocation.until, |held| held.max(revocation.until)),
        );
        self.put(&revocation.issuer, of);
    }

    /// Forgets what has ended, but for what another revocation remembers longer.
    pub(super) fn tidy(&mut self, now: SystemTime) {
        while let Some((place, ended)) = self.ends.first()
            && place.0 <= now
        {
            let (place, ended) = (*place, Arc::clone(ended));
            self.ends.remove_mut(&place);
            let mut of = self.take(&ended.issuer);
            let held = of.remembered_until(&ended.revoked);
            if held.is_some_and(|held| held <= now) {
                of.forget(&ended.revoked);
            }
            self.put(&ended.issuer, of);
        }
    }

    /// Taken out, so that what no other snapshot shares is changed where it is.
    fn take(&mut self, issuer: &str) -> OfIssuer {
        let of = self.issuers.get(issuer).cloned();
        self.issuers.remove_mut(issuer);
        of.unwrap_or_default()
    }

    fn put(&mut self, issuer: &str, of: OfIssuer) {
        if !of.is_empty() {
            self.issuers.insert_mut(issuer.into(), of);
        }
    }
}

impl OfIssuer {
    /// Whether all of a subject, or of the issuer, is revoked that was issued when this was, or later.
    fn covers(&self, subject: &str, identity: &Identity) -> bool {
        let issued = identity.issued_at_the_earliest();
        let mut revoked = self.subjects.get(subject).into_iter().chain(&self.all);
        // What doesn't say when it was issued may have been issued before.
        revoked.any(|before| issued.is_none_or(|issued| issued <= before.issued))
    }

    fn remembered_until(&self, revoked: &Revoked) -> Option<SystemTime> {
        match revoked {
            Revoked::Credential(id) => self.credentials.get(id.as_str()).copied(),
            Revoked::Session(id) => self.sessions.get(id.as_str()).copied(),
            Revoked::Subject { subject, .. } => {
                let before = self.subjects.get(subject.as_str());
                before.map(|before| before.until)
            }
            Revoked::Issuer { .. } => self.all.map(|before| before.until),
        }
    }

    fn remember(&mut self, revoked: &Revoked, until: SystemTime) {
        // The later of both: one revocation never undoes another.
        let later = |issued: SystemTime, held: Option<&Before>| Before {
            issued: held.map_or(issued, |held| held.issued.max(issued)),
            until,
        };
        match revoked {
            Revoked::Credential(id) => self.credentials.insert_mut(id.as_str().into(), until),
            Revoked::Session(id) => self.sessions.insert_mut(id.as_str().into(), until),
            Revoked::Subject { subject, before } => {
                let before = later(*before, self.subjects.get(subject.as_str()));
                self.subjects.insert_mut(subject.as_str().into(), before);
            }
            Revoked::Issuer { before } => self.all = Some(later(*before, self.all.as_ref())),
        }
    }

    fn forget(&mut self, revoked: &Revoked) {
        match revoked {
            Revoked::Credential(id) => drop(self.credentials.remove_mut(id.as_str())),
            Revoked::Session(id) => drop(self.sessions.remove_mut(id.as_str())),
            Revoked::Subject { subject, .. } => drop(self.subjects.remove_mut(subject.as_str())),
            Revoked::Issuer { .. } => self.all = None,
        }
    }

    fn is_empty(&self) -> bool {
        self.credentials.is_empty()
            && self.sessions.is_empty()
            && self.subjects.is_empty()
            && self.all.is_none()
    }
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, SystemTime};

    use super::{Revoked, Snapshot};
    use crate::{Identity, authentication::revocation::Revocation};

    const SECOND: Duration = Duration::from_secs(1);

    fn ann() -> Identity {
        Identity::person("i", "ann")
            .credential("c")
            .session("s")
            .clock_ahead(Duration::ZERO)
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
    fn what_another_clock_says_was_issued_later_is_covered_as_far_as_clocks_differ() {
        let now = SystemTime::now();
        let ahead = |seconds| Identity::person("i", "ann").issued_at(now + seconds * SECOND);
        let revocation = Revocation::subject("i", "ann");
        assert!(revoked(std::slice::from_ref(&revocation), &ahead(9)));
        assert!(!revoked(std::slice::from_ref(&revocation), &ahead(12)));
        let exact = ahead(9).clock_ahead(Duration::ZERO);
        assert!(!revoked(&[revocation], &exact));
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
        // Each is kept for a minute more: what it revokes counts for as long as clocks may differ.
        snapshot.tidy(now + 60 * SECOND);
        let why = snapshot.why_revoked(&ann());
        assert_eq!(why, Some("it is revoked"), "not yet");
        snapshot.tidy(now + 61 * SECOND);
        assert_eq!(snapshot.why_revoked(&ann()), Some("its session is revoked"));
        snapshot.add(&Revocation::session("i", "s").until(now));
        snapshot.tidy(now + 149 * SECOND);
        assert_eq!(snapshot.why_revoked(&ann()), Some("its session is revoked"));
        snapshot.tidy(now + 150 * SECOND);
        assert!(snapshot.issuers.is_empty(), "{snapshot:?}");
        assert!(snapshot.ends.is_empty(), "{snapshot:?}");
    }

    #[test]
    fn what_is_read_again_takes_no_room_again() {
        let until = SystemTime::now() + SECOND;
        let revocation = Revocation::subject("i", "ann").until(until);
        let mut snapshot = Snapshot::default();
        for _ in 0..3 {
            snapshot.add(&revocation);
        }
        assert_eq!(snapshot.ends.size(), 1);
        snapshot.add(&revocation.until(until + SECOND));
        assert_eq!(snapshot.ends.size(), 2);
    }

    #[test]
    fn a_snapshot_that_is_read_is_not_changed_by_the_next() {
        let mut first = Snapshot::default();
        first.add(&Revocation::session("i", "other"));
        let mut second = first.clone();
        second.add(&Revocation::session("i", "s"));
        assert_eq!(first.why_revoked(&ann()), None);
        assert!(second.why_revoked(&ann()).is_some());
    }
}
