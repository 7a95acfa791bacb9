//! `test-services check` says which servers the tests need and whether they are installed; `test-services stop` stops
//! the shared PostgreSQL server at once instead of after ten idle minutes. It installs nothing.
#![allow(clippy::print_stdout, clippy::print_stderr, reason = "it talks to a person at a terminal")]

use std::process::ExitCode;

use callboard_testkit::{find_program, stop_shared_postgres};

/// What is needed, what for, and how it is usually installed.
const NEEDED: [(&str, &str, &str); 4] = [
    ("postgres", "tests on PostgreSQL", "apt install postgresql, brew install postgresql"),
    ("initdb", "tests on PostgreSQL", "apt install postgresql, brew install postgresql"),
    ("git", "tests of publishing", "apt install git, brew install git"),
    ("redis-server", "tests of the cache", "apt install redis-server, brew install redis"),
];

fn main() -> ExitCode {
    match std::env::args().nth(1).as_deref() {
        Some("check") => check(),
        Some("stop") => match stop_shared_postgres() {
            Ok(()) => ExitCode::SUCCESS,
            Err(error) => {
                eprintln!("the shared PostgreSQL server can't be stopped: {error}");
                ExitCode::FAILURE
            }
        },
        _ => {
            eprintln!("usage: test-services check | stop");
            ExitCode::from(2)
        }
    }
}

fn check() -> ExitCode {
    let elsewhere = std::env::var_os("CALLBOARD_TEST_POSTGRES").is_some();
    let mut code = ExitCode::SUCCESS;
    for (program, purpose, how) in NEEDED {
        match find_program(program) {
            Ok(path) => println!("{program}: {}", path.display()),
            Err(_) if elsewhere && !matches!(program, "redis-server" | "git") => {
                println!("{program}: not needed, CALLBOARD_TEST_POSTGRES names a server");
            }
            Err(_) => {
                println!("{program}: missing, needed for {purpose} ({how})");
                code = ExitCode::FAILURE;
            }
        }
    }
    code
}
