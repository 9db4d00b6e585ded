//! The tables and statements of these tests.

use kazi_db::{BulkInsert, Migration};

pub const MIGRATIONS: &[Migration] = &[Migration {
    version: 1,
    name: "start",
    sql: "create table account (id BIGINT primary key, name TEXT not null, balance BIGINT not null,
            constraint balance_not_negative check (balance >= 0));
          create unique index account_name on account (name);
          create table entry (id BLOB primary key, account BIGINT not null references account (id),
            amount BIGINT not null, rate DOUBLE, note TEXT, unique (account, note))
            /*sqlite: without rowid*/;
          create index entry_by_account on entry (account);
          create index entry_large on entry (amount) where amount > 1000;",
}];

pub static ENTRIES: BulkInsert = BulkInsert::new("entry", &["id", "account", "amount", "rate", "note"]);

kazi_db::statements! {
    /// Opens an account.
    OPEN = "insert into account (id, name, balance) values ($1, $2, $3)";
    /// What is on an account.
    BALANCE = "select balance from account where id = $1";
    /// The same, and nobody else may change it meanwhile.
    BALANCE_LOCKED = "select balance from account where id = $1 /*for update*/";
    /// Puts more on an account.
    ADD = "update account set balance = balance + cast($2 as bigint) where id = $1";
    /// Sets what is on an account.
    SET = "update account set balance = $2 where id = $1";
    /// Books an entry, once.
    BOOK = "insert into entry (id, account, amount, rate, note) values ($1, $2, $3, $4, $5) on conflict (id) do nothing";
    /// Everything booked.
    TOTALS = "select count(*), coalesce(sum(amount), 0) from entry /*scans: a report*/";
    /// Lends an account to one who asks.
    LEND = "update account set balance = balance + 1 where id = (select id from account where balance = 0
            order by id limit 1 /*for update skip locked*/) returning id";
}
