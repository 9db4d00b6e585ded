//! `kazi user`: people.

use std::io::BufRead;
use std::process::ExitCode;

use clap::Subcommand;
use kazi_app::access::{Password, Pin, second};
use kazi_app::listing::Ask;
use kazi_app::mail::Site;
use kazi_app::network::people::{self, By, NewPerson, Person, Sort, Whose};
use kazi_app::network::{NotForYou, centres, may_manage_centre, organisations};
use kazi_db::Read;
use kazi_domain::policy::{Can, ManageNetwork};
use kazi_domain::{Id, Role, RoleSet, kind};
use serde_json::json;

use super::{Common, Shell, ShellError, network, only, table};
use crate::serve::made_up_password;

/// People: made, listed, put out.
#[derive(Debug, Clone, clap::Args)]
#[command(after_help = "Examples:
  kazi user add --name \"Rehema Said\" --email rehema@example.org --role operator
      One more operator; the password is made up and shown once.
  kazi user add --name Amina --role worker --centre \"Kibera Digital\" --language sw
      A worker at a centre; the PIN is made up and shown once.
  kazi user list --search amina
  kazi user password rehema@example.org
      For somebody who forgot it, an operator too. Ends their sessions.
  kazi user reset-second-factor rehema@example.org
      For somebody who has lost phone and recovery codes, an operator too.
  kazi user disable rehema@example.org
      Puts them out at once. What they earned stays theirs; `kazi user enable` lets them in again.")]
pub struct Args {
    #[command(subcommand)]
    command: UserCommand,
}

#[derive(Debug, Clone, Subcommand)]
enum UserCommand {
    /// Make somebody.
    Add(Add),
    /// List people.
    List(List),
    /// Give somebody another password.
    Password(SetPassword),
    /// Take away somebody's second factor who has lost phone and recovery codes: their sessions end, and they get a letter.
    ResetSecondFactor(Who),
    /// Put somebody out: their sessions end at once.
    Disable(Who),
    /// Let somebody in again.
    Enable(Who),
}

#[derive(Debug, Clone, clap::Args)]
struct Add {
    /// The name on screens.
    #[arg(long)]
    name: String,
    /// For those who sign in with a password.
    #[arg(long, value_name = "ADDRESS")]
    email: Option<String>,
    /// What they do; may be given more than once.
    #[arg(long = "role", value_name = "ROLE", required = true, value_parser = role)]
    roles: Vec<Role>,
    /// The organisation, by name or id; without it the operator's.
    #[arg(long, value_name = "NAME|ID", conflicts_with = "centre")]
    organisation: Option<String>,
    /// The centre where they work, by name or id.
    #[arg(long, value_name = "NAME|ID")]
    centre: Option<String>,
    /// The language of their pages: en, sw, ur …
    #[arg(long, value_name = "CODE", default_value = "en")]
    language: String,
    /// Read the password from the first line of standard input instead of making one up.
    #[arg(long)]
    password_stdin: bool,
    #[command(flatten)]
    common: Common,
}

#[derive(Debug, Clone, clap::Args)]
struct List {
    /// Part of a name or an e-mail address.
    #[arg(long, default_value = "")]
    search: String,
    /// Write JSON, one object a line.
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    common: Common,
}

#[derive(Debug, Clone, clap::Args)]
struct SetPassword {
    /// The e-mail address or the id.
    who: String,
    /// Read the password from the first line of standard input instead of making one up.
    #[arg(long)]
    password_stdin: bool,
    #[command(flatten)]
    common: Common,
}

#[derive(Debug, Clone, clap::Args)]
struct Who {
    /// The e-mail address or the id.
    who: String,
    #[command(flatten)]
    common: Common,
}

fn role(word: &str) -> Result<Role, String> {
    let found = Role::ALL.iter().copied().find(|role| role.word() == word);
    let all: Vec<&str> = Role::ALL.iter().map(|role| role.word()).collect();
    found.ok_or_else(|| format!("choose one of {}", all.join(", ")))
}

/// Does what was asked for.
///
/// # Errors
/// See [`ShellError`].
pub fn run(args: &Args) -> Result<ExitCode, ShellError> {
    match &args.command {
        UserCommand::Add(add) => make(add)?,
        UserCommand::List(list) => show(list)?,
        UserCommand::Password(set) => set_password(set)?,
        UserCommand::ResetSecondFactor(who) => reset_second_factor(who)?,
        UserCommand::Disable(who) => set_active(who, false)?,
        UserCommand::Enable(who) => set_active(who, true)?,
    }
    Ok(ExitCode::SUCCESS)
}

/// The password, and whether it was made up.
fn password(from_stdin: bool) -> Result<(String, bool), ShellError> {
    if !from_stdin {
        return Ok((made_up_password(), true));
    }
    let mut line = String::new();
    std::io::stdin().lock().read_line(&mut line)?;
    Ok((line.trim_end_matches(['\r', '\n']).to_owned(), false))
}

fn make(add: &Add) -> Result<(), ShellError> {
    let shell = Shell::open(&add.common)?;
    // Hashes are slow, so they are made before the transaction.
    let chosen = add.email.is_some().then(|| password(add.password_stdin)).transpose()?;
    let hash = chosen.as_ref().map(|(text, _)| Ok::<_, ShellError>(Password::choose(text)?.hash()));
    let pin = chosen.is_none().then(Pin::fresh);
    let person = NewPerson {
        shown_name: add.name.clone(),
        email: add.email.clone(),
        password: hash.transpose()?,
        pin: pin.as_ref().map(Pin::hash),
        picture: String::new(),
        language: add.language.clone(),
        roles: add.roles.iter().copied().collect::<RoleSet>(),
    };
    let (organisation, centre) = (add.organisation.clone(), add.centre.clone());
    let id = shell.write("user add", move |tx, actor, turn| {
        let can = network(actor)?;
        if let Some(name) = &centre {
            let centre = centre_called(tx, &can, name)?;
            let can = may_manage_centre(tx, actor, centre)?;
            return Ok(people::create_at_centre(tx, &can, &person, turn)?);
        }
        let organisation = match &organisation {
            Some(name) => organisation_called(tx, &can, name)?,
            None => actor.organisation,
        };
        Ok(people::create_in_organisation(tx, &can, organisation, &person, turn)?)
    })?;
    println!("Made {} ({id})", add.name.trim());
    if let (Some((text, true)), Some(email)) = (&chosen, &add.email) {
        println!("They sign in as {email} with the password {text}");
        println!("It is shown only now.");
    }
    if let Some(pin) = pin {
        println!("Their PIN on the computers of the centre is {}", pin.text());
        println!("It is shown only now.");
    }
    Ok(())
}

fn organisation_called(
    read: &mut Read<'_>,
    can: &Can<ManageNetwork>,
    name: &str,
) -> Result<Id<kind::Organisation>, ShellError> {
    if name.starts_with("org_") {
        return Ok(name.parse()?);
    }
    let ask = Ask { search: name.to_owned(), rows: 200, ..Ask::default() };
    let mut found = organisations::list(read, can, None, &ask)?.rows;
    found.retain(|one| one.name.eq_ignore_ascii_case(name.trim()));
    Ok(only(found, "organisation", name)?.id)
}

fn centre_called(
    read: &mut Read<'_>,
    can: &Can<ManageNetwork>,
    name: &str,
) -> Result<Id<kind::Centre>, ShellError> {
    if name.starts_with("centre_") {
        return Ok(name.parse()?);
    }
    let ask = Ask { search: name.to_owned(), rows: 200, ..Ask::default() };
    let mut found = centres::list(read, can, &ask)?.rows;
    found.retain(|one| one.name.eq_ignore_ascii_case(name.trim()));
    Ok(only(found, "centre", name)?.id)
}

/// Somebody by e-mail address or id.
fn person_called(
    read: &mut Read<'_>,
    can: &Can<ManageNetwork>,
    who: &str,
) -> Result<Id<kind::Person>, ShellError> {
    if who.starts_with("person_") {
        return Ok(people::get(read, By::Network(can), who.parse()?)?.id);
    }
    let ask = Ask { search: who.to_owned(), rows: 200, ..Ask::default() };
    let mut found = people::list(read, Whose::All(can), Sort::Name, &ask)?.rows;
    let wanted = kazi_app::access::password::normal_email(who);
    found.retain(|one| one.email.as_deref() == Some(wanted.as_str()));
    Ok(only(found, "person with the e-mail address", who)?.id)
}

fn show(list: &List) -> Result<(), ShellError> {
    let shell = Shell::open(&list.common)?;
    let mut ask = Ask { search: list.search.clone(), rows: 200, ..Ask::default() };
    let mut all = Vec::new();
    loop {
        let page = ask.clone();
        let page = shell.read(move |read, actor| {
            Ok(people::list(read, Whose::All(&network(actor)?), Sort::Name, &page)?)
        })?;
        all.extend(page.rows);
        ask.after = page.next;
        if ask.after.is_none() {
            break;
        }
    }
    if list.json {
        for person in &all {
            println!("{}", as_json(person));
        }
    } else {
        let rows: Vec<Vec<String>> = all.iter().map(row).collect();
        print!("{}", table::columns(&["id", "name", "e-mail", "roles", "where", "state"], &rows));
    }
    Ok(())
}

fn row(person: &Person) -> Vec<String> {
    vec![
        person.id.to_string(),
        person.shown_name.clone(),
        person.email.clone().unwrap_or_default(),
        person.roles.to_words().replace(' ', ","),
        person.centre_name.clone().unwrap_or_else(|| person.organisation_name.clone()),
        if person.active { "in" } else { "out" }.to_owned(),
    ]
}

fn as_json(person: &Person) -> serde_json::Value {
    json!({
        "id": person.id,
        "name": person.shown_name,
        "email": person.email,
        "roles": person.roles.iter().collect::<Vec<_>>(),
        "organisation": person.organisation,
        "organisation_name": person.organisation_name,
        "centre": person.centre,
        "centre_name": person.centre_name,
        "language": person.language,
        "second_factor": person.has_second_factor,
        "active": person.active,
    })
}

fn set_password(set: &SetPassword) -> Result<(), ShellError> {
    let shell = Shell::open(&set.common)?;
    let (text, made_up) = password(set.password_stdin)?;
    let (hash, who) = (Password::choose(&text)?.hash(), set.who.clone());
    shell.write("user password", move |tx, actor, turn| {
        let can = network(actor)?;
        let person = person_called(tx, &can, &who)?;
        Ok(people::set_password(tx, &can, person, &hash, turn)?)
    })?;
    println!("{} has a new password, and all their sessions have ended", set.who);
    if made_up {
        println!("It is {text}\nIt is shown only now.");
    }
    Ok(())
}

fn reset_second_factor(who: &Who) -> Result<(), ShellError> {
    let shell = Shell::open(&who.common)?;
    let called = who.who.clone();
    shell.write("user reset-second-factor", move |tx, actor, turn| {
        let person = person_called(tx, &network(actor)?, &called)?;
        let can = second::may_reset(actor, person).ok_or(ShellError::NotForYou(NotForYou::NotThere))?;
        // The letter is signed as the operator's organisation is called; the server's own settings are not read here.
        let operator = organisations::operator(tx)?.map(|found| found.name).unwrap_or_default();
        let site = Site { address: String::new(), operator };
        Ok(second::reset_at_shell(tx, &can, (&site, turn))?)
    })?;
    println!("{} signs in with the password alone, until they set up another app", who.who);
    println!("All their sessions have ended, and a letter tells them.");
    Ok(())
}

fn set_active(who: &Who, active: bool) -> Result<(), ShellError> {
    let shell = Shell::open(&who.common)?;
    let called = who.who.clone();
    let command = if active { "user enable" } else { "user disable" };
    shell.write(command, move |tx, actor, turn| {
        let can = network(actor)?;
        let person = person_called(tx, &can, &called)?;
        Ok(people::set_active(tx, By::Network(&can), person, active, turn)?)
    })?;
    if active {
        println!("{} may sign in again", who.who);
    } else {
        println!("{} is put out; undo it with: kazi user enable {0}", who.who);
    }
    Ok(())
}
