//! The example as its users have it: a process of its own, on a free port.

use std::{
    collections::HashMap,
    io::{BufRead, BufReader},
    path::{Path, PathBuf},
    process::{Child, Command, ExitStatus, Stdio},
};

use serde_json::Value;

pub(crate) struct Server {
    process: Child,
    /// All that it printed.
    pub(crate) printed: String,
    /// The shell variables among it.
    pub(crate) variables: HashMap<String, String>,
}

impl Server {
    pub(crate) fn start(database: Option<&Path>) -> Self {
        let mut command = Command::new(env!("CARGO_BIN_EXE_tickets"));
        if let Some(database) = database {
            command.arg("--database").arg(database);
        }
        let mut process = command
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("the example starts");
        let mut lines = BufReader::new(process.stdout.take().expect("its output")).lines();
        let mut printed = String::new();
        let mut variables = HashMap::new();
        loop {
            let line = lines
                .next()
                .expect("it prints its tour to the end")
                .expect("as text");
            printed.push_str(&line);
            printed.push('\n');
            if let Some((name, value)) = line.split_once('=')
                && name
                    .bytes()
                    .all(|letter| letter.is_ascii_uppercase() || letter == b'_')
            {
                variables.insert(name.to_owned(), value.to_owned());
            }
            if line.starts_with("Ctrl-C") {
                break;
            }
        }
        Self {
            process,
            printed,
            variables,
        }
    }

    /// Asks as `who`, as nobody if there is no such person; answers the status and the body, which is JSON or nothing.
    pub(crate) fn ask(
        &self,
        who: &str,
        method: &str,
        path: &str,
        body: Option<&Value>,
    ) -> (u16, Value) {
        ask(&self.variables, who, method, path, body).expect("an answer")
    }

    /// `kill -9`: it learns nothing of it.
    pub(crate) fn kill(mut self) {
        self.process.kill().expect("a process to kill");
        self.process.wait().expect("its end");
    }

    /// SIGTERM, as service managers send it; answers how it ended.
    pub(crate) fn terminate(mut self) -> ExitStatus {
        let kill = format!("kill -TERM {}", self.process.id());
        let sent = Command::new("bash").arg("-c").arg(kill).status();
        assert!(sent.expect("bash").success());
        self.process.wait().expect("its end")
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// Asks a server that may be gone.
pub(crate) fn ask(
    variables: &HashMap<String, String>,
    who: &str,
    method: &str,
    path: &str,
    body: Option<&Value>,
) -> Result<(u16, Value), ureq::Error> {
    let agent: ureq::Agent = ureq::Agent::config_builder()
        .http_status_as_error(false)
        .allow_non_standard_methods(true)
        .build()
        .into();
    let request = ureq::http::Request::builder()
        .method(method)
        .uri(format!("{}{path}", variables["URL"]));
    let request = match variables.get(who) {
        Some(token) => request.header("authorization", format!("Bearer {token}")),
        None => request,
    };
    let mut response = match body {
        Some(body) => {
            let request = request.header("content-type", "application/json");
            agent.run(request.body(body.to_string()).expect("a request"))?
        }
        None => agent.run(request.body(()).expect("a request"))?,
    };
    let text = response.body_mut().read_to_string()?;
    let body = serde_json::from_str(&text).unwrap_or_default();
    Ok((response.status().as_u16(), body))
}

/// A file for a database, not there yet.
pub(crate) fn database(name: &str) -> PathBuf {
    let directory = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    let _ = std::fs::remove_dir_all(&directory);
    std::fs::create_dir_all(&directory).expect("a directory");
    directory.join("tickets.db")
}
