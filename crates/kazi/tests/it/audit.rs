//! The record of what happened, from the shell, while the server runs.

use std::process::{Command, Output};

use kazi_db::{Db, Options, params, sql};
use serde_json::Value;

use super::program::{Start, program};

fn audit(action: &str, data: &std::path::Path) -> Output {
    Command::new(program()).args(["audit", action, "--data"]).arg(data).output().unwrap()
}

#[test]
fn the_record_is_verified_and_exported_while_the_server_runs() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    let none = audit("verify", &data);
    assert!(!none.status.success());
    assert!(String::from_utf8_lossy(&none.stderr).contains("there is no database"), "{none:?}");

    let server = Start::at(&data).start();
    let whole = audit("verify", &data);
    let told = String::from_utf8_lossy(&whole.stdout).into_owned();
    assert!(whole.status.success() && told.starts_with("The record is whole: "), "{whole:?}");
    let exported = audit("export", &data);
    let rows: Vec<Value> = exported
        .stdout
        .split(|byte| *byte == b'\n')
        .filter_map(|line| serde_json::from_slice(line).ok())
        .collect();
    assert!(rows.iter().any(|row| row["kind"] == "kazi.set_up" && row["number"] == 1), "{rows:?}");
    assert!(rows.iter().all(|row| row["hash"].as_str().unwrap().len() == 64));
    drop(server);

    let db = Db::open(&Options::sqlite(data.join("kazi.db"))).unwrap();
    let meddled = sql!("update event set body = 'nothing of the kind' where number = 1 and lane = 0");
    assert_eq!(db.write_blocking(move |tx| tx.execute(meddled, params![])), Ok(1));
    drop(db);
    let broken = audit("verify", &data);
    assert_eq!(broken.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&broken.stdout).contains("broken at row 1 of chain 0"), "{broken:?}");
}
