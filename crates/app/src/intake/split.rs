//! The job that splits a source into items.

use std::fs::File;
use std::io::BufReader;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, sync_channel};

use futures_util::{StreamExt, TryStreamExt};
use kazi_db::{DbError, Tx, params};
use kazi_domain::{Id, ProjectState, SourceState, kind};
use kazi_services::{AnyService, BlobRef, BoundService, Refusal, Source, Tools};

use super::clear::{ITEMS_ONLY, clear};
use super::collect::{Chunk, Collected, Collector, Kept};
use super::plant::Ground;
use super::sources::{REMOVE, SPLIT};
use crate::blobs::Blobs;
use crate::jobs::{Handler, Held, Trouble, Work, enqueue};
use crate::media::{Ended, Find, MediaChild, Order};
use crate::rows::{Columns, Param};
use crate::turn::Turn;

kazi_db::statements! {
    /// The source and what its project wants.
    LOAD = "select s.project, s.name, s.bytes, s.state, s.blob_hash, p.state, p.service, p.spec \
            from source s join project p on p.id = s.project where s.id = $1";
    /// The splitting begins.
    BEGIN = "update source set state = 'splitting', problem = null, done = 0, parts = 0 where id = $1 \
             and state in ('waiting', 'splitting', 'refused')";
    /// What an earlier try complained of.
    FORGET = "delete from source_problem where source = $1";
    /// What an earlier try kept.
    KEPT = "select position + 1, key from item where source = $1 order by position desc limit 1";
    /// It is split.
    SPLIT_DONE = "update source set state = 'split', done = $2, parts = $3 where id = $1 and state = 'splitting'";
    /// It cannot be used.
    REFUSE = "update source set state = 'refused', problem = $2 where id = $1 and state in ('waiting', 'splitting')";
}

/// Splits sources.
#[derive(Debug)]
pub struct Split {
    blobs: Blobs,
    media: MediaChild,
    find: Find,
}

#[derive(Debug, Clone)]
struct Loaded {
    source: Id<kind::Source>,
    project: Id<kind::Project>,
    name: String,
    bytes: u64,
    state: SourceState,
    hash: Option<String>,
    project_state: ProjectState,
    service: String,
    spec: String,
}

impl Split {
    /// Splits with the services of the registry.
    pub fn new(blobs: Blobs, media: MediaChild) -> Self {
        Self { blobs, media, find: kazi_services::find }
    }

    /// With other services than the registry's.
    #[must_use]
    pub fn with_services(self, find: Find) -> Self {
        Self { find, ..self }
    }

    fn split(&self, work: &Work, loaded: &Loaded) -> Result<Result<Collected, Refusal>, Trouble> {
        let service = (self.find)(&loaded.service);
        let service = service
            .ok_or_else(|| Trouble::Passing(format!("this program has no service `{}`", loaded.service)))?;
        let bound = service.bind(&loaded.spec).map_err(|problems| {
            let all: Vec<String> = problems.into_iter().map(|problem| problem.message).collect();
            Trouble::Final(format!("The project's settings do not fit the service: {}", all.join(" ")))
        })?;
        let hash =
            loaded.hash.clone().ok_or_else(|| Trouble::Final("The file has not arrived.".to_owned()))?;
        let file = work.wait(self.blobs.file(&BlobRef(hash)))?;
        let kept = kept(work, loaded.source)?;
        let (sender, chunks) = sync_channel::<Chunk>(1);
        std::thread::scope(|scope| {
            let writer = Writer { blobs: &self.blobs, work, loaded, service: &bound };
            let writing = scope.spawn(move || writer.write_all(&chunks));
            let mut send = |chunk: Chunk| {
                work.check()?;
                work.progress(chunk.progress.0, chunk.progress.1);
                // The writer has stopped, and says why itself.
                sender.send(chunk).map_err(|_| Trouble::Stopping)
            };
            let read =
                self.read(work, (service, &*bound), (loaded, file), Collector::new(&*bound, kept, &mut send));
            drop(sender);
            let written =
                writing.join().unwrap_or_else(|_| Err(Trouble::Passing("a thread was lost".to_owned())));
            written.and(read)
        })
    }

    /// Runs the service over the file: in a limited child when it is media, here otherwise.
    fn read(
        &self,
        work: &Work,
        (service, bound): (&dyn AnyService, &dyn BoundService),
        (loaded, file): (&Loaded, File),
        mut sink: Collector<'_>,
    ) -> Result<Result<Collected, Refusal>, Trouble> {
        let outcome = if service.about().media {
            let order = Order { service: &loaded.service, spec: &loaded.spec, name: &loaded.name, file };
            self.media.split(order, &mut sink, &|| work.check().is_ok())
        } else {
            let mut reader = BufReader::with_capacity(1 << 16, file);
            let source = Source { name: &loaded.name, length: loaded.bytes, reader: &mut reader };
            bound.split(source, &mut NoTools, &mut sink).map_err(Ended::Refused)
        };
        if let Some(trouble) = sink.trouble() {
            return Err(trouble.clone());
        }
        match outcome {
            Ok(()) => Ok(Ok(sink.finish()?)),
            Err(Ended::Refused(refusal)) => {
                // Problems that were told before it are worth keeping.
                sink.finish()?;
                Ok(Err(refusal))
            }
            Err(Ended::NotAble(why)) => Err(Trouble::Passing(why)),
            Err(Ended::Stopped) => Err(work.check().err().unwrap_or(Trouble::Stopping)),
        }
    }
}

/// Nothing is installed for services that split without media.
struct NoTools;

impl Tools for NoTools {
    fn read_page(&mut self, _: &[u8], _: u32, _: &str) -> Option<String> {
        None
    }
}

/// Writes chunks while the next are found.
struct Writer<'a> {
    blobs: &'a Blobs,
    work: &'a Work,
    loaded: &'a Loaded,
    service: &'a Arc<dyn BoundService>,
}

/// How many blobs are put at once: each waits for the disk.
const AT_ONCE: usize = 8;

impl Writer<'_> {
    fn write_all(&self, chunks: &Receiver<Chunk>) -> Result<(), Trouble> {
        chunks.iter().try_for_each(|chunk| self.write(chunk))
    }

    fn write(&self, chunk: Chunk) -> Result<(), Trouble> {
        let puts = chunk.blobs.iter().map(|(_, bytes)| Ok(self.blobs.put(bytes.clone())));
        let put = futures_util::stream::iter(puts).try_buffer_unordered(AT_ONCE).map(|put| put.map(drop));
        self.work.wait(put.try_collect::<()>())?;
        let (job, service) = (self.work.clone(), Arc::clone(self.service));
        let (project, source) = (self.loaded.project, self.loaded.source);
        self.work.db.write_blocking(move |tx| -> Result<(), Trouble> {
            let turn = Turn::now();
            job.fence(tx, &turn)?;
            Ok(Ground { project, source, service: &*service }.plant(tx, &chunk, &turn)?)
        })
    }
}

fn load(work: &Work, source: Id<kind::Source>) -> Result<Option<Loaded>, DbError> {
    work.db.read_blocking(move |read| {
        read.query_opt(&LOAD, params![source.param()], |row| {
            Ok(Loaded {
                source,
                project: row.id(0)?,
                name: row.get(1)?,
                bytes: u64::try_from(row.get::<i64>(2)?).unwrap_or(0),
                state: row.word(3)?,
                hash: row.get(4)?,
                project_state: row.word(5)?,
                service: row.get(6)?,
                spec: row.get(7)?,
            })
        })
    })
}

fn kept(work: &Work, source: Id<kind::Source>) -> Result<Kept, DbError> {
    let found = work.db.read_blocking(move |read| {
        read.query_opt(&KEPT, params![source.param()], |row| {
            Ok(Kept { items: row.get(0)?, last_key: Some(row.get(1)?) })
        })
    })?;
    Ok(found.unwrap_or_default())
}

/// Writes on the job's behalf in one transaction.
fn write(
    work: &Work,
    change: impl Fn(&mut Tx<'_>, &Turn) -> Result<(), DbError> + Send + 'static,
) -> Result<(), Trouble> {
    let job = work.clone();
    work.db.write_blocking(move |tx| -> Result<(), Trouble> {
        let turn = Turn::now();
        job.fence(tx, &turn)?;
        Ok(change(tx, &turn)?)
    })
}

impl Handler for Split {
    fn kind(&self) -> &'static str {
        SPLIT
    }

    fn run(&self, work: &Work) -> Result<(), Trouble> {
        let source = Id::<kind::Source>::from_bytes(work.held.subject);
        let Some(loaded) = load(work, source)? else { return Ok(()) };
        if matches!(loaded.state, SourceState::Split | SourceState::Removing | SourceState::Arriving) {
            return Ok(());
        }
        let draft = loaded.project_state == ProjectState::Draft;
        if !(draft || matches!(loaded.project_state, ProjectState::Running | ProjectState::Paused)) {
            return write(work, move |tx, turn| refuse(tx, source, "The project has ended.", turn));
        }
        write(work, move |tx, _| {
            tx.execute(&BEGIN, params![source.param()])?;
            tx.execute(&FORGET, params![source.param()]).map(drop)
        })?;
        if draft {
            clear(work, (loaded.project, source), true)?;
        }
        let outcome = match self.split(work, &loaded)? {
            Ok(Collected { items: 0, .. }) => Err(Refusal {
                key: "nothing-inside".to_owned(),
                message: "Nothing in this file can be worked on. See whether it is the right file."
                    .to_owned(),
            }),
            other => other,
        };
        match outcome {
            Ok(Collected { items, progress: (_, parts) }) => {
                let parts = if parts > 0 { parts } else { items };
                work.progress(parts, parts);
                write(work, move |tx, _| {
                    tx.execute(&SPLIT_DONE, params![source.param(), parts, parts]).map(drop)
                })
            }
            Err(refusal) => write(work, move |tx, turn| refuse(tx, source, &refusal.message, turn)),
        }
    }

    fn given_up(&self, tx: &mut Tx<'_>, held: &Held, why: &str, turn: &Turn) -> Result<(), DbError> {
        let source = Id::<kind::Source>::from_bytes(held.subject);
        refuse(tx, source, &format!("This file could not be split: {why}."), turn)
    }
}

/// Notes why a source cannot be used, and has what was kept of it taken out again while nobody can be
/// working on it.
fn refuse(tx: &mut Tx<'_>, source: Id<kind::Source>, why: &str, turn: &Turn) -> Result<(), DbError> {
    if tx.execute(&REFUSE, params![source.param(), why.replace('\0', "\u{fffd}")])? == 1 {
        enqueue(tx, REMOVE, source.as_bytes(), ITEMS_ONLY, turn)?;
    }
    Ok(())
}
