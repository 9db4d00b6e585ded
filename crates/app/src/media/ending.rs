//! How a child ended, told so that a client knows what to do.

use std::os::unix::process::ExitStatusExt;
use std::process::ExitStatus;

use kazi_services::Refusal;

use super::child::NOT_ABLE;
use super::parent::Ended;

/// Why the parent stopped its child.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Stop {
    /// It was silent for too long.
    Silent,
    /// It sent too much.
    Flood,
    /// It sent nonsense.
    Garbage,
    /// The parent was asked to stop.
    Asked,
}

const SIGABRT: i32 = 6;
const SIGXCPU: i32 = 24;

/// What it means that a child ended without its last frame.
pub(super) fn meaning(stop: Option<Stop>, status: ExitStatus, said: &str) -> Ended {
    let refused = |key: &str, message: &str| {
        Ended::Refused(Refusal { key: key.to_owned(), message: message.to_owned() })
    };
    let too_slow = || {
        refused(
            "too-slow",
            "This file takes too long to open. It may be damaged: export it again, or cut it into smaller files.",
        )
    };
    let out_of_memory = status.signal() == Some(SIGABRT) && said.contains("memory allocation");
    match stop {
        Some(Stop::Asked) => Ended::Stopped,
        Some(Stop::Silent) => too_slow(),
        Some(Stop::Flood) => refused(
            "too-much-inside",
            "This file unpacks to far more than its size: cut it into smaller files.",
        ),
        None if status.signal() == Some(SIGXCPU) => too_slow(),
        None if out_of_memory => refused(
            "too-much-memory",
            "This file needs more memory than is allowed: its pages are too large, or it is damaged. Scan at \
             300 dpi, or cut it into smaller files.",
        ),
        // The child could not begin: the machine's fault, not the file's.
        None if status.code() == Some(i32::from(NOT_ABLE)) => Ended::NotAble(said.trim().to_owned()),
        Some(Stop::Garbage) | None => refused(
            "cannot-be-opened",
            "This file cannot be opened: it breaks the program that reads it. It may be damaged: export it again.",
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(ended: Ended) -> String {
        match ended {
            Ended::Refused(refusal) => refusal.key,
            other => format!("{other:?}"),
        }
    }

    #[test]
    fn each_end_has_its_sentence() {
        let signal = ExitStatus::from_raw;
        let code = |code: i32| ExitStatus::from_raw(code << 8);
        assert_eq!(key(meaning(None, signal(6), "memory allocation of 9 bytes failed")), "too-much-memory");
        assert_eq!(key(meaning(None, signal(6), "stack overflow")), "cannot-be-opened");
        assert_eq!(key(meaning(None, signal(11), "")), "cannot-be-opened");
        assert_eq!(key(meaning(None, signal(24), "")), "too-slow");
        assert_eq!(key(meaning(Some(Stop::Silent), signal(9), "")), "too-slow");
        assert_eq!(key(meaning(Some(Stop::Flood), signal(9), "")), "too-much-inside");
        assert_eq!(key(meaning(Some(Stop::Garbage), signal(9), "")), "cannot-be-opened");
        assert_eq!(key(meaning(None, code(101), "thread 'main' panicked")), "cannot-be-opened");
        assert_eq!(key(meaning(None, code(0), "")), "cannot-be-opened");
        assert_eq!(
            meaning(None, code(70), "no such service\n"),
            Ended::NotAble("no such service".to_owned())
        );
        assert_eq!(meaning(Some(Stop::Asked), signal(9), ""), Ended::Stopped);
    }
}
