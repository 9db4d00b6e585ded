//! A PostgreSQL server of our own that can be stopped, killed and started again.

use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use super::program::wait_for;

/// A server in a folder of its own, reached over a socket there.
pub struct Postgres {
    folder: tempfile::TempDir,
    programs: PathBuf,
    server: Option<Child>,
}

/// Where Debian puts the programs.
fn programs() -> Option<PathBuf> {
    let mut all: Vec<PathBuf> = std::fs::read_dir("/usr/lib/postgresql")
        .ok()?
        .filter_map(|entry| Some(entry.ok()?.path().join("bin")))
        .collect();
    all.retain(|folder| folder.join("initdb").exists());
    all.sort();
    all.pop()
}

impl Postgres {
    /// Installs and starts one; none where the machine has no PostgreSQL.
    pub fn install() -> Option<Self> {
        let Some(programs) = programs() else {
            eprintln!("skipped: PostgreSQL is not installed");
            return None;
        };
        // A short path, that user postgres may enter.
        let folder = tempfile::Builder::new().prefix("kazi-pg").tempdir_in("/tmp").unwrap();
        let mut postgres = Self { folder, programs, server: None };
        if is_root() {
            let chown = Command::new("chown").arg("postgres").arg(postgres.folder.path()).status().unwrap();
            assert!(chown.success());
        }
        let made = postgres
            .program("initdb")
            .args(["-A", "trust", "-U", "kazi", "-E", "UTF8", "--locale=C", "-N"])
            .output()
            .unwrap();
        assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
        postgres.start();
        Some(postgres)
    }

    pub fn url(&self) -> String {
        format!("host={} user=kazi dbname=postgres", self.folder.path().display())
    }

    /// Where its socket lies.
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// Another database on it, empty; its address.
    pub fn database(&self, name: &str) -> String {
        let folder = self.folder.path();
        let mut command = Command::new(self.programs.join("createdb"));
        let made = command.arg("-h").arg(folder).args(["-U", "kazi", name]).output().unwrap();
        assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
        format!("host={} user=kazi dbname={name}", folder.display())
    }

    /// One of its programs on its data; root runs it as user postgres, because it refuses to run as root.
    fn program(&self, name: &str) -> Command {
        let program = self.programs.join(name);
        let mut command = if is_root() {
            let mut command = Command::new("setpriv");
            command.args(["--reuid=postgres", "--regid=postgres", "--init-groups", "--"]).arg(program);
            command
        } else {
            Command::new(program)
        };
        command.current_dir("/").arg("-D").arg(self.folder.path().join("data"));
        command
    }

    /// Starts it and waits until it takes connections. After a kill the old one's helpers may need a moment.
    pub fn start(&mut self) {
        wait_for("PostgreSQL to start", || {
            let mut child = self.spawn();
            loop {
                if child.try_wait().unwrap().is_some() {
                    return None;
                }
                if self.takes_connections() {
                    self.server = Some(child);
                    return Some(());
                }
                std::thread::sleep(std::time::Duration::from_millis(50));
            }
        });
    }

    fn spawn(&self) -> Child {
        let log = std::fs::File::options().create(true).append(true).open(self.log()).unwrap();
        let mut command = self.program("postgres");
        command.args(["-c", "listen_addresses=", "-c", "max_connections=60", "-c"]);
        command.arg(format!("unix_socket_directories={}", self.folder.path().display()));
        command.stdin(Stdio::null()).stdout(log.try_clone().unwrap()).stderr(log).process_group(0);
        command.spawn().unwrap()
    }

    fn log(&self) -> PathBuf {
        Path::new("/tmp").join(format!("{}.log", self.folder.path().file_name().unwrap().to_string_lossy()))
    }

    fn takes_connections(&self) -> bool {
        let asked = Command::new(self.programs.join("pg_isready")).arg("-h").arg(self.folder.path()).output();
        asked.unwrap().status.success()
    }

    pub fn is_running(&self) -> bool {
        self.server.is_some()
    }

    /// As an administrator does it.
    pub fn stop(&mut self) {
        let Some(mut server) = self.server.take() else { return };
        let told = Command::new("kill").args(["-INT", &server.id().to_string()]).status().unwrap();
        assert!(told.success());
        server.wait().unwrap();
    }

    /// As a power cut does it.
    pub fn kill(&mut self) {
        let Some(mut server) = self.server.take() else { return };
        server.kill().unwrap();
        server.wait().unwrap();
    }
}

impl Drop for Postgres {
    fn drop(&mut self) {
        self.stop();
        drop(std::fs::remove_file(self.log()));
    }
}

fn is_root() -> bool {
    let id = Command::new("id").arg("-u").output().unwrap();
    id.stdout.starts_with(b"0\n")
}
