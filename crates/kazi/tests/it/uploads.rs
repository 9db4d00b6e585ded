//! A byte that was acknowledged is there; what broke off goes on, or leaves nothing behind.

use std::io::{Read as _, Write as _};
use std::net::{Shutdown, TcpStream};
use std::process::Command;

use serde_json::json;

use super::http::Client;
use super::made;
use super::office::Office;
use super::program::{Start, wait_for};

/// Sends the head of a request and the first bytes of its body, then lets the line go dead.
fn break_off(client: &Client, (method, path): (&str, &str), headers: &str, length: usize, sent: &[u8]) {
    let cookies: Vec<String> = client.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
    let mut line = TcpStream::connect(client.base.trim_start_matches("http://")).unwrap();
    let cookies = cookies.join("; ");
    let head = format!(
        "{method} {path} HTTP/1.1\r\nhost: kazi\r\ncookie: {cookies}\r\n{headers}content-length: {length}\r\n\r\n"
    );
    line.write_all(head.as_bytes()).unwrap();
    line.write_all(sent).unwrap();
    line.shutdown(Shutdown::Write).unwrap();
    // The server closes its end, with or without a word.
    drop(line.read_to_end(&mut Vec::new()));
}

fn announced(client: &mut Client, project: &str, length: usize) -> String {
    let length = length.to_string();
    // `book.csv`, as tus clients write it.
    let headers = [("upload-length", length.as_str()), ("upload-metadata", "filename Ym9vay5jc3Y=")];
    let reply = client.ask("POST", &format!("/api/v1/projects/{project}/uploads"), &headers, "").wanted(201);
    assert_eq!((reply.header("upload-offset"), reply.header("tus-resumable")), ("0", "1.0.0"));
    reply.header("location").to_owned()
}

fn offset(client: &mut Client, address: &str) -> usize {
    client.ask("HEAD", address, &[], "").wanted(200).header("upload-offset").parse().unwrap()
}

const BYTES: &str = "content-type: application/offset+octet-stream\r\n";

#[test]
fn an_upload_cut_at_99_percent_goes_on_even_after_a_power_cut() {
    let folder = tempfile::tempdir().unwrap();
    let start = Start::at(&folder.path().join("data"));
    let program = start.start();
    let mut office = Office::open(&program);
    let project = office.project("questions", &json!({}));
    let whole = made::table(20_000).into_bytes();
    let most = whole.len() * 99 / 100;
    let address = announced(&mut office.operator, &project, whole.len());
    let headers = format!("{BYTES}upload-offset: 0\r\n");
    break_off(&office.operator, ("PATCH", &address), &headers, whole.len(), &whole[..most]);
    let here = wait_for("the bytes that came", || {
        let here = offset(&mut office.operator, &address);
        (here == most).then_some(here)
    });
    program.kill();

    let program = start.start();
    office.again(&program);
    assert_eq!(offset(&mut office.operator, &address), here, "what was acknowledged is still there");
    let sources = office.sources(&project);
    assert_eq!((sources[0].name.as_str(), sources[0].state.as_str()), ("book.csv", "arriving"));
    let patch = |client: &mut Client, at: usize, bytes: &[u8]| {
        let at = at.to_string();
        let headers = [("content-type", "application/offset+octet-stream"), ("upload-offset", at.as_str())];
        client.ask("PATCH", &address, &headers, bytes.to_vec())
    };
    let refused = patch(&mut office.operator, 0, &whole).wanted(409);
    assert_eq!(refused.detail(), format!("This upload has {here} bytes: go on from there."));
    patch(&mut office.operator, here, &vec![b'x'; whole.len()]).wanted(413);
    let done = patch(&mut office.operator, here, &whole[here..]).wanted(204);
    assert_eq!(done.header("upload-offset"), whole.len().to_string());
    assert_eq!(
        offset(&mut office.operator, &address),
        whole.len(),
        "asked again, because the answer was lost"
    );
    patch(&mut office.operator, whole.len(), b"").wanted(204);
    let source = office.settled(&project).remove(0);
    assert_eq!((source.state.as_str(), source.parts), ("split", 20_000));
    program.log_is_clean();
}

#[test]
fn an_upload_in_one_request_that_breaks_off_leaves_nothing_behind() {
    let folder = tempfile::tempdir().unwrap();
    let program = Start::at(&folder.path().join("data")).start();
    let mut office = Office::open(&program);
    let project = office.project("questions", &json!({}));
    let whole = made::table(1_000).into_bytes();
    let path = format!("/api/v1/projects/{project}/sources?name=cut.csv");
    let most = whole.len() * 99 / 100;
    break_off(&office.operator, ("POST", &path), "", whole.len(), &whole[..most]);
    wait_for("the file to be forgotten", || office.sources(&project).is_empty().then_some(()));
    let left = std::fs::read_dir(folder.path().join("data/spool/uploads")).unwrap().count();
    assert_eq!(left, 0, "no bytes stay");
    office.hand_in(&project, "whole.csv", whole);
    assert_eq!(office.settled(&project)[0].parts, 1_000);
    program.log_is_clean();
}

#[test]
fn a_file_sent_again_under_its_id_comes_in_once() {
    let folder = tempfile::tempdir().unwrap();
    let program = Start::at(&folder.path().join("data")).start();
    let mut office = Office::open(&program);
    let project = office.project("questions", &json!({}));
    let other = office.project("questions", &json!({}));
    let path = |project: &str| {
        format!("/api/v1/projects/{project}/sources/source_00000000000000000000000000000007?name=rows.csv")
    };
    let client = &mut office.operator;
    // The first try breaks off; those after it are answered alike.
    let whole = made::table(50).into_bytes();
    break_off(client, ("PUT", &path(&project)), "", whole.len(), &whole[..900]);
    for _ in 0..3 {
        let reply = client.ask("PUT", &path(&project), &[], whole.clone()).wanted(201);
        assert_eq!(reply.json()["id"], "source_00000000000000000000000000000007");
    }
    let refused = client.ask("PUT", &path(&project), &[], made::table(51)).wanted(409);
    assert_eq!(refused.json()["kind"], "other_bytes");
    client.ask("PUT", &path(&other), &[], whole.clone()).wanted(404);
    let sources = office.settled(&project);
    assert_eq!((sources.len(), sources[0].parts), (1, 50));
    office.operator.ask("PUT", &path(&project), &[], whole).wanted(201);
    assert_eq!(office.settled(&project)[0].parts, 50);
    assert_eq!(office.get(&project, "items"), 50);
    program.log_is_clean();
}

#[test]
fn what_is_no_upload_is_told_what_to_send() {
    let folder = tempfile::tempdir().unwrap();
    let program = Start::at(&folder.path().join("data")).start();
    let mut office = Office::open(&program);
    let project = office.project("questions", &json!({}));
    let uploads = format!("/api/v1/projects/{project}/uploads");
    let client = &mut office.operator;
    let reply = client.ask("POST", &uploads, &[("upload-length", "many")], "").wanted(400);
    assert!(reply.detail().contains("Upload-Length"));
    client.ask("POST", &uploads, &[("upload-length", "9")], "").wanted(422);
    let most = (3_u64 << 30).to_string();
    let path = format!("{uploads}?name=a.pdf");
    let reply = client.ask("POST", &path, &[("upload-length", &most)], "").wanted(413);
    assert_eq!(reply.detail(), "This file is longer than 2 GB: cut it into smaller files.");
    let address = announced(client, &project, 9);
    client.ask("PATCH", &address, &[("upload-offset", "0")], "x").wanted(415);
    let bytes = ("content-type", "application/offset+octet-stream");
    let reply = client.ask("PATCH", &address, &[bytes], "x").wanted(400);
    assert!(reply.detail().contains("Upload-Offset"));
    client.ask("DELETE", &address, &[], "").wanted(204);
    client.ask("HEAD", &address, &[], "").wanted(404);
    let nothing = announced(client, &project, 0);
    assert_eq!(offset(client, &nothing), 0);
    let source = office.settled(&project).remove(0);
    assert!(source.state == "refused" && source.problem.contains("empty"), "{source:?}");
    program.log_is_clean();
}

#[test]
fn a_large_file_passes_through_little_memory() {
    let folder = tempfile::tempdir().unwrap();
    let program = Start::at(&folder.path().join("data")).start();
    let mut office = Office::open(&program);
    let project = office.project("digitisation", &json!({}));
    let path = format!("/api/v1/projects/{project}/sources?name=large.pdf");
    let length = 256 << 20;
    // What the program itself takes, unoptimised as it is here, says nothing of uploads.
    let before = program.peak_memory();
    let cookies: Vec<String> =
        office.operator.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
    let mut line = TcpStream::connect(program.base.trim_start_matches("http://")).unwrap();
    let head = format!(
        "POST {path} HTTP/1.1\r\nhost: kazi\r\nconnection: close\r\ncookie: {}\r\ncontent-length: {length}\r\n\r\n",
        cookies.join("; ")
    );
    line.write_all(head.as_bytes()).unwrap();
    let chunk = vec![b'%'; 1 << 20];
    for _ in 0..length >> 20 {
        line.write_all(&chunk).unwrap();
    }
    let mut reply = String::new();
    line.read_to_string(&mut reply).unwrap();
    assert!(reply.starts_with("HTTP/1.1 201 "), "{reply}");
    let source = office.settled(&project).remove(0);
    assert_eq!(source.state, "refused", "256 MiB of percent signs are no book");
    let grown = program.peak_memory() - before;
    assert!(grown < 32, "the server took {grown} MiB more than the {before} before");
    program.log_is_clean();
}

/// A shell line that gives the data folder a small disk of its own, where the kernel lets us.
fn small_disk(mebibytes: u32, data: &std::path::Path) -> Option<String> {
    let may = Command::new("unshare").args(["-rm", "mount", "-t", "tmpfs", "none", "/mnt"]).output();
    if !may.is_ok_and(|done| done.status.success()) {
        eprintln!("skipped: this machine lets nobody mount a small disk");
        return None;
    }
    let mount = format!("mount -t tmpfs -o size={mebibytes}m none \"$0\" && exec \"$@\"");
    Some(format!("exec unshare -rm /bin/sh -c '{mount}' '{}' \"$@\"", data.display()))
}

#[test]
fn a_full_disk_is_told_and_nothing_acknowledged_is_lost() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    std::fs::create_dir_all(&data).unwrap();
    let Some(line) = small_disk(32, &data) else { return };
    let program = Start::at(&data).first(&line).start();
    let mut office = Office::open(&program);
    let project = office.project("questions", &json!({}));
    office.hand_in(&project, "kept.csv", made::table(100));
    assert_eq!(office.settled(&project)[0].parts, 100);
    let path = |name: &str| format!("/api/v1/projects/{project}/sources?name={name}");
    let full = office.operator.ask("POST", &path("large.csv"), &[], vec![b'a'; 48 << 20]).wanted(507);
    assert!(full.detail().contains("disk") || full.detail().contains("room"), "{}", full.detail());
    wait_for("the file to be forgotten", || (office.sources(&project).len() == 1).then_some(()));
    // Now files that fit, until nothing more does.
    let mut kept = Vec::new();
    for number in 0..64_u8 {
        let bytes = [made::table(10).into_bytes(), vec![number + b'A'; 60_000]].concat();
        let reply = office.operator.ask(
            "POST",
            &path(&format!("{number}.csv")),
            &[],
            [bytes, vec![b'\n'; 900_000]].concat(),
        );
        match reply.status {
            201 => kept.push(reply.json()["id"].as_str().unwrap().to_owned()),
            507 => break,
            _ => panic!("{}", reply.text()),
        }
    }
    assert!((3..64).contains(&kept.len()), "{} files fitted", kept.len());
    // Whatever is asked of a full disk is answered in words.
    let new = json!({ "service": "questions", "name": "More", "currency": "KES" });
    for _ in 0..300 {
        let reply = office.operator.json("POST", "/api/v1/projects", &new);
        assert!([201, 507].contains(&reply.status), "{}", reply.text());
        if reply.status == 507 {
            break;
        }
    }
    let sources = office.sources(&project);
    for id in &kept {
        assert!(sources.iter().any(|source| source.id == *id), "{id} was acknowledged");
    }
    let log = program.log();
    assert!(!log.contains("panicked") && !log.contains("status=500"), "{log}");
}
