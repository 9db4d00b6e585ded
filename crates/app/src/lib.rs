//! What happens: one use case a function, one folder an area; jobs; the blob store.
