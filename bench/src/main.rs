//! `bench`: generates catalogs of any size, and measures any server that answers on Backstage's wire.

mod bare;
mod battery;
mod cpu;
mod generate;
mod http;
mod ingest;
mod load;
mod process;
mod table;
mod tasks;

use std::path::PathBuf;

use clap::{Parser, Subcommand};

/// Generates catalogs of any size, and measures any server that answers on Backstage's wire.
#[derive(Debug, Parser)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Write a seeded catalog of N entities and one Location that names its files
    Generate {
        /// How many entities
        entities: usize,
        /// Where to
        directory: PathBuf,
        /// The same seed writes the same bytes
        #[arg(long, default_value_t = 42)]
        seed: u64,
        /// Entities in one file
        #[arg(long, default_value_t = 500)]
        per_file: usize,
    },
    /// Start a server on an empty database and measure ingestion, memory, and the start over a full database
    Ingest(ingest::Options),
    /// Drive load against a running server and print latency and throughput for each request
    Load(load::Options),
    /// The query battery: each request alone, median of several, in milliseconds
    Battery(battery::Options),
    /// Create many scaffolder tasks at once and wait until all have completed
    Tasks(tasks::Options),
    /// A bare axum handler that answers a body of the size given in the path (/2048), to compare with
    Bare {
        /// Port on the loopback address
        #[arg(long, default_value_t = 7099)]
        port: u16,
    },
}

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    match Arguments::parse().command {
        Command::Generate { entities, directory, seed, per_file } => {
            generate::write(entities, &directory, seed, per_file)
        }
        Command::Ingest(options) => ingest::run(&options).await,
        Command::Load(options) => load::run(&options).await,
        Command::Battery(options) => battery::run(&options).await,
        Command::Tasks(options) => tasks::run(&options).await,
        Command::Bare { port } => bare::run(port).await,
    }
}
