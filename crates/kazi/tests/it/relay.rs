//! A link between the program and its database that a test can hold: it stands, and nothing comes through.

use std::io::{Read as _, Write as _};
use std::net::Shutdown;
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

const SOCKET: &str = ".s.PGSQL.5432";

/// Passes bytes on in both directions, as a proxy does, until it is told to hold them.
pub struct Relay {
    folder: tempfile::TempDir,
    held: Arc<AtomicBool>,
}

impl Relay {
    /// Before the server whose socket lies in that folder.
    pub fn to(server: &Path) -> Self {
        // A short path: the address of a socket has a hundred bytes.
        let folder = tempfile::Builder::new().prefix("kazi-relay").tempdir_in("/tmp").unwrap();
        let listener = UnixListener::bind(folder.path().join(SOCKET)).unwrap();
        let held = Arc::new(AtomicBool::new(false));
        let (server, is_held) = (server.join(SOCKET), Arc::clone(&held));
        std::thread::spawn(move || {
            listener.incoming().for_each(|near| join(&near.unwrap(), &server, &is_held));
        });
        Self { folder, held }
    }

    /// The folder that stands for the server's.
    pub fn folder(&self) -> PathBuf {
        self.folder.path().to_owned()
    }

    /// From now on nothing comes through, or everything again, with what waited.
    pub fn hold(&self, held: bool) {
        self.held.store(held, Ordering::SeqCst);
    }
}

fn join(near: &UnixStream, server: &Path, held: &Arc<AtomicBool>) {
    let far = UnixStream::connect(server).unwrap();
    for (from, to) in [(near, &far), (&far, near)] {
        let (from, to, held) = (from.try_clone().unwrap(), to.try_clone().unwrap(), Arc::clone(held));
        std::thread::spawn(move || carry(from, to, &held));
    }
}

fn carry(mut from: UnixStream, mut to: UnixStream, held: &AtomicBool) {
    let mut buffer = [0; 8192];
    while let Ok(length @ 1..) = from.read(&mut buffer) {
        while held.load(Ordering::SeqCst) {
            std::thread::sleep(Duration::from_millis(5));
        }
        if to.write_all(&buffer[..length]).is_err() {
            break;
        }
    }
    drop(from.shutdown(Shutdown::Both));
    drop(to.shutdown(Shutdown::Both));
}
