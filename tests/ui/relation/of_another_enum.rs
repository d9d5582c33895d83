#[derive(auth_core::Resource)]
struct Org {
    #[key]
    id: u64,
}

#[derive(auth_core::Resource)]
struct Page {
    #[key]
    id: u64,
}

impl auth_core::Load for Page {
    type State = ();
    type Key = u64;
    type Error = String;
    async fn load(_: u64, _: &()) -> Result<Option<Self>, String> {
        Ok(None)
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, auth_core::Relations)]
#[relations(of = Org)]
enum OrgRole {
    Owner,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, auth_core::Relations)]
#[relations(of = Page)]
enum PageRole {
    Guest,
}

#[allow(non_upper_case_globals)]
impl PageRole {
    const Owner: OrgRole = OrgRole::Owner;
}

impl auth_core::Relate for PageRole {
    type State = ();
    type Error = String;
    async fn held(_: &auth_core::Principal, _: &[u64], _: &()) -> Result<Vec<(u64, Self)>, String> {
        Ok(Vec::new())
    }
}

#[auth_core::requires(relation(PageRole::Owner, on = "page"))]
async fn owners() {}

fn main() {}
