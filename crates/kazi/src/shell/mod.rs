//! `kazi user` and `kazi project`: what operators do at the shell of the server, by the same use cases as the pages.

mod projects;
mod table;
mod users;

use std::path::PathBuf;

use kazi_app::blobs::BlobError;
use kazi_app::network::organisations::OrganisationError;
use kazi_app::network::people::PersonError;
use kazi_app::network::{NotForYou, may_manage, shell};
use kazi_app::projects::ProjectError;
use kazi_app::{Turn, access, schema};
use kazi_db::{Db, DbError, Options, Read, Tx, copy};
use kazi_domain::IdError;
use kazi_domain::policy::{Actor, Can, ManageNetwork};

use crate::settings::Store;
pub use projects::{Args as ProjectArgs, run as project};
pub use users::{Args as UserArgs, run as user};

/// Where the data is, and who acts.
#[derive(Debug, Clone, clap::Args)]
pub struct Common {
    /// In the name of this operator; without it the first one. The record says that it was done at the shell.
    #[arg(long = "as", value_name = "EMAIL")]
    pub acting: Option<String>,
    /// Where the data is.
    #[command(flatten)]
    pub store: Store,
}

/// Why a command was not done.
#[derive(Debug, thiserror::Error)]
pub enum ShellError {
    /// The database.
    #[error("the database: {0}")]
    Db(#[from] DbError),
    /// None there.
    #[error("there is no database at {0}: name the data folder with --data, or the database with --database")]
    NoDatabase(PathBuf),
    /// Another program's tables.
    #[error(
        "the tables of this database are of another version than this program: start `kazi serve` with it once"
    )]
    OtherTables,
    /// Nobody acts.
    #[error(transparent)]
    Nobody(#[from] shell::ShellError),
    /// People.
    #[error(transparent)]
    Person(#[from] PersonError),
    /// Organisations.
    #[error(transparent)]
    Organisation(#[from] OrganisationError),
    /// Projects.
    #[error(transparent)]
    Project(#[from] ProjectError),
    /// A password.
    #[error(transparent)]
    Password(#[from] access::PasswordError),
    /// A second factor.
    #[error(transparent)]
    Second(#[from] access::SecondError),
    /// Not there.
    #[error(transparent)]
    NotForYou(#[from] NotForYou),
    /// An id.
    #[error(transparent)]
    Id(#[from] IdError),
    /// Files.
    #[error("the files: {0}")]
    Blobs(#[from] BlobError),
    /// What was written on the command line.
    #[error("{0}")]
    Said(String),
    /// A file.
    #[error("{0}: {1}")]
    Io(PathBuf, std::io::Error),
    /// The machine.
    #[error("{0}")]
    Machine(#[from] std::io::Error),
    /// The report.
    #[error("{0}")]
    Json(#[from] serde_json::Error),
}

/// An open database, and the one who acts on it.
pub struct Shell {
    db: Db,
    acting: Option<String>,
}

impl Shell {
    /// Opens what is there; makes nothing.
    ///
    /// # Errors
    /// [`ShellError::NoDatabase`], [`ShellError::OtherTables`], and when it cannot be opened.
    pub fn open(common: &Common) -> Result<Self, ShellError> {
        let mut options = common.store.options()?;
        match &mut options {
            Options::Sqlite { path, .. } if !path.exists() => {
                return Err(ShellError::NoDatabase(path.clone()));
            }
            Options::Sqlite { readers, .. } => *readers = 1,
            Options::Postgres { connections, .. } => *connections = 1,
        }
        let db = Db::open(&options)?;
        let ours = schema::MIGRATIONS.iter().map(|step| i64::from(step.version)).max().unwrap_or(0);
        if db.read_blocking(copy::schema)? != ours {
            return Err(ShellError::OtherTables);
        }
        Ok(Self { db, acting: common.acting.clone() })
    }

    /// Looks at the database as an operator.
    ///
    /// # Errors
    /// Those of `work`.
    pub fn read<T, F>(&self, work: F) -> Result<T, ShellError>
    where
        T: Send + 'static,
        F: Fn(&mut Read<'_>, &Actor) -> Result<T, ShellError> + Send + 'static,
    {
        let acting = self.acting.clone();
        self.db.read_blocking(move |read: &mut Read<'_>| {
            let actor = shell::operator(read, acting.as_deref())?;
            work(read, &actor)
        })
    }

    /// Changes the database as an operator; `command` goes into the record.
    ///
    /// # Errors
    /// Those of `work`.
    pub fn write<T, F>(&self, command: &'static str, work: F) -> Result<T, ShellError>
    where
        T: Send + 'static,
        F: Fn(&mut Tx<'_>, &Actor, &Turn) -> Result<T, ShellError> + Send + 'static,
    {
        let acting = self.acting.clone();
        self.db.write_blocking(move |tx: &mut Tx<'_>| {
            let turn = Turn::now();
            let actor = shell::operator(tx, acting.as_deref())?;
            let done = work(tx, &actor, &turn)?;
            shell::note(tx, &actor, command, &turn)?;
            Ok(done)
        })
    }
}

/// The right to run the network; an operator has it.
fn network(actor: &Actor) -> Result<Can<ManageNetwork>, ShellError> {
    may_manage(actor).ok_or(ShellError::NotForYou(NotForYou::NotThere))
}

/// The only one that was found, or a sentence that helps.
fn only<T>(mut found: Vec<T>, what: &str, wanted: &str) -> Result<T, ShellError> {
    match (found.pop(), found.is_empty()) {
        (Some(one), true) => Ok(one),
        (None, _) => Err(ShellError::Said(format!("there is no {what} `{wanted}`"))),
        (Some(_), false) => {
            Err(ShellError::Said(format!("there are several {what}s called `{wanted}`: name one by its id")))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_is_found_and_none_or_two_are_told() {
        assert_eq!(only(vec![7], "project", "x").unwrap(), 7);
        assert_eq!(only::<u8>(vec![], "project", "x").unwrap_err().to_string(), "there is no project `x`");
        assert!(only(vec![7, 8], "project", "x").unwrap_err().to_string().contains("several projects"));
    }
}
