//! A small house with everything that files go through, and projects in the services of the tests.

use std::path::PathBuf;
use std::sync::Arc;

use bytes::Bytes;
use futures_util::stream;
use kazi_app::blobs::Blobs;
use kazi_app::bound::Projects;
use kazi_app::delivery::Assemble;
use kazi_app::intake::{self, Remove, SourceView, Split, Uploads};
use kazi_app::jobs::{self, Handler, Handlers, Left};
use kazi_app::media::{Limits, MediaChild};
use kazi_app::rows::{Columns, Param};
use kazi_app::testing::World;
use kazi_db::testing::TestDb;
use kazi_db::{DbError, params, sql};
use kazi_domain::policy::{Action, Actor, Can, Facts, ViewProject, permit};
use kazi_domain::{Id, Moment, kind};
use tempfile::TempDir;
use tokio::runtime::Runtime;

use crate::pages::find;

pub struct House {
    pub world: World,
    pub blobs: Blobs,
    pub uploads: Uploads,
    pub projects: Projects,
    pub handlers: Handlers,
    pub runtime: Runtime,
    pub client: Actor,
    _folder: TempDir,
}

/// An item as the database has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    pub key: String,
    pub parent: Option<String>,
    pub depth: i64,
    pub state: String,
    pub pieces: i64,
    pub waiting: i64,
    pub stage: Option<String>,
    pub tasks: i64,
}

/// A child's program: the example of the same name, which `cargo test` builds unless it is told one test only.
pub fn media_child(limits: Limits) -> MediaChild {
    let test = std::env::current_exe().unwrap();
    let program: PathBuf = test.parent().unwrap().parent().unwrap().join("examples/media-child");
    assert!(
        program.exists(),
        "{} is missing: `cargo build -p kazi-app --examples` makes it",
        program.display()
    );
    MediaChild { program, limits }
}

impl House {
    pub fn new(db: &TestDb) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let world = World::new(db);
        let blobs = Blobs::local(&folder.path().join("blobs"), &folder.path().join("spool")).unwrap();
        let uploads = Uploads::new(&blobs).unwrap();
        let projects = Projects::with_services(find);
        let limits = Limits { memory: 256 << 20, ..Limits::default() };
        let split = Split::new(blobs.clone(), media_child(limits)).with_services(find);
        let all: [Arc<dyn Handler>; 3] =
            [Arc::new(split), Arc::new(Remove), Arc::new(Assemble::new(blobs.clone(), projects.clone()))];
        let runtime =
            tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
        let client = world.client("Library");
        Self {
            world,
            blobs,
            uploads,
            projects,
            handlers: all.into_iter().collect(),
            runtime,
            client,
            _folder: folder,
        }
    }

    /// A project of the client in a service.
    pub fn project(&self, service: &str, state: &str) -> Id<kind::Project> {
        let turn = self.world.turn();
        let id: Id<kind::Project> = turn.mint();
        let spec = find(service).unwrap().default_spec().to_string();
        let (actor, service, state, at) =
            (self.client.clone(), service.to_owned(), state.to_owned(), turn.at);
        let insert = sql!(
            "insert into project (id, organisation, service, name, state, version, spec, instructions, currency, \
             gold_every, made_by, made_at) values ($1, $2, $3, 'Book', $4, 1, $5, '', 'KES', 0, $6, $7)"
        );
        self.world
            .write(move |tx| -> Result<(), DbError> {
                let (organisation, person) = (actor.organisation, actor.person);
                let params = params![
                    id.param(),
                    organisation.param(),
                    service.as_str(),
                    state.as_str(),
                    spec.as_str(),
                    person.param(),
                    at.param()
                ];
                tx.execute(insert, params).map(drop)
            })
            .unwrap();
        id
    }

    pub fn set_state(&self, project: Id<kind::Project>, state: &'static str) {
        let update = sql!("update project set state = $2 where id = $1");
        self.world
            .write(move |tx| -> Result<u64, DbError> { tx.execute(update, params![project.param(), state]) })
            .unwrap();
    }

    pub fn state(&self, project: Id<kind::Project>) -> (String, Option<String>) {
        let query = sql!("select state, problem from project where id = $1");
        self.world
            .read(move |read| -> Result<_, DbError> {
                read.query_one(query, params![project.param()], |row| Ok((row.get(0)?, row.get(1)?)))
            })
            .unwrap()
    }

    /// The client's right to something about a project.
    pub fn can<A: Action<Subject = kind::Project>>(&self, project: Id<kind::Project>) -> Can<A> {
        let facts = Facts { organisation: Some(self.client.organisation), ..Facts::default() };
        permit(&self.client, project, facts).unwrap()
    }

    /// Adds a source that has no bytes yet.
    pub fn announce(&self, project: Id<kind::Project>, name: &str, bytes: Option<u64>) -> Id<kind::Source> {
        let (can, name, turn) = (self.can(project), name.to_owned(), self.world.turn());
        self.world.write(move |tx| intake::add_source(tx, &can, &name, bytes, &turn)).unwrap()
    }

    /// Adds a source with all its bytes.
    pub fn add(&self, project: Id<kind::Project>, name: &str, content: &str) -> Id<kind::Source> {
        let source = self.announce(project, name, None);
        let chunks: Vec<Result<Bytes, String>> =
            content.as_bytes().chunks(10_000).map(|chunk| Ok(Bytes::copy_from_slice(chunk))).collect();
        let kept = self.runtime.block_on(self.uploads.receive(source, stream::iter(chunks))).unwrap();
        let (can, turn) = (self.can(project), self.world.turn());
        self.world.write(move |tx| intake::arrived(tx, &can, source, (&kept.0, kept.1), &turn)).unwrap();
        self.uploads.discard(source);
        source
    }

    /// Does all jobs, those that are tried again too.
    pub fn drain(&self) -> Result<(), Left> {
        let until = Moment::from_micros(self.world.now().micros() + 30 * 86_400_000_000);
        self.runtime.block_on(jobs::drain(&self.world.app.db, &self.handlers, until)).unwrap()
    }

    pub fn sources(&self, project: Id<kind::Project>) -> Vec<SourceView> {
        let can: Can<ViewProject> = self.can(project);
        self.world.read(move |read| intake::sources(read, &can)).unwrap()
    }

    /// The items of a project, in order.
    pub fn items(&self, project: Id<kind::Project>) -> Vec<Row> {
        let query = sql!(
            "select i.key, p.key, i.depth, i.state, i.pieces, i.waiting, i.stage, \
             (select count(*) from task t where t.item = i.id and t.stage = i.stage and t.state = 'open') \
             from source s join item i on i.source = s.id left join item p on p.id = i.parent \
             where s.project = $1 order by s.position, i.position"
        );
        self.world
            .read(move |read| -> Result<Vec<Row>, DbError> {
                read.query_all(query, params![project.param()], |row| {
                    Ok(Row {
                        key: row.get(0)?,
                        parent: row.get(1)?,
                        depth: row.get(2)?,
                        state: row.get(3)?,
                        pieces: row.get(4)?,
                        waiting: row.get(5)?,
                        stage: row.get(6)?,
                        tasks: row.get(7)?,
                    })
                })
            })
            .unwrap()
    }

    /// How many items, finished items and tasks the counts of a project speak of.
    pub fn counts(&self, project: Id<kind::Project>) -> (i64, i64, i64) {
        let query = sql!(
            "select cast(coalesce(sum(items), 0) as bigint), cast(coalesce(sum(finished), 0) as bigint), \
             cast(coalesce(sum(tasks), 0) as bigint) from stage_count where project = $1"
        );
        self.world
            .read(move |read| -> Result<_, DbError> {
                read.query_one(query, params![project.param()], |row| {
                    Ok((row.get(0)?, row.get(1)?, row.get(2)?))
                })
            })
            .unwrap()
    }

    /// The ids of a project's items, in order.
    pub fn ids(&self, project: Id<kind::Project>) -> Vec<Id<kind::Item>> {
        let query = sql!("select id from item where project = $1 order by position");
        self.world
            .read(move |read| -> Result<Vec<_>, DbError> {
                read.query_all(query, params![project.param()], |row| row.id(0))
            })
            .unwrap()
    }
}
