//! Two types that look alike: one macro declares both, on one line, with one name.

use auth_core::{Authorize, DenialKind, Identity, Load, Policy, Principal, Resource, policy};

macro_rules! ticket {
    () => {
        #[derive(Clone, Resource)]
        struct Ticket {
            #[key]
            id: u64,
            #[owner]
            author: String,
        }

        impl Load for Ticket {
            type State = ();
            type Key = u64;
            type Error = String;

            async fn load(id: u64, (): &()) -> Result<Option<Self>, String> {
                let author = "bob".to_owned();
                Ok(Some(Self { id, author }))
            }
        }
    };
}

macro_rules! two_tickets {
    () => {
        async fn ask(me: &Principal) -> [Option<DenialKind>; 2] {
            ticket!();
            #[policy(any(authenticated, owns = Ticket))]
            struct EditTicket;

            async fn another<P: Policy<()>>(me: &Principal) -> Option<DenialKind> {
                ticket!();
                let asked = Authorize::<P, ()>::new(me, &());
                asked.key::<Ticket>(1).await.err().map(|why| why.kind())
            }
            let own = EditTicket::authorize(me, &()).key::<Ticket>(1).await;
            let own = own.err().map(|why| why.kind());
            [own, another::<EditTicket>(me).await]
        }
    };
}
two_tickets!();

#[tokio::test]
async fn a_policy_proves_nothing_of_a_type_that_looks_like_the_one_it_names() {
    let ann = Principal::for_test(Identity::person("tests", "ann"));
    assert_eq!(ask(&ann).await, [None, Some(DenialKind::Misconfigured)]);
}
