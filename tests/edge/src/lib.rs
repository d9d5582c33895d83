//! Real servers, each started for one test program on a port and in a folder of its own.
//!
//! Where one isn't installed, a test skips and says so; where `CI` is set, that is a failure.
//! `scripts/install-servers` installs them.

#![allow(
    clippy::missing_panics_doc,
    clippy::must_use_candidate,
    reason = "a library of tests: it panics where a test fails"
)]

mod chrome_driver;
pub mod logins;
mod postgres;
mod provider;
mod redis;

use std::{
    net::{SocketAddr, TcpListener},
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

pub use chrome_driver::ChromeDriver;
pub use postgres::Postgres;
pub use provider::Provider;
pub use redis::Redis;

/// A process that ends with the test.
#[derive(Debug)]
struct Server(Child);

impl Server {
    /// Starts a command; none where it isn't installed.
    fn start(command: &mut Command) -> Option<Self> {
        let quiet = command.stdout(Stdio::null()).stderr(Stdio::null());
        match quiet.spawn() {
            Ok(child) => Some(Self(child)),
            Err(error) => lacking(command, &error),
        }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn lacking<T>(command: &Command, error: &dyn std::fmt::Display) -> Option<T> {
    let name = command.get_program().to_string_lossy();
    assert!(
        std::env::var_os("CI").is_none(),
        "{name} can't be started: {error}"
    );
    println!("skipped: {name} can't be started ({error}); scripts/install-servers installs it");
    None
}

/// A port that was free a moment ago.
fn free_address() -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    listener.local_addr().expect("an address")
}

/// Waits until somebody answers there.
fn wait_for(address: SocketAddr) {
    let end = Instant::now() + Duration::from_secs(30);
    while std::net::TcpStream::connect(address).is_err() {
        assert!(Instant::now() < end, "nobody listens on {address}");
        std::thread::sleep(Duration::from_millis(20));
    }
}
