//! People asked in by e-mail: a letter with a link that is good once, within a week. Whoever opens it chooses name,
//! language and password, and is in.

pub(super) mod accept;

use kazi_db::{DbError, Read, Row, Tx, params};
use kazi_domain::policy::{Actor, Can, ManageTeam};
use kazi_domain::{Id, Moment, Role, RoleSet, Span, kind};

use super::organisations::OrganisationKind;
use super::people::{self, PersonError};
use super::{centres, may_manage_team};
use crate::access::Token;
use crate::journal::{self, Entry};
use crate::listing::{Ask, Cursor, Page};
use crate::mail::{self, Letter, Link, Site};
use crate::rows::{Columns, Param};
use crate::turn::Turn;
pub use accept::{AcceptError, Offer, accept, offered};

kazi_db::statements! {
    /// For whom, and who asks.
    ABOUT = "select o.kind, o.name, p.shown_name from organisation o, person p where o.id = $1 and p.id = $2";
    /// Whose address it is.
    OWNER = "select organisation from person where email = $1";
    /// Whether the address is asked in already.
    OPEN = "select id from invitation where email = $1 and organisation = $2 and taken_at is null \
            and revoked_at is null and until_at > $3 limit 1";
    /// A new one.
    ADD = "insert into invitation (id, organisation, centre, email, shown_name, language, roles, token_hash, made_by, \
           made_at, until_at) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)";
    /// Those of an organisation that are open or over, the newest first.
    LIST = "select i.id, i.email, i.shown_name, i.language, i.roles, c.name, p.shown_name, i.made_at, i.until_at \
            from invitation i join person p on p.id = i.made_by left join centre c on c.id = i.centre \
            where i.organisation = $1 and i.id < $2 and i.taken_at is null and i.revoked_at is null \
            and (lower(i.email) like $3 escape '\\' or lower(i.shown_name) like $3 escape '\\') \
            order by i.id desc limit $4";
    /// One that was neither taken nor revoked, held.
    GET = "select id, email, shown_name, language, roles, null, null, made_at, until_at from invitation \
           where id = $1 and organisation = $2 and taken_at is null and revoked_at is null /*for update*/";
    /// Whose it is.
    ORGANISATION = "select organisation from invitation where id = $1";
    /// Another link; the one before is over.
    RENEW = "update invitation set token_hash = $2, until_at = $3 where id = $1";
    /// Ends it.
    REVOKE = "update invitation set revoked_at = $3 where id = $1 and organisation = $2 and taken_at is null \
              and revoked_at is null";
}

/// How long a link counts.
const COUNTS: Span = Span::minutes(7 * 24 * 60);

/// Who is asked in.
#[derive(Debug, Clone)]
pub struct Invite {
    /// The address that the letter goes to, and that the person will sign in with.
    pub email: String,
    /// Their name, as the one who asks knows it.
    pub shown_name: String,
    /// The language of the letter and, until they choose, of their pages.
    pub language: String,
    /// What they will do.
    pub roles: RoleSet,
    /// Where, for those who work at a centre.
    pub centre: Option<Id<kind::Centre>>,
}

/// Why nobody was asked in.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum InviteError {
    /// What is wrong with the person.
    #[error(transparent)]
    Person(#[from] PersonError),
    /// There is a letter on its way already.
    #[error("this address has been invited already: send that letter again instead")]
    AlreadyInvited,
    /// Taken, revoked or not there.
    #[error("there is no such invitation, or it was taken or revoked")]
    NotThere,
    /// The database.
    #[error(transparent)]
    Db(#[from] DbError),
}

/// An invitation as those who ask people in see it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Invited {
    /// Its id.
    pub id: Id<kind::Invitation>,
    /// To whom.
    pub email: String,
    /// Their name.
    pub shown_name: String,
    /// The language of the letter.
    pub language: String,
    /// What they will do.
    pub roles: RoleSet,
    /// At which centre.
    pub centre_name: Option<String>,
    /// Who asked.
    pub by: Option<String>,
    /// When.
    pub made_at: Moment,
    /// Until when the link counts.
    pub until: Moment,
}

/// The roles that may be given by letter in an organisation of this kind: clients lead their own people, everybody else is
/// asked in by the operator. Workers need no letter: they come in with a PIN.
pub fn may_give(kind: OrganisationKind, operator: bool) -> &'static [Role] {
    match (kind, operator) {
        (OrganisationKind::Client, _) => &[Role::Client, Role::ClientLead],
        (OrganisationKind::Operator, true) => &[Role::Operator],
        (OrganisationKind::Partner, true) => &[Role::TeamLeader, Role::Reviewer],
        (OrganisationKind::Operator | OrganisationKind::Partner, false) => &[],
    }
}

/// The proof that somebody may ask people into the organisation of an invitation.
///
/// # Errors
/// The database's.
pub fn may_manage(
    read: &mut Read<'_>,
    actor: &Actor,
    id: Id<kind::Invitation>,
) -> Result<Option<Can<ManageTeam>>, DbError> {
    let found = read.query_opt(&ORGANISATION, params![id.param()], |row| row.id(0))?;
    Ok(found.and_then(|organisation| may_manage_team(actor, organisation)))
}

/// What the letter must say besides: the organisation's kind and name, and who asks.
fn about(
    read: &mut Read<'_>,
    can: &Can<ManageTeam>,
) -> Result<Option<(OrganisationKind, String, String)>, DbError> {
    read.query_opt(&ABOUT, params![can.subject().param(), can.actor().person.param()], |row| {
        Ok((row.word(0)?, row.get(1)?, row.get(2)?))
    })
}

/// Checks who may be asked to do what and where; the name, address and roles as they are kept.
fn checked(
    read: &mut Read<'_>,
    can: &Can<ManageTeam>,
    kind: OrganisationKind,
    who: &Invite,
) -> Result<(String, String, RoleSet), InviteError> {
    let roles = people::whole(who.roles);
    let name = people::checked(&who.shown_name, &who.language, roles)?;
    let email = people::checked_email(Some(&who.email))?.ok_or(PersonError::BadEmail)?;
    let allowed = may_give(kind, can.actor().roles.has(Role::Operator));
    if let Some(role) = roles.iter().find(|role| !allowed.contains(role)) {
        return Err(PersonError::RoleNotHere(role).into());
    }
    match who.centre {
        Some(centre) if centres::organisation_of(read, centre)? != Some(can.subject()) => {
            Err(PersonError::NoCentre.into())
        }
        None if roles.iter().any(people::at_a_centre) => Err(PersonError::NoCentre.into()),
        _ => Ok((name, email, roles)),
    }
}

/// Asks somebody in.
///
/// Whether an address has an account elsewhere is told to the operator alone; for others the letter tells its owner.
///
/// # Errors
/// See [`InviteError`].
pub fn invite(
    tx: &mut Tx<'_>,
    can: &Can<ManageTeam>,
    who: &Invite,
    site: &Site,
    turn: &Turn,
) -> Result<Id<kind::Invitation>, InviteError> {
    let (kind, organisation, by) = about(tx, can)?.ok_or(InviteError::NotThere)?;
    let (name, email, roles) = checked(tx, can, kind, who)?;
    let owner = tx.query_opt(&OWNER, params![email.as_str()], |row| row.id::<kind::Organisation>(0))?;
    let is_told = can.actor().roles.has(Role::Operator) || owner == Some(can.subject());
    if owner.is_some() && is_told {
        return Err(PersonError::EmailTaken.into());
    }
    let asked =
        tx.query_opt(&OPEN, params![email.as_str(), can.subject().param(), turn.at.param()], |_| Ok(()))?;
    if asked.is_some() {
        return Err(InviteError::AlreadyInvited);
    }
    let (id, token, until): (Id<kind::Invitation>, _, _) = (turn.mint(), Token::fresh(""), turn.at + COUNTS);
    tx.execute(
        &ADD,
        params![
            id.param(),
            can.subject().param(),
            who.centre.param(),
            email.as_str(),
            name.as_str(),
            who.language.as_str(),
            roles.to_words(),
            token.hash().param(),
            can.actor().person.param(),
            turn.at.param(),
            until.param()
        ],
    )?;
    let to = (email.as_str(), who.language.as_str());
    let letter = match owner {
        Some(_) => Letter::address_in_use(to, (&by, &organisation), site),
        None => Letter::invitation(to, (&name, &by, &organisation), site, link(site, &token, until)),
    };
    mail::post(tx, &letter, turn)?;
    journal::note(tx, turn, &Entry::about("person.invited", id).by(can.actor().person).saying(email))?;
    Ok(id)
}

fn link(site: &Site, token: &Token, until: Moment) -> Link {
    Link { address: format!("{}/invitation?key={}", site.address, token.text()), until }
}

fn invited(row: &Row<'_>) -> Result<Invited, DbError> {
    Ok(Invited {
        id: row.id(0)?,
        email: row.get(1)?,
        shown_name: row.get(2)?,
        language: row.get(3)?,
        roles: RoleSet::from_words(row.get(4)?),
        centre_name: row.get(5)?,
        by: row.get(6)?,
        made_at: row.moment(7)?,
        until: row.moment(8)?,
    })
}

/// Who was asked into an organisation and has not come yet, the newest first.
///
/// # Errors
/// The database's.
pub fn list(read: &mut Read<'_>, can: &Can<ManageTeam>, ask: &Ask) -> Result<Page<Invited>, DbError> {
    let rows = read.query_all(
        &LIST,
        params![can.subject().param(), ask.before_id(), ask.pattern(), ask.limit()],
        invited,
    )?;
    Ok(ask.page(rows, |row| Cursor::at("", row.id)))
}

/// One invitation of the organisation that is neither taken nor revoked.
///
/// # Errors
/// The database's.
pub fn get(
    read: &mut Read<'_>,
    can: &Can<ManageTeam>,
    id: Id<kind::Invitation>,
) -> Result<Option<Invited>, DbError> {
    read.query_opt(&GET, params![id.param(), can.subject().param()], invited)
}

/// Writes once more, with a new link: the one before is over.
///
/// # Errors
/// See [`InviteError`].
pub fn again(
    tx: &mut Tx<'_>,
    can: &Can<ManageTeam>,
    id: Id<kind::Invitation>,
    site: &Site,
    turn: &Turn,
) -> Result<(), InviteError> {
    let found = get(tx, can, id)?.ok_or(InviteError::NotThere)?;
    let (_, organisation, by) = about(tx, can)?.ok_or(InviteError::NotThere)?;
    let owner = tx.query_opt(&OWNER, params![found.email.as_str()], |_| Ok(()))?;
    let (token, until) = (Token::fresh(""), turn.at + COUNTS);
    tx.execute(&RENEW, params![id.param(), token.hash().param(), until.param()])?;
    let to = (found.email.as_str(), found.language.as_str());
    let letter = match owner {
        Some(()) => Letter::address_in_use(to, (&by, &organisation), site),
        None => {
            Letter::invitation(to, (&found.shown_name, &by, &organisation), site, link(site, &token, until))
        }
    };
    mail::post(tx, &letter, turn)?;
    let entry = Entry::about("invitation.again", id).by(can.actor().person);
    Ok(journal::note(tx, turn, &entry.saying(found.email))?)
}

/// Ends an invitation: its link opens nothing any more.
///
/// # Errors
/// See [`InviteError`].
pub fn revoke(
    tx: &mut Tx<'_>,
    can: &Can<ManageTeam>,
    id: Id<kind::Invitation>,
    turn: &Turn,
) -> Result<(), InviteError> {
    if tx.execute(&REVOKE, params![id.param(), can.subject().param(), turn.at.param()])? == 0 {
        return Err(InviteError::NotThere);
    }
    Ok(journal::note(tx, turn, &Entry::about("invitation.revoked", id).by(can.actor().person))?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_may_be_asked_to_do_what() {
        for kind in OrganisationKind::ALL {
            for role in may_give(*kind, false) {
                assert!(may_give(*kind, true).contains(role), "the operator may give what others may");
                assert_eq!(*kind, OrganisationKind::Client, "only clients ask people in by themselves");
            }
            assert!(!may_give(*kind, true).contains(&Role::Worker), "workers come in with a PIN");
            let gives_operator = may_give(*kind, true).contains(&Role::Operator);
            assert_eq!(gives_operator, *kind == OrganisationKind::Operator);
        }
    }
}
