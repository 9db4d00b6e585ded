//! What the log says of those who come in, and what it must not say.

use super::program::{EMAIL, PASSWORD, Start, wait_for};

#[test]
fn the_log_tells_who_came_in_and_who_was_refused_and_no_secret() {
    let folder = tempfile::tempdir().unwrap();
    let server = Start::at(&folder.path().join("data")).flag("--proxies", "127.0.0.1").start();
    let mut guest = server.client();
    let headers = [("content-type", "application/x-www-form-urlencoded"), ("x-forwarded-for", "203.0.113.8")];
    let guess = "email=operator%40kazi.example&password=a+secret+that+was+mistyped";
    assert_eq!(guest.ask("POST", "/sign-in", &headers, guess).status, 401);
    assert_eq!(guest.form("/sign-in", &[("email", EMAIL), ("password", PASSWORD)]).status, 303);
    guest.get("/projects/project_00000000000070000000000000000000");
    guest.get("/invitation?key=a-key-out-of-a-letter");
    let log = wait_for("the last request in the log", || {
        Some(server.log()).filter(|log| log.contains("path=\"/invitation\""))
    });
    let line = |words: &str| {
        log.lines().find(|line| line.contains(words)).unwrap_or_else(|| panic!("no {words} in {log}"))
    };
    assert!(line("not let in with a password").contains("from=203.0.113.8"), "{log}");
    assert!(line("signed in").contains("person=person_"), "{log}");
    assert!(
        line("/projects/project_").contains("person=person_") && line("status=404").contains("/projects/"),
        "{log}"
    );
    let session = guest.cookies["kazi"].clone();
    for secret in ["a secret that", "a+secret", PASSWORD, EMAIL, &session, "a-key-out-of-a-letter"] {
        assert!(!log.contains(secret), "the log holds {secret}: {log}");
    }
}
