//! The binary: CLI, the one explicit list of plugins, the embedded UI.

mod cli;
mod commands;
mod logging;
mod plugins;
mod server;

use clap::Parser;
use std::process::ExitCode;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    let arguments = cli::Cli::parse();
    let outcome = match arguments.command {
        cli::Command::Serve(options) => commands::serve::run(&options),
        cli::Command::Validate(options) => commands::validate::run(&options),
        cli::Command::Config(options) => commands::config::run(&options),
        cli::Command::Permission(options) => commands::permission::run(&options),
        cli::Command::Template(options) => commands::template::run(&options),
    };
    match outcome {
        Ok(code) => code,
        Err(error) => {
            commands::fail(&error);
            ExitCode::from(2)
        }
    }
}
