//! Finding the servers that are installed on this machine.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

/// Where Debian, Red Hat and Homebrew put the programs of PostgreSQL, which are not on the search path there.
const POSTGRES_HOMES: [&str; 4] =
    ["/usr/lib/postgresql", "/usr/pgsql", "/opt/homebrew/opt", "/usr/local/opt"];

/// The path of a program: on the search path, or where PostgreSQL is usually put. The newest version wins.
pub fn find_program(name: &str) -> Result<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    std::env::split_paths(&path)
        .chain(postgres_directories())
        .map(|directory| directory.join(name))
        .find(|candidate| candidate.is_file())
        .with_context(|| {
            format!("{name} is not installed: it is neither on PATH nor below {}", POSTGRES_HOMES.join(", "))
        })
}

fn postgres_directories() -> Vec<PathBuf> {
    let mut found: Vec<(u32, PathBuf)> = POSTGRES_HOMES
        .iter()
        .filter_map(|home| Path::new(home).read_dir().ok())
        .flatten()
        .flatten()
        .filter_map(|entry| {
            let name = entry.file_name();
            let digits: String = name.to_str()?.chars().filter(char::is_ascii_digit).collect();
            Some((digits.parse().ok()?, entry.path().join("bin")))
        })
        .collect();
    found.sort_by_key(|(version, _)| std::cmp::Reverse(*version));
    found.into_iter().map(|(_, path)| path).collect()
}
