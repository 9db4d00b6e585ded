//! Sending: to a mail server, or into a folder.

use std::fmt;
use std::fs::{File, create_dir_all, rename};
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use kazi_db::{DbError, Read, Tx, params};
use kazi_domain::{Id, MailState, Moment, kind};
use lettre::message::{Mailbox, header};
use lettre::{Message, SmtpTransport, Transport};

use super::letters::{JOB, MARK};
use crate::jobs::{Handler, Held, Trouble, Work};
use crate::rows::{Columns, Param};
use crate::turn::{self, Turn};

kazi_db::statements! {
    /// A letter with its link.
    WHOLE = "select address, subject, body, secret, secret_until, state, made_at from mail where id = $1";
    /// It is on its way; its link is forgotten here.
    SENT = "update mail set state = $2, sent_at = $3, problem = null, secret = null where id = $1";
    /// It was not sent, for this reason.
    GIVEN_UP = "update mail set state = $2, problem = $3 where id = $1";
}

/// How long a mail server may take to answer.
const PATIENCE: Duration = Duration::from_secs(30);

/// Why letters cannot be sent as the settings say.
#[derive(Debug, thiserror::Error)]
pub enum MailerError {
    /// The sender.
    #[error("`{0}` is no sender: write it like `Kazi <kazi@example.org>`")]
    From(String),
    /// The server.
    #[error(
        "the mail server's address cannot be used: {0}. Write it like smtps://user:password@mail.example.org"
    )]
    Server(String),
    /// The folder.
    #[error("the folder for letters {0} cannot be made: {1}")]
    Folder(PathBuf, std::io::Error),
}

/// Where letters go.
#[derive(Clone)]
enum Way {
    /// One file a letter, for who has no mail server: another program, or a person, takes them from there.
    Folder(PathBuf),
    /// A mail server.
    Server(SmtpTransport),
}

/// Sends letters.
#[derive(Clone)]
pub struct Mailer {
    from: Mailbox,
    way: Way,
}

impl fmt::Debug for Mailer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // The server's address may hold its password.
        let way: &dyn fmt::Debug = match &self.way {
            Way::Folder(folder) => folder,
            Way::Server(_) => &"a mail server",
        };
        f.debug_struct("Mailer").field("from", &self.from.to_string()).field("way", way).finish()
    }
}

fn sender(from: &str) -> Result<Mailbox, MailerError> {
    from.parse().map_err(|_| MailerError::From(from.to_owned()))
}

/// A letter as it is kept.
struct Kept {
    address: String,
    subject: String,
    body: String,
    secret: Option<String>,
    secret_until: Option<Moment>,
    state: MailState,
    made_at: Moment,
}

impl Mailer {
    /// Lays letters into a folder, each as a file `mail_….eml`.
    ///
    /// # Errors
    /// See [`MailerError`].
    pub fn into_folder(folder: &Path, from: &str) -> Result<Self, MailerError> {
        create_dir_all(folder).map_err(|error| MailerError::Folder(folder.to_owned(), error))?;
        Ok(Self { from: sender(from)?, way: Way::Folder(folder.to_owned()) })
    }

    /// Gives letters to a mail server: `smtps://user:password@host` (TLS from the start, port 465),
    /// `smtp://…:587?tls=required` (STARTTLS), or `smtp://localhost:25` (plain, for a server on the same computer).
    ///
    /// # Errors
    /// See [`MailerError`].
    pub fn to_server(url: &str, from: &str) -> Result<Self, MailerError> {
        let server = SmtpTransport::from_url(url).map_err(|error| MailerError::Server(error.to_string()))?;
        Ok(Self { from: sender(from)?, way: Way::Server(server.timeout(Some(PATIENCE)).build()) })
    }

    fn message(&self, id: Id<kind::Mail>, letter: &Kept) -> Result<Message, Trouble> {
        let unfit =
            |error: &dyn fmt::Display| Trouble::Final(format!("the letter has no usable address: {error}"));
        let to = letter.address.parse().map_err(|error| unfit(&error))?;
        let at = Duration::from_micros(u64::try_from(letter.made_at.micros()).unwrap_or_default());
        let body = letter.body.replace(MARK, letter.secret.as_deref().unwrap_or_default());
        Message::builder()
            .from(self.from.clone())
            .to(Mailbox::new(None, to))
            .subject(letter.subject.as_str())
            .date(SystemTime::UNIX_EPOCH + at)
            // A letter that is sent twice, because the first time was not noted, is the same letter.
            .message_id(Some(format!("<{id}@{}>", self.from.email.domain())))
            .header(header::ContentType::TEXT_PLAIN)
            .body(body)
            .map_err(|error| unfit(&error))
    }

    fn send(&self, id: Id<kind::Mail>, message: &Message) -> Result<(), Trouble> {
        match &self.way {
            Way::Folder(folder) => lay_into(folder, id, &message.formatted())
                .map_err(|error| Trouble::Passing(format!("the letter cannot be written: {error}"))),
            Way::Server(server) => server.send(message).map(drop).map_err(|error| refusal(&error)),
        }
    }
}

/// Writes the file beside its place, and moves it there once it is on the disk.
fn lay_into(folder: &Path, id: Id<kind::Mail>, bytes: &[u8]) -> std::io::Result<()> {
    let (beside, place) = (folder.join(format!(".{id}")), folder.join(format!("{id}.eml")));
    let mut file = File::create(&beside)?;
    file.write_all(bytes)?;
    file.sync_all()?;
    rename(beside, place)?;
    File::open(folder)?.sync_all()
}

/// What the server will never take is given up at once; a wrong password there is for the operator to mend meanwhile.
fn refusal(error: &lettre::transport::smtp::Error) -> Trouble {
    let of_sign_in =
        error.status().is_some_and(|code| ["530", "534", "535", "538"].contains(&&*code.to_string()));
    let mut told = error.to_string();
    if let Some(cause) = std::error::Error::source(error) {
        told = format!("{told}: {cause}");
    }
    if error.is_permanent() && !of_sign_in {
        Trouble::Final(format!("the mail server does not take the letter: {told}"))
    } else {
        Trouble::Passing(format!("the mail server could not be asked: {told}"))
    }
}

fn whole(read: &mut Read<'_>, id: Id<kind::Mail>) -> Result<Option<Kept>, DbError> {
    read.query_opt(&WHOLE, params![id.param()], |row| {
        Ok(Kept {
            address: row.get(0)?,
            subject: row.get(1)?,
            body: row.get(2)?,
            secret: row.get(3)?,
            secret_until: row.moment_opt(4)?,
            state: row.word(5)?,
            made_at: row.moment(6)?,
        })
    })
}

/// The job that sends one letter.
#[derive(Debug, Clone)]
pub struct Post {
    mailer: Mailer,
    clock: fn() -> Moment,
}

impl Post {
    /// With this mailer.
    pub fn new(mailer: Mailer) -> Self {
        Self { mailer, clock: turn::now }
    }

    /// The same by another clock.
    #[must_use]
    pub fn by_clock(mut self, clock: fn() -> Moment) -> Self {
        self.clock = clock;
        self
    }
}

impl Handler for Post {
    fn kind(&self) -> &'static str {
        JOB
    }

    fn run(&self, work: &Work) -> Result<(), Trouble> {
        let id: Id<kind::Mail> = Id::from_bytes(work.held.subject);
        let Some(letter) = work.db.read_blocking(move |read| whole(read, id))? else { return Ok(()) };
        if letter.state == MailState::Sent {
            return Ok(());
        }
        let now = (self.clock)();
        let is_over = letter.secret_until.is_some_and(|until| letter.secret.is_none() || until < now);
        if is_over {
            let why = "the link in it does not count any more: have a new letter sent";
            return Err(Trouble::Final(why.to_owned()));
        }
        let message = self.mailer.message(id, &letter)?;
        work.check()?;
        self.mailer.send(id, &message)?;
        let held = work.clone();
        work.db.write_blocking(move |tx| -> Result<(), Trouble> {
            held.fence(tx, &Turn::now())?;
            tx.execute(&SENT, params![id.param(), MailState::Sent.word(), now.param()])?;
            Ok(())
        })
    }

    fn given_up(&self, tx: &mut Tx<'_>, held: &Held, why: &str, _: &Turn) -> Result<(), DbError> {
        let id: Id<kind::Mail> = Id::from_bytes(held.subject);
        tx.execute(&GIVEN_UP, params![id.param(), MailState::Failed.word(), why]).map(drop)
    }
}
