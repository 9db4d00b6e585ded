//! Settings: each by flag, by environment, or in a file, in this order of precedence.
//!
//! The flags are the one list of settings. The environment's names come from them, the file's keys too, and
//! `docs/reference/settings.md` is written from them (`kazi settings`).

use std::ffi::OsString;
use std::fmt::Write as _;
use std::os::unix::fs::DirBuilderExt;
use std::path::{Path, PathBuf};

use clap::error::ErrorKind;
use clap::{Args, CommandFactory, FromArgMatches};
use kazi_app::blobs::{BlobError, Blobs};
use kazi_db::{DbError, Options};

/// Where a Kazi keeps what it knows: the same for the server and for everything that is done beside it.
#[derive(Debug, Clone, Args)]
pub struct Store {
    /// A TOML file with settings: the names of these flags as keys, such as `listen = "0.0.0.0:8080"`.
    #[arg(long, env = "KAZI_CONFIG", value_name = "FILE")]
    pub config: Option<PathBuf>,
    /// The folder that holds the database, the files and what is being uploaded.
    #[arg(long, env = "KAZI_DATA", value_name = "DIR", default_value = "kazi-data")]
    pub data: PathBuf,
    /// The database: a file of SQLite's, or `postgres://user:password@host/name`. Without it, `kazi.db` in the
    /// data folder.
    #[arg(long, env = "KAZI_DATABASE", value_name = "URL")]
    pub database: Option<String>,
    /// Where files are kept: a folder, or `s3://bucket/prefix`, reached as the variables `AWS_ENDPOINT`,
    /// `AWS_ACCESS_KEY_ID`, `AWS_SECRET_ACCESS_KEY`, `AWS_REGION` and `AWS_ALLOW_HTTP` say. Without it, `blobs` in the
    /// data folder.
    #[arg(long, env = "KAZI_BLOBS", value_name = "URL")]
    pub blobs: Option<String>,
}

impl Store {
    /// A store in a folder, with nothing else said.
    pub fn at(folder: &Path) -> Self {
        Self { config: None, data: folder.to_owned(), database: None, blobs: None }
    }

    /// Makes the data folder when there is none; only its owner and group may enter it.
    ///
    /// # Errors
    /// When it cannot be made.
    pub fn make_folder(&self) -> std::io::Result<()> {
        std::fs::DirBuilder::new().recursive(true).mode(0o750).create(&self.data)
    }

    /// Which database.
    ///
    /// # Errors
    /// When its address cannot be understood.
    pub fn options(&self) -> Result<Options, DbError> {
        let default = || self.data.join("kazi.db").display().to_string();
        Options::from_url_or_path(&self.database.clone().unwrap_or_else(default))
    }

    /// The files; makes their folder when there is none.
    ///
    /// # Errors
    /// When the place cannot be used.
    pub fn open_blobs(&self) -> Result<Blobs, BlobError> {
        let default = || self.data.join("blobs").display().to_string();
        Blobs::open(&self.blobs.clone().unwrap_or_else(default), &self.data.join("spool"))
    }
}

/// How the server runs.
#[derive(Debug, Clone, Args)]
pub struct Serve {
    /// Where its data is.
    #[command(flatten)]
    pub store: Store,
    /// The address to listen on.
    #[arg(long, env = "KAZI_LISTEN", value_name = "ADDR", default_value = "127.0.0.1:8080")]
    pub listen: String,
    /// Connections to PostgreSQL.
    #[arg(long, env = "KAZI_DATABASE_CONNECTIONS", value_name = "N", default_value_t = 8)]
    pub database_connections: u32,
    /// The address that people type, such as `https://kazi.example.org`. With https, cookies are marked secure.
    #[arg(long, env = "KAZI_PUBLIC_URL", value_name = "URL")]
    pub public_url: Option<String>,
    /// The addresses of the proxies before this program, with commas between: what they write into `X-Forwarded-For` is
    /// believed. Without them, everybody behind a proxy counts as one address, and one who guesses passwords makes all wait.
    #[arg(long, env = "KAZI_PROXIES", value_name = "ADDRESSES", value_delimiter = ',')]
    pub proxies: Vec<std::net::IpAddr>,
    /// How many background jobs run at once on this node.
    #[arg(long, env = "KAZI_JOBS", value_name = "N", default_value_t = 2)]
    pub jobs: u32,
    /// The e-mail address of the first operator, made when the database is empty.
    #[arg(long, env = "KAZI_OPERATOR_EMAIL", value_name = "ADDRESS", default_value = "operator@localhost")]
    pub operator_email: String,
    /// The first operator's password. Without it one is made up and printed once.
    #[arg(long, env = "KAZI_OPERATOR_PASSWORD", value_name = "PASSWORD", hide_env_values = true)]
    pub operator_password: Option<String>,
    /// The name of the organisation that runs this Kazi.
    #[arg(long, env = "KAZI_OPERATOR_NAME", value_name = "NAME", default_value = "Kazi")]
    pub operator_name: String,
    /// The mail server that takes letters: `smtps://user:password@host` (TLS, port 465), `smtp://user:password@host?tls=required`
    /// (STARTTLS, port 587), or `smtp://localhost:25`. Without it, letters are laid as files into `outbox` in the data folder.
    #[arg(long, env = "KAZI_MAIL_SERVER", value_name = "URL", hide_env_values = true)]
    pub mail_server: Option<String>,
    /// The sender of letters.
    #[arg(long, env = "KAZI_MAIL_FROM", value_name = "SENDER", default_value = "Kazi <kazi@localhost>")]
    pub mail_from: String,
    /// Let web hooks call this computer too, by plain http. For development and tests, not for a server that people use.
    #[arg(long, env = "KAZI_HOOKS_TO_LOOPBACK")]
    pub hooks_to_loopback: bool,
    /// Serve `/styleguide`: every part of the pages in every state and language. For whoever works on the pages, not for a
    /// server that people use.
    #[arg(long, env = "KAZI_STYLEGUIDE")]
    pub styleguide: bool,
    /// Log lines as JSON, for a log collector.
    #[arg(long, env = "KAZI_LOG_JSON")]
    pub log_json: bool,
    /// What is logged: a level (`info`), or levels by module (`info,kazi_web=debug`).
    #[arg(long, env = "KAZI_LOG", value_name = "FILTER", default_value = "info")]
    pub log: String,
}

impl Serve {
    /// Settings of a server that lives as long as a folder does, on an address of this computer alone.
    pub fn throw_away(folder: &Path, password: &str) -> Self {
        Self {
            store: Store::at(folder),
            listen: "127.0.0.1:0".to_owned(),
            database_connections: 8,
            public_url: None,
            proxies: Vec::new(),
            jobs: 2,
            operator_email: "operator@localhost".to_owned(),
            operator_password: Some(password.to_owned()),
            operator_name: "Kazi".to_owned(),
            mail_server: None,
            mail_from: "Kazi <kazi@localhost>".to_owned(),
            hooks_to_loopback: false,
            styleguide: false,
            log_json: false,
            log: "warn".to_owned(),
        }
    }
}

/// Reads the command line over the environment over the settings file.
///
/// # Errors
/// clap's, with its own explanation; also when the settings file cannot be read or names no known setting.
pub fn with_file<T: CommandFactory + FromArgMatches>(
    args: impl IntoIterator<Item = OsString>,
) -> Result<T, clap::Error> {
    let args: Vec<OsString> = args.into_iter().collect();
    let mut command = T::command();
    if let Some(path) = config_path(&args) {
        let text = std::fs::read_to_string(&path).map_err(|error| {
            let message = format!("the settings file {} cannot be read: {error}\n", path.display());
            command.error(ErrorKind::Io, message)
        })?;
        command = apply(command, &text)?;
    }
    T::from_arg_matches(&command.try_get_matches_from(args)?)
}

/// Where the settings file is, before the flags are read for good.
fn config_path(args: &[OsString]) -> Option<PathBuf> {
    let mut rest = args.iter();
    while let Some(arg) = rest.next() {
        if arg == "--config" {
            return rest.next().map(PathBuf::from);
        }
        if let Some(path) = arg.to_str().and_then(|arg| arg.strip_prefix("--config=")) {
            return Some(PathBuf::from(path));
        }
    }
    std::env::var_os("KAZI_CONFIG").map(PathBuf::from)
}

/// Makes the file's values the defaults of the flags of the same name.
fn apply(mut command: clap::Command, text: &str) -> Result<clap::Command, clap::Error> {
    let table: toml::Table = text.parse().map_err(|error| {
        command.error(ErrorKind::ValueValidation, format!("the settings file is not TOML: {error}\n"))
    })?;
    for (key, value) in table {
        let value = match value {
            toml::Value::String(text) => text,
            other => other.to_string(),
        };
        let id = key.replace('-', "_");
        if !is_setting(&command, &id) || id == "config" {
            let message = format!("the settings file sets `{key}`, which is no setting\n");
            return Err(command.error(ErrorKind::UnknownArgument, message));
        }
        command = with_default(command, &id, &value);
    }
    Ok(command)
}

/// A setting is what the environment can set too, at any command.
fn is_setting(command: &clap::Command, id: &str) -> bool {
    command.get_arguments().any(|arg| arg.get_id() == id && arg.get_env().is_some())
        || command.get_subcommands().any(|sub| is_setting(sub, id))
}

fn with_default(command: clap::Command, id: &str, value: &str) -> clap::Command {
    let has = command.get_arguments().any(|arg| arg.get_id() == id && arg.get_env().is_some());
    let command = if has { command.mut_arg(id, |arg| arg.default_value(value.to_owned())) } else { command };
    command.mut_subcommands(|sub| with_default(sub, id, value))
}

/// The reference of all settings, as Markdown.
pub fn reference(command: &clap::Command) -> String {
    let mut text = String::from(
        "# Settings\n\nEach setting can be given as a flag, in the environment, or in a TOML file named by \
         `--config`; the flag wins over the environment, and the environment over the file. This page is written \
         by `kazi settings`.\n\n| flag | environment | in the file | default | what |\n| --- | --- | --- | --- | --- |\n",
    );
    let Some(serve) = command.find_subcommand("serve") else { return text };
    for arg in serve.get_arguments().filter(|arg| arg.get_long().is_some_and(|long| long != "help")) {
        let long = arg.get_long().unwrap_or_default();
        let env = arg.get_env().map(|env| env.to_string_lossy().into_owned()).unwrap_or_default();
        let default: Vec<_> =
            arg.get_default_values().iter().map(|value| value.to_string_lossy().into_owned()).collect();
        let default = if default.is_empty() { String::new() } else { format!("`{}`", default.join(" ")) };
        let help = arg
            .get_help()
            .map(ToString::to_string)
            .unwrap_or_default()
            .replace('|', "\\|")
            .replace('\n', " ");
        // Writing to a string cannot fail.
        let _ =
            writeln!(text, "| `--{long}` | `{env}` | `{}` | {default} | {help} |", long.replace('-', "_"));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::Parser;

    #[derive(Debug, Parser)]
    struct Cli {
        #[command(subcommand)]
        command: Sub,
    }

    #[derive(Debug, clap::Subcommand)]
    enum Sub {
        Serve(Serve),
    }

    fn read(args: &[&str], file: &str) -> Result<Serve, clap::Error> {
        let command = apply(Cli::command(), file)?;
        let matches = command.try_get_matches_from(args)?;
        let Sub::Serve(serve) = Cli::from_arg_matches(&matches)?.command;
        Ok(serve)
    }

    #[test]
    fn a_flag_wins_over_the_file_and_the_file_over_the_default() {
        let file = "listen = \"0.0.0.0:1\"\njobs = 5\nlog_json = true\n";
        let serve = read(&["kazi", "serve", "--jobs", "7"], file).unwrap();
        assert_eq!((serve.listen.as_str(), serve.jobs, serve.log_json), ("0.0.0.0:1", 7, true));
        assert_eq!(serve.store.data, PathBuf::from("kazi-data"));
        let serve = read(&["kazi", "serve"], "proxies = \"127.0.0.1,10.0.0.9\"").unwrap();
        assert_eq!(serve.proxies.len(), 2);
        assert!(read(&["kazi", "serve", "--proxies", "nginx"], "").is_err());
    }

    #[test]
    fn the_file_says_to_every_command_where_the_data_is() {
        let command = apply(crate::Cli::command(), "data = \"/srv/kazi\"\njobs = 3\n").unwrap();
        let said = |line: &str| {
            let matches = command.clone().try_get_matches_from(line.split(' ')).unwrap();
            let mut last = &matches;
            while let Some((_, next)) = last.subcommand() {
                last = next;
            }
            last.get_one::<PathBuf>("data").unwrap().clone()
        };
        assert_eq!(said("kazi serve"), PathBuf::from("/srv/kazi"));
        assert_eq!(said("kazi backup /mnt/disk"), PathBuf::from("/srv/kazi"));
        assert_eq!(said("kazi restore /mnt/disk --data here"), PathBuf::from("here"));
    }

    #[test]
    fn a_misspelt_setting_is_told() {
        let error = read(&["kazi", "serve"], "lissten = \"x\"").unwrap_err();
        assert!(error.to_string().contains("`lissten`"), "{error}");
    }
}
