//! The program: command line, configuration, start and stop.

mod aggregate;

use clap::Parser;
use std::process::ExitCode;

/// The open platform for impact sourcing.
#[derive(Debug, Parser)]
#[command(name = "kazi", version)]
enum Command {
    /// One result for each task, from the answers of several workers.
    Aggregate(aggregate::Args),
    /// How far workers agree beyond chance.
    Agreement(aggregate::AgreementArgs),
}

fn main() -> ExitCode {
    let result = match Command::parse() {
        Command::Aggregate(args) => aggregate::run(&args),
        Command::Agreement(args) => aggregate::run_agreement(&args),
    };
    result.unwrap_or_else(|error| {
        eprintln!("kazi: {error}");
        ExitCode::FAILURE
    })
}
