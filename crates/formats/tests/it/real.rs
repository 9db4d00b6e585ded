//! Where the real test data lies, if it is there.

use std::path::{Path, PathBuf};

/// A folder of the real data; none, said aloud, where there is none.
pub fn folder(name: &str) -> Option<PathBuf> {
    let base = std::env::var_os("KAZI_REAL_DATA")
        .map_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data"), PathBuf::from);
    let folder = base.join(name);
    if !folder.is_dir() {
        println!("skipped: there is no real data at {}", folder.display());
        return None;
    }
    Some(folder)
}

/// All files below a folder whose names end so, sorted.
pub fn files(folder: &Path, ending: &str) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut waiting = vec![folder.to_owned()];
    while let Some(next) = waiting.pop() {
        for entry in std::fs::read_dir(next).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                waiting.push(path);
            } else if path.to_string_lossy().ends_with(ending) {
                found.push(path);
            }
        }
    }
    found.sort();
    found
}
