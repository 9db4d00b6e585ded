//! The program: command line, configuration, start and stop.

mod aggregate;
mod audit;
mod backup;
mod doctor;
mod rehearse;
mod serve;
mod settings;
mod shell;

use std::io::IsTerminal;
use std::process::ExitCode;

use clap::{CommandFactory, Parser, Subcommand};

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
    /// Copy everything to a folder, while the server goes on.
    Backup(backup::Args),
    /// Bring a backup back, into a store that is empty.
    Restore(backup::RestoreArgs),
    /// Look whether this machine can run Kazi, and say what to mend.
    Doctor(doctor::Args),
    /// Make, list and put out people at the shell of the server.
    User(shell::UserArgs),
    /// Look at projects, pause them and take deliveries out at the shell of the server.
    Project(shell::ProjectArgs),
    /// Run a whole project with simulated workers, to foresee its quality, cost and time.
    Rehearse(rehearse::Args),
    /// One result for each task, from the answers of several workers.
    Aggregate(aggregate::Args),
    /// How far workers agree beyond chance.
    Agreement(aggregate::AgreementArgs),
    /// Verify or export the record of what happened.
    Audit(audit::Args),
    /// Write the reference of all settings, as Markdown.
    Settings,
}

fn main() -> ExitCode {
    // The limited child must set its limits before anything else happens.
    if let Some(code) = kazi_app::media::child_main() {
        return code;
    }
    let cli = match settings::with_file::<Cli>(std::env::args_os()) {
        Ok(cli) => cli,
        Err(error) => error.exit(),
    };
    match cli.command {
        Command::Serve(serve) => told(run_server(&serve).map(|()| ExitCode::SUCCESS)),
        Command::Backup(args) => told(backup::run(&args)),
        Command::Restore(args) => told(backup::restore(&args)),
        Command::Doctor(args) => told(doctor::run(&args)),
        Command::User(args) => told(shell::user(&args)),
        Command::Project(args) => told(shell::project(&args)),
        Command::Rehearse(args) => told(rehearse::run(&args)),
        Command::Aggregate(args) => told(aggregate::run(&args)),
        Command::Agreement(args) => told(aggregate::run_agreement(&args)),
        Command::Audit(args) => told(audit::run(&args)),
        Command::Settings => {
            print!("{}", settings::reference(&Cli::command()));
            ExitCode::SUCCESS
        }
    }
}

/// Tells an error in its own words.
fn told<E: std::fmt::Display>(result: Result<ExitCode, E>) -> ExitCode {
    result.unwrap_or_else(|error| {
        eprintln!("kazi: {error}");
        ExitCode::FAILURE
    })
}

fn run_server(settings: &settings::Serve) -> Result<(), serve::ServeError> {
    start_logging(settings);
    let runtime = tokio::runtime::Runtime::new()?;
    let server = serve::open(settings, &runtime)?;
    println!("Kazi listens on http://{}", server.address);
    if let Some(password) = &server.made_up {
        println!("The first operator signs in as {} with the password {password}", settings.operator_email);
        println!("It is shown only now; change it after signing in.");
    }
    runtime.block_on(server.run(serve::asked_to_stop()))
}

fn start_logging(settings: &settings::Serve) {
    let filter = tracing_subscriber::EnvFilter::try_new(&settings.log)
        .unwrap_or_else(|_| tracing_subscriber::EnvFilter::new("info"));
    // Colours are for people at a terminal: in a file they break every search.
    let colours = std::io::stderr().is_terminal();
    let lines =
        tracing_subscriber::fmt().with_env_filter(filter).with_ansi(colours).with_writer(std::io::stderr);
    if settings.log_json { lines.json().init() } else { lines.init() }
}
