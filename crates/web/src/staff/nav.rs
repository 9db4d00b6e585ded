//! The links at the head of each page: what this reader may see.

use kazi_app::access::SignedIn;
use kazi_domain::Role;

use crate::frame::Frame;

/// Where a page stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Here {
    Board,
    Projects,
    Centres,
    Present,
    Messages,
    Questions,
    Contests,
    Team,
    Jobs,
    Mail,
    Record,
    Keys,
    Account,
    Work,
}

/// A link at the head of a page.
#[derive(Debug, Clone)]
pub(crate) struct Link {
    pub(crate) address: String,
    pub(crate) label: String,
    pub(crate) current: bool,
}

/// The links of a reader.
pub(crate) fn links(frame: &Frame, here: Here) -> Vec<Link> {
    let texts = frame.texts;
    let (operator, client) = (frame.is(Role::Operator), frame.is(Role::Client));
    let (leader, reviewer) = (frame.is(Role::TeamLeader), frame.is(Role::Reviewer));
    let works = reviewer || frame.is(Role::Worker);
    let centre = frame.signed_in.as_ref().and_then(own_centre);
    let all = [
        (operator, Here::Board, "/board".to_owned(), texts.nav_board()),
        (operator || client, Here::Projects, "/projects".to_owned(), texts.nav_projects()),
        (operator || client, Here::Questions, "/questions".to_owned(), texts.nav_questions()),
        (operator, Here::Centres, "/centres".to_owned(), texts.nav_centres()),
        (!operator && frame.is(Role::ClientLead), Here::Team, "/team".to_owned(), texts.nav_team()),
        (
            !operator && centre.is_some(),
            Here::Present,
            format!("{}/here", centre.clone().unwrap_or_default()),
            texts.nav_here(),
        ),
        (
            !operator && centre.is_some(),
            Here::Messages,
            format!("{}/messages", centre.clone().unwrap_or_default()),
            texts.nav_messages(),
        ),
        (!operator && centre.is_some(), Here::Centres, centre.unwrap_or_default(), texts.nav_centre()),
        (operator || leader || reviewer, Here::Contests, "/contests".to_owned(), texts.nav_contests()),
        (operator, Here::Jobs, "/jobs".to_owned(), texts.nav_jobs_short()),
        (operator, Here::Mail, "/mail".to_owned(), texts.nav_mail()),
        (operator || frame.is(Role::ClientLead), Here::Record, "/audit".to_owned(), texts.nav_record()),
        (operator || client, Here::Keys, "/keys".to_owned(), texts.nav_keys()),
        (works, Here::Work, "/work".to_owned(), texts.home()),
        (operator || client || leader, Here::Account, "/account".to_owned(), texts.nav_account()),
    ];
    let shown = all.into_iter().filter(|(shown, ..)| *shown);
    shown.map(|(_, at, address, label)| Link { address, label, current: at == here }).collect()
}

/// The page of the centre that somebody leads.
pub(super) fn own_centre(who: &SignedIn) -> Option<String> {
    let centre = who.actor.centre.filter(|_| who.actor.roles.has(Role::TeamLeader))?;
    Some(format!("/centres/{centre}"))
}
