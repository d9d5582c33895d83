use std::{
    ffi::OsString,
    net::SocketAddr,
    os::unix::{
        fs::{MetadataExt, chown},
        process::CommandExt,
    },
    path::PathBuf,
    process::Command,
};

use tempfile::TempDir;

use crate::{Server, free_address, lacking, wait_for};

/// A PostgreSQL with an empty database.
#[derive(Debug)]
pub struct Postgres {
    address: SocketAddr,
    server: Option<Server>,
    folder: TempDir,
}

/// Who runs it where the test is run by root, whom it refuses: `nobody`.
const NOBODY: u32 = 65_534;

impl Postgres {
    /// Starts one; none where it isn't installed.
    pub fn start() -> Option<Self> {
        let folder = tempfile::tempdir().expect("a folder");
        let mut postgres = Self {
            address: free_address(),
            server: None,
            folder,
        };
        let mut command = postgres.command("initdb");
        command.args(["--auth", "trust", "--username", "postgres", "--no-sync"]);
        match command.arg("--pgdata").arg(postgres.data()).output() {
            Ok(made) => assert!(made.status.success(), "{made:?}"),
            Err(error) => return lacking(&command, &error),
        }
        postgres.resume().then_some(postgres)
    }

    /// Its address as a client takes it.
    pub fn url(&self) -> String {
        format!("postgres://postgres@{}/postgres", self.address)
    }

    /// Ends it; its data stay.
    pub fn stop(&mut self) {
        self.server = None;
    }

    /// Starts it again where it was.
    pub fn resume(&mut self) -> bool {
        let mut command = self.command("postgres");
        command
            .arg("-D")
            .arg(self.data())
            .arg("-k")
            .arg(self.folder.path())
            .args(["-h", "127.0.0.1", "-c", "fsync=off", "-p"])
            .arg(self.address.port().to_string());
        self.server = Server::start(&mut command);
        if self.server.is_some() {
            wait_for(self.address);
        }
        self.server.is_some()
    }

    fn data(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    fn command(&self, program: &str) -> Command {
        let mut command = Command::new(path_of(program));
        command.current_dir(self.folder.path());
        let folder = self.folder.path();
        if folder.metadata().is_ok_and(|folder| folder.uid() == 0) {
            chown(folder, Some(NOBODY), Some(NOBODY)).expect("root may");
        }
        if folder.metadata().is_ok_and(|folder| folder.uid() == NOBODY) {
            command.uid(NOBODY).gid(NOBODY);
        }
        command
    }
}

/// Debian keeps what only its own scripts start off the path.
fn path_of(program: &str) -> OsString {
    let versions = std::fs::read_dir("/usr/lib/postgresql")
        .into_iter()
        .flatten();
    let beside = versions
        .flatten()
        .map(|version| version.path().join("bin").join(program))
        .find(|path| path.exists());
    let path = std::env::var_os("PATH").unwrap_or_default();
    let on_path = std::env::split_paths(&path).any(|folder| folder.join(program).exists());
    match beside {
        Some(beside) if !on_path => beside.into(),
        _ => program.into(),
    }
}
