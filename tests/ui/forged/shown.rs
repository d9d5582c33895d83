use auth_core::Shown;

#[auth_core::policy(authenticated)]
struct SeeSalary;

fn main() {
    let _: Shown<u64, SeeSalary> = Shown(5_000);
}
