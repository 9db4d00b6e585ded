//! The job that assembles a delivery.

use std::sync::Arc;

use jiff::Timestamp;
use jiff::tz::TimeZone;
use kazi_db::{BulkInsert, DbError, Tx, Value, params};
use kazi_domain::{HookEvent, Id, Moment, ProjectState, kind};
use kazi_services::{BoundService, Settings};

use super::ASSEMBLE;
use super::desk::{Files, media_type};
use super::items::{page, sources};
use crate::blobs::Blobs;
use crate::bound::{HeadError, Projects};
use crate::hooks;
use crate::jobs::{Handler, Held, Trouble, Work};
use crate::journal::{Entry, note};
use crate::mail::{News, news};
use crate::rows::Param;
use crate::turn::Turn;

kazi_db::statements! {
    /// What the files say of the project.
    ABOUT = "select name, (select name from organisation where kind = 'operator' order by made_at limit 1) \
             from project where id = $1";
    /// How many items there are.
    COUNT = "select count(*) from source s join item i on i.source = s.id where s.project = $1";
    /// A try that failed is made again.
    AGAIN = "update project set state = 'assembling', problem = null where id = $1 and state = 'failed'";
    /// A delivery.
    DELIVER = "insert into delivery (id, project, made_at, lot) values ($1, $2, $3, $4)";
    /// The project has come to its end.
    DELIVERED = "update project set state = 'delivered', problem = null, ended_at = $2 \
                 where id = $1 and state = 'assembling'";
    /// Why there is no delivery.
    FAILED = "update project set state = 'failed', problem = $2 where id = $1 and state = 'assembling'";
}

static FILES: BulkInsert =
    BulkInsert::new("delivery_file", &["delivery", "name", "media_type", "bytes", "blob_hash"]);

/// Assembles deliveries.
#[derive(Debug)]
pub struct Assemble {
    blobs: Blobs,
    projects: Projects,
}

/// What was put together.
struct Made {
    files: Vec<File>,
    /// How many items there are of the kind that clients look at.
    lot: i64,
}

struct File {
    name: String,
    hash: String,
    bytes: i64,
}

impl Assemble {
    /// Assembles into this store.
    pub fn new(blobs: Blobs, projects: Projects) -> Self {
        Self { blobs, projects }
    }

    fn assemble(
        &self,
        work: &Work,
        project: Id<kind::Project>,
        service: &dyn BoundService,
    ) -> Result<Made, Trouble> {
        let mut assembler = service.assembler(&settings(work, project)?);
        let mut files = Files::new(work, &self.blobs);
        let (sources, all) = work.db.read_blocking(move |read| -> Result<_, DbError> {
            let all: i64 = read.query_one(&COUNT, params![project.param()], |row| row.get(0))?;
            Ok((sources(read, project)?, all))
        })?;
        let (mut done, mut lot, inspected) = (0, 0, service.inspected());
        let failed = |fault: kazi_services::Fault, files: &mut Files<'_>| {
            files.trouble().unwrap_or(Trouble::Final(fault.0))
        };
        for source in sources.into_iter().map(Arc::new) {
            let mut after = -1;
            loop {
                work.check()?;
                let of = Arc::clone(&source);
                let (items, last) = work.db.read_blocking(move |read| page(read, &of, after))?;
                if items.is_empty() {
                    break;
                }
                after = last;
                done += i64::try_from(items.len()).unwrap_or(0);
                for item in items {
                    lot += i64::from(item.kind == inspected && item.outcome.is_some());
                    assembler.item(item, &mut files).map_err(|fault| failed(fault, &mut files))?;
                }
                work.progress(done, all);
            }
        }
        assembler.finish(&mut files).map_err(|fault| failed(fault, &mut files))?;
        Ok(Made { files: self.keep(work, files)?, lot })
    }

    /// Puts the files into the store.
    fn keep(&self, work: &Work, files: Files<'_>) -> Result<Vec<File>, Trouble> {
        let mut kept = Vec::new();
        for (name, spooled) in files.finish()? {
            work.check()?;
            let bytes = i64::try_from(spooled.bytes).unwrap_or(i64::MAX);
            kept.push(File { name, hash: spooled.hash.0.clone(), bytes });
            work.wait(self.blobs.adopt(spooled))?;
        }
        Ok(kept)
    }
}

fn settings(work: &Work, project: Id<kind::Project>) -> Result<Settings, Trouble> {
    let (title, operator) = work.db.read_blocking(move |read| {
        read.query_one(&ABOUT, params![project.param()], |row| {
            Ok((row.get::<String>(0)?, row.get::<Option<String>>(1)?))
        })
    })?;
    let date = date(crate::turn::now());
    Ok(Settings { title, operator: operator.unwrap_or_default(), project: project.to_string(), date })
}

/// The day of a moment, UTC.
fn date(at: Moment) -> String {
    let at = Timestamp::from_microsecond(at.micros()).unwrap_or(Timestamp::UNIX_EPOCH);
    at.to_zoned(TimeZone::UTC).date().to_string()
}

/// Writes the delivery down, all of it at once.
fn deliver(tx: &mut Tx<'_>, project: Id<kind::Project>, made: &Made, turn: &Turn) -> Result<(), DbError> {
    if tx.execute(&DELIVERED, params![project.param(), turn.at.param()])? == 0 {
        return Ok(());
    }
    let id: Id<kind::Delivery> = turn.mint();
    tx.execute(&DELIVER, params![id.param(), project.param(), turn.at.param(), made.lot])?;
    let rows = made.files.iter().map(|File { name, hash, bytes }| {
        [id.param(), Value::from(name), Value::from(media_type(name)), Value::from(*bytes), Value::from(hash)]
    });
    tx.insert_many(&FILES, rows)?;
    news::note(tx, project, News::Delivered, turn)?;
    note(tx, turn, &Entry::about("project.delivered", id).of(project))?;
    hooks::happened(tx, HookEvent::ProjectDelivered, project, &[("delivery", id.to_string())], turn)
}

impl Handler for Assemble {
    fn kind(&self) -> &'static str {
        ASSEMBLE
    }

    fn run(&self, work: &Work) -> Result<(), Trouble> {
        let project = Id::<kind::Project>::from_bytes(work.held.subject);
        let (job, projects) = (work.clone(), self.projects.clone());
        let head = work.db.write_blocking(move |tx| -> Result<_, Trouble> {
            job.fence(tx, &Turn::now())?;
            tx.execute(&AGAIN, params![project.param()])?;
            match projects.head(tx, project) {
                Ok(head) => Ok(Some(head)),
                Err(HeadError::NotThere) => Ok(None),
                Err(HeadError::Db(error)) => Err(error.into()),
                Err(error) => Err(Trouble::Final(error.to_string())),
            }
        })?;
        let Some(head) = head.filter(|head| head.state == ProjectState::Assembling) else { return Ok(()) };
        let made = Arc::new(self.assemble(work, project, &*head.terms.service)?);
        let job = work.clone();
        work.db.write_blocking(move |tx| -> Result<(), Trouble> {
            let turn = Turn::now();
            job.fence(tx, &turn)?;
            Ok(deliver(tx, project, &made, &turn)?)
        })
    }

    fn given_up(&self, tx: &mut Tx<'_>, held: &Held, why: &str, turn: &Turn) -> Result<(), DbError> {
        let project = Id::<kind::Project>::from_bytes(held.subject);
        let why = format!(
            "The delivery could not be made: {}.",
            why.trim_end_matches('.').replace('\0', "\u{fffd}")
        );
        tx.execute(&FAILED, params![project.param(), why.as_str()])?;
        news::note(tx, project, News::Failed, turn)?;
        note(tx, turn, &Entry::about("project.failed", project).of(project).saying(why))?;
        hooks::happened(tx, HookEvent::ProjectFailed, project, &[], turn)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_delivery_is_dated_by_its_day() {
        assert_eq!(date(Moment::from_micros(1_795_000_000_000_000)), "2026-11-18");
        assert_eq!(date(Moment::from_micros(0)), "1970-01-01");
    }
}
