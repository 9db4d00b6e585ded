//! What a child may use.

use std::time::Duration;

use rlimit::{Resource, setrlimit};
use serde::{Deserialize, Serialize};

/// What a child may use at most.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Limits {
    /// Bytes of memory beside the length of the file.
    pub memory: u64,
    /// Seconds of computing, for the child and for each program it starts.
    pub cpu_seconds: u64,
    /// How long it may be silent. Each page or row it sends starts the count again.
    pub silence: Duration,
    /// Bytes it may send in all.
    pub output: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self { memory: 768 << 20, cpu_seconds: 1_800, silence: Duration::from_mins(2), output: 8 << 30 }
    }
}

/// No file that the child or its helpers write by mistake is larger.
const FILE: u64 = 16 << 20;
/// How many files it may hold open.
const FILES: u64 = 32;

impl Limits {
    /// Binds this process for good. `length` is that of the file it is to open.
    pub(super) fn bind(&self, length: u64) -> std::io::Result<()> {
        let all = [
            (Resource::AS, self.memory.saturating_add(length)),
            (Resource::CPU, self.cpu_seconds),
            (Resource::FSIZE, FILE),
            (Resource::NOFILE, FILES),
            (Resource::CORE, 0),
        ];
        // A limit that the parent's own limits keep lower already stays there.
        all.into_iter().try_for_each(|(resource, most)| {
            let most = rlimit::getrlimit(resource).map_or(most, |(_, hard)| most.min(hard));
            setrlimit(resource, most, most)
        })
    }
}
