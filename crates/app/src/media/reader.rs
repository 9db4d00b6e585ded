//! Reads the words of a page with Tesseract, where it is installed. Runs in the child, under its limits.

use std::io::{Read, Write};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc;
use std::time::Duration;

use kazi_services::Tools;

/// Where a reader is looked for. The child has no `PATH`.
const PLACES: [&str; 3] = ["/usr/bin/tesseract", "/usr/local/bin/tesseract", "/opt/homebrew/bin/tesseract"];
/// The longest that a page may take; usual is under a second.
const PATIENCE: Duration = Duration::from_mins(1);
/// No page has more words than fit in this.
const MOST: u64 = 16 << 20;

/// The program that reads pages, where it is installed.
pub fn page_reader() -> Option<&'static Path> {
    PLACES.iter().map(Path::new).find(|place| place.exists())
}

/// The tools of a child.
#[derive(Debug)]
pub(super) struct PageReader;

impl Tools for PageReader {
    fn read_page(&mut self, png: &[u8], dpi: u32, language: &str) -> Option<String> {
        let program = page_reader()?;
        // What begins with a dash would be an option.
        let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '+');
        if language.is_empty() || !language.chars().all(plain) {
            return None;
        }
        let mut command = Command::new(program);
        command.args(["stdin", "stdout", "-l", language, "--psm", "3", "--dpi", &dpi.to_string(), "tsv"]);
        command.env_clear().env("OMP_THREAD_LIMIT", "1");
        if let Some(folder) = std::env::var_os(TESSDATA) {
            command.env(TESSDATA, folder);
        }
        let child =
            command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null()).spawn().ok()?;
        converse(child, png)
    }
}

/// Tesseract's own variable for where its languages lie.
pub(super) const TESSDATA: &str = "TESSDATA_PREFIX";

/// Gives a program its input and takes its output; nothing when it fails or is too slow.
fn converse(mut child: Child, input: &[u8]) -> Option<String> {
    let (mut to, from) = (child.stdin.take()?, child.stdout.take()?);
    let output = std::thread::scope(|scope| {
        let (send, received) = mpsc::channel();
        scope.spawn(move || {
            let mut text = String::new();
            let read = from.take(MOST).read_to_string(&mut text);
            // Nobody listens any more when it came too late.
            drop(send.send(read.is_ok().then_some(text)));
        });
        scope.spawn(move || {
            // A program that stops reading says so by its exit.
            drop(to.write_all(input));
        });
        let output = received.recv_timeout(PATIENCE).ok().flatten();
        if output.is_none() {
            // Both threads end with it.
            drop(child.kill());
        }
        output
    });
    let status = child.wait().ok()?;
    output.filter(|_| status.success())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_language_is_never_an_option() {
        for wrong in ["", "-l", "eng --psm 0", "../x"] {
            assert_eq!(PageReader.read_page(b"", 300, wrong), None);
        }
    }

    #[test]
    fn input_larger_than_a_pipe_passes() {
        let input = "word\n".repeat(100_000);
        let child = Command::new("/bin/cat").stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
        assert_eq!(converse(child, input.as_bytes()), Some(input));
    }

    #[test]
    fn a_program_that_fails_read_nothing() {
        let child = Command::new("/bin/false").stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
        assert_eq!(converse(child, b"image"), None);
    }
}
