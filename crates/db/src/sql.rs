//! Statements as registered values, so that a test can prepare every one of them on both engines.

use crate::dialect::{self, Engine};
use std::sync::OnceLock;

/// One SQL statement, written once for both engines (see [`crate::dialect`] for the few marks that differ).
/// Made by [`statements!`](crate::statements), never in the middle of a function.
#[derive(Debug)]
pub struct Sql {
    name: &'static str,
    text: &'static str,
    sqlite: OnceLock<String>,
    postgres: OnceLock<String>,
}

impl Sql {
    /// A statement; `name` is what errors and logs call it.
    pub const fn new(name: &'static str, text: &'static str) -> Self {
        Self { name, text, sqlite: OnceLock::new(), postgres: OnceLock::new() }
    }

    /// `module::path::NAME`.
    pub fn name(&self) -> &'static str {
        self.name
    }

    /// The text as it was written.
    pub fn text(&self) -> &'static str {
        self.text
    }

    /// The text in the words of an engine.
    pub fn on(&self, engine: Engine) -> &str {
        let made = match engine {
            Engine::Sqlite => &self.sqlite,
            Engine::Postgres => &self.postgres,
        };
        made.get_or_init(|| dialect::statement(engine, self.text))
    }
}

/// Declares the statements of a module, and `ALL`, the list of them for the checks.
///
/// ```
/// kazi_db::statements! {
///     /// The oldest open task of a project, lent to nobody else.
///     NEXT_TASK = "select id from task where project = $1 and state = 0 order by id limit 1 /*for update skip locked*/";
///     /// How many tasks a project has.
///     COUNT_TASKS = "select count(*) from task where project = $1";
/// }
/// assert_eq!(ALL.len(), 2);
/// ```
#[macro_export]
macro_rules! statements {
    ($($(#[$meta:meta])* $name:ident = $text:expr;)*) => {
        $($(#[$meta])* pub(crate) static $name: $crate::Sql =
            $crate::Sql::new(concat!(module_path!(), "::", stringify!($name)), $text);)*
        /// Every statement of this module.
        pub static ALL: &[&$crate::Sql] = &[$(&$name),*];
    };
}

/// A table and its columns, for [`Tx::insert_many`](crate::Tx::insert_many). Keep it in a `static`.
#[derive(Debug)]
pub struct BulkInsert {
    pub(crate) table: &'static str,
    pub(crate) columns: &'static [&'static str],
    sqlite: OnceLock<String>,
}

impl BulkInsert {
    /// Rows for `table`, each with the values of `columns` in this order.
    pub const fn new(table: &'static str, columns: &'static [&'static str]) -> Self {
        Self { table, columns, sqlite: OnceLock::new() }
    }

    pub(crate) fn sqlite(&self) -> &str {
        self.sqlite.get_or_init(|| {
            let places: Vec<String> = (1..=self.columns.len()).map(|n| format!("?{n}")).collect();
            format!("insert into {} ({}) values ({})", self.table, self.columns.join(", "), places.join(", "))
        })
    }
}
