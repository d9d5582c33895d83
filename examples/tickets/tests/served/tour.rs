//! The lines that the example prints, run exactly as printed.

use std::{
    io::{self, Write},
    process::Command,
};

use crate::server::{Server, database};

#[test]
fn each_printed_line_answers_the_status_it_names() {
    if Command::new("curl").arg("--version").output().is_err() {
        let ci = std::env::var_os("CI");
        assert!(ci.is_none_or(|ci| ci.is_empty()), "curl is not installed");
        // The runner keeps what a passing test prints to itself, but not what is written so.
        let _ = writeln!(io::stderr(), "\nskipped: curl is not installed");
        return;
    }
    let server = Server::start(None);
    let (lines, variables): (Vec<_>, Vec<_>) = server
        .printed
        .lines()
        .filter(|line| line.starts_with("curl ") || line.contains('='))
        .partition(|line| line.starts_with("curl "));
    let mut seen = Vec::new();
    for line in &lines {
        let (_, status) = line.rsplit_once("# ").expect("a status in each line");
        let (status, _) = status.split_once(':').expect("and why");
        let script = format!("{}\n{line}", variables.join("\n"));
        let output = Command::new("bash").arg("-c").arg(script).output();
        let output = output.expect("bash runs curl");
        let answer = String::from_utf8(output.stdout).expect("text");
        let answered = answer.split(' ').nth(1).unwrap_or_default();
        assert_eq!(answered, status, "{line}\n{answer}");
        if status >= "400" {
            assert!(
                answer.contains("content-type: application/problem+json"),
                "{line}\n{answer}"
            );
        }
        seen.push(status);
    }
    for status in ["200", "201", "401", "403", "404", "409", "503"] {
        assert!(seen.contains(&status), "the tour shows no {status}");
    }
}

#[test]
fn who_starts_it_again_is_told_that_answers_may_differ() {
    const USED: &str = "# The database was used before";
    let file = database("again");
    let first = Server::start(Some(&file));
    assert!(!first.printed.contains(USED), "{}", first.printed);
    first.kill();
    let again = Server::start(Some(&file));
    assert!(again.printed.contains(USED), "{}", again.printed);
}
