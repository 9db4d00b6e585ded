//! `kazi doctor`: looks whether this machine can run Kazi, and says how to mend what is amiss.

mod database;
mod machine;
mod media;
mod web;

use std::process::ExitCode;

use serde::Serialize;

use crate::settings::Serve;

/// Looks over the machine and the settings.
#[derive(Debug, Clone, clap::Args)]
#[command(after_help = "Examples:
  kazi doctor --data /var/lib/kazi
      Each line says ok, warning or bad, what was found, and how to mend it.
  kazi doctor --config /etc/kazi/kazi.toml --json
      The same for a program that watches: a list of objects.

It takes the settings of `kazi serve` and changes nothing but a small file that it deletes again. A server may be
running meanwhile. The exit code is 1 when something is bad, and 0 otherwise.")]
pub struct Args {
    /// Write a list of JSON objects instead of lines.
    #[arg(long)]
    pub json: bool,
    /// The settings to look over.
    #[command(flatten)]
    pub serve: Serve,
}

/// How well something stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Verdict {
    /// Nothing to do.
    Ok,
    /// Kazi runs, and something should be mended.
    Warning,
    /// Kazi does not run, or may lose something.
    Bad,
}

impl Verdict {
    const fn word(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::Warning => "warning",
            Self::Bad => "bad",
        }
    }
}

/// One thing that was looked at.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Line {
    /// What, in a few words; the same from version to version.
    pub what: &'static str,
    /// How it stands.
    pub verdict: Verdict,
    /// What was found.
    pub found: String,
    /// How to mend it.
    pub mend: Option<String>,
}

impl Line {
    fn ok(what: &'static str, found: impl Into<String>) -> Self {
        Self { what, verdict: Verdict::Ok, found: found.into(), mend: None }
    }

    fn warning(what: &'static str, found: impl Into<String>, mend: impl Into<String>) -> Self {
        Self { what, verdict: Verdict::Warning, found: found.into(), mend: Some(mend.into()) }
    }

    fn bad(what: &'static str, found: impl Into<String>, mend: impl Into<String>) -> Self {
        Self { what, verdict: Verdict::Bad, found: found.into(), mend: Some(mend.into()) }
    }
}

/// Looks over everything and says what was found.
///
/// # Errors
/// When the report itself cannot be written.
pub fn run(args: &Args) -> Result<ExitCode, serde_json::Error> {
    let lines = look(&args.serve);
    if args.json {
        println!("{}", serde_json::to_string_pretty(&lines)?);
    } else {
        for line in &lines {
            print!("{}", shown(line));
        }
    }
    let worst = lines.iter().map(|line| line.verdict).max().unwrap_or(Verdict::Ok);
    Ok(if worst == Verdict::Bad { ExitCode::FAILURE } else { ExitCode::SUCCESS })
}

fn look(settings: &Serve) -> Vec<Line> {
    let mut lines = machine::look(&settings.store.data);
    lines.extend(database::look(settings));
    lines.push(database::files(&settings.store));
    lines.extend(media::look());
    lines.extend(web::look(settings));
    lines
}

fn shown(line: &Line) -> String {
    let Line { what, verdict, found, mend } = line;
    let head = format!("{:<8} {what:<16} {found}\n", verdict.word());
    mend.as_ref().map_or(head.clone(), |mend| format!("{head}{:25} → {mend}\n", ""))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_says_what_was_found_and_how_to_mend_it() {
        let line = Line::warning("disk", "2 GB free", "make space");
        assert_eq!(
            shown(&line),
            "warning  disk             2 GB free\n                          → make space\n"
        );
        assert!(Verdict::Bad > Verdict::Warning && Verdict::Warning > Verdict::Ok);
    }
}
