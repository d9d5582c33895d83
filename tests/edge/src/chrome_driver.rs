use std::process::Command;

use tempfile::TempDir;

use crate::{Server, free_address, wait_for};

/// What starts real browsers, as `WebDriver` asks (`chromedriver`).
#[derive(Debug)]
pub struct ChromeDriver {
    url: String,
    _server: Server,
    _folder: TempDir,
}

impl ChromeDriver {
    /// Starts it; none where it isn't installed.
    pub fn start() -> Option<Self> {
        let address = free_address();
        // Browsers leave things behind.
        let folder = tempfile::tempdir().expect("a folder");
        let mut command = Command::new("chromedriver");
        command
            .arg(format!("--port={}", address.port()))
            .env("TMPDIR", folder.path());
        let server = Server::start(&mut command)?;
        wait_for(address);
        Some(Self {
            url: format!("http://{address}"),
            _server: server,
            _folder: folder,
        })
    }

    /// Where it is asked.
    pub fn url(&self) -> &str {
        &self.url
    }
}
