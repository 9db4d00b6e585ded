//! A program whose `main` begins as Kazi's own does, with the services of the tests beside the registry's.

use std::process::ExitCode;

#[path = "../tests/it/pages.rs"]
mod pages;

fn main() -> ExitCode {
    kazi_app::media::child_main_with(pages::find).unwrap_or(ExitCode::FAILURE)
}
