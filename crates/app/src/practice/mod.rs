//! Practice: what a worker must see and pass before the first paid task of a stage.
//!
//! A try is right when the service counts no error in it. Whoever has got as many different tasks right as the
//! course asks for is certified for that stage of the service, in every project. Learning is work: with the
//! certificate comes, once, the stage's pay for each practice task, from the operator's teaching account.

use std::sync::Arc;

use kazi_db::{DbError, Read, Sql, Tx, params};
use kazi_domain::policy::{Can, ManageCentre};
use kazi_domain::{Currency, Id, Role, kind};
use kazi_services::{BoundService, JsonCourse, JsonPractice, Lesson, Problem, Score};

use crate::book::{Account, Book, Move};
use crate::bound::{Head, HeadError, Projects};
use crate::journal::{self, Entry};
use crate::network::organisations;
use crate::rows::Param;
use crate::turn::Turn;
use crate::work::Permit;

kazi_db::statements! {
    /// Whether somebody works at a centre.
    OF_CENTRE = "select 1 from person where id = $1 and centre = $2";
    /// How the person has done so far.
    TRIES = "select number, correct, tries from practice where person = $1 and service = $2 and stage = $3 order by number";
    /// One more try; what was right once stays right.
    TRY = "insert into practice (person, service, stage, number, correct, tries, last_at) values ($1, $2, $3, $4, $5, 1, $6) \
           on conflict (person, service, stage, number) do update set tries = practice.tries + 1, \
           correct = case when practice.correct > excluded.correct then practice.correct else excluded.correct end, \
           last_at = excluded.last_at";
    /// Whether the person has learnt the stage.
    CERTIFIED = "select 1 from certificate where person = $1 and service = $2 and stage = $3";
    /// The person has.
    CERTIFY = "insert into certificate (person, service, stage, issued_at) values ($1, $2, $3, $4) \
               on conflict (person, service, stage) do nothing";
}

/// Why somebody cannot practise.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PracticeError {
    /// Not for this person, or nothing is asked at this stage.
    #[error("there is nothing to practise here for you")]
    NotThere,
    /// The answer's form is wrong.
    #[error("something in the answer is not right")]
    Form(Vec<Problem>),
    /// What is stored cannot be used.
    #[error("the course cannot be read: {0}")]
    Broken(String),
    /// The database.
    #[error(transparent)]
    Db(#[from] DbError),
}

impl From<HeadError> for PracticeError {
    fn from(error: HeadError) -> Self {
        match error {
            HeadError::NotThere => Self::NotThere,
            HeadError::Db(error) => Self::Db(error),
            other => Self::Broken(other.to_string()),
        }
    }
}

/// One task of a course and how the person has done at it.
#[derive(Debug, Clone)]
pub struct Exercise {
    /// Its number in the course, from 0.
    pub number: u32,
    /// The item, its truth, its pictures and the reason to show after a miss.
    pub task: JsonPractice,
    /// Whether it was right once.
    pub right: bool,
    /// How often it was tried.
    pub tries: i64,
}

/// A course and how far the person is.
#[derive(Debug, Clone)]
pub struct Learning {
    /// What to know first.
    pub lessons: Vec<Lesson>,
    /// The tasks, in order.
    pub exercises: Vec<Exercise>,
    /// How many must be right.
    pub pass: u32,
    /// How many are.
    pub right: u32,
    /// Whether the person holds the certificate.
    pub certified: bool,
    /// What passing pays, in millionths of the project's currency.
    pub pays: i64,
    /// The currency.
    pub currency: Currency,
}

impl Learning {
    /// How many more must be right.
    pub fn left(&self) -> u32 {
        if self.certified { 0 } else { self.pass.saturating_sub(self.right) }
    }

    /// The task to do next: the first that was never right, among these the least tried.
    pub fn next(&self) -> Option<&Exercise> {
        let open = self.exercises.iter().filter(|one| !one.right);
        open.min_by_key(|one| (one.tries, one.number))
    }
}

/// What a try came to.
#[derive(Debug, Clone, PartialEq)]
pub struct Tried {
    /// Whether it was right.
    pub right: bool,
    /// How near it came.
    pub score: Score,
    /// The message key of the reason, after a miss.
    pub reason: Option<&'static str>,
    /// The truth, to show after the try.
    pub truth: String,
    /// How many more must be right.
    pub left: u32,
    /// Set when this very try brought the certificate: what it pays, in millionths.
    pub passed: Option<i64>,
}

/// Where a person practises: one stage of a project's service.
struct Class {
    service: Arc<dyn BoundService>,
    stage: &'static str,
    course: JsonCourse,
    pays: i64,
    currency: Currency,
    person: Id<kind::Person>,
}

fn class(head: &Head, permit: &Permit, stage: &str) -> Result<Class, PracticeError> {
    let service = Arc::clone(&head.terms.service);
    let actor = permit.can.actor();
    let stage = service.stage(stage).ok_or(PracticeError::NotThere)?;
    let (key, role) = (stage.key, stage.role);
    if !(actor.roles.has(role) || (role == Role::Worker && actor.roles.has(Role::Reviewer))) {
        return Err(PracticeError::NotThere);
    }
    let course = service.course(key).ok_or(PracticeError::NotThere)?;
    let tasks = i64::try_from(course.practice.len()).unwrap_or(0);
    let pays = head.terms.pay(key).saturating_mul(tasks);
    Ok(Class { service, stage: key, course, pays, currency: head.terms.currency, person: actor.person })
}

impl Class {
    fn learning(&self, read: &mut Read<'_>) -> Result<Learning, DbError> {
        let key = params![self.person.param(), self.service.key(), self.stage];
        let tries = read.query_all(&TRIES, key, |row| {
            Ok((row.get::<u32>(0)?, row.get::<i64>(1)? != 0, row.get::<i64>(2)?))
        })?;
        let certified = read.query_opt(&CERTIFIED, key, |_| Ok(()))?.is_some();
        let exercises: Vec<Exercise> = (0..)
            .zip(&self.course.practice)
            .map(|(number, task)| {
                let done = tries.iter().find(|(of, ..)| *of == number);
                let (right, tries) = done.map_or((false, 0), |(_, right, tries)| (*right, *tries));
                Exercise { number, task: task.clone(), right, tries }
            })
            .collect();
        let right = u32::try_from(exercises.iter().filter(|one| one.right).count()).unwrap_or(u32::MAX);
        Ok(Learning {
            lessons: self.course.lessons.clone(),
            exercises,
            pass: self.course.pass,
            right,
            certified,
            pays: self.pays,
            currency: self.currency,
        })
    }
}

/// The course of a stage and how far the person is.
///
/// # Errors
/// See [`PracticeError`].
pub fn learning(
    read: &mut Read<'_>,
    projects: &Projects,
    permit: &Permit,
    stage: &str,
) -> Result<Learning, PracticeError> {
    let head = projects.head(read, permit.can.subject())?;
    Ok(class(&head, permit, stage)?.learning(read)?)
}

/// Judges a try at the exercise `number` of a stage's course, and certifies and pays whoever passes by it.
///
/// # Errors
/// See [`PracticeError`].
pub fn try_it(
    tx: &mut Tx<'_>,
    projects: &Projects,
    permit: &Permit,
    (stage, number, answer): (&str, u32, &str),
    turn: &Turn,
) -> Result<Tried, PracticeError> {
    let head = projects.head(tx, permit.can.subject())?;
    let class = class(&head, permit, stage)?;
    let place = usize::try_from(number).map_err(|_| PracticeError::NotThere)?;
    let task = class.course.practice.get(place).ok_or(PracticeError::NotThere)?;
    class.service.check(class.stage, &task.item, answer).map_err(PracticeError::Form)?;
    let score = class.service.score(class.stage, &task.item, &task.truth, answer);
    let score = score.map_err(|fault| PracticeError::Broken(fault.0))?;
    let right = score.errors == 0;
    tx.execute(
        &TRY,
        params![
            class.person.param(),
            class.service.key(),
            class.stage,
            number,
            i64::from(right),
            turn.at.param()
        ],
    )?;
    let learning = class.learning(tx)?;
    let passes = !learning.certified && learning.right >= learning.pass;
    let passed = if passes { certify(tx, &class, permit, turn)? } else { None };
    Ok(Tried {
        right,
        score,
        reason: (!right).then_some(task.reason),
        truth: task.truth.clone(),
        left: if passed.is_some() { 0 } else { learning.left() },
        passed,
    })
}

/// Certifies, and pays the learning if this was the first time.
fn certify(
    tx: &mut Tx<'_>,
    class: &Class,
    permit: &Permit,
    turn: &Turn,
) -> Result<Option<i64>, PracticeError> {
    let key = params![class.person.param(), class.service.key(), class.stage, turn.at.param()];
    if tx.execute(&CERTIFY, key)? == 0 {
        return Ok(None);
    }
    let operator = organisations::operator(tx)?;
    let operator = operator.ok_or_else(|| PracticeError::Broken("nobody runs this Kazi yet".to_owned()))?;
    let project = permit.can.subject();
    let mut book = Book::new(project);
    book.pay(Move {
        kind: "practice",
        from: (Account::Teaching, *operator.id.as_bytes()),
        to: (Account::Accepted, *class.person.as_bytes()),
        amount: class.pays,
        currency: class.currency,
        project: Some(project),
        answer: None,
        day: turn.at.day(permit.utc_offset_minutes),
    });
    book.write(tx, turn)?;
    let entry = Entry::about("certificate.issued", class.person).by(class.person).of(project);
    journal::note(tx, turn, &entry.saying(format!("{} {}", class.service.key(), class.stage)))?;
    Ok(Some(class.pays))
}

/// Every statement of this folder.
pub(crate) const STATEMENTS: &[&[&Sql]] = &[ALL];

/// Certifies somebody of a centre without practice and without pay, because whoever leads the centre vouches
/// that they know the work. It stands in the journal. Gives whether the person is of that centre.
///
/// # Errors
/// The database's.
pub fn vouch(
    tx: &mut Tx<'_>,
    can: &Can<ManageCentre>,
    person: Id<kind::Person>,
    (service, stage): (&str, &str),
    turn: &Turn,
) -> Result<bool, DbError> {
    let centre = can.subject();
    if tx.query_opt(&OF_CENTRE, params![person.param(), centre.param()], |_| Ok(()))?.is_none() {
        return Ok(false);
    }
    tx.execute(&CERTIFY, params![person.param(), service, stage, turn.at.param()])?;
    let entry = Entry::about("certificate.vouched", person).by(can.actor().person);
    journal::note(tx, turn, &entry.saying(format!("{service} {stage}")))?;
    Ok(true)
}
