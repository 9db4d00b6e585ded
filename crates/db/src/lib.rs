//! One transaction type over SQLite and PostgreSQL, with group commit and migrations.
