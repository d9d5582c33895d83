//! Real servers, each started for one test program on a port and in a folder of its own.
//!
//! Where one isn't installed, a test skips and says so; where `CI` is set to anything, that is a failure.
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
    ffi::OsStr,
    io::{self, Write},
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
        may_skip(std::env::var_os("CI").as_deref()),
        "{name} can't be started: {error}"
    );
    // The runner keeps what a passing test prints to itself, but not what is written so.
    let _ = writeln!(
        io::stderr(),
        "\nskipped: {name} can't be started ({error}); scripts/install-servers installs it"
    );
    None
}

/// Whether a test may go without a server: `CI` isn't set, or is set to nothing.
fn may_skip(ci: Option<&OsStr>) -> bool {
    ci.is_none_or(OsStr::is_empty)
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

#[cfg(test)]
mod tests {
    use std::ffi::OsStr;

    use super::may_skip;

    #[test]
    fn a_variable_that_is_set_to_nothing_is_not_set() {
        assert!(may_skip(None) && may_skip(Some(OsStr::new(""))));
        assert!(!may_skip(Some(OsStr::new("true"))) && !may_skip(Some(OsStr::new("0"))));
    }
}
