use auth_core::{Granted, Load, Resource, SubjectId, policy, requires};

#[derive(Clone, SubjectId)]
struct UserId(String);

macro_rules! loads {
    ($resource:ty) => {
        impl Load for $resource {
            type State = ();
            type Key = u64;
            type Error = String;
            async fn load(_: u64, _: &()) -> Result<Option<Self>, String> {
                Ok(None)
            }
        }
    };
}

fn main() {
    #[derive(Clone, Resource)]
    struct Note {
        #[key]
        id: u64,
        #[owner]
        author: UserId,
    }
    loads!(Note);

    #[policy(owns = "note")]
    struct ReadNote;

    {
        #[derive(Clone, Resource)]
        struct Note {
            #[key]
            id: u64,
        }
        loads!(Note);

        #[requires(policy = ReadNote)]
        async fn read(_: Granted<Note>) {}
    }
}
