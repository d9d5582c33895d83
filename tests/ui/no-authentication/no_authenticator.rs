use auth_core::PolicyRouter;

fn main() {
    let _ = PolicyRouter::new().authenticate("https://id.example");
}
