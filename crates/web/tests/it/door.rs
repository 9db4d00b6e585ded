//! Coming in and going out.

use axum::http::StatusCode;
use kazi_app::testing::PIN;

use crate::client::{Reply, site};

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
        assert_eq!(wrong.status, StatusCode::UNAUTHORIZED);
        assert!(wrong.text.contains("That PIN is not right"), "{}", wrong.text);
        let none = browser.form(&format!("/centre/{}", amina.person), &[]);
        assert!(none.status == StatusCode::UNAUTHORIZED && none.text.contains("id=\"pin-problem\""));
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
        assert_eq!(wrong.status, StatusCode::UNAUTHORIZED);
        assert!(!browser.cookies.contains_key("kazi"));
        let mut operator = site.staff("wanjiru@kazi.example");
        assert_eq!(operator.get("/work").status, StatusCode::NOT_FOUND, "the operator does no tasks");
        let out = operator.form("/sign-out", &[]);
        assert_eq!(out.header("clear-site-data"), "\"cache\", \"storage\"");
        assert_eq!(operator.form("/sign-out", &[]).json()["kind"], "sign_in_first");
    });
}

/// The sentence beside a field of a page.
fn beside<'r>(reply: &'r Reply, field: &str) -> &'r str {
    reply.between(&format!("id=\"{field}-problem\" role=\"alert\">"), "</p>").rsplit('>').next().unwrap()
}

#[test]
fn signing_in_says_what_is_wrong_beside_the_field_in_the_readers_language() {
    site(|site| {
        let said = [
            ("en", "Give your e-mail.", "Give your password.", "E-mail and password do not fit together."),
            ("sw", "Andika barua pepe yako.", "Andika nenosiri lako.", "Barua pepe na nenosiri havilingani."),
            ("ur", "اپنا ای میل لکھیں۔", "اپنا پاس ورڈ لکھیں۔", "ای میل اور پاس ورڈ آپس میں نہیں ملتے۔"),
        ];
        for (language, no_email, no_password, wrong) in said {
            let mut browser = site.nobody().pages().speaking(language);
            let empty = browser.form("/sign-in", &[]);
            assert_eq!(empty.status, StatusCode::UNPROCESSABLE_ENTITY);
            assert_eq!((beside(&empty, "email"), beside(&empty, "password")), (no_email, no_password));
            let email = format!("guest.{language}@kazi.example");
            let half = browser.form("/sign-in", &[("email", &email), ("password", "")]);
            assert_eq!(half.status, StatusCode::UNPROCESSABLE_ENTITY);
            assert!(!half.text.contains("email-problem") && beside(&half, "password") == no_password);
            let refused = browser.form("/sign-in", &[("email", &email), ("password", "guess")]);
            assert_eq!(refused.status, StatusCode::UNAUTHORIZED);
            assert!(beside(&refused, "password").starts_with(wrong), "{}", refused.text);
            for page in [half, refused] {
                assert!(page.text.contains(&format!("value=\"{email}\"")), "{}", page.text);
                assert!(!page.text.contains("guess") && page.text.contains(&format!("lang=\"{language}\"")));
            }
        }
    });
}

#[test]
fn whoever_tries_too_often_is_told_how_long_to_wait() {
    site(|site| {
        let kibera = site.world.centre("Kibera");
        let (amina, computer) = (kibera.worker("Amina"), kibera.computer("Desk 1"));
        let mut guest = site.nobody().pages().speaking("sw");
        let fields = [("email", "nobody@kazi.example"), ("password", "guess")];
        let mut desk = site.at(&computer).pages().speaking("ur");
        let open = format!("/centre/{}", amina.person);
        for _ in 0..6 {
            guest.form("/sign-in", &fields);
            desk.form(&open, &[("pin", "000000")]);
        }
        let at_home = guest.form("/sign-in", &fields);
        let at_desk = desk.form(&open, &[("pin", PIN)]);
        for (reply, field, words) in
            [(&at_home, "password", "Umejaribu mara nyingi."), (&at_desk, "pin", "بہت کوششیں ہو گئیں۔")]
        {
            assert_eq!(reply.status, StatusCode::TOO_MANY_REQUESTS);
            assert!(beside(reply, field).starts_with(words), "{}", reply.text);
            let seconds: i64 = reply.header("retry-after").parse().unwrap();
            assert!((1..=1_800).contains(&seconds), "{seconds}");
        }
        assert!(at_home.text.contains("value=\"nobody@kazi.example\""));
    });
}

#[test]
fn a_computer_is_told_why_it_is_not_enrolled() {
    site(|site| {
        let mut browser = site.nobody().pages().speaking("sw");
        let wrong = browser.form("/centre/enrol", &[("code", "NO-SUCH")]);
        assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(wrong.between("id=\"code-problem\">", "</p>").contains("Msimbo huu haufanyi kazi"));
        assert_eq!(browser.form("/centre/enrol", &[]).status, StatusCode::UNPROCESSABLE_ENTITY);
    });
}
