//! What the use cases promise, on both engines.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on must stop and say so")]

mod acceptance;
mod access;
mod blobs;
mod board;
mod contest;
mod delivery;
mod enquiries;
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
mod notices;
mod overview;
mod own_data;
mod pages;
mod pilot;
mod practice;
mod presence;
mod profile;
mod projects;
mod promises;
mod queue;
mod recall;
mod record;
mod second;
mod statements;
mod talk;
mod uploads;
mod wages;
mod work;
