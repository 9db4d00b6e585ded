//! All the differences between the two engines' SQL. Statements and migrations are one text; here it is turned
//! into the words of an engine:
//!
//! | in the text | SQLite | PostgreSQL |
//! | --- | --- | --- |
//! | `$1` | `?1` | `$1` |
//! | `/*for update skip locked*/`, any `/*for …*/` | nothing | `for update skip locked` |
//! | `/*postgres: …*/` | nothing | `…` |
//! | `/*sqlite: …*/` | `…` | nothing |
//! | in migrations: `BLOB`, `DOUBLE` | as written | `BYTEA`, `DOUBLE PRECISION` |
//! | in migrations: `TEXT` | as written | `TEXT COLLATE "C"`, so that both sort by bytes |

/// Which database engine runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Engine {
    /// The built-in one.
    Sqlite,
    /// A PostgreSQL server, or one that speaks like it.
    Postgres,
}

/// The text of a statement for an engine.
pub(crate) fn statement(engine: Engine, text: &str) -> String {
    translate(engine, text, |code| match engine {
        Engine::Sqlite => code.replace('$', "?"),
        Engine::Postgres => code.to_owned(),
    })
}

/// The text of a migration for an engine.
pub(crate) fn migration(engine: Engine, text: &str) -> String {
    translate(engine, text, |code| match engine {
        Engine::Sqlite => code.to_owned(),
        Engine::Postgres => postgres_types(code),
    })
}

fn translate(engine: Engine, text: &str, code_on: impl Fn(&str) -> String) -> String {
    let changed = pieces(text).map(|piece| match piece {
        Piece::Code(code) => code_on(code),
        Piece::Quoted(quoted) => quoted.to_owned(),
        Piece::Comment(comment) => comment_on(engine, comment),
    });
    changed.collect()
}

enum Piece<'t> {
    Code(&'t str),
    /// `'…'`, `"…"` or `-- …`, never changed.
    Quoted(&'t str),
    /// What stands between `/*` and `*/`.
    Comment(&'t str),
}

fn pieces(text: &str) -> impl Iterator<Item = Piece<'_>> {
    let mut rest = text;
    std::iter::from_fn(move || {
        let start =
            ["/*", "--", "'", "\""].iter().filter_map(|mark| rest.find(mark)).min().unwrap_or(rest.len());
        let (code, tail) = rest.split_at(start);
        if !code.is_empty() {
            rest = tail;
            return Some(Piece::Code(code));
        }
        let (close, opening) = match tail.get(..1)? {
            "/" => ("*/", 2),
            "-" => ("\n", 2),
            quote => (quote, 1),
        };
        let end = tail.get(opening..)?.find(close).map_or(tail.len(), |at| opening + at + close.len());
        let (piece, after) = tail.split_at(end);
        rest = after;
        Some(match piece.strip_prefix("/*") {
            Some(comment) => Piece::Comment(comment.trim_end_matches("*/")),
            None => Piece::Quoted(piece),
        })
    })
}

fn comment_on(engine: Engine, comment: &str) -> String {
    let comment = comment.trim();
    let kept = match engine {
        Engine::Sqlite => comment.strip_prefix("sqlite:"),
        Engine::Postgres if comment.starts_with("for ") => Some(comment),
        Engine::Postgres => comment.strip_prefix("postgres:"),
    };
    format!(" {} ", kept.unwrap_or_default())
}

fn postgres_types(code: &str) -> String {
    let mut previous = String::new();
    let of_word = |c: char| c.is_alphanumeric() || c == '_';
    let changed = code.split_inclusive(|c| !of_word(c)).map(|token| {
        let word = token.trim_end_matches(|c| !of_word(c)).to_ascii_lowercase();
        let kind = match word.as_str() {
            "blob" => Some("BYTEA"),
            "double" => Some("DOUBLE PRECISION"),
            "text" if previous != "as" => Some("TEXT COLLATE \"C\""),
            _ => None,
        };
        let tail = token.get(word.len()..).unwrap_or_default();
        if !word.is_empty() {
            previous = word;
        }
        kind.map_or_else(|| token.to_owned(), |kind| format!("{kind}{tail}"))
    });
    changed.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn statements_change_only_outside_quotes_and_comments() {
        let text = "select '$1 /*for x*/', \"a$2\" from t where a = $1 -- $3\n and b = $12 /*for update skip locked*/";
        assert_eq!(
            statement(Engine::Sqlite, text),
            "select '$1 /*for x*/', \"a$2\" from t where a = ?1 -- $3\n and b = ?12   "
        );
        assert_eq!(
            statement(Engine::Postgres, text),
            "select '$1 /*for x*/', \"a$2\" from t where a = $1 -- $3\n and b = $12  for update skip locked "
        );
    }

    #[test]
    fn engine_comments_reach_only_their_engine() {
        let text = "create table t (a BIGINT)/*sqlite: without rowid*//*postgres: with (fillfactor = 80)*/;/* why */";
        let words = |engine| {
            migration(engine, text).split_whitespace().map(str::to_owned).collect::<Vec<_>>().join(" ")
        };
        assert_eq!(words(Engine::Sqlite), "create table t (a BIGINT) without rowid ;");
        assert_eq!(words(Engine::Postgres), "create table t (a BIGINT) with (fillfactor = 80) ;");
    }

    #[test]
    fn migrations_get_the_types_of_postgres() {
        let text = "create table double_text (a BLOB not null, b Double, c text, d TEXT default 'text'); \
                    select cast(a as text)";
        assert_eq!(migration(Engine::Sqlite, text), text);
        assert_eq!(
            migration(Engine::Postgres, text),
            "create table double_text (a BYTEA not null, b DOUBLE PRECISION, c TEXT COLLATE \"C\", \
             d TEXT COLLATE \"C\" default 'text'); select cast(a as text)"
        );
    }

    #[test]
    fn unclosed_quotes_and_comments_do_not_hang() {
        for text in ["select 'a", "/*for", "--", "\"", "/", "-"] {
            statement(Engine::Sqlite, text);
            migration(Engine::Postgres, text);
        }
    }

    proptest::proptest! {
        #[test]
        fn text_without_comments_stays_as_it_is_on_postgres(text in "[ -~\n'\"$-]{0,60}") {
            proptest::prop_assume!(!text.contains("/*"));
            proptest::prop_assert_eq!(statement(Engine::Postgres, &text), text);
        }

        #[test]
        fn what_is_quoted_is_never_changed(before in "[a-z $]{0,9}", quoted in "[ -&(-~]{0,20}") {
            let quoted = format!("'{quoted}'");
            for engine in [Engine::Sqlite, Engine::Postgres] {
                let made = statement(engine, &format!("{before}{quoted}"));
                proptest::prop_assert!(made.ends_with(&quoted));
                let made = migration(engine, &format!("{before}{quoted}"));
                proptest::prop_assert!(made.ends_with(&quoted));
            }
        }
    }
}
