//! The messages of a centre as whoever leads it finds them, and who has read each.

use kazi_db::{DbError, Read, params};
use kazi_domain::policy::{Can, SendNotices};
use kazi_domain::{Id, Moment, Role, RoleSet, kind};

use super::NoticeError;
use crate::listing::{Ask, Cursor, Page};
use crate::rows::{Columns, Param};

/// Messages of a centre: in which order.
macro_rules! notices {
    ($order:literal) => {
        concat!(
            "select n.id, n.body, n.language, n.audience, pr.name, n.sent_to, p.shown_name, n.made_at, n.until_at, \
             n.withdrawn_at, (select count(*) from notice_to t where t.notice = n.id and t.read_at is not null) \
             from notice n join person p on p.id = n.made_by left join project pr on pr.id = n.project \
             where n.centre = $1 and lower(n.body) like $2 escape '\\' and ($3 = '' \
             or ($3 = 'shown' and n.withdrawn_at is null and n.until_at > $4) \
             or ($3 = 'over' and n.withdrawn_at is null and n.until_at <= $4) \
             or ($3 = 'withdrawn' and n.withdrawn_at is not null)) ",
            $order
        )
    };
}

kazi_db::statements! {
    /// The newest first.
    NEWEST = notices!("and n.id < $5 order by n.id desc limit $6");
    /// The oldest first.
    OLDEST = notices!("and n.id > $5 order by n.id limit $6");
    /// One.
    ONE = notices!("and n.id = $5 limit $6");
    /// What the centre is called.
    CENTRE = "select name from centre where id = $1";
    /// The running projects of a centre.
    PROJECTS = "select p.id, p.name from project_centre pc join project p on p.id = pc.project \
                where pc.centre = $1 and p.state = 'running' order by p.name, p.id limit 50";
    /// Who may work there.
    PEOPLE = "select id, shown_name, roles from person where centre = $1 and active = 1 order by shown_name, id limit 1000";
    /// To whom it went: who has not read it first, then by name.
    READERS = "select p.id, p.shown_name, t.read_at from notice_to t join person p on p.id = t.person where t.notice = $1 \
               order by case when t.read_at is null then 0 else 1 end, p.shown_name, p.id limit 1000";
}

/// Which messages, and in which order.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Filter {
    /// Only those that are `shown`, `over` or `withdrawn`; all where it is empty.
    pub state: String,
    /// The oldest first.
    pub oldest_first: bool,
}

/// A message in a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// The message.
    pub id: Id<kind::Notice>,
    /// What it says.
    pub body: String,
    /// The language it is written in.
    pub language: String,
    /// `centre`, `project` or `people`.
    pub audience: String,
    /// The project whose people it went to.
    pub project: Option<String>,
    /// To how many it went.
    pub sent_to: i64,
    /// How many of them have read it.
    pub read: i64,
    /// Who sent it.
    pub from: String,
    /// When.
    pub made_at: Moment,
    /// Until when it is shown.
    pub until: Moment,
    /// When it was taken back.
    pub withdrawn_at: Option<Moment>,
}

impl Line {
    /// Whether it is still shown to who has not read it.
    pub fn is_shown(&self, now: Moment) -> bool {
        self.withdrawn_at.is_none() && self.until > now
    }
}

/// Somebody to whom a message went.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reader {
    /// Who.
    pub person: Id<kind::Person>,
    /// The name on screens.
    pub shown_name: String,
    /// When they confirmed it.
    pub read_at: Option<Moment>,
}

/// A message with everybody to whom it went.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sent {
    /// The message.
    pub line: Line,
    /// Who has not read it first.
    pub readers: Vec<Reader>,
}

fn line(row: &kazi_db::Row<'_>) -> Result<Line, DbError> {
    Ok(Line {
        id: row.id(0)?,
        body: row.get(1)?,
        language: row.get(2)?,
        audience: row.get(3)?,
        project: row.get(4)?,
        sent_to: row.get(5)?,
        from: row.get(6)?,
        made_at: row.moment(7)?,
        until: row.moment(8)?,
        withdrawn_at: row.moment_opt(9)?,
        read: row.get(10)?,
    })
}

/// The messages of a centre; a search looks at what they say.
///
/// # Errors
/// The database's.
pub fn lines(
    read: &mut Read<'_>,
    can: &Can<SendNotices>,
    filter: &Filter,
    (ask, now): (&Ask, Moment),
) -> Result<Page<Line>, DbError> {
    let (statement, from) =
        if filter.oldest_first { (&OLDEST, ask.after_text().1) } else { (&NEWEST, ask.before_id()) };
    let (centre, pattern) = (can.subject(), ask.pattern());
    let values = params![centre.param(), pattern, filter.state.as_str(), now.param(), from, ask.limit()];
    let rows = read.query_all(statement, values, line)?;
    Ok(ask.page(rows, |row| Cursor::at("", row.id)))
}

/// One message of a centre, with who has read it.
///
/// # Errors
/// [`NoticeError::NotThere`].
pub fn one(
    read: &mut Read<'_>,
    can: &Can<SendNotices>,
    (notice, now): (Id<kind::Notice>, Moment),
) -> Result<Sent, NoticeError> {
    let centre = can.subject();
    let values = params![centre.param(), "%", "", now.param(), notice.param(), 1];
    let line = read.query_opt(&ONE, values, line)?.ok_or(NoticeError::NotThere)?;
    let readers = read.query_all(&READERS, params![notice.param()], |row| {
        Ok(Reader { person: row.id(0)?, shown_name: row.get(1)?, read_at: row.moment_opt(2)? })
    })?;
    Ok(Sent { line, readers })
}

/// Those to whom a message may go.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Choices {
    /// What the centre is called.
    pub centre_name: String,
    /// Its running projects.
    pub projects: Vec<(Id<kind::Project>, String)>,
    /// Who may work there, by name.
    pub people: Vec<(Id<kind::Person>, String)>,
}

/// To whom a message of this centre may go.
///
/// # Errors
/// [`NoticeError::NotThere`].
pub fn choices(read: &mut Read<'_>, can: &Can<SendNotices>) -> Result<Choices, NoticeError> {
    let centre = can.subject();
    let name = read.query_opt(&CENTRE, params![centre.param()], |row| row.get(0))?;
    let projects = read.query_all(&PROJECTS, params![centre.param()], |row| Ok((row.id(0)?, row.get(1)?)))?;
    let people = read.query_all(&PEOPLE, params![centre.param()], |row| {
        let roles = RoleSet::from_words(row.get(2)?);
        Ok((roles, (row.id(0)?, row.get(1)?)))
    })?;
    let works = |roles: &RoleSet| roles.has(Role::Worker) || roles.has(Role::Reviewer);
    let people = people.into_iter().filter(|(roles, _)| works(roles)).map(|(_, person)| person).collect();
    Ok(Choices { centre_name: name.ok_or(NoticeError::NotThere)?, projects, people })
}
