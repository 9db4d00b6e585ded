//! Projects as the work meets them: their service with its spec read, their pay, their pace.

use std::collections::HashMap;
use std::sync::{Arc, PoisonError, RwLock};

use kazi_db::{DbError, Read, params};
use kazi_domain::{Currency, Id, ProjectState, kind};
use kazi_services::BoundService;

use crate::media::Find;
use crate::rows::{Columns, Param};

kazi_db::statements! {
    /// What may change from one answer to the next.
    HEAD = "select state, version, pilot from project where id = $1";
    /// What never changes under one version.
    TERMS = "select service, spec, currency, gold_every, organisation, instructions_version from project where id = $1";
    /// What an answer earns at each stage.
    PAY = "select stage, pay from project_stage where project = $1 order by position";
}

/// A project's terms under one version of its settings. They never change without a new version.
#[derive(Debug)]
pub struct Terms {
    /// The service with the project's spec.
    pub service: Arc<dyn BoundService>,
    /// The client's organisation.
    pub organisation: Id<kind::Organisation>,
    /// The currency of pay.
    pub currency: Currency,
    /// One answer in this many is asked for a known truth; 0 for never.
    pub gold_every: i64,
    /// The version of the instructions.
    pub instructions: i64,
    pay: HashMap<String, i64>,
}

impl Terms {
    /// What one answer at this stage earns, in millionths of the currency.
    pub fn pay(&self, stage: &str) -> i64 {
        self.pay.get(stage).copied().unwrap_or(0)
    }
}

/// A project at this moment.
#[derive(Debug, Clone)]
pub struct Head {
    /// Which.
    pub id: Id<kind::Project>,
    /// What it is doing.
    pub state: ProjectState,
    /// Whether only the items of its pilot are worked on.
    pub pilot: bool,
    /// Its terms.
    pub terms: Arc<Terms>,
}

/// Why a project cannot be worked with.
#[derive(Debug, Clone, thiserror::Error)]
pub enum HeadError {
    /// There is none.
    #[error("there is no such project")]
    NotThere,
    /// The project names a service that this program does not have.
    #[error("this program has no service `{0}`")]
    UnknownService(String),
    /// The stored spec does not fit the service any more.
    #[error("the project's settings do not fit the service: {0}")]
    Spec(String),
    /// The database.
    #[error(transparent)]
    Db(#[from] DbError),
}

/// How many projects are kept at hand.
const MOST_KEPT: usize = 1_000;

/// The versioned terms of each project that was touched lately.
type Kept = HashMap<Id<kind::Project>, (i64, Arc<Terms>)>;

/// The terms of the projects touched lately, so that a spec is read once and not at every answer.
/// What is kept here is never stale, for a version is never written twice.
#[derive(Clone, Debug)]
pub struct Projects {
    kept: Arc<RwLock<Kept>>,
    find: Find,
}

impl Default for Projects {
    fn default() -> Self {
        Self::with_services(kazi_services::find)
    }
}

impl Projects {
    /// Projects in other services than the registry's.
    pub fn with_services(find: Find) -> Self {
        Self { kept: Arc::default(), find }
    }

    /// The terms under which the project stood when it was looked at last. They may be of the version before: good to
    /// guess by what will be asked, and for nothing else.
    pub(crate) fn last_seen(&self, id: Id<kind::Project>) -> Option<Arc<Terms>> {
        self.kept.read().unwrap_or_else(PoisonError::into_inner).get(&id).map(|(_, terms)| Arc::clone(terms))
    }

    /// The project as it stands in this transaction.
    ///
    /// # Errors
    /// See [`HeadError`].
    pub fn head(&self, read: &mut Read<'_>, id: Id<kind::Project>) -> Result<Head, HeadError> {
        let found = read.query_opt(&HEAD, params![id.param()], |row| {
            let pilot = row.get::<Option<&str>>(2)? == Some("running");
            Ok((row.word::<ProjectState>(0)?, row.get::<i64>(1)?, pilot))
        })?;
        self.head_at(read, id, found.ok_or(HeadError::NotThere)?)
    }

    /// The project in a state and a version, and in a pilot or not, as this transaction has seen it.
    ///
    /// # Errors
    /// See [`HeadError`].
    pub(crate) fn head_at(
        &self,
        read: &mut Read<'_>,
        id: Id<kind::Project>,
        (state, version, pilot): (ProjectState, i64, bool),
    ) -> Result<Head, HeadError> {
        let kept = self.kept.read().unwrap_or_else(PoisonError::into_inner).get(&id).cloned();
        if let Some((_, terms)) = kept.filter(|(of, _)| *of == version) {
            return Ok(Head { id, state, pilot, terms });
        }
        let terms = Arc::new(load(read, id, self.find)?);
        let mut all = self.kept.write().unwrap_or_else(PoisonError::into_inner);
        if all.len() >= MOST_KEPT {
            all.clear();
        }
        all.insert(id, (version, Arc::clone(&terms)));
        Ok(Head { id, state, pilot, terms })
    }
}

fn load(read: &mut Read<'_>, id: Id<kind::Project>, find: Find) -> Result<Terms, HeadError> {
    let (service, spec, currency, (gold_every, instructions), organisation) =
        read.query_one(&TERMS, params![id.param()], |row| {
            let service = row.get::<String>(0)?;
            let numbers = (row.get(3)?, row.get(5)?);
            Ok((service, row.get::<String>(1)?, row.word(2)?, numbers, row.id(4)?))
        })?;
    let pay =
        read.query_all(&PAY, params![id.param()], |row| Ok((row.get::<String>(0)?, row.get::<i64>(1)?)))?;
    let found = find(&service).ok_or(HeadError::UnknownService(service))?;
    let service = found.bind(&spec).map_err(|problems| {
        let all: Vec<String> = problems.into_iter().map(|problem| problem.message).collect();
        HeadError::Spec(all.join(" "))
    })?;
    Ok(Terms { service, organisation, currency, gold_every, instructions, pay: pay.into_iter().collect() })
}
