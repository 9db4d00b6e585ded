//! What use cases need beside a transaction.

use kazi_db::Db;

use crate::blobs::Blobs;
use crate::bound::Projects;
use crate::intake::Uploads;

/// The program's parts, open and ready. Cheap to clone; keeps nothing that must outlive a crash.
#[derive(Clone)]
pub struct App {
    /// The database.
    pub db: Db,
    /// The terms of projects.
    pub projects: Projects,
    /// Files by the hash of their content.
    pub blobs: Blobs,
    /// Files that are still arriving.
    pub uploads: Uploads,
}

impl std::fmt::Debug for App {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("App").field("engine", &self.db.engine()).finish_non_exhaustive()
    }
}
