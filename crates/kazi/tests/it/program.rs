//! The real program in a process of its own.

use std::ffi::OsStr;
use std::fs::File;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use super::http::Client;

/// The operator of every test.
pub const EMAIL: &str = "operator@kazi.example";
pub const PASSWORD: &str = "a long enough password";
/// How long anything may take before a test gives up.
pub const PATIENCE: Duration = Duration::from_mins(2);

/// How to start it.
#[derive(Debug, Clone)]
pub struct Start {
    pub data: PathBuf,
    pub flags: Vec<String>,
    pub environment: Vec<(String, String)>,
    /// A shell line that is run before the program takes its place.
    pub first: Option<String>,
}

/// A running server; killed when dropped.
#[derive(Debug)]
pub struct Program {
    child: Child,
    pub base: String,
    log: PathBuf,
}

impl Start {
    /// In a folder, with nothing else said.
    pub fn at(data: &Path) -> Self {
        Self { data: data.to_owned(), flags: Vec::new(), environment: Vec::new(), first: None }
    }

    pub fn flag(mut self, flag: &str, value: &str) -> Self {
        self.flags.extend([flag.to_owned(), value.to_owned()]);
        self
    }

    pub fn env(mut self, name: &str, value: &str) -> Self {
        self.environment.push((name.to_owned(), value.to_owned()));
        self
    }

    pub fn first(mut self, line: &str) -> Self {
        self.first = Some(line.to_owned());
        self
    }

    /// Starts it and waits until it listens.
    pub fn start(&self) -> Program {
        self.try_start().unwrap_or_else(|log| panic!("the program does not start: {log}"))
    }

    /// Starts it; gives what it said when it does not come up.
    pub fn try_start(&self) -> Result<Program, String> {
        std::fs::create_dir_all(self.data.parent().unwrap()).unwrap();
        let log = self.data.with_extension("log");
        let lines = File::options().create(true).append(true).open(&log).unwrap();
        let mut command = match &self.first {
            Some(line) => {
                let mut shell = Command::new("/bin/sh");
                shell.args(["-c", &format!("{line}\nexec \"$@\""), "sh"]).arg(program());
                shell
            }
            None => Command::new(program()),
        };
        command.args(["serve", "--listen", "127.0.0.1:0", "--data"]).arg(&self.data);
        command.args(["--operator-email", EMAIL, "--operator-password", PASSWORD]).args(&self.flags);
        for (name, value) in &self.environment {
            command.env(name, value);
        }
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(lines);
        let mut child = command.spawn().unwrap();
        let said = BufReader::new(child.stdout.take().unwrap());
        let address = said
            .lines()
            .map_while(Result::ok)
            .find_map(|line| line.strip_prefix("Kazi listens on ").map(str::to_owned));
        if let Some(base) = address {
            return Ok(Program { child, base, log });
        }
        child.wait().unwrap();
        Err(std::fs::read_to_string(&log).unwrap())
    }
}

/// The program of this build, or another one, such as the one that is shipped.
pub fn program() -> PathBuf {
    std::env::var_os("KAZI_PROGRAM").map_or_else(|| env!("CARGO_BIN_EXE_kazi").into(), PathBuf::from)
}

/// Runs the program to its end.
pub fn kazi<A: AsRef<OsStr>>(args: impl IntoIterator<Item = A>) -> Said {
    let output = Command::new(program()).args(args).stdin(Stdio::null()).output().unwrap();
    Said {
        code: output.status.code().unwrap(),
        out: String::from_utf8(output.stdout).unwrap(),
        err: String::from_utf8(output.stderr).unwrap(),
    }
}

/// What a command said.
#[derive(Debug)]
pub struct Said {
    pub code: i32,
    pub out: String,
    pub err: String,
}

impl Said {
    #[track_caller]
    pub fn well(self) -> String {
        assert_eq!(self.code, 0, "{}{}", self.out, self.err);
        self.out
    }

    /// It refused, with this in its sentence.
    #[track_caller]
    pub fn refused(self, with: &str) -> String {
        assert_eq!(self.code, 1, "{}{}", self.out, self.err);
        assert!(self.err.contains(with), "{}", self.err);
        self.err
    }
}

impl Program {
    /// As a power cut does it.
    pub fn kill(mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    pub fn client(&self) -> Client {
        Client::new(&self.base)
    }

    /// What it has logged so far, with that of earlier starts.
    pub fn log(&self) -> String {
        std::fs::read_to_string(&self.log).unwrap()
    }

    /// The most memory it ever had, in MiB.
    pub fn peak_memory(&self) -> u64 {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id())).unwrap();
        let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap();
        line.trim().trim_end_matches("kB").trim().parse::<u64>().unwrap() / 1024
    }

    /// Nothing in the log that only a fault of ours can cause.
    #[track_caller]
    pub fn log_is_clean(&self) {
        let log = self.log();
        let bad: Vec<&str> = log
            .lines()
            .filter(|line| line.contains("panicked") || line.contains(" ERROR ") || line.contains("status=5"))
            .collect();
        assert!(bad.is_empty(), "{}", bad.join("\n"));
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

/// Waits until there is something.
#[track_caller]
pub fn wait_for<T>(what: &str, mut look: impl FnMut() -> Option<T>) -> T {
    let since = Instant::now();
    loop {
        if let Some(found) = look() {
            return found;
        }
        assert!(since.elapsed() < PATIENCE, "waited too long for {what}");
        std::thread::sleep(Duration::from_millis(20));
    }
}
