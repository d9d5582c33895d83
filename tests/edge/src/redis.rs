use std::{net::SocketAddr, process::Command};

use tempfile::TempDir;

use crate::{Server, free_address, wait_for};

/// A Redis without any data, which keeps none.
#[derive(Debug)]
pub struct Redis {
    address: SocketAddr,
    server: Option<Server>,
    folder: TempDir,
}

impl Redis {
    /// Starts one; none where it isn't installed.
    pub fn start() -> Option<Self> {
        let mut redis = Self {
            address: free_address(),
            server: None,
            folder: tempfile::tempdir().expect("a folder"),
        };
        redis.resume().then_some(redis)
    }

    /// Its address as a client takes it.
    pub fn url(&self) -> String {
        format!("redis://{}/", self.address)
    }

    /// Ends it, all data lost.
    pub fn stop(&mut self) {
        self.server = None;
    }

    /// Starts it again where it was.
    pub fn resume(&mut self) -> bool {
        let mut command = Command::new("redis-server");
        command
            .args(["--bind", "127.0.0.1", "--save", "", "--appendonly", "no"])
            .arg("--port")
            .arg(self.address.port().to_string())
            .arg("--dir")
            .arg(self.folder.path());
        self.server = Server::start(&mut command);
        if self.server.is_some() {
            wait_for(self.address);
        }
        self.server.is_some()
    }
}
