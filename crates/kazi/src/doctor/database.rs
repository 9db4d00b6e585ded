//! The database and the store of the files.

use kazi_app::schema;
use kazi_db::copy::{self, Overview};
use kazi_db::{Db, DbError, Engine, Options, Read};

use super::Line;
use crate::settings::{Serve, Store};

kazi_db::statements! {
    /// The engine's own version.
    VERSION = "select /*sqlite: sqlite_version()*/ /*postgres: current_setting('server_version')*/";
    /// Whether a server keeps what it acknowledged through a power cut.
    DURABLE = "select /*sqlite: 'on', 'on', 'on'*/ /*postgres: current_setting('fsync'), \
               current_setting('synchronous_commit'), current_setting('full_page_writes')*/";
    /// How many connections a server takes.
    CONNECTIONS = "select /*sqlite: 0*/ /*postgres: cast(current_setting('max_connections') as bigint)*/";
    /// A server's clock.
    CLOCK = "select /*sqlite: 0*/ /*postgres: cast(extract(epoch from clock_timestamp()) * 1000000 as bigint)*/";
    /// When something happened last.
    LAST = "select at from event order by id desc limit 1";
}

/// What is looked at.
pub fn look(settings: &Serve) -> Vec<Line> {
    const WHAT: &str = "database";
    let options = match settings.store.options() {
        Ok(options) => options,
        Err(error) => return vec![Line::bad(WHAT, error.to_string(), "write --database as its help says")],
    };
    if let Options::Sqlite { path, .. } = &options
        && !path.exists()
    {
        return vec![Line::ok(WHAT, format!("{} is made at the first start", path.display()))];
    }
    let seen = Db::open(&options).and_then(|db| db.read_blocking(see));
    match seen {
        Ok(seen) => report(&seen, settings.database_connections),
        Err(error) => {
            let mend = match options {
                Options::Sqlite { .. } => {
                    "is it the right file, and may this user read it? Else: kazi restore"
                }
                Options::Postgres { .. } => {
                    "is the server there, and are name and password right? Try the same with psql"
                }
            };
            vec![Line::bad(WHAT, error.to_string(), mend)]
        }
    }
}

struct Seen {
    engine: Engine,
    version: String,
    overview: Overview,
    durable: [String; 3],
    connections: i64,
    /// The server's clock less ours, in microseconds; nothing where it is the same clock.
    clock: Option<i64>,
    /// When something happened last less our time.
    last: Option<i64>,
}

fn see(read: &mut Read<'_>) -> Result<Seen, DbError> {
    let overview = copy::overview(read)?;
    let durable = read.query_one(&DURABLE, &[], |row| Ok([row.get(0)?, row.get(1)?, row.get(2)?]))?;
    let clock: i64 = read.query_one(&CLOCK, &[], |row| row.get(0))?;
    let now = kazi_app::now().micros();
    let last: Option<i64> = if overview.tables.contains_key("event") {
        read.query_opt(&LAST, &[], |row| row.get(0))?
    } else {
        None
    };
    Ok(Seen {
        engine: read.engine(),
        version: read.query_one(&VERSION, &[], |row| row.get(0))?,
        overview,
        durable,
        connections: read.query_one(&CONNECTIONS, &[], |row| row.get(0))?,
        clock: (read.engine() == Engine::Postgres).then_some(clock - now),
        last: last.map(|last| last - now),
    })
}

fn report(seen: &Seen, connections: u32) -> Vec<Line> {
    let mut lines = vec![of_schema(seen)];
    if seen.engine == Engine::Postgres {
        lines.push(of_durability(&seen.durable));
        lines.push(of_connections(seen.connections, connections));
    }
    lines.push(of_clocks(seen.clock, seen.last));
    lines
}

fn of_schema(seen: &Seen) -> Line {
    const WHAT: &str = "database";
    let name = match seen.engine {
        Engine::Sqlite => "SQLite",
        Engine::Postgres => "PostgreSQL",
    };
    let rows: i64 = seen.overview.tables.values().sum();
    let found = format!("{name} {}, {rows} rows in {} tables", seen.version, seen.overview.tables.len());
    let ours = schema::MIGRATIONS.iter().map(|step| i64::from(step.version)).max().unwrap_or(0);
    match seen.overview.schema {
        theirs if theirs > ours => Line::bad(
            WHAT,
            format!("{found}; its tables (step {theirs}) are newer than this program (step {ours})"),
            "start the newer program again, or bring back a backup of this one's time",
        ),
        theirs if theirs < ours => {
            Line::ok(WHAT, format!("{found}; the next start brings its tables from step {theirs} to {ours}"))
        }
        _ => Line::ok(WHAT, found),
    }
}

fn of_durability(settings: &[String; 3]) -> Line {
    const WHAT: &str = "durability";
    let [fsync, commit, pages] = settings;
    if fsync == "on" && commit != "off" && pages == "on" {
        return Line::ok(WHAT, "PostgreSQL keeps through a power cut what it acknowledged");
    }
    let found = format!("fsync={fsync}, synchronous_commit={commit}, full_page_writes={pages}");
    Line::bad(WHAT, found, "acknowledged answers can be lost: set all three to on in postgresql.conf")
}

fn of_connections(most: i64, writers: u32) -> Line {
    const WHAT: &str = "connections";
    let ours = i64::from(writers) + i64::from(writers.div_ceil(2)) + 1;
    let found = format!("this node takes {ours} of the {most} that PostgreSQL gives");
    // A few stay for whoever must look what is wrong.
    if ours + 3 > most {
        Line::bad(WHAT, found, "lower --database-connections, or raise max_connections in postgresql.conf")
    } else {
        Line::ok(WHAT, found)
    }
}

fn of_clocks(server: Option<i64>, last: Option<i64>) -> Line {
    const WHAT: &str = "clock and data";
    const SECOND: i64 = 1_000_000;
    let mend = "let both keep their time by the network, then look again: leases and pay go by the clock";
    if let Some(last) = last
        && last > 60 * SECOND
    {
        let found = format!("something in the database happened {} s in the future", last / SECOND);
        return Line::bad(WHAT, found, mend);
    }
    match server {
        Some(apart) if apart.abs() > 60 * SECOND => {
            Line::bad(WHAT, format!("the database's clock is {} s off", apart / SECOND), mend)
        }
        Some(apart) if apart.abs() > 2 * SECOND => {
            Line::warning(WHAT, format!("the database's clock is {} s off", apart / SECOND), mend)
        }
        _ => Line::ok(WHAT, "nothing in the database is of the future"),
    }
}

/// The store of the files.
pub fn files(store: &Store) -> Line {
    const WHAT: &str = "files";
    let place = store.blobs.clone().unwrap_or_else(|| store.data.join("blobs").display().to_string());
    let is_folder = !place.contains("://");
    if is_folder && !std::path::Path::new(&place).exists() {
        return Line::ok(WHAT, format!("{place} is made at the first start"));
    }
    if !store.data.exists() {
        return Line::ok(WHAT, format!("{place} is looked at when the data folder is there"));
    }
    let looked = store.open_blobs().map_err(|error| error.to_string()).and_then(|blobs| {
        let runtime = tokio::runtime::Runtime::new().map_err(|error| error.to_string())?;
        runtime.block_on(blobs.check()).map_err(|error| error.to_string())
    });
    match looked {
        Ok(()) => Line::ok(WHAT, format!("{place} answers")),
        Err(error) => {
            let mend = "look at --blobs and, for a store over the network, at AWS_ENDPOINT and the keys";
            Line::bad(WHAT, format!("{place}: {error}"), mend)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::doctor::Verdict;

    #[test]
    fn tables_newer_than_the_program_are_bad() {
        let with = |schema| {
            let seen = Seen {
                engine: Engine::Sqlite,
                version: String::new(),
                overview: Overview { schema, ..Overview::default() },
                durable: Default::default(),
                connections: 0,
                clock: None,
                last: None,
            };
            of_schema(&seen)
        };
        assert_eq!(with(9_999).verdict, Verdict::Bad);
        assert!(with(0).found.contains("the next start"));
    }

    #[test]
    fn a_server_that_may_forget_is_bad() {
        let with = |words: [&str; 3]| of_durability(&words.map(str::to_owned)).verdict;
        assert_eq!(with(["on", "remote_apply", "on"]), Verdict::Ok);
        for forgets in [["off", "on", "on"], ["on", "off", "on"], ["on", "on", "off"]] {
            assert_eq!(with(forgets), Verdict::Bad);
        }
        assert_eq!(of_connections(10, 8).verdict, Verdict::Bad);
        assert_eq!(of_connections(100, 8).verdict, Verdict::Ok);
    }

    #[test]
    fn clocks_that_are_apart_are_told() {
        let with = |server, last| of_clocks(server, last).verdict;
        assert_eq!(with(None, Some(-5)), Verdict::Ok);
        assert_eq!(with(Some(3_000_000), None), Verdict::Warning);
        assert_eq!(with(Some(-90_000_000), None), Verdict::Bad);
        assert_eq!(with(None, Some(3_600_000_000)), Verdict::Bad);
    }

    #[test]
    fn what_it_asks_is_understood_by_both_engines() {
        kazi_db::testing::on_both(schema::MIGRATIONS, |db| {
            let seen = db.read_blocking(see).unwrap();
            assert!(seen.version.starts_with(|c: char| c.is_ascii_digit()), "{}", seen.version);
            assert!(seen.overview.tables.contains_key("answer") && seen.last.is_none());
            kazi_db::check::prepare_all(db, ALL).unwrap();
        });
    }
}
