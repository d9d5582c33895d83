struct Api;
impl Api {
    #[auth_core::requires(authenticated)]
    async fn h(&self) {}
}
fn main() {}
