//! Coming in and going out.

use axum::http::StatusCode;
use kazi_app::testing::PIN;

use crate::client::site;

#[test]
fn a_worker_comes_in_by_tile_and_pin_and_locks_the_screen() {
    site(|site| {
        let kibera = site.world.centre("Kibera");
        let amina = kibera.worker("Amina");
        let computer = kibera.computer("Desk 1");
        let mut browser = site.at(&computer).pages();
        let desk = browser.get("/centre");
        assert!(desk.text.contains("Amina") && desk.text.contains(&format!("/centre/{}", amina.person)));
        let pin = browser.get(&format!("/centre/{}", amina.person));
        assert!(pin.text.contains("name=\"pin\""));
        let wrong = browser.form(&format!("/centre/{}", amina.person), &[("pin", "000000")]);
        assert!(wrong.text.contains("That PIN is not right"), "{}", wrong.text);
        assert!(!browser.cookies.contains_key("kazi"));
        let open = browser.form(&format!("/centre/{}", amina.person), &[("pin", PIN)]);
        assert_eq!(open.header("location"), "/work");
        let cookie = open.header("set-cookie");
        assert!(cookie.contains("HttpOnly") && cookie.contains("SameSite=Lax") && !cookie.contains(PIN));
        assert!(browser.get("/work").text.contains("Amina"));
        let before = browser.clone();
        assert_eq!(browser.form("/lock", &[]).header("location"), "/lock");
        assert_eq!(browser.get("/work").header("location"), "/centre");
        let mut stolen = before;
        assert_eq!(stolen.get("/work").header("location"), "/centre", "the session itself is over");
    });
}

#[test]
fn a_computer_that_is_not_enrolled_shows_nobody() {
    site(|site| {
        let kibera = site.world.centre("Kibera");
        let amina = kibera.worker("Amina");
        let mut browser = site.nobody().pages();
        let desk = browser.get("/centre");
        assert!(!desk.text.contains("Amina") && desk.text.contains("/centre/enrol"));
        assert_eq!(browser.get(&format!("/centre/{}", amina.person)).status, StatusCode::NOT_FOUND);
        let opened = browser.form(&format!("/centre/{}", amina.person), &[("pin", PIN)]);
        assert_eq!(opened.status, StatusCode::NOT_FOUND);
        let other = site.world.centre("Mombasa").computer("Desk 9");
        assert_eq!(site.at(&other).get(&format!("/centre/{}", amina.person)).status, StatusCode::NOT_FOUND);
    });
}

#[test]
fn staff_come_in_with_a_password_and_leave() {
    site(|site| {
        let mut browser = site.nobody().pages();
        let wrong = browser.form("/sign-in", &[("email", "wanjiru@kazi.example"), ("password", "guess")]);
        assert!(wrong.text.contains("role=\"alert\"") && !browser.cookies.contains_key("kazi"));
        let mut operator = site.staff("wanjiru@kazi.example");
        assert_eq!(operator.get("/work").status, StatusCode::NOT_FOUND, "the operator does no tasks");
        let out = operator.form("/sign-out", &[]);
        assert_eq!(out.header("clear-site-data"), "\"cache\", \"storage\"");
        assert_eq!(operator.form("/sign-out", &[]).json()["kind"], "sign_in_first");
    });
}
