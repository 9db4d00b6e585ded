//! What the letters say, and laying one down to be sent.

use kazi_db::{DbError, Tx, params};
use kazi_domain::{Id, MailState, Moment, kind};
use kazi_texts::{Language, Texts};

use super::news::{News, Told};
use crate::jobs;
use crate::rows::Param;
use crate::turn::Turn;

kazi_db::statements! {
    /// A letter to be sent.
    ADD = "insert into mail (id, kind, address, person, subject, body, secret, secret_until, state, made_at) \
           values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)";
}

/// The kind of job that sends a letter.
pub(super) const JOB: &str = "mail";
/// How often a letter is tried: with the waits between, for about sixteen hours, for a mail server may be away overnight.
const TRIES: i64 = 24;
/// Stands in a letter where its link will: a sign that nobody types, and that is taken out of what people do.
pub(super) const MARK: char = '\u{fffc}';
/// What the texts put around values so that directions of writing do not mix. A mail program may take the closing one for a
/// part of the link, so letters go without.
const ISOLATES: [char; 2] = ['\u{2068}', '\u{2069}'];

/// What letters must know of this Kazi.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Site {
    /// The address that people type, without a slash at its end.
    pub address: String,
    /// The organisation that runs it.
    pub operator: String,
}

/// A link that opens something, so that only the reader of the letter may see it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Link {
    /// The whole address.
    pub address: String,
    /// Until when it counts.
    pub until: Moment,
}

/// What happened to somebody's second factor.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SecondFactorNews {
    /// It was set up, or moved to another app.
    On,
    /// It was turned off.
    Off,
    /// The operator took it away.
    Reset,
    /// A recovery code opened a session.
    Recovered {
        /// How many are left.
        left: i64,
    },
}

/// A letter to one person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Letter {
    kind: &'static str,
    to: String,
    person: Option<Id<kind::Person>>,
    subject: String,
    body: String,
    link: Option<Link>,
}

/// The texts of a reader whose language is kept as a tag; English where it is unknown.
fn texts(language: &str) -> &'static Texts {
    kazi_texts::texts(language.parse().unwrap_or(Language::En))
}

/// A value as it may stand in a letter.
fn plain(value: &str) -> String {
    value.chars().filter(|c| *c != MARK).collect()
}

/// The day and hour until which a link counts, by the one clock that everybody can look up.
fn until(at: Moment) -> String {
    let told = jiff::Timestamp::from_microsecond(at.micros());
    told.map(|at| at.strftime("%Y-%m-%d %H:%M UTC").to_string()).unwrap_or_default()
}

impl Letter {
    /// A letter, signed by who runs this Kazi.
    fn new(site: &Site, kind: &'static str, to: &str, (subject, body): (&str, &str)) -> Self {
        let bare = |text: &str| text.chars().filter(|c| !ISOLATES.contains(c)).collect::<String>();
        let body = format!("{}\n\n{}\n", body.trim_end(), plain(&site.operator));
        Self { kind, to: to.to_owned(), person: None, subject: bare(subject), body: bare(&body), link: None }
    }

    fn with(mut self, link: Link) -> Self {
        self.link = Some(link);
        self
    }

    /// The same, about this person.
    #[must_use]
    pub fn about(mut self, person: Id<kind::Person>) -> Self {
        self.person = Some(person);
        self
    }

    /// Asks somebody in: `name` is who is asked, `by` who asks, `organisation` for whom.
    pub fn invitation(
        (to, language): (&str, &str),
        (name, by, organisation): (&str, &str, &str),
        site: &Site,
        link: Link,
    ) -> Self {
        let (texts, mark) = (texts(language), MARK.to_string());
        let [name, by, organisation] = [name, by, organisation].map(plain);
        let subject = texts.mail_invitation_subject(&organisation);
        let body = texts.mail_invitation(&name, &by, &organisation, &mark, until(link.until));
        Self::new(site, "invitation", to, (&subject, &body)).with(link)
    }

    /// Tells somebody who was asked in that their address belongs to another account.
    pub fn address_in_use(
        (to, language): (&str, &str),
        (by, organisation): (&str, &str),
        site: &Site,
    ) -> Self {
        let texts = texts(language);
        let [by, organisation] = [by, organisation].map(plain);
        let subject = texts.mail_invitation_subject(&organisation);
        let body = texts.mail_address_in_use(&by, &organisation);
        Self::new(site, "address_in_use", to, (&subject, &body))
    }

    /// Tells the operator that somebody who is no client yet asks for something. What they wrote is not in it.
    pub fn enquiry_came((to, language): (&str, &str), enquiry: Id<kind::Enquiry>, site: &Site) -> Self {
        let (texts, operator) = (texts(language), plain(&site.operator));
        let subject = texts.mail_enquiry_came_subject(&operator);
        let body = texts.mail_enquiry_came(format!("{}/enquiries/{enquiry}", site.address));
        Self::new(site, "enquiry_came", to, (&subject, &body))
    }

    /// Tells somebody that what they asked for is declined, and why.
    pub fn enquiry_declined((to, language): (&str, &str), (name, reason): (&str, &str), site: &Site) -> Self {
        let texts = texts(language);
        let [name, reason, operator] = [name, reason, &site.operator].map(plain);
        let subject = texts.mail_enquiry_declined_subject(&operator);
        let body = texts.mail_enquiry_declined(&name, &reason);
        Self::new(site, "enquiry_declined", to, (&subject, &body))
    }

    /// Lets somebody who forgot the password choose another one.
    pub fn forgotten((to, language): (&str, &str), name: &str, site: &Site, link: Link) -> Self {
        let (texts, mark) = (texts(language), MARK.to_string());
        let [name, operator] = [name, &site.operator].map(plain);
        let subject = texts.mail_forgotten_subject(&operator);
        let body = texts.mail_forgotten(&name, &mark, until(link.until));
        Self::new(site, "forgotten", to, (&subject, &body)).with(link)
    }

    /// Says how many questions wait for somebody, and nothing of what they are about.
    pub fn questions((to, language): (&str, &str), (name, waiting): (&str, i64), site: &Site) -> Self {
        let texts = texts(language);
        let [name, operator] = [name, &site.operator].map(plain);
        let subject = texts.mail_questions_subject(&operator);
        let body = texts.mail_questions(&name, waiting, format!("{}/questions?state=yours", site.address));
        Self::new(site, "questions", to, (&subject, &body))
    }

    /// Says that an address that took no messages for days is not called any more.
    pub fn hook_off((to, language): (&str, &str), (name, hook): (&str, &str), site: &Site) -> Self {
        let texts = texts(language);
        let [name, operator] = [name, &site.operator].map(plain);
        let subject = texts.mail_hook_off_subject(&operator);
        let body = texts.mail_hook_off(&name, format!("{}/hooks/{hook}", site.address));
        Self::new(site, "hook_off", to, (&subject, &body))
    }

    /// Says that the data of a project is deleted on a day, and nothing of what is in it.
    pub fn deletion(
        (to, language): (&str, &str),
        (name, day, project): (&str, &str, &str),
        site: &Site,
    ) -> Self {
        let texts = texts(language);
        let [name, operator] = [name, &site.operator].map(plain);
        let subject = texts.mail_deletion_subject(day, &operator);
        let body = texts.mail_deletion(&name, day, format!("{}/projects/{project}/deletion", site.address));
        Self::new(site, "deletion", to, (&subject, &body))
    }

    /// Says that the password is another one now, in case somebody else did it.
    pub fn password_changed((to, language): (&str, &str), name: &str, site: &Site) -> Self {
        let texts = texts(language);
        let [name, operator] = [name, &site.operator].map(plain);
        let subject = texts.mail_password_changed_subject(&operator);
        let body = texts.mail_password_changed(&name, format!("{}/forgotten", site.address));
        Self::new(site, "password_changed", to, (&subject, &body))
    }

    /// Tells news of projects, each with the address of its project.
    pub(super) fn news((to, language): (&str, &str), name: &str, told: &[Told], site: &Site) -> Self {
        let texts = texts(language);
        let [name, operator] = [name, &site.operator].map(plain);
        let one = |Told { news, project, name }: &Told| {
            let name = plain(name);
            let sentence = match news {
                News::Delivered => texts.mail_news_delivered(&name),
                News::Accepted => texts.mail_news_accepted(&name),
                News::SentBack => texts.mail_news_sent_back(&name),
                News::Failed => texts.mail_news_failed(&name),
            };
            format!("{sentence}\n{}/projects/{project}", site.address)
        };
        let all: Vec<String> = told.iter().map(one).collect();
        let subject = match all.as_slice() {
            [_] => texts.mail_news_subject_one(told.first().map(|one| plain(&one.name)).unwrap_or_default()),
            _ => texts.mail_news_subject(&operator),
        };
        let body = texts.mail_news(&name, all.join("\n\n"), format!("{}/account", site.address));
        Self::new(site, "news", to, (&subject, &body))
    }

    /// Says what happened to the second factor, in case somebody else did it.
    pub fn second_factor(
        (to, language): (&str, &str),
        name: &str,
        news: SecondFactorNews,
        site: &Site,
    ) -> Self {
        let texts = texts(language);
        let [name, operator] = [name, &site.operator].map(plain);
        let subject = texts.mail_second_factor_subject(&operator);
        let body = match news {
            SecondFactorNews::On => texts.mail_second_factor_on(&name, &operator),
            SecondFactorNews::Off => texts.mail_second_factor_off(&name, &operator),
            SecondFactorNews::Reset => texts.mail_second_factor_reset(&name, &operator),
            SecondFactorNews::Recovered { left } => {
                texts.mail_second_factor_recovered(&name, u32::try_from(left).unwrap_or_default(), &operator)
            }
        };
        Self::new(site, "second_factor", to, (&subject, &body))
    }
}

/// Lays a letter down and has it sent, should this transaction be kept.
///
/// # Errors
/// The database's.
pub fn post(tx: &mut Tx<'_>, letter: &Letter, turn: &Turn) -> Result<Id<kind::Mail>, DbError> {
    let id: Id<kind::Mail> = turn.mint();
    let Letter { kind, to, person, subject, body, link } = letter;
    tx.execute(
        &ADD,
        params![
            id.param(),
            *kind,
            to.as_str(),
            person.param(),
            subject.as_str(),
            body.as_str(),
            link.as_ref().map(|link| link.address.as_str()),
            link.as_ref().map(|link| link.until.micros()),
            MailState::Waiting.word(),
            turn.at.param()
        ],
    )?;
    enqueue(tx, id, turn)?;
    Ok(id)
}

/// Has a letter sent that lies there.
pub(super) fn enqueue(tx: &mut Tx<'_>, id: Id<kind::Mail>, turn: &Turn) -> Result<(), DbError> {
    jobs::enqueue_for(tx, (JOB, TRIES), id.as_bytes(), "", turn).map(drop)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn site() -> Site {
        Site { address: "https://kazi.example".to_owned(), operator: "Kazi Foundation".to_owned() }
    }

    fn link() -> Link {
        Link { address: "https://kazi.example/x?key=1".to_owned(), until: Moment::from_micros(0) }
    }

    #[test]
    fn every_letter_is_whole_in_every_language_and_holds_its_mark_once() {
        for language in ["en", "sw", "ur", "hi", "fr", "nonsense"] {
            let to = ("ruth@library.example", language);
            let letters = [
                Letter::invitation(to, ("Ruth\u{fffc}", "Buyer", "Library"), &site(), link()),
                Letter::forgotten(to, "Ruth", &site(), link()),
            ];
            for letter in letters {
                assert_eq!(letter.body.matches(MARK).count(), 1, "{language}: {}", letter.body);
                assert!(
                    letter.body.contains("Ruth") && letter.body.contains("1970-01-01 00:00 UTC"),
                    "{}",
                    letter.body
                );
                let alone = letter.body.lines().any(|line| line.trim() == MARK.to_string());
                assert!(alone, "a link stands on a line of its own: {}", letter.body);
            }
            let told =
                |news| Told { news, project: kazi_domain::Id::from_bytes([7; 16]), name: "Shops".to_owned() };
            for letter in [
                Letter::news(to, "Ruth", &[told(News::Delivered)], &site()),
                Letter::news(
                    to,
                    "Ruth",
                    &[News::Delivered, News::Accepted, News::SentBack, News::Failed].map(told),
                    &site(),
                ),
                Letter::address_in_use(to, ("Buyer", "Library"), &site()),
                Letter::password_changed(to, "Ruth", &site()),
                Letter::enquiry_came(to, Id::from_bytes([1; 16]), &site()),
                Letter::enquiry_declined(to, ("Ruth", "No people are free"), &site()),
                Letter::second_factor(to, "Ruth", SecondFactorNews::On, &site()),
                Letter::second_factor(to, "Ruth", SecondFactorNews::Off, &site()),
                Letter::second_factor(to, "Ruth", SecondFactorNews::Reset, &site()),
                Letter::second_factor(to, "Ruth", SecondFactorNews::Recovered { left: 9 }, &site()),
                Letter::questions(to, ("Ruth", 3), &site()),
                Letter::deletion(to, ("Ruth", "2030-01-31", "project_1"), &site()),
                Letter::hook_off(to, ("Ruth", "hook_1"), &site()),
            ] {
                assert!(!letter.subject.is_empty() && !letter.body.contains(MARK), "{}", letter.body);
                assert!(!letter.body.contains(ISOLATES), "{}", letter.body);
            }
        }
    }
}
