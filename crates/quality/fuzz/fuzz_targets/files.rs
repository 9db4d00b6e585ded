//! Arbitrary bytes through the reader of `kazi aggregate`: gzip, encodings, CSV, TSV, JSON lines. It must not panic, and
//! a row that it hands out must have its line and every wanted column.
#![no_main]

#[path = "../../../kazi/src/aggregate/decode.rs"]
mod decode;
#[path = "../../../kazi/src/aggregate/rows.rs"]
mod rows;

use libfuzzer_sys::fuzz_target;
use rows::{Column, Fault, needed, optional, read_rows};
use std::io::Write;

const COLUMNS: [Column; 4] =
    [needed(&["task", "item"]), needed(&["worker", "user"]), needed(&["label", "value"]), optional(&["class"])];

/// Gives up beyond this many rows: a few bytes of gzip can hold many.
const MOST: usize = 10_000;

/// The rows of some bytes, how many were left out, and whether reading stopped at a fault.
fn read(bytes: Vec<u8>, skip: bool) -> (Vec<Vec<String>>, usize, bool) {
    let Ok(bytes) = decode::unwrap(std::io::Cursor::new(bytes)) else { return (Vec::new(), 0, true) };
    let mut taken = Vec::new();
    let mut seen = 0;
    let found = read_rows(bytes, &COLUMNS, skip, &mut |row| {
        seen += 1;
        assert!(row.line > 0 && row.values.len() == COLUMNS.len(), "{row:?}");
        row.filled(0, "task")?;
        let _ = (row.get(3), row.get(99), row.number(2, "value"));
        if seen > MOST {
            return Err("enough".to_owned());
        }
        taken.push(row.values.clone());
        Ok(())
    });
    match &found {
        Err(Fault::Row { line, why }) => assert!(*line > 0 && !why.is_empty()),
        Err(Fault::Column { wanted, found }) => assert!(!wanted.is_empty() && found.len() < 1 << 30),
        Err(Fault::Read(why)) => assert!(!why.to_string().is_empty()),
        Ok(left_out) => assert!(skip || *left_out == 0),
    }
    (taken, *found.as_ref().unwrap_or(&0), found.is_err())
}

fuzz_target!(|data: &[u8]| {
    let Some((choice, data)) = data.split_first() else { return };
    // Half of the inputs begin with the columns that are wanted, so that rows are reached.
    let text = match choice % 4 {
        0 => data.to_vec(),
        1 => [b"task,worker,label\n", data].concat(),
        2 => [b"{\"task\":1,\"worker\":2,\"label\":3}\n", data].concat(),
        _ => [b"class\titem\tuser\tvalue\n", data].concat(),
    };
    let (strict, none, stopped) = read(text.clone(), false);
    let (all, left_out, still_stopped) = read(text.clone(), true);
    assert_eq!(none, 0);
    assert!(all.starts_with(&strict), "leaving rows out changes those before");
    assert!(stopped || (all == strict && left_out == 0 && !still_stopped));
    // Gzip around the same bytes changes nothing, unless they are gzip themselves.
    if choice % 16 == 5 && !text.starts_with(&[0x1f, 0x8b]) {
        let mut writer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        writer.write_all(&text).expect("writing to memory");
        assert_eq!(read(writer.finish().expect("writing to memory"), true).0, all);
    }
});
