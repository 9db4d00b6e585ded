//! The tables, as numbered steps that both engines take, and every statement of the crate.

use kazi_db::{Migration, Sql};

use crate::{
    acceptance, access, blobs, book, bound, contest, delivery, forget, gold, hooks, instructions, intake,
    jobs, journal, mail, network, notice, overview, practice, presence, projects, talk, work,
};

/// The steps from an empty database to today's tables.
pub const MIGRATIONS: &[Migration] = &[
    Migration { version: 1, name: "start", sql: include_str!("../migrations/V1__start.sql") },
    Migration {
        version: 2,
        name: "machine_on_known_truths",
        sql: include_str!("../migrations/V2__machine_on_known_truths.sql"),
    },
    Migration { version: 3, name: "accounts", sql: include_str!("../migrations/V3__accounts.sql") },
    Migration {
        version: 4,
        name: "sample_and_acceptance",
        sql: include_str!("../migrations/V4__sample_and_acceptance.sql"),
    },
    Migration { version: 5, name: "fairness", sql: include_str!("../migrations/V5__fairness.sql") },
    Migration { version: 6, name: "self", sql: include_str!("../migrations/V6__self.sql") },
    Migration { version: 7, name: "talk", sql: include_str!("../migrations/V7__talk.sql") },
    Migration { version: 8, name: "centre", sql: include_str!("../migrations/V8__centre.sql") },
    Migration { version: 9, name: "enquiries", sql: include_str!("../migrations/V9__enquiries.sql") },
];

/// Tables that grow with the work: no statement may read one of them whole.
pub const LARGE_TABLES: &[&str] = &[
    "item",
    "task",
    "lease",
    "touch",
    "answer",
    "ledger",
    "event",
    "session",
    "person",
    "purse",
    "tally",
    "stored",
    "mail",
    "enquiry",
    "remark",
    "rejection",
    "notice_to",
    "board",
    "thread",
    "message",
    "hook_sending",
];

/// Every statement of this crate, for the test that prepares them all on both engines.
pub fn statements() -> Vec<&'static Sql> {
    let modules: &[&[&'static Sql]] = &[blobs::ALL, book::ALL, bound::ALL];
    let folders: &[&[&[&'static Sql]]] = &[
        acceptance::STATEMENTS,
        access::STATEMENTS,
        contest::STATEMENTS,
        delivery::STATEMENTS,
        forget::STATEMENTS,
        gold::STATEMENTS,
        hooks::STATEMENTS,
        instructions::STATEMENTS,
        intake::STATEMENTS,
        jobs::STATEMENTS,
        journal::STATEMENTS,
        mail::STATEMENTS,
        network::STATEMENTS,
        notice::STATEMENTS,
        overview::STATEMENTS,
        practice::STATEMENTS,
        presence::STATEMENTS,
        projects::STATEMENTS,
        talk::STATEMENTS,
        work::STATEMENTS,
    ];
    let all = modules.iter().chain(folders.iter().flat_map(|folder| folder.iter()));
    all.flat_map(|all| all.iter().copied()).collect()
}
