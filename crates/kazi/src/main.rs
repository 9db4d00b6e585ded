//! The program: command line, configuration, start and stop.

mod settings;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Kazi, the open platform for impact sourcing.
#[derive(Debug, Parser)]
#[command(name = "kazi", version, about, max_term_width = 100)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

/// What to do.
#[derive(Debug, Subcommand)]
enum Command {
    /// Run the server. Needs nothing but itself: data goes to ./kazi-data.
    Serve(settings::Serve),
}

fn main() -> ExitCode {
    let command = settings::with_file::<Cli>(std::env::args_os());
    match command {
        Ok(Cli { command: Command::Serve(serve) }) => {
            println!("{serve:?}");
            ExitCode::SUCCESS
        }
        Err(error) => error.exit(),
    }
}
