use std::{
    io::{BufRead, BufReader},
    path::Path,
    process::{Child, ChildStdin, Command, Stdio},
};

use crate::{Server, lacking};

/// A real OpenID provider (`oidc-provider` on Node), with accounts and clients for the tests.
#[derive(Debug)]
pub struct Provider {
    issuer: String,
    server: Option<Server>,
    /// It ends with its input, however the test ends.
    _input: ChildStdin,
}

impl Provider {
    /// Starts one; none where it isn't installed.
    pub fn start() -> Option<Self> {
        Self::started(None)
    }

    /// Starts one at which the people of an app log in that is found at this address.
    pub fn start_for(app: &str) -> Option<Self> {
        Self::started(Some(app))
    }

    fn started(app: Option<&str>) -> Option<Self> {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("provider");
        let mut command = Command::new("node");
        command.current_dir(&folder).arg("provider.mjs").args(app);
        if !folder.join("node_modules").exists() {
            return lacking(&command, &"its packages are not installed");
        }
        let command = command.stdin(Stdio::piped()).stdout(Stdio::piped());
        match command.stderr(Stdio::null()).spawn() {
            Ok(child) => Some(Self::of(child)),
            Err(error) => lacking(command, &error),
        }
    }

    fn of(mut child: Child) -> Self {
        let output = child.stdout.take().expect("it is piped");
        let input = child.stdin.take().expect("it is piped");
        let mut issuer = String::new();
        let mut output = BufReader::new(output);
        let said = output.read_line(&mut issuer);
        said.expect("it says where it listens");
        // It says more later, and ends if nobody reads it.
        std::thread::spawn(move || std::io::copy(&mut output, &mut std::io::sink()));
        Self {
            issuer: issuer.trim().to_owned(),
            server: Some(Server(child)),
            _input: input,
        }
    }

    /// Ends it.
    pub fn stop(&mut self) {
        self.server = None;
    }

    /// Changes something that its own pages have no button for: see `provider.mjs`.
    pub async fn told(&self, what: &str) {
        let request = reqwest::Client::new().post(self.at(&format!("/test/{what}")));
        let answer = request.send().await.expect("it is up");
        assert!(answer.status().is_success(), "{what}: {}", answer.status());
    }

    /// Its name, which is its address.
    pub fn issuer(&self) -> &str {
        &self.issuer
    }

    /// An address below it.
    pub fn at(&self, path: &str) -> String {
        format!("{}{path}", self.issuer)
    }
}
