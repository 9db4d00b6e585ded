//! The deliveries of a project, and their files.

use kazi_db::{DbError, Read, Row, params};
use kazi_domain::policy::{Can, TakeDelivery};
use kazi_domain::{Id, Moment, kind};
use kazi_services::BlobRef;

use crate::blobs::{BlobError, Blobs, Bytestream};
use crate::rows::{Columns, Param};

kazi_db::statements! {
    /// The files of all deliveries of a project, newest delivery first.
    FILES = "select d.id, d.made_at, f.name, f.media_type, f.bytes, f.blob_hash \
             from delivery d join delivery_file f on f.delivery = d.id \
             where d.project = $1 order by d.made_at desc, d.id desc, f.name";
    /// One file.
    FILE = "select d.id, d.made_at, f.name, f.media_type, f.bytes, f.blob_hash \
            from delivery d join delivery_file f on f.delivery = d.id \
            where d.project = $1 and d.id = $2 and f.name = $3";
}

/// What was delivered at one time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Delivery {
    /// Which.
    pub id: Id<kind::Delivery>,
    /// When.
    pub made_at: Moment,
    /// Its files, by name.
    pub files: Vec<DeliveredFile>,
}

/// A file of a delivery.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeliveredFile {
    /// Its name, perhaps with folders: `pages/p0001.txt`.
    pub name: String,
    /// What it is.
    pub media_type: String,
    /// How long it is.
    pub bytes: u64,
    /// Its content.
    pub hash: BlobRef,
}

type FoundFile = (Id<kind::Delivery>, Moment, DeliveredFile);

fn found(row: &Row<'_>) -> Result<FoundFile, DbError> {
    let file = DeliveredFile {
        name: row.get(2)?,
        media_type: row.get(3)?,
        bytes: u64::try_from(row.get::<i64>(4)?).unwrap_or(0),
        hash: BlobRef(row.get(5)?),
    };
    Ok((row.id(0)?, row.moment(1)?, file))
}

/// The deliveries of a project, newest first.
///
/// # Errors
/// The database's.
pub fn deliveries(read: &mut Read<'_>, can: &Can<TakeDelivery>) -> Result<Vec<Delivery>, DbError> {
    let mut all: Vec<Delivery> = Vec::new();
    for (id, made_at, file) in read.query_all(&FILES, params![can.subject().param()], found)? {
        match all.last_mut().filter(|delivery| delivery.id == id) {
            Some(delivery) => delivery.files.push(file),
            None => all.push(Delivery { id, made_at, files: vec![file] }),
        }
    }
    Ok(all)
}

/// A file of a delivery by its name.
///
/// # Errors
/// The database's.
pub fn file(
    read: &mut Read<'_>,
    can: &Can<TakeDelivery>,
    delivery: Id<kind::Delivery>,
    name: &str,
) -> Result<Option<DeliveredFile>, DbError> {
    let found = read.query_opt(&FILE, params![can.subject().param(), delivery.param(), name], found)?;
    Ok(found.map(|(_, _, file)| file))
}

/// The bytes of a delivered file, as they come.
///
/// # Errors
/// When the store cannot give them.
pub async fn open_file(blobs: &Blobs, file: &DeliveredFile) -> Result<Bytestream, BlobError> {
    Ok(blobs.stream(&file.hash).await?.1)
}
