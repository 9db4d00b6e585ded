//! Which database to open.

use crate::error::DbError;
use crate::tls::Target;
use std::path::PathBuf;

/// Which database to open, and with how many threads.
#[derive(Clone, PartialEq, Eq)]
pub enum Options {
    /// The built-in database in a file, made when there is none (its folder must be there).
    Sqlite {
        /// The file; `-wal` and `-shm` files lie beside it.
        path: PathBuf,
        /// Threads for reading.
        readers: usize,
    },
    /// A PostgreSQL server.
    Postgres {
        /// `postgres://user:password@host:port/name?…`, or `host=… user=…` words.
        url: String,
        /// Connections for writing; half as many more are opened for reading.
        connections: usize,
    },
}

impl Options {
    /// A file with as many readers as suit a small machine.
    pub fn sqlite(path: impl Into<PathBuf>) -> Self {
        Self::Sqlite { path: path.into(), readers: 4 }
    }

    /// `postgres://…`, `postgresql://…` and `host=… user=…` are servers; anything else is a file, with or
    /// without `sqlite:` before it.
    ///
    /// # Errors
    /// When the server's address cannot be understood.
    pub fn from_url_or_path(text: &str) -> Result<Self, DbError> {
        let words = ["host", "hostaddr", "user", "dbname", "port", "password", "sslmode", "application_name"];
        let is_words =
            text.trim_start().split_once('=').is_some_and(|(key, _)| words.contains(&key.trim_end()));
        if is_words || text.starts_with("postgres://") || text.starts_with("postgresql://") {
            Target::parse(text)?;
            return Ok(Self::Postgres { url: text.to_owned(), connections: 8 });
        }
        let path = text.strip_prefix("sqlite://").or_else(|| text.strip_prefix("sqlite:")).unwrap_or(text);
        Ok(Self::sqlite(path))
    }

    /// The variables by which PostgreSQL's own programs (`pg_dump`, `pg_restore`) find the same database. The
    /// password is among them, so that no list of processes shows it. None for SQLite.
    ///
    /// # Errors
    /// When the server's address cannot be understood.
    pub fn environment(&self) -> Result<Vec<(&'static str, String)>, DbError> {
        match self {
            Self::Sqlite { .. } => Ok(Vec::new()),
            Self::Postgres { url, .. } => Target::environment(url),
        }
    }
}

impl std::fmt::Debug for Options {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Sqlite { path, readers } => {
                f.debug_struct("Sqlite").field("path", path).field("readers", readers).finish()
            }
            // The address may hold a password.
            Self::Postgres { connections, .. } => {
                f.debug_struct("Postgres").field("connections", connections).finish_non_exhaustive()
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn other_programs_are_told_where_the_server_is() {
        let told = |text: &str| {
            let mut all = Options::from_url_or_path(text).unwrap().environment().unwrap();
            all.sort();
            all.into_iter().map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>().join(" ")
        };
        assert_eq!(
            told("postgres://kazi:se%20cret@db:5433/work?sslmode=require"),
            "PGDATABASE=work PGHOST=db PGPASSWORD=se cret PGPORT=5433 PGSSLMODE=verify-full \
             PGSSLROOTCERT=system PGUSER=kazi"
        );
        assert_eq!(told("host=/run/pg user=kazi"), "PGHOST=/run/pg PGSSLMODE=disable PGUSER=kazi");
        assert_eq!(told("kazi.db"), "");
    }

    #[test]
    fn servers_and_files_are_told_apart() {
        for server in
            ["postgres://kazi:secret@db/kazi", "host=/run/pg user=kazi", "user=kazi host=db sslmode=require"]
        {
            let options = Options::from_url_or_path(server).unwrap();
            assert!(matches!(options, Options::Postgres { .. }), "{server}");
            assert!(!format!("{options:?}").contains("secret"));
        }
        for file in ["kazi.db", "sqlite:kazi.db", "sqlite://kazi.db"] {
            assert_eq!(Options::from_url_or_path(file).unwrap(), Options::sqlite("kazi.db"));
        }
        assert_eq!(Options::from_url_or_path("/a=b/kazi.db").unwrap(), Options::sqlite("/a=b/kazi.db"));
        assert!(Options::from_url_or_path("postgres://host:notaport/x").is_err());
    }
}
