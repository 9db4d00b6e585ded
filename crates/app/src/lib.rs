//! What happens: one use case a function, one folder an area; jobs; the blob store.
//!
//! Use cases are plain functions on `&mut Tx` or `&mut Read`: the moment and fresh ids come in with a
//! [`Turn`], and the right to do it as a proof ([`kazi_domain::policy::Can`]). [`App`] holds what
//! the use cases need beside the transaction.

pub mod acceptance;
pub mod access;
mod app;
pub mod blobs;
pub mod book;
pub mod bound;
pub mod contest;
pub mod delivery;
pub mod forget;
pub mod gold;
pub mod hooks;
pub mod instructions;
pub mod intake;
pub mod jobs;
pub mod journal;
pub mod listing;
pub mod mail;
pub mod media;
pub mod network;
pub mod notice;
pub mod overview;
pub mod practice;
pub mod presence;
pub mod projects;
pub mod rows;
pub mod schema;
pub mod talk;
#[cfg(feature = "testing")]
pub mod testing;
mod turn;
pub mod work;

pub use app::App;
pub use turn::{Turn, now, random};
