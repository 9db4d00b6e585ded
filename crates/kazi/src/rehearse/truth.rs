//! The known truth, and the items that it is held against.

use std::path::Path;

use kazi_app::App;
use kazi_app::projects;
use kazi_domain::{Id, kind};
use kazi_services::JsonItem;

use super::RehearseError;

/// The files of a truth, as (name, text) in name order. Of a folder with `*.gt.txt` files only those count.
///
/// # Errors
/// When one cannot be read.
pub fn read(path: &Path) -> Result<Vec<(String, String)>, RehearseError> {
    let told = |error| RehearseError::File(path.to_owned(), error);
    if !path.is_dir() {
        let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        return Ok(vec![(name, std::fs::read_to_string(path).map_err(told)?)]);
    }
    let mut all = Vec::new();
    for entry in std::fs::read_dir(path).map_err(told)? {
        let entry = entry.map_err(told)?;
        let name = entry.file_name().to_string_lossy().into_owned();
        if name.ends_with(".gt.txt") {
            let text = std::fs::read_to_string(entry.path());
            all.push((name, text.map_err(|error| RehearseError::File(entry.path(), error))?));
        }
    }
    if all.is_empty() {
        let sentence = format!("{} holds no *.gt.txt files, one a page in page order", path.display());
        return Err(RehearseError::Refused(sentence));
    }
    all.sort();
    Ok(all)
}

/// All items of a project, in order.
///
/// # Errors
/// The database's.
pub async fn items(app: &App, project: Id<kind::Project>) -> Result<Vec<JsonItem>, RehearseError> {
    Ok(app.db.read(move |read| projects::all_items(read, project)).await?)
}
