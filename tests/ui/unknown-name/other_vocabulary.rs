mod orgs {
    #[derive(Clone, Copy, Debug, PartialEq, Eq, auth_core::Roles)]
    pub enum OrgRole {
        Owner,
        Member,
    }
}

#[auth_core::requires(role = orgs::OrgRole::Ownr)]
async fn h() {}

fn main() {}
