//! Files in an S3-compatible store, in the program as it is shipped. `scripts/s3-for-tests.sh` installs a small one.

use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Instant;

use serde_json::{Value, json};

use super::http::Client;
use super::made;
use super::office::Office;
use super::program::{Start, wait_for};

/// A store that others wrote, in a process of its own.
struct Store {
    server: Child,
    address: String,
}

impl Store {
    fn start() -> Option<Self> {
        let usual = || Path::new(env!("CARGO_MANIFEST_DIR")).join("../../target/s3-server/bin/moto_server");
        let program = std::env::var_os("KAZI_TEST_S3_SERVER").map_or_else(usual, PathBuf::from);
        if !program.exists() {
            eprintln!("skipped: there is no S3 server; scripts/s3-for-tests.sh installs one");
            return None;
        }
        let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let server = Command::new(program)
            .args(["-H", "127.0.0.1", "-p", &port.to_string()])
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let store = Self { server, address: format!("http://127.0.0.1:{port}") };
        wait_for("the store to start", || {
            Client::new(&store.address)
                .try_ask("PUT", "/kazi-files", &[], "")
                .ok()
                .filter(|reply| reply.status == 200)
        });
        Some(store)
    }

    /// The names in the bucket.
    fn names(&self) -> String {
        Client::new(&self.address).get("/kazi-files?list-type=2").text()
    }
}

impl Drop for Store {
    fn drop(&mut self) {
        drop(self.server.kill());
        drop(self.server.wait());
    }
}

fn start(data: &Path, endpoint: &str) -> Start {
    Start::at(data)
        .flag("--blobs", "s3://kazi-files/centre")
        .env("AWS_ENDPOINT", endpoint)
        .env("AWS_ALLOW_HTTP", "true")
        .env("AWS_REGION", "us-east-1")
        .env("AWS_ACCESS_KEY_ID", "test")
        .env("AWS_SECRET_ACCESS_KEY", "test")
}

#[test]
fn a_project_runs_with_its_files_in_a_store() {
    let Some(store) = Store::start() else { return };
    let folder = tempfile::tempdir().unwrap();
    let program = start(&folder.path().join("data"), &store.address).start();
    let mut office = Office::open(&program);
    // Larger than one part of an upload in parts; pages go out as pictures.
    let book = office.project("digitisation", &json!({}));
    let mut large = made::pdf(2);
    large.extend(vec![b'%'; 12 << 20]);
    office.hand_in(&book, "large.pdf", large);
    let source = office.settled(&book).remove(0);
    assert_eq!((source.state.as_str(), source.parts), ("split", 2), "{}", source.problem);
    let project = office.project("questions", &json!({ "answers": 1, "at_most": 1, "target": 0.5 }));
    office.hand_in(&project, "rows.csv", made::table(5));
    assert_eq!(office.settled(&project)[0].parts, 5);
    office.start(&project);
    let computer = office.computer();
    let mut worker = office.worker(&computer, 1, ("questions", &["answer"]));
    let next = worker.get(&format!("/work/{project}/answer/next?count=8")).wanted(200).json();
    for (number, task) in (0..).zip(next["tasks"].as_array().unwrap()) {
        let body = json!({ "task": task["task"], "answer": { "choice": 0 }, "seconds": 1 });
        worker.json("PUT", &format!("/work/answers/answer_{number:032x}"), &body).wanted(200);
    }
    let delivery: Value = wait_for("the delivery", || {
        let all = office.operator.get(&format!("/api/v1/projects/{project}/deliveries")).wanted(200).json();
        all.get(0).cloned()
    });
    let id = delivery["id"].as_str().unwrap();
    let file = format!("/api/v1/projects/{project}/deliveries/{id}/answers.csv");
    assert_eq!(office.operator.get(&file).wanted(200).text().lines().count(), 6);
    assert!(store.names().contains("<Key>centre/"), "{}", store.names());
    assert!(!folder.path().join("data/blobs").exists(), "nothing lies in a folder");
    program.log_is_clean();

    drop(store);
    let since = Instant::now();
    let path = format!("/api/v1/projects/{book}/sources?name=late.pdf");
    let away = office.operator.ask("POST", &path, &[], made::pdf(1)).wanted(503);
    assert!(away.detail().ends_with('.') && away.header("retry-after") == "5", "{}", away.text());
    println!("a store that is away is told after {:?}", since.elapsed());
    wait_for("the file to be forgotten", || (office.sources(&book).len() == 1).then_some(()));
}

#[test]
fn a_store_that_cannot_be_reached_is_said_at_the_start() {
    let folder = tempfile::tempdir().unwrap();
    let nowhere = start(&folder.path().join("data"), "http://127.0.0.1:9");
    let said = nowhere.try_start().map(drop).unwrap_err();
    assert!(said.contains("the files cannot be reached"), "{said}");
}
