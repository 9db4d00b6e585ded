//! One folder per language in, the same folders out with nothing missing.

use std::collections::{BTreeMap, BTreeSet};
use std::error::Error;
use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use fluent_syntax::ast::{
    Attribute, Entry, Expression, InlineExpression, Message, Pattern, PatternElement, Resource,
};
use fluent_syntax::{parser, serializer};

use crate::pseudo;

/// The language that is always complete.
const BASE: &str = "en";
/// The file whose messages the scripts of the worker pages get as JSON.
const SCRIPT_AREA: &str = "script.ftl";

type Failure = Box<dyn Error>;
/// The entries of a language's files, by file name.
type Areas = BTreeMap<String, Vec<Entry<String>>>;

/// Reads every language under `source`, fills the gaps from English, adds the pseudo-locale, and writes
/// all of it under `target`; beside it goes `script_keys.rs`.
pub fn write_merged(source: &Path, target: &Path) -> Result<(), Failure> {
    let base = read_language(&source.join(BASE))?;
    if target.exists() {
        fs::remove_dir_all(target)?;
    }
    write_language(&target.join(BASE), &base)?;
    write_language(&target.join(pseudo::TAG), &pseudo::areas(&base))?;
    for folder in fs::read_dir(source)? {
        let folder = folder?.path();
        let name = folder.file_name().and_then(|name| name.to_str()).unwrap_or_default().to_owned();
        if folder.is_dir() && name != BASE {
            write_language(&target.join(&name), &filled(&base, &read_language(&folder)?, &name)?)?;
        }
    }
    write_script_keys(&base, &target.with_file_name("script_keys.rs"))
}

fn read_language(folder: &Path) -> Result<Areas, Failure> {
    let mut areas = Areas::new();
    for file in fs::read_dir(folder)? {
        let path = file?.path();
        if path.extension().is_none_or(|extension| extension != "ftl") {
            continue;
        }
        let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default().to_owned();
        let resource = parser::parse(fs::read_to_string(&path)?).map_err(|(_, errors)| {
            let list: Vec<String> = errors.iter().map(ToString::to_string).collect();
            format!("{} cannot be read: {}", path.display(), list.join("; "))
        })?;
        areas.insert(name, resource.body);
    }
    Ok(areas)
}

/// The English entries with this language's words wherever it has them. Comments stay out: they type the
/// variables, and only English does that.
fn filled(base: &Areas, own: &Areas, language: &str) -> Result<Areas, Failure> {
    let mut words: BTreeMap<String, &Entry<String>> = BTreeMap::new();
    for entry in own.values().flatten() {
        if let Some(key) = key(entry) {
            words.insert(key, entry);
        }
    }
    let mut merged = Areas::new();
    for (area, entries) in base {
        let mut list = Vec::new();
        for entry in entries {
            let Some(key) = key(entry) else { continue };
            match (entry, words.get(&key)) {
                (Entry::Message(english), Some(Entry::Message(message))) => {
                    same_variables(english, message, language)?;
                    list.push(Entry::Message(completed(english, message)));
                }
                (_, Some(term)) => list.push((*term).clone()),
                (entry, None) => list.push(apart(entry, language)),
            }
        }
        merged.insert(area.clone(), list.into_iter().map(without_comment).collect());
    }
    Ok(merged)
}

/// The message with the attributes it lacks taken from English.
fn completed(english: &Message<String>, message: &Message<String>) -> Message<String> {
    let mut message = message.clone();
    let has: BTreeSet<String> =
        message.attributes.iter().map(|attribute| attribute.id.name.clone()).collect();
    let missing = english.attributes.iter().filter(|attribute| !has.contains(&attribute.id.name));
    let missing: Vec<Attribute<String>> = missing.cloned().collect();
    message.attributes.extend(missing);
    message.value = message.value.or_else(|| english.value.clone());
    message
}

/// Languages that are written from right to left.
const FROM_THE_RIGHT: [&str; 1] = ["ur"];

/// An English message that stands in for one of this language. Among words from right to left it is kept apart, or its
/// full stop would stand at its beginning and its numbers change places.
fn apart(english: &Entry<String>, language: &str) -> Entry<String> {
    let mut entry = english.clone();
    if let Entry::Message(message) = &mut entry
        && let Some(value) = &mut message.value
        && FROM_THE_RIGHT.contains(&language)
    {
        let mark = |mark: char| PatternElement::TextElement { value: mark.to_string() };
        value.elements.insert(0, mark('\u{2066}'));
        value.elements.push(mark('\u{2069}'));
    }
    entry
}

/// A translation may leave a variable out of one plural form, but not name one that English does not have.
fn same_variables(
    english: &Message<String>,
    message: &Message<String>,
    language: &str,
) -> Result<(), Failure> {
    let (expected, found) = (variables(english), variables(message));
    if expected == found {
        return Ok(());
    }
    let key = &message.id.name;
    Err(format!(
        "locales/{language}: {key} uses the variables {found:?}, but English uses {expected:?}. Use the same ones."
    )
    .into())
}

fn variables(message: &Message<String>) -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    if let Some(value) = &message.value {
        pattern_variables(value, &mut names);
    }
    for attribute in &message.attributes {
        pattern_variables(&attribute.value, &mut names);
    }
    names
}

fn pattern_variables(pattern: &Pattern<String>, names: &mut BTreeSet<String>) {
    for element in &pattern.elements {
        match element {
            PatternElement::Placeable { expression: Expression::Inline(inline) } => {
                inline_variables(inline, names);
            }
            PatternElement::Placeable { expression: Expression::Select { selector, variants } } => {
                inline_variables(selector, names);
                for variant in variants {
                    pattern_variables(&variant.value, names);
                }
            }
            PatternElement::TextElement { .. } => {}
        }
    }
}

fn inline_variables(inline: &InlineExpression<String>, names: &mut BTreeSet<String>) {
    match inline {
        InlineExpression::VariableReference { id } => {
            names.insert(id.name.clone());
        }
        InlineExpression::FunctionReference { arguments, .. } => {
            for argument in &arguments.positional {
                inline_variables(argument, names);
            }
        }
        InlineExpression::Placeable { expression } => {
            if let Expression::Inline(inner) = expression.as_ref() {
                inline_variables(inner, names);
            }
        }
        _ => {}
    }
}

fn key(entry: &Entry<String>) -> Option<String> {
    match entry {
        Entry::Message(message) => Some(message.id.name.clone()),
        Entry::Term(term) => Some(format!("-{}", term.id.name)),
        _ => None,
    }
}

/// The entry without its comment, for all languages but English.
pub fn without_comment(entry: Entry<String>) -> Entry<String> {
    match entry {
        Entry::Message(mut message) => {
            message.comment = None;
            Entry::Message(message)
        }
        Entry::Term(mut term) => {
            term.comment = None;
            Entry::Term(term)
        }
        other => other,
    }
}

fn write_language(folder: &Path, areas: &Areas) -> Result<(), Failure> {
    fs::create_dir_all(folder)?;
    for (name, entries) in areas {
        let resource = Resource { body: entries.clone() };
        fs::write(folder.join(name), serializer::serialize(&resource))?;
    }
    Ok(())
}

/// The messages for scripts: their keys, and whether each depends on a number.
fn write_script_keys(base: &Areas, file: &Path) -> Result<(), Failure> {
    let mut code = String::from("&[");
    for entry in base.get(SCRIPT_AREA).into_iter().flatten() {
        let Entry::Message(message) = entry else { continue };
        let names = variables(message);
        let counted = names.contains("count");
        if names.len() > usize::from(counted) {
            let key = &message.id.name;
            return Err(format!("{SCRIPT_AREA}: {key} may have no variable but $count").into());
        }
        write!(code, "({:?}, {counted}), ", message.id.name)?;
    }
    code.push(']');
    fs::write(file, code)?;
    Ok(())
}
