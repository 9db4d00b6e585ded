//! Projects in the world of tests: made by the use cases, fed by the service's own splitting.

use std::collections::BTreeMap;
use std::io::Cursor;

use kazi_db::{BulkInsert, DbError, Tx, Value, params};
use kazi_domain::policy::{Action, Actor, Can};
use kazi_domain::{Currency, Id, ItemState, Money, kind};
use kazi_services::{
    BlobRef, BoundService, JsonPiece, JsonSink, PieceNumber, Problem, Refusal, Source, Tools,
};
use serde_json::Value as Json;

use super::{Centre, World, told};
use crate::book::Book;
use crate::projects::{self, Draft, View, life};
use crate::rows::Param;
use crate::turn::Turn;
use crate::work::{self, Given, Lent, NewTask, Receipt, WorkError, first_stage, first_task};

static SOURCES: BulkInsert = BulkInsert::new(
    "source",
    &["id", "project", "name", "position", "bytes", "state", "done", "parts", "made_at"],
);
static ITEMS: BulkInsert = BulkInsert::new(
    "item",
    &[
        "id",
        "project",
        "source",
        "position",
        "parent",
        "depth",
        "kind",
        "key",
        "body",
        "machine",
        "machine_confidence",
        "state",
        "pieces",
        "waiting",
        "stage",
    ],
);
kazi_db::statements! {
    /// The item with a key.
    BY_KEY = "select i.id from source s join item i on i.source = s.id where s.project = $1 and i.key = $2";
    /// Certifies without practice.
    LEARN = "insert into certificate (person, service, stage, issued_at) values ($1, $2, $3, $4) \
             on conflict (person, service, stage) do nothing";
}

/// A project that is being set up.
#[derive(Debug, Clone)]
pub struct Plan<'w> {
    world: &'w World,
    client: Actor,
    draft: Draft,
    centres: Vec<Id<kind::Centre>>,
    files: Vec<(String, Vec<u8>)>,
    pieces: Vec<JsonPiece>,
}

/// A project of the world.
#[derive(Debug, Clone)]
pub struct Project<'w> {
    world: &'w World,
    /// Its id.
    pub id: Id<kind::Project>,
    /// The one who bought it.
    pub client: Actor,
}

impl World {
    /// Begins to set up a project of a service, with all its defaults, for the operator itself, in Kenyan shillings.
    pub fn project(&self, service: &str) -> Plan<'_> {
        let draft = Draft {
            service: service.to_owned(),
            name: "A project".to_owned(),
            spec: "{}".to_owned(),
            instructions: "Look closely.".to_owned(),
            currency: shillings(),
            gold_every: 0,
            pay: BTreeMap::new(),
        };
        Plan {
            world: self,
            client: self.operator(),
            draft,
            centres: Vec::new(),
            files: Vec::new(),
            pieces: Vec::new(),
        }
    }

    /// Somebody has learnt a stage of a service.
    pub fn has_learnt(&self, person: &Actor, service: &str, stage: &str) {
        let (person, service, stage, now) = (person.person, service.to_owned(), stage.to_owned(), self.now());
        self.write(move |tx| {
            let values = params![person.param(), service.as_str(), stage.as_str(), now.param()];
            tx.execute(&LEARN, values).map(drop)
        })
        .unwrap();
    }
}

/// The currency of Kenya.
pub fn shillings() -> Currency {
    "KES".parse().unwrap()
}

impl<'w> Plan<'w> {
    /// Called this.
    #[must_use]
    pub fn named(mut self, name: &str) -> Self {
        name.clone_into(&mut self.draft.name);
        self
    }

    /// Bought by this client.
    #[must_use]
    pub fn of(mut self, client: &Actor) -> Self {
        self.client = client.clone();
        self
    }

    /// With these settings of the service.
    #[must_use]
    pub fn spec(mut self, spec: &Json) -> Self {
        self.draft.spec = spec.to_string();
        self
    }

    /// Paying this much for an answer at a stage, written like `0.80`.
    #[must_use]
    pub fn paying(mut self, stage: &str, amount: &str) -> Self {
        let micros = Money::parse(amount, self.draft.currency).unwrap().micros;
        self.draft.pay.insert(stage.to_owned(), micros);
        self
    }

    /// Asking for a known truth with one answer in so many.
    #[must_use]
    pub fn gold_every(mut self, answers: u32) -> Self {
        self.draft.gold_every = answers;
        self
    }

    /// Worked on at this centre too.
    #[must_use]
    pub fn at(mut self, centre: &Centre<'_>) -> Self {
        self.centres.push(centre.id);
        self
    }

    /// With this file, split by the service.
    #[must_use]
    pub fn file(mut self, name: &str, bytes: impl Into<Vec<u8>>) -> Self {
        self.files.push((name.to_owned(), bytes.into()));
        self
    }

    /// With one more file, split already into these pieces.
    #[must_use]
    pub fn pieces(mut self, pieces: Vec<JsonPiece>) -> Self {
        self.pieces = pieces;
        self
    }

    /// Made, fed and assigned, but not started.
    pub fn draft(self) -> Project<'w> {
        let Self { world, client, draft, centres, files, pieces } = self;
        let count = i64::try_from(files.len()).unwrap();
        let (actor, organisation, turn) = (client.clone(), client.organisation, world.turn());
        let bound = kazi_services::find(&draft.service).unwrap().bind(&draft.spec).unwrap();
        let id = world
            .write(move |tx| {
                let can = projects::may_create(tx, &actor, organisation).map_err(told)?;
                projects::draft::create(tx, &can, &draft, &turn).map_err(told)
            })
            .unwrap();
        let project = Project { world, id, client };
        for (position, (name, bytes)) in (0_i64..).zip(files) {
            project.feed(&*bound, position, &name, bytes);
        }
        if !pieces.is_empty() {
            project.plant(count, ("split", 1), pieces);
        }
        let (can, network, turn) = (project.may(), world.network(), world.turn());
        world
            .write(move |tx| projects::draft::assign(tx, &can, &network, &centres, &turn).map_err(told))
            .unwrap();
        project
    }

    /// Made, fed, assigned and started.
    pub fn running(self) -> Project<'w> {
        let project = self.draft();
        let (can, turn, terms) = (project.may(), project.world.turn(), project.world.app.projects.clone());
        project.world.write(move |tx| life::start(tx, &terms, &can, &turn).map_err(told)).unwrap();
        project
    }
}

impl Project<'_> {
    /// The client's right to do `A` to it.
    pub fn may<A: Action<Subject = kind::Project>>(&self) -> Can<A> {
        self.may_as(&self.client)
    }

    /// Somebody's right to do `A` to it.
    pub fn may_as<A: Action<Subject = kind::Project>>(&self, actor: &Actor) -> Can<A> {
        let (actor, id) = (actor.clone(), self.id);
        // A proof is no value to send between threads of the database: only what it is made from is.
        let organisation = self.world.read(move |read| projects::facts(read, id)).unwrap();
        let facts = kazi_domain::policy::Facts { organisation, ..Default::default() };
        kazi_domain::policy::permit(&actor, id, facts).unwrap()
    }

    /// Its page.
    pub fn view(&self) -> View {
        let (can, now) = (self.may(), self.world.now());
        self.world.read(move |read| projects::view::view(read, &can, now).map_err(told)).unwrap()
    }

    /// The item with a key.
    pub fn item(&self, key: &str) -> Id<kind::Item> {
        use crate::rows::Columns;
        let (id, key) = (self.id, key.to_owned());
        self.world
            .read(move |read| read.query_one(&BY_KEY, params![id.param(), key.as_str()], |row| row.id(0)))
            .unwrap()
    }

    /// Lends somebody up to `count` tasks of a stage.
    ///
    /// # Errors
    /// See [`WorkError`].
    pub fn next(&self, actor: &Actor, stage: &str, count: u32) -> Result<Vec<Lent>, WorkError> {
        let (actor, stage, id, turn) = (actor.clone(), stage.to_owned(), self.id, self.world.turn());
        let projects = self.world.app.projects.clone();
        self.world.write(move |tx| {
            let permit = work::permit(tx, &actor, id)?;
            work::next(tx, &projects, &permit, &stage, count, &turn)
        })
    }

    /// Takes somebody's answer for a task that took them five seconds.
    ///
    /// # Errors
    /// See [`WorkError`].
    pub fn answer(&self, actor: &Actor, task: Id<kind::Task>, body: &Json) -> Result<Receipt, WorkError> {
        let (actor, projects, turn) = (actor.clone(), self.world.app.projects.clone(), self.world.turn());
        let given = Given { id: turn.mint(), task, body: body.to_string(), millis: 5_000 };
        self.world.write(move |tx| work::answer(tx, &projects, &actor, &given, &turn))
    }

    /// Splits a file and plants its pieces, with a task for each piece that needs nothing else first.
    fn feed(&self, service: &dyn BoundService, position: i64, name: &str, bytes: Vec<u8>) {
        let mut pieces = Pieces::default();
        let length = u64::try_from(bytes.len()).unwrap();
        let mut reader = Cursor::new(bytes);
        let source = Source { name, length, reader: &mut reader };
        service.split(source, &mut NoTools, &mut pieces).unwrap();
        self.plant(position, (name, length), pieces.0);
    }

    fn plant(&self, position: i64, (name, length): (&str, u64), pieces: Vec<JsonPiece>) {
        let (name, source, spec) = (name.to_owned(), self.world.turn().mint(), self.view_spec());
        let seed = Seed { project: self.id, source, name, position, length, pieces, spec };
        let turn = self.world.turn();
        self.world.write(move |tx| seed.plant(tx, &turn)).unwrap();
    }

    fn view_spec(&self) -> (String, String) {
        let view = self.view();
        (view.service, view.spec)
    }
}

#[derive(Debug, Default)]
struct Pieces(Vec<JsonPiece>);

impl JsonSink for Pieces {
    fn blob(&mut self, _media_type: &str, bytes: &[u8]) -> Result<BlobRef, Refusal> {
        Ok(BlobRef(format!("{:064x}", bytes.len())))
    }
    fn piece(&mut self, piece: JsonPiece) -> Result<PieceNumber, Refusal> {
        self.0.push(piece);
        Ok(PieceNumber(u64::try_from(self.0.len()).unwrap() - 1))
    }
    fn problem(&mut self, _problem: Problem) {}
    fn progress(&mut self, _done: u64, _all: u64) {}
}

struct NoTools;
impl Tools for NoTools {
    fn read_page(&mut self, _png: &[u8], _dpi: u32, _language: &str) -> Option<String> {
        None
    }
}

struct Seed {
    project: Id<kind::Project>,
    source: Id<kind::Source>,
    name: String,
    position: i64,
    length: u64,
    pieces: Vec<JsonPiece>,
    spec: (String, String),
}

impl Seed {
    fn plant(&self, tx: &mut Tx<'_>, turn: &Turn) -> Result<(), DbError> {
        let service = kazi_services::find(&self.spec.0).unwrap().bind(&self.spec.1).unwrap();
        let parts = i64::try_from(self.pieces.len()).unwrap();
        let source = [
            self.source.param(),
            self.project.param(),
            Value::from(self.name.as_str()),
            Value::from(self.position),
            Value::from(i64::try_from(self.length).unwrap()),
            Value::from("split"),
            Value::from(parts),
            Value::from(parts),
            turn.at.param(),
        ];
        tx.insert_many(&SOURCES, [source])?;
        let ids: Vec<Id<kind::Item>> = self.pieces.iter().map(|_| turn.mint()).collect();
        let parent =
            |piece: &JsonPiece| piece.parent.map(|PieceNumber(number)| usize::try_from(number).unwrap());
        let mut tasks: Vec<NewTask<'_>> = Vec::new();
        let mut book = Book::new(self.project);
        for (number, (piece, id)) in self.pieces.iter().zip(&ids).enumerate() {
            let children = self.pieces.iter().filter(|other| parent(other) == Some(number)).count();
            let stage = first_stage(&*service, &piece.kind).filter(|_| children == 0);
            let order = i64::try_from(number).unwrap();
            if stage.is_some() {
                tasks.extend(first_task(&*service, self.project, (*id, &piece.kind), order, turn));
            }
            let depth =
                std::iter::successors(parent(piece), |above| self.pieces.get(*above).and_then(parent));
            let above = parent(piece).and_then(|above| ids.get(above)).copied();
            book.count("").items += i64::from(above.is_none());
            let children = i64::try_from(children).unwrap();
            let state = if stage.is_some() { ItemState::Open } else { ItemState::Waiting };
            let machine = piece.machine.as_ref();
            tx.insert_many(
                &ITEMS,
                [[
                    id.param(),
                    self.project.param(),
                    self.source.param(),
                    Value::from(order),
                    above.param(),
                    Value::from(i64::try_from(depth.count()).unwrap()),
                    Value::from(&piece.kind),
                    Value::from(&piece.key),
                    Value::from(&piece.body),
                    Value::from(machine.map(|(answer, _)| answer.as_str())),
                    Value::from(machine.map(|(_, confidence)| *confidence)),
                    Value::from(state.word()),
                    Value::from(children),
                    Value::from(children),
                    Value::from(stage.map(|stage| stage.key)),
                ]],
            )?;
        }
        for task in &tasks {
            book.count(task.stage).tasks += 1;
        }
        tx.insert_many(&crate::work::TASKS, tasks.iter().map(NewTask::values))?;
        book.write(tx, turn)
    }
}
