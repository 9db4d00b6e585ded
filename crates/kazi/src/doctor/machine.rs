//! The folder of the data, its disk, and the clock.

use std::fs::{self, File};
use std::io::{self, Write};
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::path::Path;
use std::time::{Duration, Instant, UNIX_EPOCH};

use rlimit::Resource;
use rustix::fs::statvfs;

use super::Line;

/// What is looked at on this machine.
pub fn look(data: &Path) -> Vec<Line> {
    // Before the first start the folder above it says what the disk is like.
    let there = data.ancestors().find(|folder| folder.exists() && !folder.as_os_str().is_empty());
    let place = there.unwrap_or(Path::new("."));
    let mut lines = vec![folder(data, place), disk(place)];
    lines.extend(syncing(place));
    lines.push(clock());
    lines.push(open_files());
    lines
}

fn folder(data: &Path, place: &Path) -> Line {
    const WHAT: &str = "data folder";
    let shown = data.display();
    if let Err(error) = tempfile::NamedTempFile::new_in(place) {
        let mend =
            "give the user that runs Kazi this folder: chown -R kazi: FOLDER, or name another with --data";
        return Line::bad(WHAT, format!("{} cannot be written to: {error}", place.display()), mend);
    }
    if !data.exists() {
        return Line::ok(WHAT, format!("{shown} is made at the first start"));
    }
    match (fs::metadata(data), owners(data)) {
        (Ok(found), _) if found.permissions().mode() & 0o007 != 0 => {
            let mode = found.permissions().mode() & 0o777;
            let mend = format!("it holds what people wrote and earned: chmod 750 {shown}");
            Line::warning(
                WHAT,
                format!("{shown} may be entered by everybody on this machine ({mode:o})"),
                mend,
            )
        }
        (Ok(found), Ok(owners)) if owners.iter().any(|owner| *owner != found.uid()) => {
            let mend = format!("stop the server, then: chown -R --reference={shown} {shown}");
            Line::warning(WHAT, format!("some files in {shown} belong to another user than the folder"), mend)
        }
        (Err(error), _) | (_, Err(error)) => {
            Line::bad(WHAT, format!("{shown}: {error}"), "let the user that runs Kazi read it")
        }
        _ => Line::ok(WHAT, format!("{shown} can be written to")),
    }
}

/// To whom the entries of a folder belong.
fn owners(folder: &Path) -> io::Result<Vec<u32>> {
    fs::read_dir(folder)?.map(|entry| Ok(entry?.metadata()?.uid())).collect()
}

fn disk(place: &Path) -> Line {
    match statvfs(place) {
        Ok(disk) => {
            let free = disk.f_bavail.saturating_mul(disk.f_frsize);
            of_space(free, disk.f_blocks.saturating_mul(disk.f_frsize), (disk.f_favail, disk.f_files))
        }
        Err(error) => {
            Line::warning("disk", format!("how full it is is not told: {error}"), "look yourself: df")
        }
    }
}

/// Bytes free and in all; names for files, free and in all (0 in all where the disk does not count them).
fn of_space(free: u64, all: u64, (names, most_names): (u64, u64)) -> Line {
    const WHAT: &str = "disk";
    const MIB: u64 = 1 << 20;
    let found = format!("{} MB of {} MB free", free / MIB, all / MIB);
    let mend = "make space, or put the data on a larger disk: Kazi refuses new work when it is full";
    if free < 500 * MIB {
        Line::bad(WHAT, found, mend)
    } else if free < 5_000 * MIB || free < all / 20 {
        Line::warning(WHAT, found, mend)
    } else if most_names > 0 && names < most_names / 20 {
        let found = format!("{found}, but only {names} more files");
        Line::warning(WHAT, found, "the disk is nearly out of names for files (df -i): take another one")
    } else {
        Line::ok(WHAT, found)
    }
}

/// How often a write is tried out.
const WRITES: u32 = 21;

fn syncing(place: &Path) -> Option<Line> {
    let mut file = tempfile::tempfile_in(place).ok()?;
    let mut times: Vec<Duration> = (0..WRITES).filter_map(|_| sync_once(&mut file).ok()).collect();
    times.sort();
    let middle = times.len() / 2;
    times.get(middle).map(|median| of_syncing(*median))
}

fn sync_once(file: &mut File) -> io::Result<Duration> {
    let began = Instant::now();
    file.write_all(&[7; 4096])?;
    file.sync_data()?;
    Ok(began.elapsed())
}

/// Every answer waits for one of these, together with others that come at the same time.
fn of_syncing(median: Duration) -> Line {
    const WHAT: &str = "durable writes";
    let found = format!("one takes {:.1} ms", median.as_secs_f64() * 1_000.0);
    if median < Duration::from_micros(15) {
        let mend = "fsync must reach the disk: is this a RAM disk, or a virtual disk that lies? A power cut loses work";
        Line::warning(WHAT, format!("{found}: no disk is so quick"), mend)
    } else if median > Duration::from_millis(200) {
        Line::bad(WHAT, found, "workers wait for this: put the data on a local disk, best an SSD")
    } else if median > Duration::from_millis(40) {
        Line::warning(WHAT, found, "workers wait for this: an SSD is much quicker")
    } else {
        Line::ok(WHAT, found)
    }
}

fn clock() -> Line {
    const WHAT: &str = "clock";
    const PAUSE: Duration = Duration::from_millis(200);
    let (steady, shown) = (Instant::now(), kazi_app::now());
    std::thread::sleep(PAUSE);
    let real = i64::try_from(steady.elapsed().as_micros()).unwrap_or(i64::MAX);
    let moved = kazi_app::now().micros() - shown.micros();
    let mend = "let the machine keep its time by the network: apt-get install systemd-timesyncd (or chrony)";
    // Before this program was written.
    if shown.micros() < 1_767_225_600_000_000 {
        return Line::bad(WHAT, "the clock stands before 2026", mend);
    }
    if (moved - real).abs() > 100_000 {
        return Line::warning(WHAT, "the clock jumped while it was looked at", mend);
    }
    match of_files() {
        Some(apart) if apart.abs() > 2_000_000 => {
            let found = format!("files get a time that is {} s off the machine's", apart / 1_000_000);
            Line::warning(
                WHAT,
                found,
                "the disk is another machine's: let both keep their time by the network",
            )
        }
        _ => {
            let now = jiff::Timestamp::from_microsecond(shown.micros()).unwrap_or_default();
            Line::ok(WHAT, format!("it is {} UTC", now.strftime("%Y-%m-%d %H:%M:%S")))
        }
    }
}

/// By how many microseconds the time of a new file is ahead of the clock.
fn of_files() -> Option<i64> {
    let mut file = tempfile::NamedTempFile::new().ok()?;
    file.write_all(b"now").ok()?;
    let time = file.as_file().metadata().ok()?.modified().ok()?.duration_since(UNIX_EPOCH).ok()?;
    Some(i64::try_from(time.as_micros()).ok()? - kazi_app::now().micros())
}

fn open_files() -> Line {
    const WHAT: &str = "open files";
    match rlimit::getrlimit(Resource::NOFILE) {
        Ok((most, _)) if most < 1_024 => Line::warning(
            WHAT,
            format!("at most {most}"),
            "each browser needs one: ulimit -n 65536, or LimitNOFILE=65536 in the service",
        ),
        Ok((most, _)) => Line::ok(WHAT, format!("at most {most}")),
        Err(error) => Line::warning(WHAT, error.to_string(), "look yourself: ulimit -n"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::doctor::Verdict;

    #[test]
    fn a_full_disk_is_bad_and_a_nearly_full_one_a_warning() {
        const GIB: u64 = 1 << 30;
        let verdict = |free, all, names| of_space(free, all, names).verdict;
        assert_eq!(verdict(GIB / 4, 100 * GIB, (9, 10)), Verdict::Bad);
        assert_eq!(verdict(4 * GIB, 40 * GIB, (9, 10)), Verdict::Warning);
        assert_eq!(verdict(40 * GIB, 1_000 * GIB, (9, 10)), Verdict::Warning);
        assert_eq!(verdict(40 * GIB, 100 * GIB, (1, 100)), Verdict::Warning);
        assert_eq!(verdict(40 * GIB, 100 * GIB, (0, 0)), Verdict::Ok);
    }

    #[test]
    fn a_disk_that_is_too_quick_is_as_suspicious_as_one_that_is_too_slow() {
        let verdict = |micros| of_syncing(Duration::from_micros(micros)).verdict;
        assert_eq!(
            [5, 2_000, 60_000, 900_000].map(verdict),
            [Verdict::Warning, Verdict::Ok, Verdict::Warning, Verdict::Bad]
        );
    }

    #[test]
    fn a_folder_that_all_may_enter_is_told() {
        let folder = tempfile::tempdir().unwrap();
        let with = |mode| {
            fs::set_permissions(folder.path(), fs::Permissions::from_mode(mode)).unwrap();
            super::folder(folder.path(), folder.path()).verdict
        };
        assert_eq!([with(0o755), with(0o750), with(0o700)], [Verdict::Warning, Verdict::Ok, Verdict::Ok]);
    }
}
