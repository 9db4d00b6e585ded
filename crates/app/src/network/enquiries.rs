//! What people who are no clients yet ask for: a few words on the first page, answered by the operator with an invitation or
//! a reason. What a stranger wrote is kept as they wrote it, and goes into no letter.

use kazi_db::{DbError, Read, Row, Tx, params};
use kazi_domain::policy::{Can, ManageNetwork};
use kazi_domain::{EnquiryState, Id, Moment, Role, RoleSet, kind};

use super::invitations::{self, Invite, InviteError};
use super::organisations::{self, OrganisationError, OrganisationKind};
use super::people::{self, PersonError};
use super::{may_manage_team, name};
use crate::access::limit::{self, Aim, LimitError};
use crate::journal::{self, Entry};
use crate::listing::{Ask, Cursor, Page};
use crate::mail::{self, Letter, Site};
use crate::rows::{Columns, Param};
use crate::turn::Turn;

/// Enquiries, with the columns that [`Enquiry::from_row`] reads.
macro_rules! enquiries {
    ($which:literal) => {
        concat!(
            "select id, organisation_name, shown_name, email, language, service, amount, needed_by, said, made_at, state, \
             answer, answered_at, organisation from enquiry ",
            $which
        )
    };
}

kazi_db::statements! {
    /// A new one.
    ADD = "insert into enquiry (id, organisation_name, shown_name, email, language, service, amount, needed_by, said, \
           made_at, state, answer) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, 'waiting', '')";
    /// All that stand so, or all; the newest first.
    NEWEST = enquiries!("where id < $1 and ($2 = '' or state = $2) and (lower(organisation_name) like $3 escape '\\' \
                         or lower(shown_name) like $3 escape '\\' or lower(email) like $3 escape '\\') order by id desc limit $4");
    /// The same, the oldest first.
    OLDEST = enquiries!("where id > $1 and ($2 = '' or state = $2) and (lower(organisation_name) like $3 escape '\\' \
                         or lower(shown_name) like $3 escape '\\' or lower(email) like $3 escape '\\') order by id limit $4");
    /// One of them.
    GET = enquiries!("where id = $1");
    /// The same, held until it is answered.
    HELD = enquiries!("where id = $1 /*for update*/");
    /// How many wait for an answer, counted only so far.
    WAITING = "select count(*) from (select 1 from enquiry where state = 'waiting' limit 100) counted";
    /// Answers it.
    ANSWER = "update enquiry set state = $2, answer = $3, answered_by = $4, answered_at = $5, organisation = $6 where id = $1";
    /// Who runs this Kazi and reads letters.
    OPERATORS = "select p.id, p.email, p.language from organisation o cross join person p where o.kind = 'operator' \
                 and p.organisation = o.id and p.active = 1 and p.email is not null and p.roles like '%operator%' limit 20";
}

/// The longest text of an enquiry, in characters: a page and a half.
pub const LONGEST: usize = 4_000;
/// The longest short answer, such as an amount or a date.
const LONGEST_LINE: usize = 200;

/// What somebody asks for.
#[derive(Debug, Clone, Default)]
pub struct NewEnquiry {
    /// Their organisation.
    pub organisation_name: String,
    /// Their name.
    pub shown_name: String,
    /// Where to answer.
    pub email: String,
    /// The language of their pages, for the answer.
    pub language: String,
    /// The key of a service, or empty where they do not know.
    pub service: String,
    /// How much there is, in their words.
    pub amount: String,
    /// Until when, in their words.
    pub needed_by: String,
    /// What they need.
    pub said: String,
}

/// Why an enquiry was not taken or answered.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum EnquiryError {
    /// No organisation.
    #[error("say which organisation you are from")]
    NoOrganisation,
    /// What is wrong with the person's name or address.
    #[error(transparent)]
    Person(#[from] PersonError),
    /// Nothing said.
    #[error("say in a few words what you need")]
    NothingSaid,
    /// More than anybody reads.
    #[error("that is longer than {LONGEST} characters: say the most important, the rest can follow")]
    TooLong,
    /// A reason longer than anybody reads.
    #[error("that is longer than {LONGEST} characters: say the most important")]
    LongReason,
    /// No reason given.
    #[error("say why: whoever asked reads it")]
    NoReason,
    /// None with this id.
    #[error("there is no such enquiry")]
    NotThere,
    /// Somebody was quicker.
    #[error("this enquiry has been answered")]
    Answered,
    /// The client could not be made.
    #[error(transparent)]
    Organisation(#[from] OrganisationError),
    /// The letter could not be sent.
    #[error(transparent)]
    Invite(#[from] InviteError),
    /// Too many from one place.
    #[error(transparent)]
    Limit(#[from] LimitError),
    /// The database.
    #[error(transparent)]
    Db(#[from] DbError),
}

/// An enquiry as the operator reads it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Enquiry {
    /// Its id.
    pub id: Id<kind::Enquiry>,
    /// Whose, by their own words.
    pub organisation_name: String,
    /// Who.
    pub shown_name: String,
    /// Where to answer.
    pub email: String,
    /// The language of their pages.
    pub language: String,
    /// The key of a service, or empty.
    pub service: String,
    /// How much there is.
    pub amount: String,
    /// Until when.
    pub needed_by: String,
    /// What they need.
    pub said: String,
    /// When they asked.
    pub made_at: Moment,
    /// Where it stands.
    pub state: EnquiryState,
    /// Why it was declined.
    pub answer: String,
    /// When it was answered.
    pub answered_at: Option<Moment>,
    /// The client that came of it.
    pub organisation: Option<Id<kind::Organisation>>,
}

/// Which enquiries, and in which order.
#[derive(Debug, Clone, Copy, Default)]
pub struct Filter {
    /// Those that have waited longest first.
    pub oldest_first: bool,
    /// Only those that stand so.
    pub state: Option<EnquiryState>,
}

fn line(text: &str) -> String {
    let clean: String = text.chars().filter(|c| !c.is_control()).take(LONGEST_LINE).collect();
    clean.trim().to_owned()
}

/// Several lines as they are kept: no control characters but the ends of lines.
fn lines(text: &str) -> String {
    let clean: String = text.chars().filter(|c| !c.is_control() || *c == '\n').collect();
    clean.trim().to_owned()
}

impl NewEnquiry {
    /// The same as it is kept.
    ///
    /// # Errors
    /// What is missing or too long.
    fn checked(&self) -> Result<Self, EnquiryError> {
        let organisation_name = name(&self.organisation_name).ok_or(EnquiryError::NoOrganisation)?;
        let shown_name = people::checked(&self.shown_name, &self.language, client())?;
        let email = people::checked_email(Some(&self.email))?.ok_or(PersonError::BadEmail)?;
        let said = lines(&self.said);
        if said.is_empty() {
            return Err(EnquiryError::NothingSaid);
        }
        if said.chars().count() > LONGEST {
            return Err(EnquiryError::TooLong);
        }
        let [service, amount, needed_by] =
            [&self.service, &self.amount, &self.needed_by].map(|text| line(text));
        let language = self.language.clone();
        Ok(Self { organisation_name, shown_name, email, language, service, amount, needed_by, said })
    }
}

fn client() -> RoleSet {
    RoleSet::default().with(Role::ClientLead)
}

/// Takes what somebody asks for, and tells the operator by letter. `address` is where it came from on the network.
///
/// # Errors
/// See [`EnquiryError`].
pub fn ask(
    tx: &mut Tx<'_>,
    new: &NewEnquiry,
    address: &str,
    site: &Site,
    turn: &Turn,
) -> Result<Id<kind::Enquiry>, EnquiryError> {
    let new = new.checked()?;
    let _counted = limit::attempt(tx, vec![Aim::Enquiry(address.to_owned())], turn.at)?;
    let id: Id<kind::Enquiry> = turn.mint();
    tx.execute(
        &ADD,
        params![
            id.param(),
            new.organisation_name.as_str(),
            new.shown_name.as_str(),
            new.email.as_str(),
            new.language.as_str(),
            new.service.as_str(),
            new.amount.as_str(),
            new.needed_by.as_str(),
            new.said.as_str(),
            turn.at.param()
        ],
    )?;
    let operators = tx.query_all(&OPERATORS, &[], |row| {
        Ok((row.id::<kind::Person>(0)?, row.get::<String>(1)?, row.get::<String>(2)?))
    })?;
    for (person, email, language) in operators {
        let letter = Letter::enquiry_came((&email, &language), id, site).about(person);
        mail::post(tx, &letter, turn)?;
    }
    journal::note(tx, turn, &Entry::about("enquiry.made", id))?;
    Ok(id)
}

/// Enquiries, those of one state or all.
///
/// # Errors
/// The database's.
pub fn list(
    read: &mut Read<'_>,
    _can: &Can<ManageNetwork>,
    filter: Filter,
    ask: &Ask,
) -> Result<Page<Enquiry>, DbError> {
    let state = filter.state.map_or("", EnquiryState::word);
    let (statement, from) =
        if filter.oldest_first { (&OLDEST, ask.after_text().1) } else { (&NEWEST, ask.before_id()) };
    let rows =
        read.query_all(statement, params![from, state, ask.pattern(), ask.limit()], Enquiry::from_row)?;
    Ok(ask.page(rows, |row| Cursor::at("", row.id)))
}

/// How many wait for an answer, counted so far only; a hundred stand for more.
///
/// # Errors
/// The database's.
pub fn waiting(read: &mut Read<'_>, _can: &Can<ManageNetwork>) -> Result<i64, DbError> {
    read.query_one(&WAITING, &[], |row| row.get(0))
}

/// One enquiry.
///
/// # Errors
/// [`EnquiryError::NotThere`].
pub fn get(
    read: &mut Read<'_>,
    _can: &Can<ManageNetwork>,
    id: Id<kind::Enquiry>,
) -> Result<Enquiry, EnquiryError> {
    read.query_opt(&GET, params![id.param()], Enquiry::from_row)?.ok_or(EnquiryError::NotThere)
}

/// One enquiry that is about to be answered: whoever answers it too waits.
fn held(tx: &mut Tx<'_>, id: Id<kind::Enquiry>) -> Result<Enquiry, EnquiryError> {
    tx.query_opt(&HELD, params![id.param()], Enquiry::from_row)?.ok_or(EnquiryError::NotThere)
}

/// Makes whoever asked a client, and asks them in by letter to lead their own people.
///
/// # Errors
/// See [`EnquiryError`]: the address may be in use already.
pub fn invite(
    tx: &mut Tx<'_>,
    can: &Can<ManageNetwork>,
    id: Id<kind::Enquiry>,
    site: &Site,
    turn: &Turn,
) -> Result<Id<kind::Organisation>, EnquiryError> {
    let found = held(tx, id)?;
    if found.state == EnquiryState::Invited {
        return Err(EnquiryError::Answered);
    }
    let client_of = OrganisationKind::Client;
    let organisation = organisations::create(tx, can, client_of, &found.organisation_name, turn)?;
    let team = may_manage_team(can.actor(), organisation).ok_or(EnquiryError::NotThere)?;
    let who = Invite {
        email: found.email,
        shown_name: found.shown_name,
        language: found.language,
        roles: client(),
        centre: None,
    };
    invitations::invite(tx, &team, &who, site, turn)?;
    answer(tx, can, id, (EnquiryState::Invited, "", Some(organisation)), turn)?;
    Ok(organisation)
}

/// Declines, with a reason that whoever asked gets by letter. It can still be invited later.
///
/// # Errors
/// See [`EnquiryError`].
pub fn decline(
    tx: &mut Tx<'_>,
    can: &Can<ManageNetwork>,
    id: Id<kind::Enquiry>,
    reason: &str,
    site: &Site,
    turn: &Turn,
) -> Result<(), EnquiryError> {
    let found = held(tx, id)?;
    if found.state != EnquiryState::Waiting {
        return Err(EnquiryError::Answered);
    }
    let reason = lines(reason);
    if reason.is_empty() {
        return Err(EnquiryError::NoReason);
    }
    if reason.chars().count() > LONGEST {
        return Err(EnquiryError::LongReason);
    }
    let letter =
        Letter::enquiry_declined((&found.email, &found.language), (&found.shown_name, &reason), site);
    mail::post(tx, &letter, turn)?;
    answer(tx, can, id, (EnquiryState::Declined, &reason, None), turn)
}

fn answer(
    tx: &mut Tx<'_>,
    can: &Can<ManageNetwork>,
    id: Id<kind::Enquiry>,
    (state, reason, organisation): (EnquiryState, &str, Option<Id<kind::Organisation>>),
    turn: &Turn,
) -> Result<(), EnquiryError> {
    let by = can.actor().person;
    let params = params![id.param(), state.word(), reason, by.param(), turn.at.param(), organisation.param()];
    tx.execute(&ANSWER, params)?;
    let kind = if state == EnquiryState::Invited { "enquiry.invited" } else { "enquiry.declined" };
    Ok(journal::note(tx, turn, &Entry::about(kind, id).by(by).saying(reason))?)
}

impl Enquiry {
    fn from_row(row: &Row<'_>) -> Result<Self, DbError> {
        Ok(Self {
            id: row.id(0)?,
            organisation_name: row.get(1)?,
            shown_name: row.get(2)?,
            email: row.get(3)?,
            language: row.get(4)?,
            service: row.get(5)?,
            amount: row.get(6)?,
            needed_by: row.get(7)?,
            said: row.get(8)?,
            made_at: row.moment(9)?,
            state: row.word(10)?,
            answer: row.get(11)?,
            answered_at: row.moment_opt(12)?,
            organisation: row.id_opt(13)?,
        })
    }
}
