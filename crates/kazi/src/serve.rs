//! Starting and stopping the server.

use std::future::Future;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use axum::serve::ListenerExt;
use kazi_app::access::{Password, PasswordError};
use kazi_app::blobs::{BlobError, Blobs};
use kazi_app::bound::Projects;
use kazi_app::forget;
use kazi_app::hooks::{self, Reach};
use kazi_app::intake::{self, Remove, Split, Uploads};
use kazi_app::jobs::{self, Handler, Handlers, Runner};
use kazi_app::mail::{self, Mailer, MailerError, Post, Site, news};
use kazi_app::media::MediaChild;
use kazi_app::network::{organisations, setup};
use kazi_app::projects::board;
use kazi_app::talk::Digest;
use kazi_app::{App, Turn, access, delivery, random, schema, work};
use kazi_db::{Db, DbError, Engine, Options};
use kazi_domain::Span;
use kazi_web::{Config, WebState};
use tokio::net::TcpListener;
use tokio::sync::Notify;
use tokio::task::JoinHandle;

use crate::settings::Serve;

/// Why the server could not start or go on.
#[derive(Debug, thiserror::Error)]
pub enum ServeError {
    /// The data folder.
    #[error("the data folder {0} cannot be made: {1}. Give another one with --data")]
    Folder(PathBuf, std::io::Error),
    /// The database.
    #[error("the database cannot be opened: {0}")]
    Db(#[from] DbError),
    /// The blob store.
    #[error("the files cannot be reached: {0}")]
    Blobs(#[from] BlobError),
    /// The first operator.
    #[error("the first operator cannot be made: {0}")]
    Setup(String),
    /// The first operator's password.
    #[error("--operator-password: {0}")]
    Password(#[from] PasswordError),
    /// Letters.
    #[error("letters cannot be sent: {0}")]
    Mail(#[from] MailerError),
    /// The address.
    #[error("cannot listen on {0}: {1}. Is another server running there? Choose another one with --listen")]
    Listen(String, std::io::Error),
    /// Serving.
    #[error("the server stopped: {0}")]
    Io(#[from] std::io::Error),
}

/// A server that listens.
#[derive(Debug)]
pub struct Server {
    /// What it serves from.
    pub app: App,
    /// Where it listens.
    pub address: SocketAddr,
    /// The first operator's password, when one was made up just now.
    pub made_up: Option<String>,
    listener: TcpListener,
    state: WebState,
    handlers: Handlers,
    jobs: usize,
}

/// Opens the database, the files and the address. Blocks where it opens the database, so it is called outside
/// of the runtime's own threads.
///
/// # Errors
/// See [`ServeError`].
pub fn open(settings: &Serve, runtime: &tokio::runtime::Runtime) -> Result<Server, ServeError> {
    let made = settings.store.make_folder();
    made.map_err(|error| ServeError::Folder(settings.store.data.clone(), error))?;
    let db = open_database(settings)?;
    db.migrate(schema::MIGRATIONS)?;
    let made_up = first_operator(&db, settings)?;
    let blobs = settings.store.open_blobs()?;
    runtime.block_on(blobs.check())?;
    let projects = Projects::default();
    let uploads = Uploads::new(&blobs)?;
    let listener = runtime
        .block_on(TcpListener::bind(&settings.listen))
        .map_err(|error| ServeError::Listen(settings.listen.clone(), error))?;
    let address = listener.local_addr()?;
    let public_url = settings.public_url.clone().unwrap_or_else(|| format!("http://{address}"));
    let site = Site { address: public_url.clone(), operator: settings.operator_name.clone() };
    let handlers = handlers(settings, (&blobs, &projects), site)?;
    if db.engine() == Engine::Sqlite {
        let known = handlers.clone();
        // A file belongs to one program: whoever held a job before is dead.
        let back = db.write_blocking(move |tx| jobs::bring_all_back(tx, &known, &Turn::now()))?;
        tracing::info!(back, "jobs that were broken off go on");
    }
    let app = App { db, projects, blobs, uploads };
    let _inside = runtime.enter();
    let config = Config {
        secure: public_url.starts_with("https://"),
        public_url,
        operator_name: settings.operator_name.clone(),
        proxies: settings.proxies.clone(),
        styleguide: settings.styleguide,
        hooks: reach(settings),
    };
    let state = WebState::new(app.clone(), config);
    let jobs = usize::try_from(settings.jobs).unwrap_or(2);
    Ok(Server { app, address, made_up, listener, state, handlers, jobs })
}

/// How far web hooks reach.
fn reach(settings: &Serve) -> Reach {
    if settings.hooks_to_loopback { Reach::Loopback } else { Reach::Public }
}

/// What does the background work.
fn handlers(
    settings: &Serve,
    (blobs, projects): (&Blobs, &Projects),
    site: Site,
) -> Result<Handlers, ServeError> {
    let media = MediaChild::of_this_program()?;
    let all: [Arc<dyn Handler>; 9] = [
        Arc::new(Split::new(blobs.clone(), media)),
        Arc::new(Remove),
        Arc::new(kazi_app::projects::PayOut),
        Arc::new(delivery::Assemble::new(blobs.clone(), projects.clone())),
        Arc::new(Post::new(mailer(settings)?)),
        Arc::new(Digest::new(site.clone())),
        Arc::new(forget::Erase::new(blobs.clone())),
        Arc::new(forget::Finish::new(blobs.clone())),
        Arc::new(hooks::Messenger::new(reach(settings), site)),
    ];
    Ok(all.into_iter().collect())
}

fn mailer(settings: &Serve) -> Result<Mailer, MailerError> {
    match &settings.mail_server {
        Some(url) => Mailer::to_server(url, &settings.mail_from),
        None => Mailer::into_folder(&settings.store.data.join("outbox"), &settings.mail_from),
    }
}

fn open_database(settings: &Serve) -> Result<Db, ServeError> {
    let mut options = settings.store.options()?;
    if let Options::Postgres { connections, .. } = &mut options {
        *connections = usize::try_from(settings.database_connections).unwrap_or(8);
    }
    Ok(Db::open(&options)?)
}

/// Makes the first operator in an empty database; gives the password if it was made up.
fn first_operator(db: &Db, settings: &Serve) -> Result<Option<String>, ServeError> {
    if db.read_blocking(organisations::operator)?.is_some() {
        return Ok(None);
    }
    let made_up = settings.operator_password.is_none().then(made_up_password);
    let text = settings.operator_password.clone().or_else(|| made_up.clone()).unwrap_or_default();
    let first = setup::FirstOperator {
        organisation: settings.operator_name.clone(),
        name: settings.operator_name.clone(),
        email: settings.operator_email.clone(),
        password: Password::choose(&text)?.hash(),
        language: "en".to_owned(),
    };
    db.write_blocking(move |tx| {
        setup::first_operator(tx, &first, &Turn::now()).map_err(|error| DbError::Other(error.to_string()))
    })
    .map_err(|error| ServeError::Setup(error.to_string()))?;
    Ok(made_up)
}

/// Twenty letters in groups of five: about 98 bits.
pub fn made_up_password() -> String {
    const LETTERS: &[u8; 32] = b"abcdefghijkmnpqrstuvwxyz23456789";
    let letter = |byte: &u8| LETTERS.get(usize::from(byte & 31)).copied().map(char::from);
    let letters: Vec<char> = random::<20>().iter().filter_map(letter).collect();
    letters.chunks(5).map(|five| five.iter().collect::<String>()).collect::<Vec<_>>().join("-")
}

impl Server {
    /// Serves until `stop` is ready, then finishes what has begun.
    ///
    /// # Errors
    /// When listening fails.
    pub async fn run(self, stop: impl Future<Output = ()> + Send + 'static) -> Result<(), ServeError> {
        let Self { app, listener, state, handlers, jobs, .. } = self;
        let bell = Arc::clone(&state.bell);
        let runner = Runner::start_with(&app.db, &handlers, jobs, &bell);
        let (site, rung) = (state.site(), Arc::clone(&bell));
        let forget = move |app: App| look_for_deletions(app, site.clone());
        let site = state.site();
        let finish = move |app| finish_projects(app, Arc::clone(&bell));
        let tell = move |app| tell_news(app, site.clone(), Arc::clone(&rung));
        let chores = [
            every(Duration::from_millis(250), app.clone(), finish),
            every(Duration::from_secs(5), app.clone(), take_leases_back),
            every(Duration::from_secs(5), app.clone(), look_at_projects),
            every(Duration::from_secs(5), app.clone(), tell),
            every(Duration::from_mins(30), app.clone(), give_uploads_up),
            every(Duration::from_mins(10), app.clone(), forget),
        ];
        let router = kazi_web::router(state).into_make_service_with_connect_info::<SocketAddr>();
        // A reply is written at once; waiting for more to fill its packet only makes a worker wait.
        let listener = listener.tap_io(|line| {
            if let Err(error) = line.set_nodelay(true) {
                tracing::debug!(%error, "a connection gathers its packets");
            }
        });
        let served = axum::serve(listener, router).with_graceful_shutdown(stop).await;
        for chore in chores {
            chore.abort();
        }
        runner.stop().await;
        Ok(served?)
    }
}

/// Repeats a chore; a failure is logged, and the next time comes all the same.
fn every<F, O>(pause: Duration, app: App, chore: F) -> JoinHandle<()>
where
    F: Fn(App) -> O + Send + 'static,
    O: Future<Output = Result<(), ServeError>> + Send,
{
    tokio::spawn(async move {
        let mut ticks = tokio::time::interval(pause);
        ticks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
        loop {
            ticks.tick().await;
            if let Err(error) = chore(app.clone()).await {
                tracing::warn!(%error, "a chore was not done, it will be tried again");
            }
        }
    })
}

async fn finish_projects(app: App, bell: Arc<Notify>) -> Result<(), ServeError> {
    if !delivery::sweep(&app.db).await?.is_empty() {
        bell.notify_one();
    }
    Ok(())
}

/// Writes the letters with news that are due.
async fn tell_news(app: App, site: Site, bell: Arc<Notify>) -> Result<(), ServeError> {
    for person in app.db.read(|read| news::due(read, kazi_app::now())).await? {
        let site = site.clone();
        if app.db.write(move |tx| news::send(tx, person, (&site, &Turn::now()))).await? {
            bell.notify_one();
        }
    }
    Ok(())
}

/// Bytes that nobody goes on with are thrown away after this time.
const IDLE: Duration = Duration::from_hours(3 * 24);
/// An upload that has not arrived after this time is given up, wherever its bytes are.
const LONGEST_UPLOAD: Span = Span::minutes(14 * 24 * 60);

async fn give_uploads_up(app: App) -> Result<(), ServeError> {
    let (uploads, at) = (app.uploads.clone(), kazi_app::now());
    let now = SystemTime::UNIX_EPOCH + Duration::from_micros(u64::try_from(at.micros()).unwrap_or(0));
    let thrown_away = tokio::task::spawn_blocking(move || uploads.discard_idle(IDLE, now)).await;
    let thrown_away = thrown_away.map_err(std::io::Error::other)??;
    app.db.write(move |tx| intake::give_up(tx, &thrown_away, at - LONGEST_UPLOAD)).await?;
    Ok(())
}

/// Writes of data that is deleted soon, and begins on the days that have come.
async fn look_for_deletions(app: App, site: Site) -> Result<(), ServeError> {
    app.db.write(move |tx| forget::sweep(tx, &site, &Turn::now())).await?;
    Ok(())
}

async fn take_leases_back(app: App) -> Result<(), ServeError> {
    const MOST: u32 = 500;
    app.db.write(|tx| work::sweep(tx, MOST, &Turn::now())).await?;
    app.db.write(|tx| access::limit::sweep(tx, Turn::now().at)).await?;
    app.db.write(|tx| access::session::sweep(tx, Turn::now().at)).await?;
    app.db.write(|tx| mail::sweep(tx, Turn::now().at)).await?;
    app.db.write(|tx| access::recover::sweep(tx, Turn::now().at)).await?;
    app.db.write(|tx| access::second::sweep(tx, Turn::now().at)).await?;
    Ok(())
}

/// Looks at some projects for the operator's board: at few each time, so that nobody who works notices.
async fn look_at_projects(app: App) -> Result<(), ServeError> {
    const MOST: u32 = 50;
    const AGAIN_AFTER: Span = Span::minutes(5);
    let (projects, now) = (app.projects.clone(), kazi_app::now());
    let looked =
        app.db.read(move |read| board::look(read, &projects, (now - AGAIN_AFTER, MOST), now)).await?;
    if !looked.is_empty() {
        app.db.write(move |tx| board::keep(tx, &looked, now)).await?;
    }
    Ok(())
}

/// Ready when the operating system asks the program to stop.
pub async fn asked_to_stop() {
    let interrupt = async {
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending::<()>().await;
        }
    };
    #[cfg(unix)]
    let terminate = async {
        match tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate()) {
            Ok(mut signal) => {
                signal.recv().await;
            }
            Err(_) => std::future::pending().await,
        }
    };
    tokio::select! { () = interrupt => {} () = terminate => {} }
}
