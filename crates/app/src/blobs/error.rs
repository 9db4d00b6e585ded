//! Why bytes cannot be kept or given.

use std::error::Error;
use std::io;

/// Why bytes cannot be kept or given.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BlobError {
    /// Nothing is kept under this hash.
    #[error("there are no stored bytes of this name")]
    NotThere,
    /// No room is left.
    #[error("the disk that keeps the files is full: make space on it, then try again")]
    Full,
    /// The store cannot be used now.
    #[error("the store of the files cannot be used now, try again shortly: {0}")]
    Unavailable(String),
    /// The place that was named is no store.
    #[error("`{0}` is no place for files: name a folder, or s3://BUCKET/PREFIX in a program built with `s3`")]
    Place(String),
}

/// Whether an error, or what caused it, is a full disk.
pub(crate) fn is_full(error: &(dyn Error + 'static)) -> bool {
    let mut next = Some(error);
    while let Some(error) = next {
        let kind = error.downcast_ref::<io::Error>().map(io::Error::kind);
        if matches!(kind, Some(io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded)) {
            return true;
        }
        next = error.source();
    }
    false
}

impl From<io::Error> for BlobError {
    fn from(error: io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::NotFound => Self::NotThere,
            _ if is_full(&error) => Self::Full,
            _ => Self::Unavailable(error.to_string()),
        }
    }
}

impl From<object_store::Error> for BlobError {
    fn from(error: object_store::Error) -> Self {
        match error {
            object_store::Error::NotFound { .. } => Self::NotThere,
            error if is_full(&error) => Self::Full,
            error => Self::Unavailable(error.to_string()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_full_disk_is_told_apart_however_deep_it_lies() {
        let disk = || io::Error::from(io::ErrorKind::StorageFull);
        assert_eq!(BlobError::from(disk()), BlobError::Full);
        let wrapped = object_store::Error::Generic { store: "local", source: Box::new(disk()) };
        assert_eq!(BlobError::from(wrapped), BlobError::Full);
        let other = object_store::Error::Generic { store: "local", source: "no route".into() };
        assert!(matches!(BlobError::from(other), BlobError::Unavailable(_)));
    }
}
