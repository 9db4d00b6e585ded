//! `kazi rehearse`: a whole project in a throw-away store, through the real server, with simulated workers.

mod client;
mod crew;
mod office;
mod report;
mod truth;

use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Instant;

use client::Client;
pub use client::ClientError;
use crew::{Crew, Seen, Shared, Sharing, Worker};
use office::{Office, Ready};

use crate::serve::{self, ServeError, Server};
use crate::settings::Serve;

/// Runs a whole project with simulated workers.
#[derive(Debug, Clone, clap::Args)]
#[command(after_help = "Examples:
  kazi rehearse questions rows.csv --truth truth.csv
      Twelve workers who err in one answer of a hundred; what would be delivered?
  kazi rehearse digitisation book.pdf --truth pages/ --error-rate 0.01 --out delivery
      A book against its known text: one page a file, in page order (*.gt.txt).
  kazi rehearse digitisation book.pdf
      Without a truth the workers answer from the machine's reading: cost and time only.")]
pub struct Args {
    /// The service: `questions`, `digitisation`.
    pub service: String,
    /// The files that the client would hand in.
    #[arg(required = true, value_name = "INPUT")]
    pub input: Vec<PathBuf>,
    /// The known truth: a file, or a folder of files in name order.
    #[arg(long, value_name = "PATH")]
    pub truth: Option<PathBuf>,
    /// How many workers.
    #[arg(long, default_value_t = 12, value_name = "N")]
    pub workers: u32,
    /// How often a worker errs, for each character, field or label.
    #[arg(long, default_value_t = 0.01, value_name = "R")]
    pub error_rate: f64,
    /// The same seed gives the same dice.
    #[arg(long, default_value_t = 1, value_name = "S")]
    pub seed: u64,
    /// Settings of the service, as JSON.
    #[arg(long, value_name = "JSON")]
    pub spec: Option<String>,
    /// Where the delivered files go.
    #[arg(long, value_name = "DIR")]
    pub out: Option<PathBuf>,
    /// Where the report goes, as JSON.
    #[arg(long, value_name = "FILE")]
    pub json: Option<PathBuf>,
}

/// Why a rehearsal came to nothing.
#[derive(Debug, thiserror::Error)]
pub enum RehearseError {
    /// The service.
    #[error("there is no service `{0}`; there are: {1}")]
    UnknownService(String, String),
    /// A file.
    #[error("{0} cannot be read: {1}")]
    File(PathBuf, std::io::Error),
    /// The throw-away server.
    #[error(transparent)]
    Serve(#[from] ServeError),
    /// What the server refused.
    #[error(transparent)]
    Client(#[from] ClientError),
    /// The database.
    #[error(transparent)]
    Db(#[from] kazi_db::DbError),
    /// The input or the truth.
    #[error("{0}")]
    Refused(String),
    /// Something of the machine.
    #[error("the rehearsal cannot go on: {0}")]
    Io(#[from] std::io::Error),
}

/// Runs it and prints the report. Exit code 0 only if the delivery was made.
///
/// # Errors
/// See [`RehearseError`].
pub fn run(args: &Args) -> Result<ExitCode, RehearseError> {
    if kazi_services::find(&args.service).is_none() {
        let known: Vec<_> = kazi_services::registry().iter().map(|service| service.key()).collect();
        return Err(RehearseError::UnknownService(args.service.clone(), known.join(", ")));
    }
    let folder = tempfile::tempdir()?;
    let runtime = tokio::runtime::Runtime::new()?;
    let password = format!("rehearsal-{:032x}", u128::from_le_bytes(kazi_app::random()));
    let settings = Serve::throw_away(folder.path(), &password);
    let server = serve::open(&settings, &runtime)?;
    let report = runtime.block_on(rehearse(args, server, &settings))?;
    report.print();
    if let Some(path) = &args.json {
        std::fs::write(path, report.json()).map_err(|error| RehearseError::File(path.clone(), error))?;
    }
    Ok(if report.delivered { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

async fn rehearse(args: &Args, server: Server, settings: &Serve) -> Result<report::Report, RehearseError> {
    let began = Instant::now();
    let (app, base) = (server.app.clone(), format!("http://{}", server.address));
    let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
    let serving = tokio::spawn(server.run(async move {
        // The sender is dropped at the end: that is the sign as well.
        let _ = stopped.await;
    }));
    let office = Office::open(&base, settings).await?;
    let ready = office.prepare(args, &app).await?;
    let items = truth::items(&app, ready.project).await?;
    let truth = args.truth.as_deref().map(truth::read).transpose()?.unwrap_or_default();
    let rehearsal =
        ready.service.rehearsal(&truth, &items).map_err(|refusal| RehearseError::Refused(refusal.message))?;
    let rehearsal: Arc<dyn Sharing> = Arc::new(Shared(rehearsal));
    let (seen, over) = (Arc::new(Seen::default()), Arc::new(AtomicBool::new(false)));
    let crew = Crew {
        project: ready.project.to_string(),
        stages: ready.stages.clone(),
        error_rate: args.error_rate,
        rehearsal: Arc::clone(&rehearsal),
        seen: Arc::clone(&seen),
        over: Arc::clone(&over),
    };
    let state = at_work(&ready, &office, args, &crew).await;
    over.store(true, Ordering::Relaxed);
    let outcome = report::make(args, &ready, &office, (&seen, &*rehearsal), state?, began).await;
    drop(stop);
    serving.abort();
    outcome
}

/// Everybody works until the project is delivered or cannot be.
async fn at_work(ready: &Ready, office: &Office, args: &Args, crew: &Crew) -> Result<String, RehearseError> {
    let mut everybody = tokio::task::JoinSet::new();
    for (number, (browser, reviewer)) in (0u64..).zip(ready.people.iter().cloned()) {
        let dice = args.seed.wrapping_mul(0x9e37_79b9).wrapping_add(number.wrapping_mul(0x0001_0000_0001));
        everybody.spawn(Worker { browser, reviewer, dice }.work(crew.clone()));
    }
    loop {
        tokio::select! {
            // A worker ends only by a refusal that must not be: the whole rehearsal ends with it.
            Some(ended) = everybody.join_next() => {
                ended.map_err(|error| RehearseError::Refused(error.to_string()))??;
            }
            state = office.wait_for_end(ready, crew) => return state,
        }
    }
}

/// A browser for the people of a rehearsal.
fn browser(base: &str) -> Client {
    Client::new(base)
}
