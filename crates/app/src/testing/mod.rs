//! A small world for tests, built with the same use cases that people use, and told in their words.
//!
//! ```no_run
//! # use kazi_app::{schema, testing::World};
//! # let db: kazi_db::Db = unreachable!();
//! let world = World::new(&db);
//! let kibera = world.centre("Kibera");
//! let amina = kibera.worker("Amina");
//! let library = world.client("Library");
//! let shops = world.project("questions").of(&library).at(&kibera).file("shops.csv", "shop\nDuka la Mama").running();
//! let lent = shops.next(&amina, "answer", 1).unwrap();
//! ```
//!
//! Time stands still unless a test lets it pass, and ids differ from turn to turn; both are the same at each run.
//! All calls block, also on a runtime's thread.

#![expect(
    clippy::unwrap_used,
    clippy::missing_panics_doc,
    reason = "a test whose world cannot be built must stop and say so"
)]

mod project;

pub use project::{Plan, Project, shillings};

use std::sync::LazyLock;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};

use kazi_db::{Db, DbError, Read, Tx};
use kazi_domain::policy::{Actor, Can, ManageCentre, ManageNetwork};
use kazi_domain::{Id, Moment, Role, RoleSet, Span, kind};

use crate::access::{Password, Pin, SecretHash, TokenHash, device, second, session};
use crate::blobs::Blobs;
use crate::bound::Projects;
use crate::intake::Uploads;
use crate::jobs::{self, Handlers};
use crate::network::organisations::{self, OrganisationKind};
use crate::network::people::{self, NewPerson};
use crate::network::{centres, may_manage, may_manage_centre, setup};
use crate::rows::Param;
use crate::{App, Turn};

/// The password of everybody in the world who has one.
pub const PASSWORD: &str = "water the mango tree";
/// The PIN of everybody in the world who has one.
pub const PIN: &str = "482915";

static PASSWORD_HASH: LazyLock<SecretHash> = LazyLock::new(|| Password::choose(PASSWORD).unwrap().hash());
static PIN_HASH: LazyLock<SecretHash> = LazyLock::new(|| Pin::choose(PIN).unwrap().hash());

/// So many bits count the ids of one turn; those above it, up to the eighty that an id keeps, count the turns.
const TURN_BITS: u32 = 32;

/// A database with an operator in it, and a clock that only the test moves.
#[derive(Debug)]
pub struct World {
    /// The program's parts.
    pub app: App,
    /// Where its files lie; gone with the world.
    _folder: tempfile::TempDir,
    now: AtomicI64,
    turns: AtomicU64,
    operator: Actor,
}

/// A centre in the world.
#[derive(Debug, Clone, Copy)]
pub struct Centre<'w> {
    world: &'w World,
    /// Its id.
    pub id: Id<kind::Centre>,
    /// The partner it belongs to.
    pub partner: Id<kind::Organisation>,
}

/// A computer of a centre.
#[derive(Debug, Clone)]
pub struct Computer {
    /// Its id.
    pub id: Id<kind::Device>,
    /// What its cookie holds.
    pub token: String,
}

impl World {
    /// A world in an empty database: the operator's organisation and its first person, Wanjiru. It is ten in
    /// the morning in Nairobi on Monday, 23 November 2026.
    pub fn new(db: &Db) -> Self {
        let start = Moment::from_micros(1_795_417_200_000_000);
        let first = setup::FirstOperator {
            organisation: "Kazi Foundation".to_owned(),
            name: "Wanjiru".to_owned(),
            email: "wanjiru@kazi.example".to_owned(),
            password: PASSWORD_HASH.clone(),
            language: "en".to_owned(),
        };
        let person = on(db, move |tx| {
            setup::first_operator(tx, &first, &Turn::new(start, 1 << TURN_BITS)).map_err(told)
        });
        let organisation = look(db, organisations::operator).unwrap().id;
        let operator = actor(person, organisation, None, Role::Operator);
        let folder = tempfile::tempdir().unwrap();
        let blobs = Blobs::local(&folder.path().join("blobs"), &folder.path().join("spool")).unwrap();
        let uploads = Uploads::new(&blobs).unwrap();
        let app = App { db: db.clone(), projects: Projects::default(), blobs, uploads };
        Self { app, _folder: folder, now: AtomicI64::new(start.micros()), turns: AtomicU64::new(2), operator }
    }

    /// The moment it is.
    pub fn now(&self) -> Moment {
        Moment::from_micros(self.now.load(Ordering::SeqCst))
    }

    /// Lets time pass.
    pub fn pass(&self, span: Span) {
        self.now.fetch_add(span.micros(), Ordering::SeqCst);
    }

    /// A turn at this moment, with ids of its own.
    pub fn turn(&self) -> Turn {
        Turn::new(self.now(), u128::from(self.turns.fetch_add(1, Ordering::SeqCst)) << TURN_BITS)
    }

    /// Runs a use case and keeps what it did.
    ///
    /// # Errors
    /// The use case's.
    pub fn write<T, E, F>(&self, work: F) -> Result<T, E>
    where
        F: Fn(&mut Tx<'_>) -> Result<T, E> + Send + 'static,
        T: Send + 'static,
        E: From<DbError> + Send + 'static,
    {
        apart(|| self.app.db.write_blocking(work))
    }

    /// Looks.
    ///
    /// # Errors
    /// The use case's.
    pub fn read<T, E, F>(&self, work: F) -> Result<T, E>
    where
        F: Fn(&mut Read<'_>) -> Result<T, E> + Send + 'static,
        T: Send + 'static,
        E: From<DbError> + Send + 'static,
    {
        apart(|| self.app.db.read_blocking(work))
    }

    /// Does all jobs that are due by now, and insists that none is left.
    pub fn jobs(&self, handlers: &Handlers) {
        let left = apart(|| {
            let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build();
            runtime.unwrap().block_on(jobs::drain(&self.app.db, handlers, self.now()))
        });
        left.unwrap().unwrap();
    }

    /// The person who runs this Kazi.
    pub fn operator(&self) -> Actor {
        self.operator.clone()
    }

    /// The operator's right to run the network.
    pub fn network(&self) -> Can<ManageNetwork> {
        may_manage(&self.operator).unwrap()
    }

    /// A client organisation and its buyer, whose address is `buyer@NAME.example`.
    pub fn client(&self, name: &str) -> Actor {
        let organisation = self.organisation(OrganisationKind::Client, name);
        let email = format!("buyer@{}.example", name.to_lowercase().replace(' ', "-"));
        let person = NewPerson { email: Some(email), ..somebody("Buyer", Role::Client) };
        let (can, turn) = (self.network(), self.turn());
        let id = on(&self.app.db, move |tx| {
            people::create_in_organisation(tx, &can, organisation, &person, &turn).map_err(told)
        });
        actor(id, organisation, None, Role::Client)
    }

    /// Somebody else of a client, who leads its people; the address is `lead@NAME.example` for a client of this name.
    pub fn client_lead(&self, client: &Actor, name: &str) -> Actor {
        let email = format!("lead@{}.example", name.to_lowercase().replace(' ', "-"));
        let person = NewPerson { email: Some(email), ..somebody("Lead", Role::ClientLead) };
        let (can, turn, organisation) = (self.network(), self.turn(), client.organisation);
        let id = on(&self.app.db, move |tx| {
            people::create_in_organisation(tx, &can, organisation, &person, &turn).map_err(told)
        });
        let lead = actor(id, organisation, None, Role::ClientLead);
        Actor { roles: lead.roles.with(Role::Client), ..lead }
    }

    /// A centre of a partner of the same name, three hours ahead of UTC.
    pub fn centre(&self, name: &str) -> Centre<'_> {
        let partner = self.organisation(OrganisationKind::Partner, name);
        let (can, turn, name) = (self.network(), self.turn(), name.to_owned());
        let id =
            on(&self.app.db, move |tx| centres::create(tx, &can, partner, (&name, 180), &turn).map_err(told));
        Centre { world: self, id, partner }
    }

    fn organisation(&self, kind: OrganisationKind, name: &str) -> Id<kind::Organisation> {
        let (can, turn, name) = (self.network(), self.turn(), name.to_owned());
        on(&self.app.db, move |tx| organisations::create(tx, &can, kind, &name, &turn).map_err(told))
    }

    /// The code that somebody's app shows at this moment: of what is set up, else of what was begun.
    pub fn code(&self, person: &Actor) -> String {
        let (id, now) = (person.person, self.now());
        let secret = kazi_db::sql!(
            "select secret from second_factor_begun where person = $1 union all select secret from second_factor \
             where person = $1"
        );
        let found = self.read(move |read| {
            read.query_all(secret, kazi_db::params![id.param()], |row| row.get::<[u8; 20]>(0))
        });
        second::code_of(*found.unwrap().first().unwrap(), now)
    }

    /// Who somebody is now, by the cookie.
    pub fn who(&self, token: &str) -> Option<session::SignedIn> {
        let (hash, now) = (TokenHash::of(token), self.now());
        self.read(move |read| session::who(read, hash, now)).unwrap()
    }
}

impl Centre<'_> {
    /// A worker with a PIN.
    pub fn worker(&self, name: &str) -> Actor {
        self.person(name, Role::Worker)
    }

    /// A reviewer with a PIN.
    pub fn reviewer(&self, name: &str) -> Actor {
        self.person(name, Role::Reviewer)
    }

    /// A team leader with a PIN and a password, whose address is `NAME@centre.example`.
    pub fn team_leader(&self, name: &str) -> Actor {
        self.person(name, Role::TeamLeader)
    }

    /// The operator's right to run this centre.
    pub fn managed(&self) -> Can<ManageCentre> {
        self.managed_by(&self.world.operator)
    }

    /// Somebody's right to run this centre.
    pub fn managed_by(&self, actor: &Actor) -> Can<ManageCentre> {
        let (actor, id) = (actor.clone(), self.id);
        look(&self.world.app.db, move |read| {
            may_manage_centre(read, &actor, id).map(Some).map_err(|error| DbError::Other(error.to_string()))
        })
        .unwrap()
    }

    /// A computer, enrolled.
    pub fn computer(&self, name: &str) -> Computer {
        let (can, turn, name) = (self.managed(), self.world.turn(), name.to_owned());
        let code = on(&self.world.app.db, move |tx| device::make_code(tx, &can, &name, &turn).map_err(told));
        let turn = self.world.turn();
        on(&self.world.app.db, move |tx| {
            let attempt = device::begin_enrol(tx, "192.0.2.1", turn.at).map_err(told)?;
            let (device, token) = device::enrol(tx, &attempt, &code.text, &turn).map_err(told)?;
            Ok(Computer { id: device.id, token: token.text().to_owned() })
        })
    }

    fn person(&self, name: &str, role: Role) -> Actor {
        let email = (role == Role::TeamLeader).then(|| format!("{}@centre.example", name.to_lowercase()));
        let person = NewPerson { email, pin: Some(PIN_HASH.clone()), ..somebody(name, role) };
        let person = if person.email.is_none() { NewPerson { password: None, ..person } } else { person };
        let (can, turn) = (self.managed(), self.world.turn());
        let id = on(&self.world.app.db, move |tx| {
            people::create_at_centre(tx, &can, &person, &turn).map_err(told)
        });
        actor(id, self.partner, Some(self.id), role)
    }
}

fn somebody(name: &str, role: Role) -> NewPerson {
    NewPerson {
        shown_name: name.to_owned(),
        email: None,
        password: Some(PASSWORD_HASH.clone()),
        pin: None,
        picture: String::new(),
        language: "en".to_owned(),
        roles: RoleSet::default().with(role),
    }
}

fn actor(
    person: Id<kind::Person>,
    organisation: Id<kind::Organisation>,
    centre: Option<Id<kind::Centre>>,
    role: Role,
) -> Actor {
    Actor { person, organisation, centre, roles: RoleSet::default().with(role), scopes: None }
}

fn told(error: impl std::fmt::Display) -> DbError {
    DbError::Other(error.to_string())
}

fn on<T: Send + 'static>(db: &Db, work: impl Fn(&mut Tx<'_>) -> Result<T, DbError> + Send + 'static) -> T {
    apart(|| db.write_blocking(work)).unwrap()
}

fn look<T: Send + 'static>(
    db: &Db,
    work: impl Fn(&mut Read<'_>) -> Result<Option<T>, DbError> + Send + 'static,
) -> Option<T> {
    apart(|| db.read_blocking(work)).unwrap()
}

/// The database must not be waited for on a runtime's thread, where tests may well run.
fn apart<T: Send>(work: impl FnOnce() -> T + Send) -> T {
    std::thread::scope(|scope| scope.spawn(work).join()).unwrap()
}
