//! Bytes that were acknowledged stay; an upload goes on where it broke off.

use bytes::Bytes;
use futures_util::stream;
use kazi_app::blobs::{BlobError, Blobs};
use kazi_app::intake::{UploadError, Uploads};
use kazi_domain::{Id, Moment, kind};
use tempfile::TempDir;

type Chunks = Vec<Result<Bytes, &'static str>>;

struct Place {
    folder: TempDir,
    blobs: Blobs,
    uploads: Uploads,
    id: Id<kind::Source>,
}

fn place() -> Place {
    let folder = tempfile::tempdir().unwrap();
    let blobs = Blobs::local(&folder.path().join("blobs"), &folder.path().join("spool")).unwrap();
    let uploads = Uploads::new(&blobs).unwrap();
    Place { folder, blobs, uploads, id: Id::mint(Moment::from_micros(1), [7; 10]) }
}

fn chunks(bytes: &[u8]) -> Chunks {
    bytes.chunks(1_000).map(|chunk| Ok(Bytes::copy_from_slice(chunk))).collect()
}

#[tokio::test]
async fn an_upload_that_is_cut_at_99_percent_goes_on() {
    let Place { blobs, uploads, id, folder: _folder } = place();
    let whole: Vec<u8> = (0..100_000_u32).flat_map(u32::to_le_bytes).collect();
    let length = Some(400_000);
    uploads.begin(id).await.unwrap();
    let mut cut = chunks(&whole[..396_000]);
    cut.push(Err("the line went dead"));
    let error = uploads.append(id, 0, length, stream::iter(cut)).await.unwrap_err();
    assert_eq!(error, UploadError::Cut { have: 396_000 });
    assert_eq!(uploads.offset(id).await.unwrap(), 396_000);
    assert_eq!(uploads.finish(id, length).await.unwrap_err(), UploadError::NotWhole { have: 396_000 });
    for wrong in [0, 395_999, 400_000] {
        let error = uploads.append(id, wrong, length, stream::iter(chunks(b"x"))).await.unwrap_err();
        assert_eq!(error, UploadError::Offset { have: 396_000 });
    }
    // The program was started anew meanwhile, and remembers nothing.
    let uploads = Uploads::new(&blobs).unwrap();
    assert_eq!(
        uploads.append(id, 396_000, length, stream::iter(chunks(&whole[396_000..]))).await.unwrap(),
        400_000
    );
    let (hash, bytes) = uploads.finish(id, length).await.unwrap();
    assert_eq!((bytes, blobs.get(&hash).await.unwrap().to_vec()), (400_000, whole));
    assert_eq!(uploads.finish(id, length).await.unwrap().0, hash, "saying it twice changes nothing");
    uploads.discard(id);
    assert_eq!(uploads.offset(id).await.unwrap_err(), UploadError::NotThere);
    assert!(blobs.exists(&hash).await.unwrap());
}

#[tokio::test]
async fn more_than_was_announced_is_not_kept() {
    let Place { uploads, id, folder: _folder, .. } = place();
    uploads.begin(id).await.unwrap();
    uploads.append(id, 0, Some(2_500), stream::iter(chunks(&[1; 500]))).await.unwrap();
    let error = uploads.append(id, 500, Some(2_500), stream::iter(chunks(&[1; 2_001]))).await.unwrap_err();
    assert_eq!(error, UploadError::TooLong);
    assert_eq!(uploads.offset(id).await.unwrap(), 500);
    uploads.append(id, 500, Some(2_500), stream::iter(chunks(&[2; 2_000]))).await.unwrap();
    assert!(uploads.finish(id, Some(2_500)).await.is_ok());
}

#[tokio::test]
async fn two_requests_do_not_feed_one_upload() {
    let Place { uploads, id, folder: _folder, .. } = place();
    uploads.begin(id).await.unwrap();
    let (sender, receiver) = tokio::sync::mpsc::channel::<Result<Bytes, &str>>(1);
    let slow = stream::unfold(receiver, |mut receiver| async { Some((receiver.recv().await?, receiver)) });
    let feeding = {
        let uploads = uploads.clone();
        tokio::spawn(async move { uploads.append(id, 0, None, Box::pin(slow)).await })
    };
    // A second message fits only when the first is on its way to the file, behind the lock.
    for _ in 0..3 {
        sender.send(Ok(Bytes::from_static(b"abc"))).await.unwrap();
    }
    let error = uploads.append(id, 0, None, stream::iter(chunks(b"x"))).await.unwrap_err();
    assert_eq!(error, UploadError::Busy);
    drop(sender);
    assert_eq!(feeding.await.unwrap().unwrap(), 9);
}

#[tokio::test]
async fn an_upload_begun_again_leaves_the_blob_alone() {
    let Place { blobs, uploads, id, folder: _folder } = place();
    let (hash, _) = uploads.receive(id, stream::iter(chunks(b"first"))).await.unwrap();
    let (other, _) = uploads.receive(id, stream::iter(chunks(b"second"))).await.unwrap();
    assert_eq!(blobs.get(&hash).await.unwrap(), "first");
    assert_eq!(blobs.get(&other).await.unwrap(), "second");
}

/// `/dev/full` answers every write as a full disk does.
#[cfg(target_os = "linux")]
#[tokio::test]
async fn a_full_disk_is_told_and_the_upload_can_go_on() {
    let Place { uploads, id, folder, .. } = place();
    let file = folder.path().join("spool/uploads").join(id.to_string());
    std::os::unix::fs::symlink("/dev/full", &file).unwrap();
    let error = uploads.append(id, 0, None, stream::iter(chunks(&[1; 5_000]))).await.unwrap_err();
    assert_eq!(error, UploadError::Blob(BlobError::Full));
    uploads.begin(id).await.unwrap();
    assert_eq!(uploads.append(id, 0, None, stream::iter(chunks(&[1; 5_000]))).await.unwrap(), 5_000);
}

#[tokio::test]
async fn uploads_that_nobody_feeds_are_forgotten() {
    let Place { uploads, id, folder, .. } = place();
    uploads.begin(id).await.unwrap();
    let file = folder.path().join("spool/uploads").join(id.to_string());
    let fed = std::fs::metadata(file).unwrap().modified().unwrap();
    let day = std::time::Duration::from_hours(24);
    assert_eq!(uploads.discard_idle(day, fed + day / 2).unwrap(), []);
    assert_eq!(uploads.discard_idle(day, fed + day * 2).unwrap(), [id]);
    assert_eq!(uploads.offset(id).await.unwrap_err(), UploadError::NotThere);
}

/// Children are started all the time, and each shares every open file until it has become another program.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_child_that_starts_meanwhile_does_not_keep_an_upload_locked() {
    let Place { uploads, folder: _folder, .. } = place();
    let over = std::sync::Arc::new(std::sync::atomic::AtomicBool::new(false));
    let starting = {
        let over = std::sync::Arc::clone(&over);
        std::thread::spawn(move || {
            while !over.load(std::sync::atomic::Ordering::Relaxed) {
                let mut child = std::process::Command::new("/bin/true");
                // So that the child is made by copying this process, as the children that open media are.
                std::os::unix::process::CommandExt::process_group(&mut child, 0);
                child.current_dir("/").status().unwrap();
            }
        })
    };
    for number in 0..200_u8 {
        let id = Id::mint(Moment::from_micros(1), [number; 10]);
        uploads.receive(id, stream::iter(chunks(&[number; 3_000]))).await.unwrap();
    }
    over.store(true, std::sync::atomic::Ordering::Relaxed);
    starting.join().unwrap();
}
