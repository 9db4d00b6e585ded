//! What stands between people's accounts and whoever is after them.

use axum::http::{Method, StatusCode};
use kazi_app::testing::PASSWORD;
use serde_json::json;

use crate::client::{Client, PROXY, secure_site, site};

const FORM: (&str, &str) = ("content-type", "application/x-www-form-urlencoded");

/// Types a wrong code for a computer, with this word for where it comes from.
fn guess(client: &mut Client<'_>, forwarded: &str) -> StatusCode {
    let headers = [FORM, ("x-forwarded-for", forwarded)];
    client.ask(&Method::POST, "/centre/enrol", &headers, "code=NO-SUCH").status
}

#[test]
fn one_who_guesses_behind_a_proxy_makes_nobody_else_wait() {
    site(|site| {
        let mut proxied = site.nobody().pages();
        proxied.from = PROXY;
        let last = (0..70).map(|_| guess(&mut proxied, "203.0.113.1, 198.51.100.1")).last();
        assert_eq!(last, Some(StatusCode::TOO_MANY_REQUESTS));
        assert_eq!(guess(&mut proxied, "198.51.100.2"), StatusCode::UNPROCESSABLE_ENTITY);
    });
}

#[test]
fn nobody_gets_new_tries_by_inventing_addresses() {
    site(|site| {
        let mut guest = site.nobody().pages();
        let last = (0..70).map(|n| guess(&mut guest, &format!("198.51.100.{n}"))).last();
        assert_eq!(last, Some(StatusCode::TOO_MANY_REQUESTS));
        let mut proxied = site.nobody().pages();
        proxied.from = PROXY;
        let last = (0..70).map(|n| guess(&mut proxied, &format!("198.51.100.{n}, 203.0.113.5"))).last();
        assert_eq!(
            last,
            Some(StatusCode::TOO_MANY_REQUESTS),
            "what stands before the proxy's word is a guest's own"
        );
    });
}

#[test]
fn signing_in_anew_ends_the_session_before() {
    site(|site| {
        let mut operator = site.staff("wanjiru@kazi.example");
        let mut kept = operator.clone();
        assert_eq!(kept.get("/home").status, StatusCode::SEE_OTHER);
        let again = operator.form("/sign-in", &[("email", "wanjiru@kazi.example"), ("password", PASSWORD)]);
        assert_eq!(again.header("location"), "/home");
        assert_ne!(operator.cookies["kazi"], kept.cookies["kazi"]);
        assert_eq!(kept.get("/home").status, StatusCode::UNAUTHORIZED, "the token from before opens nothing");
        assert_ne!(operator.get("/home").status, StatusCode::UNAUTHORIZED);
    });
}

#[test]
fn the_style_guide_is_not_there_unless_asked_for() {
    secure_site(|site| {
        for path in ["/styleguide", "/styleguide/tasks"] {
            assert_eq!(site.staff("wanjiru@kazi.example").get(path).status, StatusCode::NOT_FOUND, "{path}");
        }
    });
}

#[test]
fn behind_https_every_cookie_belongs_to_this_host_alone() {
    secure_site(|site| {
        let kibera = site.world.centre("Kibera");
        let mut operator = site.staff("wanjiru@kazi.example");
        assert_eq!(operator.cookies.keys().collect::<Vec<_>>(), ["__Host-kazi"]);
        let path = format!("/api/v1/centres/{}/devices", kibera.id);
        let code = operator.json(&Method::POST, &path, &json!({"name": "Desk 3"})).json();
        let mut desk = site.nobody().pages();
        let enrolled = desk.form("/centre/enrol", &[("code", code["code"].as_str().unwrap())]);
        let cookie = enrolled.header("set-cookie");
        assert!(cookie.starts_with("__Host-kazi-device="), "{cookie}");
        for part in ["HttpOnly", "Secure", "SameSite=Lax", "Path=/"] {
            assert!(cookie.contains(part), "{cookie}");
        }
        assert!(!cookie.contains("Domain="), "{cookie}");
        let front = desk.get("/");
        assert_eq!(front.header("strict-transport-security"), "max-age=31536000; includeSubDomains");
        assert!(desk.get("/centre").text.contains("Desk 3"));
        // A name without the prefix can be set by a neighbour of the host: it enrols nothing.
        let token = desk.cookies["__Host-kazi-device"].clone();
        let mut planted = site.nobody().pages();
        planted.cookies.insert("kazi-device".to_owned(), token);
        assert!(!planted.get("/centre").text.contains("Desk 3"));
    });
}
