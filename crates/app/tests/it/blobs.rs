//! Bytes are found under their own hash, whole or not at all.

use bytes::Bytes;
use futures_util::{StreamExt, TryStreamExt, stream};
use kazi_app::blobs::{BlobError, Blobs, Stored, keep_for, shown_in};
use kazi_app::schema::MIGRATIONS;
use kazi_db::DbError;
use kazi_db::testing::on_both;
use kazi_domain::policy::ViewProject;
use kazi_services::BlobRef;

use crate::house::House;

type Chunks = Vec<Result<Bytes, &'static str>>;

fn files_below(folder: &std::path::Path) -> usize {
    std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .map(|path| if path.is_dir() { files_below(&path) } else { 1 })
        .sum()
}

#[tokio::test]
async fn what_was_put_is_found_under_its_hash() {
    let folder = tempfile::tempdir().unwrap();
    let (store, spool) = (folder.path().join("blobs"), folder.path().join("spool"));
    let blobs = Blobs::open(store.to_str().unwrap(), &spool).unwrap();
    let whole: Vec<u8> = (0..=255).cycle().take(700_000).collect();
    let chunks: Chunks = whole.chunks(9_999).map(|chunk| Ok(Bytes::copy_from_slice(chunk))).collect();
    let (hash, bytes) = blobs.put_stream(stream::iter(chunks)).await.unwrap();
    assert_eq!(bytes, 700_000);
    assert_eq!(blobs.put(Bytes::from(whole.clone())).await.unwrap(), hash, "the same bytes have one name");
    assert_eq!(files_below(&store), 1);
    assert!(store.join(&hash.0[..2]).join(&hash.0[2..4]).join(&hash.0).exists());
    assert_eq!(blobs.get(&hash).await.unwrap(), whole);
    let (length, stream) = blobs.stream(&hash).await.unwrap();
    let streamed: Vec<Bytes> = stream.try_collect().await.unwrap();
    assert_eq!((length, streamed.concat()), (700_000, whole));
    assert_eq!(files_below(&spool), 0, "nothing is left on the way");
}

#[tokio::test]
async fn a_stream_that_breaks_leaves_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let blobs = Blobs::local(&folder.path().join("blobs"), &folder.path().join("spool")).unwrap();
    let broken: Chunks = vec![Ok(Bytes::from_static(b"begun")), Err("the line was cut")];
    let error = blobs.put_stream(stream::iter(broken)).await.unwrap_err();
    assert_eq!(error, BlobError::Unavailable("the line was cut".to_owned()));
    assert_eq!(files_below(folder.path()), 0);
}

#[tokio::test]
async fn no_name_leads_out_of_the_store() {
    let folder = tempfile::tempdir().unwrap();
    let blobs = Blobs::local(&folder.path().join("blobs"), &folder.path().join("spool")).unwrap();
    let absent = "0".repeat(64);
    for name in ["", "..", "../../etc/passwd", absent.as_str(), &"A".repeat(64), "é".repeat(32).as_str()] {
        let hash = BlobRef(name.to_owned());
        assert_eq!(blobs.get(&hash).await.unwrap_err(), BlobError::NotThere, "{name}");
        assert_eq!(blobs.file(&hash).await.unwrap_err(), BlobError::NotThere, "{name}");
        assert!(blobs.stream(&hash).await.map(|(_, stream)| stream.boxed()).is_err(), "{name}");
    }
    let place = Blobs::open("ftp://somewhere", folder.path()).unwrap_err();
    assert_eq!(place, BlobError::Place("ftp://somewhere".to_owned()));
}

#[test]
fn a_project_shows_its_own_blobs_only() {
    on_both(MIGRATIONS, |db| {
        let house = House::new(db);
        let (one, other) = (house.project("notes", "draft"), house.project("notes", "draft"));
        let hash = BlobRef("a".repeat(64));
        let stored = Stored { hash: hash.clone(), media_type: "image/png".to_owned(), bytes: 7 };
        let kept = stored.clone();
        let twice = move |tx: &mut kazi_db::Tx<'_>| -> Result<(), DbError> {
            keep_for(tx, one, &kept)?;
            keep_for(tx, one, &kept)
        };
        house.world.write(twice).unwrap();
        let look = |project| {
            let (can, hash) = (house.can::<ViewProject>(project), hash.clone());
            house.world.read(move |read| shown_in(read, &can, &hash)).unwrap()
        };
        assert_eq!(look(one), Some(stored));
        assert_eq!(look(other), None);
    });
}
