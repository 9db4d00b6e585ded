//! The blob store: bytes under the SHA-256 of what they are, in a folder or an S3-compatible store.
//!
//! The invariant: when a put returns, the bytes are durable under their own hash, and nothing is ever
//! found under a hash that it does not have. Bytes are hashed while they are written to a spool file;
//! only a whole, synced file gets its name.

mod error;
mod spool;
mod store;
mod stored;

pub use error::BlobError;
pub(crate) use error::is_full;
pub(crate) use spool::{Cut, hash_name, length, pour};
pub use spool::{Spool, Spooled};
pub use store::{Blobs, Bytestream, Listing};
pub(crate) use store::{blocking, hash_all};
pub use stored::{Stored, every_name, keep_for, shown_in};

pub(crate) use stored::ALL;
