//! The parent: starts the child, reads its frames, and outlives whatever it does.

use std::fs::File;
use std::io::{self, BufReader, Read};
use std::os::unix::process::CommandExt;
use std::path::PathBuf;
use std::process::{Child, ChildStderr, ChildStdout, Command, ExitStatus, Stdio};
use std::sync::Mutex;
use std::sync::PoisonError;
use std::sync::mpsc::{self, RecvTimeoutError};
use std::time::{Duration, Instant};

use kazi_services::{JsonSink, Refusal};
use rustix::process::{Pid, Signal, kill_process_group};

use super::child::{ORDER, Told, WORD};
use super::ending::{Stop, meaning};
use super::frame::{Frame, Garbage};
use super::limits::Limits;
use super::reader::TESSDATA;

/// How children are started.
#[derive(Debug, Clone)]
pub struct MediaChild {
    /// The program; its `main` begins with [`child_main`](super::child_main).
    pub program: PathBuf,
    /// What each may use.
    pub limits: Limits,
}

/// What to split.
#[derive(Debug)]
pub struct Order<'a> {
    /// The service's key.
    pub service: &'a str,
    /// The project's spec, as JSON.
    pub spec: &'a str,
    /// The file's name, for messages.
    pub name: &'a str,
    /// The file.
    pub file: File,
}

/// Why a file was not split.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Ended {
    /// It cannot be used; the sentence is for the client.
    Refused(Refusal),
    /// The machine was not able to start the work.
    NotAble(String),
    /// The caller said stop.
    Stopped,
}

/// Linux takes no longer variable.
const LONGEST_ORDER: usize = 120_000;
/// How much of what a child says on its standard error is kept.
const SAID: usize = 16 << 10;
/// How long a child that has said its last word may take to end.
const GRACE: Duration = Duration::from_secs(5);
/// How often the watch looks up.
const LOOK: Duration = Duration::from_millis(50);

impl MediaChild {
    /// Children of the program that runs now, with the usual limits.
    ///
    /// # Errors
    /// When the operating system does not say which program runs.
    pub fn of_this_program() -> io::Result<Self> {
        Ok(Self { program: std::env::current_exe()?, limits: Limits::default() })
    }

    /// Splits a file in a child. `go_on` is asked often; when it says no, the child is stopped. Blocks.
    ///
    /// # Errors
    /// See [`Ended`]. What the sink took before stays with it.
    pub fn split(
        &self,
        order: Order<'_>,
        sink: &mut dyn JsonSink,
        go_on: &(dyn Fn() -> bool + Sync),
    ) -> Result<(), Ended> {
        let mut child = self.start(order)?;
        let outcome = match (child.stdout.take(), child.stderr.take()) {
            (Some(out), Some(err)) => self.attend(&child, (out, err), sink, go_on),
            _ => Attended { last: None, stop: Some(Stop::Asked), said: String::new() },
        };
        let status = end(&mut child).map_err(|error| Ended::NotAble(error.to_string()))?;
        match outcome.last {
            Some(Last::End) => Ok(()),
            Some(Last::Refused(refusal)) => Err(Ended::Refused(refusal)),
            None => Err(meaning(outcome.stop, status, &outcome.said)),
        }
    }

    fn start(&self, order: Order<'_>) -> Result<Child, Ended> {
        let Order { service, spec, name, file } = order;
        let told = Told {
            service: service.to_owned(),
            spec: spec.to_owned(),
            name: name.to_owned(),
            limits: self.limits,
        };
        let not_able = |error: &dyn std::fmt::Display| Ended::NotAble(error.to_string());
        let told = serde_json::to_string(&told).map_err(|error| not_able(&error))?;
        if told.len() > LONGEST_ORDER {
            return Err(not_able(&"the project's settings are too long for this service"));
        }
        let mut command = Command::new(&self.program);
        command.arg(WORD).env_clear().env(ORDER, told);
        // In KiB: mimalloc would reserve a whole GiB of addresses, beyond the limit on memory.
        command.env("MIMALLOC_ARENA_RESERVE", "32768");
        if let Some(folder) = std::env::var_os(TESSDATA) {
            command.env(TESSDATA, folder);
        }
        // A group of its own, so that what it starts can be ended with it.
        command.process_group(0).stdin(file).stdout(Stdio::piped()).stderr(Stdio::piped());
        command.spawn().map_err(|error| Ended::NotAble(format!("{}: {error}", self.program.display())))
    }

    fn attend(
        &self,
        child: &Child,
        (out, err): (ChildStdout, ChildStderr),
        sink: &mut dyn JsonSink,
        go_on: &(dyn Fn() -> bool + Sync),
    ) -> Attended {
        let watch = Watch { listening: Mutex::new(None), stop: Mutex::new(None) };
        std::thread::scope(|scope| {
            let said = scope.spawn(move || listen(err));
            let (finished, until) = mpsc::channel::<()>();
            let watch = &watch;
            let silence = self.limits.silence;
            scope.spawn(move || {
                while until.recv_timeout(LOOK) == Err(RecvTimeoutError::Timeout) {
                    let why = if go_on() { watch.too_silent(silence) } else { Some(Stop::Asked) };
                    if let Some(why) = why {
                        watch.stop(why);
                        kill(child);
                    }
                }
            });
            let last = self.read(out, sink, watch);
            if watch.stopped().is_some() {
                kill(child);
            }
            // A child that has said its last word but does not end is still watched.
            let said = watch.while_listening(|| said.join()).unwrap_or_default();
            drop(finished);
            Attended { last, stop: watch.stopped(), said }
        })
    }

    /// Reads frames up to the last one.
    fn read(&self, out: ChildStdout, sink: &mut dyn JsonSink, watch: &Watch) -> Option<Last> {
        let mut out = BufReader::with_capacity(1 << 16, out);
        let mut bytes = 0_u64;
        loop {
            let frame = watch.while_listening(|| Frame::read(&mut out));
            let (frame, length) = match frame {
                Ok(read) => read,
                Err(Garbage::Pipe(_)) => return None,
                Err(garbage) => {
                    tracing::warn!(%garbage, "a media child speaks nonsense");
                    watch.stop(Stop::Garbage);
                    return None;
                }
            };
            bytes = bytes.saturating_add(length);
            if bytes > self.limits.output {
                watch.stop(Stop::Flood);
                return None;
            }
            let taken = match frame {
                Frame::Piece(piece) => sink.piece(piece).map(drop),
                Frame::Blob(media_type, content) => sink.blob(&media_type, &content).map(drop),
                Frame::Problem(problem) => {
                    sink.problem(problem);
                    Ok(())
                }
                Frame::Progress(done, all) => {
                    sink.progress(done, all);
                    Ok(())
                }
                Frame::Refusal(refusal) => return Some(Last::Refused(refusal)),
                Frame::End => return Some(Last::End),
            };
            if let Err(refusal) = taken {
                // The child is not asked any more: its end says nothing about the file.
                watch.stop(Stop::Asked);
                return Some(Last::Refused(refusal));
            }
        }
    }
}

/// The last word of a child, or of the sink.
enum Last {
    End,
    Refused(Refusal),
}

struct Attended {
    last: Option<Last>,
    stop: Option<Stop>,
    said: String,
}

/// What the reader and the watch know of each other.
struct Watch {
    /// Since when the reader has waited for the child; not while the sink is busy.
    listening: Mutex<Option<Instant>>,
    stop: Mutex<Option<Stop>>,
}

impl Watch {
    fn while_listening<T>(&self, read: impl FnOnce() -> T) -> T {
        *self.listening.lock().unwrap_or_else(PoisonError::into_inner) = Some(Instant::now());
        let done = read();
        *self.listening.lock().unwrap_or_else(PoisonError::into_inner) = None;
        done
    }

    fn too_silent(&self, most: Duration) -> Option<Stop> {
        let since = *self.listening.lock().unwrap_or_else(PoisonError::into_inner);
        since.filter(|since| since.elapsed() > most).map(|_| Stop::Silent)
    }

    /// The first reason stands.
    fn stop(&self, why: Stop) {
        self.stop.lock().unwrap_or_else(PoisonError::into_inner).get_or_insert(why);
    }

    fn stopped(&self) -> Option<Stop> {
        *self.stop.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Ends a child that has not been waited for, and all that it started.
fn kill(child: &Child) {
    if let Err(error) = kill_process_group(Pid::from_child(child), Signal::KILL) {
        tracing::debug!(%error, "a media child had ended already");
    }
}

/// Waits for a child that has nothing more to say.
fn end(child: &mut Child) -> io::Result<ExitStatus> {
    let since = Instant::now();
    while since.elapsed() < GRACE {
        if let Some(status) = child.try_wait()? {
            return Ok(status);
        }
        std::thread::sleep(Duration::from_millis(2));
    }
    kill(child);
    child.wait()
}

/// The beginning of what a child says; the rest is read too, so that it never waits.
fn listen(mut from: ChildStderr) -> String {
    let mut said = Vec::new();
    let mut chunk = [0; 4096];
    while let Ok(read) = from.read(&mut chunk) {
        match chunk.get(..read) {
            Some(part) if read > 0 => said.extend(part.iter().take(SAID.saturating_sub(said.len()))),
            _ => break,
        }
    }
    String::from_utf8_lossy(&said).into_owned()
}
