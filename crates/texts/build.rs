//! Makes the typed accessors from `locales/`.
//!
//! `fluent-typed` gives an accessor only to a message that every language has. So the languages are
//! merged first: what a language lacks is filled in from English, and a pseudo-locale is made of English.

#[path = "build/merge.rs"]
mod merge;
#[path = "build/pseudo.rs"]
mod pseudo;

use std::env;
use std::error::Error;
use std::path::{Path, PathBuf};

use fluent_typed::{BuildOptions, FtlOutputOptions, LintLevel, try_build_from_locales_folder};

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-changed=build");
    let source = Path::new("../../locales");
    println!("cargo::rerun-if-changed={}", source.display());
    let out = PathBuf::from(env::var("OUT_DIR")?);
    let merged = out.join("locales");
    merge::write_merged(source, &merged)?;
    let text = |path: &Path| path.to_str().map(str::to_owned).ok_or("the build folder has an odd name");
    try_build_from_locales_folder(
        BuildOptions::default()
            .with_locales_folder(&text(&merged)?)
            .with_output_file_path(&text(&out.join("messages.rs"))?)
            .with_ftl_output(FtlOutputOptions::single_file(&text(&out.join("messages.ftl"))?))
            .with_prefix("")
            .with_lint_level(LintLevel::Strict)
            .without_format(),
    )?;
    Ok(())
}
