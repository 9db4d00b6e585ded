//! Deleting: rows first, a part at a time; files are set aside, and deleted an hour later unless somebody has handed the same
//! bytes in meanwhile.

use kazi_db::{DbError, Read, Tx, params};
use kazi_domain::{Id, Moment, Span, kind};
use kazi_services::BlobRef;

use crate::blobs::Blobs;
use crate::jobs::{self, Handler, Held, Trouble, Work};
use crate::journal::{self, Entry};
use crate::rows::{Columns, Param};
use crate::turn::{self, Turn};

kazi_db::statements! {
    /// Whether it has begun and is not done.
    BEGUN = "select begun_at from forgetting where project = $1 and begun_at is not null and done_at is null";
    /// Whether pay of its answers is still held.
    HELD = "select id from answer where project = $1 and state = 'held' limit 1";
    /// What there is, told before it goes.
    COUNT = "update forgetting set sources = (select count(*) from source where project = $1), \
             items = (select coalesce(sum(items), 0) from stage_count where project = $1), \
             answers = (select coalesce(sum(answers), 0) from stage_count where project = $1), \
             files = (select count(*) from delivery d join delivery_file f on f.delivery = d.id where d.project = $1) \
             where project = $1 and sources is null";
    /// The names of its bytes, kept until they are gone.
    NAME = "insert into forgotten_blob (project, hash) select project, hash from stored where project = $1 \
            union select project, blob_hash from source where project = $1 and blob_hash is not null \
            union select d.project, f.blob_hash from delivery d join delivery_file f on f.delivery = d.id where d.project = $1 \
            on conflict (project, hash) do nothing";
    /// The next thousand answers.
    ANSWERS = "select given_at, id from answer where project = $1 and (given_at, id) > ($2, $3) order by given_at, id limit 1000";
    /// What they said goes; who gave them, when and for how much stays.
    ANSWER = "update answer set body = '' where project = $1 and (given_at, id) > ($2, $3) and (given_at, id) <= ($4, $5)";
    /// What was kept beside them goes.
    KEPT = "delete from answer_kept where answer in (select id from answer where project = $1 and (given_at, id) > ($2, $3) \
            and (given_at, id) <= ($4, $5))";
    /// Its files.
    SOURCES = "select id from source where project = $1 order by position";
    /// The last item of a file.
    LAST = "select max(position) from item where source = $1";
    /// The items from a place on go.
    ITEMS = "delete from item where source = $1 and position > $2";
    /// Whether anybody speaks of bytes.
    SPOKEN_OF = "select 1 from stored where hash = $1 union all select 1 from source where blob_hash = $1 \
                 union all select 1 from delivery_file where blob_hash = $1 limit 1";
    /// The names of the bytes.
    NAMES = "select hash from forgotten_blob where project = $1 and hash > $2 order by hash limit 500";
    /// Bytes that are gone or stay.
    NAMED = "delete from forgotten_blob where project = $1 and hash = $2";
    /// One more stored file stays for another project.
    STAYS = "update forgetting set kept = coalesce(kept, 0) + 1 where project = $1";
    /// All is done.
    DONE = "update forgetting set done_at = $2 where project = $1 and done_at is null";
    /// It is begun again later.
    AGAIN = "update forgetting set begun_at = null where project = $1 and done_at is null";
    /// Problems of its files.
    PROBLEMS = "delete from source_problem where source in (select id from source where project = $1)";
    /// Its files.
    DELETE_SOURCES = "delete from source where project = $1";
    /// Which bytes it may show.
    DELETE_STORED = "delete from stored where project = $1";
    /// The files of its deliveries.
    DELETE_FILES = "delete from delivery_file where delivery in (select id from delivery where project = $1)";
    /// Known truths.
    DELETE_GOLD = "delete from gold where project = $1";
    /// Which items a pilot had.
    DELETE_PILOT = "delete from pilot_item where project = $1";
    /// What was said of a sample; the verdicts stay.
    BLANK_SAMPLED = "update sampled set note = null, outcome = null where sample in (select id from sample where project = $1)";
    /// What was said of answers that were not accepted; that they were not stays.
    BLANK_REJECTIONS = "update rejection set note = '', decision = case when decision is null then null else '' end \
                        where project = $1";
    /// What was asked and answered.
    DELETE_MESSAGES = "delete from message where thread in (select id from thread where project = $1)";
    /// The questions.
    DELETE_THREADS = "delete from thread where project = $1";
    /// What workers had to know, in every version.
    BLANK_VERSIONS = "update instructions set body = '', changed = '' where project = $1";
    /// The settings, and what workers had to know. The version changes with the terms.
    BLANK_PROJECT = "update project set spec = '{}', instructions = '', problem = null, below_wage = null, \
                     version = version + 1 where id = $1";
}

/// The kind of job that deletes.
pub(super) const JOB: &str = "forget";
/// The kind of job that deletes what was set aside.
const FINISH: &str = "forget_finish";
/// How often both are tried: for about sixteen hours.
pub(super) const TRIES: i64 = 24;
/// Bytes that were set aside are deleted so long afterwards.
pub const AFTERWARDS: Span = Span::minutes(60);
/// About so many items are taken out at once.
const CHUNK: i64 = 2_000;

/// Everything but answers and items, which are many. In this order nothing is asked for after it is gone.
const ALL_AT_ONCE: [&kazi_db::Sql; 12] = [
    &PROBLEMS,
    &DELETE_STORED,
    &DELETE_FILES,
    &DELETE_GOLD,
    &DELETE_PILOT,
    &BLANK_SAMPLED,
    &BLANK_REJECTIONS,
    &DELETE_MESSAGES,
    &DELETE_THREADS,
    &BLANK_VERSIONS,
    &BLANK_PROJECT,
    &DELETE_SOURCES,
];

/// The job that deletes the data of a project.
#[derive(Debug, Clone)]
pub struct Erase {
    blobs: Blobs,
    clock: fn() -> Moment,
}

impl Erase {
    /// With these files.
    pub fn new(blobs: Blobs) -> Self {
        Self { blobs, clock: turn::now }
    }

    /// The same by another clock.
    #[must_use]
    pub fn by_clock(mut self, clock: fn() -> Moment) -> Self {
        self.clock = clock;
        self
    }
}

/// Runs a part in a transaction of its own, behind the job's fence.
fn part<T: Send + 'static>(
    work: &Work,
    what: impl Fn(&mut Tx<'_>, &Turn) -> Result<T, Trouble> + Send + 'static,
) -> Result<T, Trouble> {
    let job = work.clone();
    work.db.write_blocking(move |tx| {
        let turn = Turn::now();
        job.fence(tx, &turn)?;
        what(tx, &turn)
    })
}

/// What must be so before anything goes: it has begun, and nobody's pay is held.
fn begin(tx: &mut Tx<'_>, project: Id<kind::Project>) -> Result<bool, Trouble> {
    if tx.query_opt(&BEGUN, params![project.param()], |_| Ok(()))?.is_none() {
        return Ok(false);
    }
    if tx.query_opt(&HELD, params![project.param()], |_| Ok(()))?.is_some() {
        return Err(Trouble::Passing("pay of this project is still held: it is paid out first".to_owned()));
    }
    tx.execute(&COUNT, params![project.param()])?;
    tx.execute(&NAME, params![project.param()])?;
    Ok(true)
}

fn answers(work: &Work, project: Id<kind::Project>) -> Result<(), Trouble> {
    let mut after = (i64::MIN, [0; 16]);
    loop {
        work.check()?;
        let (from, id) = after;
        let last = part(work, move |tx, _| {
            let start = params![project.param(), from, &id[..]];
            let found: Vec<(i64, [u8; 16])> =
                tx.query_all(&ANSWERS, start, |row| Ok((row.get(0)?, row.get(1)?)))?;
            let Some((to, last)) = found.last() else { return Ok(None) };
            let range = params![project.param(), from, &id[..], *to, &last[..]];
            tx.execute(&KEPT, range)?;
            tx.execute(&ANSWER, range)?;
            Ok(Some((*to, *last)))
        })?;
        match last {
            Some(last) => after = last,
            None => return Ok(()),
        }
    }
}

fn items(work: &Work, source: Id<kind::Source>) -> Result<(), Trouble> {
    loop {
        work.check()?;
        let more = part(work, move |tx, _| {
            let last = tx.query_one(&LAST, params![source.param()], |row| row.get::<Option<i64>>(0))?;
            let Some(last) = last else { return Ok(false) };
            tx.execute(&ITEMS, params![source.param(), last - CHUNK])?;
            Ok(true)
        })?;
        if !more {
            return Ok(());
        }
    }
}

fn spoken_of(read: &mut Read<'_>, hash: &str) -> Result<bool, DbError> {
    Ok(read.query_opt(&SPOKEN_OF, params![hash], |_| Ok(()))?.is_some())
}

/// Calls `each` with every name of bytes that are to go, and with whether another project speaks of them.
fn each_name(
    work: &Work,
    project: Id<kind::Project>,
    each: impl Fn(&BlobRef, bool) -> Result<(), Trouble>,
) -> Result<(), Trouble> {
    let mut after = String::new();
    loop {
        work.check()?;
        let from = after.clone();
        let names: Vec<(String, bool)> = work.db.read_blocking(move |read| -> Result<_, DbError> {
            let names: Vec<String> =
                read.query_all(&NAMES, params![project.param(), from.as_str()], |row| row.get(0))?;
            let told = names.into_iter().map(|name| spoken_of(read, &name).map(|spoken| (name, spoken)));
            told.collect()
        })?;
        let Some((last, _)) = names.last() else { return Ok(()) };
        after.clone_from(last);
        for (name, spoken) in names {
            each(&BlobRef(name), spoken)?;
        }
    }
}

impl Handler for Erase {
    fn kind(&self) -> &'static str {
        JOB
    }

    fn run(&self, work: &Work) -> Result<(), Trouble> {
        let project: Id<kind::Project> = Id::from_bytes(work.held.subject);
        if !part(work, move |tx, _| begin(tx, project))? {
            return Ok(());
        }
        answers(work, project)?;
        let sources: Vec<Id<kind::Source>> = work.db.read_blocking(move |read| -> Result<_, DbError> {
            read.query_all(&SOURCES, params![project.param()], |row| row.id(0))
        })?;
        for source in sources {
            items(work, source)?;
        }
        part(work, move |tx, _| {
            for statement in ALL_AT_ONCE {
                tx.execute(statement, params![project.param()])?;
            }
            Ok(())
        })?;
        each_name(
            work,
            project,
            |hash, spoken| {
                if spoken { Ok(()) } else { Ok(work.wait(self.blobs.set_aside(hash))?) }
            },
        )?;
        let due = (self.clock)() + AFTERWARDS;
        part(work, move |tx, turn| {
            jobs::enqueue_at(tx, (FINISH, TRIES), (project.as_bytes(), ""), (due, turn))?;
            Ok(())
        })
    }

    fn given_up(&self, tx: &mut Tx<'_>, held: &Held, _: &str, _: &Turn) -> Result<(), DbError> {
        // The next look at the clock begins it again.
        tx.execute(&AGAIN, params![&held.subject[..]]).map(drop)
    }
}

/// The job that deletes the bytes that were set aside, or takes them back where somebody has handed the same in.
#[derive(Debug, Clone)]
pub struct Finish {
    blobs: Blobs,
    clock: fn() -> Moment,
}

impl Finish {
    /// With these files.
    pub fn new(blobs: Blobs) -> Self {
        Self { blobs, clock: turn::now }
    }

    /// The same by another clock.
    #[must_use]
    pub fn by_clock(mut self, clock: fn() -> Moment) -> Self {
        self.clock = clock;
        self
    }
}

impl Handler for Finish {
    fn kind(&self) -> &'static str {
        FINISH
    }

    fn run(&self, work: &Work) -> Result<(), Trouble> {
        let project: Id<kind::Project> = Id::from_bytes(work.held.subject);
        each_name(work, project, |hash, spoken| {
            if spoken {
                work.wait(self.blobs.take_back(hash))?;
            } else {
                work.wait(self.blobs.delete_aside(hash))?;
            }
            let name = hash.0.clone();
            part(work, move |tx, _| {
                if spoken {
                    tx.execute(&STAYS, params![project.param()])?;
                }
                tx.execute(&NAMED, params![project.param(), name.as_str()])?;
                Ok(())
            })
        })?;
        let done = (self.clock)();
        part(work, move |tx, turn| {
            if tx.execute(&DONE, params![project.param(), done.param()])? == 1 {
                journal::note(tx, turn, &Entry::about("deletion.done", project).of(project))?;
            }
            Ok(())
        })
    }

    fn given_up(&self, tx: &mut Tx<'_>, held: &Held, _: &str, _: &Turn) -> Result<(), DbError> {
        tx.execute(&AGAIN, params![&held.subject[..]]).map(drop)
    }
}
