//! Which project may show which blob.

use kazi_db::{DbError, Read, Tx, params};
use kazi_domain::policy::{Action, Can};
use kazi_domain::{Id, kind};
use kazi_services::BlobRef;

use crate::rows::Param;

kazi_db::statements! {
    /// A project may show these bytes.
    KEEP = "insert into stored (project, hash, media_type, bytes) values ($1, $2, $3, $4) \
            on conflict (project, hash) do nothing";
    /// The bytes a project may show under a name.
    FIND = "select media_type, bytes from stored where project = $1 and hash = $2";
    /// The bytes that anything speaks of.
    EVERY = "select hash from stored union select blob_hash from delivery_file \
             union select blob_hash from source where blob_hash is not null /*scans: a restored store is looked over whole*/";
}

/// Bytes that a project may show.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stored {
    /// Their name.
    pub hash: BlobRef,
    /// What they are, such as `image/png`.
    pub media_type: String,
    /// How many there are.
    pub bytes: u64,
}

/// Lets a project show bytes.
///
/// # Errors
/// The database's.
pub fn keep_for(tx: &mut Tx<'_>, project: Id<kind::Project>, stored: &Stored) -> Result<(), DbError> {
    let bytes = i64::try_from(stored.bytes).unwrap_or(i64::MAX);
    let Stored { hash, media_type, bytes: _ } = stored;
    tx.execute(&KEEP, params![project.param(), hash.0.as_str(), media_type.as_str(), bytes])?;
    Ok(())
}

/// Calls `each` with every name of bytes that the database speaks of, once.
///
/// # Errors
/// The database's.
pub fn every_name(read: &mut Read<'_>, mut each: impl FnMut(BlobRef)) -> Result<(), DbError> {
    read.for_each(&EVERY, &[], |row| {
        each(BlobRef(row.get(0)?));
        Ok(())
    })
}

/// The bytes of this name that a project may show, for anybody who may do something about the project.
///
/// # Errors
/// The database's.
pub fn shown_in<A: Action<Subject = kind::Project>>(
    read: &mut Read<'_>,
    can: &Can<A>,
    hash: &BlobRef,
) -> Result<Option<Stored>, DbError> {
    read.query_opt(&FIND, params![can.subject().param(), hash.0.as_str()], |row| {
        let bytes = u64::try_from(row.get::<i64>(1)?).unwrap_or(0);
        Ok(Stored { hash: hash.clone(), media_type: row.get(0)?, bytes })
    })
}
