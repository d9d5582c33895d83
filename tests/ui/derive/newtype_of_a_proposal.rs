use auth_core::Resource;

#[derive(Resource)]
struct Ticket {
    #[key]
    id: u32,
}

#[derive(Resource)]
#[resource(proposed, changes = Ticket)]
struct TicketPatch {
    #[key]
    id: u32,
}

#[derive(Resource)]
#[resource(transparent)]
struct Wrapped(TicketPatch);

#[derive(Resource)]
#[resource(transparent, proposed)]
struct Proposal(Ticket);

fn main() {}
