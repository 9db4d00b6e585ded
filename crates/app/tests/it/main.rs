//! What the use cases promise, on both engines.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on must stop and say so")]

mod acceptance;
mod access;
mod blobs;
mod contest;
mod delivery;
mod forget;
mod fresher;
mod gold;
mod hooks;
mod house;
mod instructions;
mod intake;
mod invitations;
mod jobs;
mod machine;
mod mail;
mod media;
mod network;
mod overview;
mod pages;
mod pilot;
mod practice;
mod projects;
mod promises;
mod queue;
mod record;
mod statements;
mod talk;
mod uploads;
mod wages;
mod work;
