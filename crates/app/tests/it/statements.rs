//! Every statement of the crate prepares on both engines, and none reads a large table whole.

use kazi_app::schema;
use kazi_db::check;
use kazi_db::testing::on_both;

#[test]
fn every_statement_prepares_and_none_reads_a_large_table_whole() {
    on_both(schema::MIGRATIONS, |db| {
        let statements = schema::statements();
        check::prepare_all(db, &statements).unwrap_or_else(|lines| panic!("{}", lines.join("\n")));
        check::full_scans(db, &statements, schema::LARGE_TABLES)
            .unwrap_or_else(|lines| panic!("{}", lines.join("\n")));
    });
}
