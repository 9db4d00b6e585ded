//! The second factor with the pages alone: set up, asked for, lost, demanded.

use kazi_app::access::second::code_of;
use kazi_app::now;
use kazi_db::{params, sql};
use kazi_domain::{Moment, Span};

use crate::browser::Browser;
use crate::{Kazi, PASSWORD};

impl Kazi {
    /// What the app of somebody shows, so many half minutes from now.
    async fn code(&self, email: &str, steps: i64) -> String {
        let (email, secret) = (
            email.to_owned(),
            sql!(
                "select b.secret from second_factor_begun b join person p on p.id = b.person where p.email = $1 union all \
                 select f.secret from second_factor f join person p on p.id = f.person where p.email = $1"
            ),
        );
        let found = self
            .app
            .db
            .read(move |read| read.query_one(secret, params![email.as_str()], |row| row.get::<[u8; 20]>(0)));
        let half_minutes = Span::seconds(30).micros() * steps;
        code_of(found.await.unwrap(), Moment::from_micros(now().micros() + half_minutes))
    }
}

const BEGIN: &str = "/account/second-factor/begin";
const SET_UP: &str = "/account/second-factor/set-up";

/// Sets up the app of somebody; the recovery codes.
async fn set_up(kazi: &Kazi, browser: &mut Browser, email: &str) -> Vec<String> {
    assert_eq!(browser.post(BEGIN, &[("begin_password", PASSWORD)]).await.leads_to(), SET_UP);
    let code = kazi.code(email, -1).await;
    let page = browser.post(SET_UP, &[("code", &code)]).await.ok();
    page.split("<code>").skip(1).map(|rest| rest.split_once('<').unwrap().0.to_owned()).collect()
}

/// Gives the password, and stands before the question for a code.
async fn half(kazi: &Kazi, email: &str) -> Browser {
    let mut browser = kazi.browser();
    let asked = browser.post("/sign-in", &[("email", email), ("password", PASSWORD)]).await;
    assert_eq!(asked.leads_to(), "/sign-in/code");
    browser
}

const OPERATOR: &str = "wanjiru@kazi.example";

#[tokio::test(flavor = "multi_thread")]
async fn a_second_factor_is_set_up_asked_for_and_turned_off() {
    let kazi = Kazi::new().await;
    let mut operator = kazi.operator().await;
    assert!(operator.get("/account").await.ok().contains("Your password alone opens your account."));
    let empty = operator.post(BEGIN, &[]).await.refused();
    assert!(empty.contains("id=\"begin_password-problem\""), "{empty}");
    let wrong = operator.post(BEGIN, &[("begin_password", "not this one")]).await.refused();
    assert!(wrong.contains("The password is not right."), "{wrong}");
    assert_eq!(operator.get(SET_UP).await.leads_to(), "/account/second-factor", "nothing is begun");
    operator.post(BEGIN, &[("begin_password", PASSWORD)]).await.leads_to();
    let page = operator.get(SET_UP).await.ok();
    assert!(page.contains("<svg class=\"qr\"") && page.contains("otpauth://totp/"), "{page}");
    assert!(!page.contains("style=\"") && !page.contains("data:"), "the policy lets neither in: {page}");
    let wrong = operator.post(SET_UP, &[("code", "12345")]).await.refused();
    assert!(wrong.contains("id=\"code-problem\"") && wrong.contains("<svg class=\"qr\""), "{wrong}");
    let codes = set_up(&kazi, &mut operator, OPERATOR).await;
    assert_eq!(codes.len(), 10);
    let on = operator.get("/account/second-factor").await.ok();
    assert!(on.contains("10 are left.") && !on.contains(&codes[0]), "shown once: {on}");

    let mut phone = half(&kazi, OPERATOR).await;
    assert_eq!(phone.get("/projects").await.leads_to(), "/sign-in", "half in is not in");
    assert!(phone.get("/sign-in/code").await.ok().contains("autocomplete=\"one-time-code\""));
    assert_eq!(
        phone.post("/sign-in/code", &[("code", " ")]).await.refused().matches("Give the code.").count(),
        1
    );
    let wrong = phone.post("/sign-in/code", &[("code", "000000")]).await;
    assert!(wrong.status == 401 && wrong.body.contains("does not fit"), "{}", wrong.body);
    let code = kazi.code(OPERATOR, 0).await;
    assert_eq!(phone.post("/sign-in/code", &[("code", &code)]).await.leads_to(), "/home");
    assert_eq!(phone.get("/projects").await.status, 200);
    assert_eq!(phone.get("/sign-in/code").await.leads_to(), "/sign-in", "the half is gone");

    let mut paper = half(&kazi, OPERATOR).await;
    let typed = codes[9].to_lowercase();
    assert_eq!(paper.post("/sign-in/code", &[("code", &typed)]).await.leads_to(), "/home");
    assert!(paper.get("/account/second-factor").await.ok().contains("9 are left."));

    let off = "/account/second-factor/off";
    let empty = operator.post(off, &[("off_password", PASSWORD)]).await.refused();
    assert!(empty.contains("id=\"off_code-problem\""), "{empty}");
    let used = operator.post(off, &[("off_password", PASSWORD), ("off_code", &code)]).await.refused();
    assert!(used.contains("was used before"), "{used}");
    let fields = [("off_password", PASSWORD), ("off_code", &codes[0])];
    assert_eq!(operator.post(off, &fields).await.leads_to(), "/account?done=second-factor");
    kazi.operator().await;
    let record = operator.get("/audit?kind=second_factor.off").await.ok();
    assert!(record.contains("Second factor turned off"), "{record}");
}

#[tokio::test(flavor = "multi_thread")]
async fn where_it_is_demanded_one_is_led_to_it_and_can_do_nothing_else() {
    let kazi = Kazi::new().await;
    let mut operator = kazi.operator().await;
    let fields = [("organisation_name", "Library"), ("kind", "client")];
    let client = operator.post("/organisations", &fields).await.leads_to().to_owned();
    let email = "buyer@library.example";
    let fields = [("name", "Buyer"), ("email", email), ("new_password", PASSWORD), ("language", "en")];
    assert_eq!(operator.post(&format!("{client}/people"), &fields).await.leads_to(), client);
    assert_eq!(
        operator.post(&format!("{client}/second-factor"), &[("demanded", "yes")]).await.leads_to(),
        client
    );
    assert!(operator.get(&client).await.ok().contains("value=\"yes\" checked"));

    let mut buyer = kazi.signed_in(email).await;
    for path in ["/home", "/projects", "/account", "/keys", "/projects/new"] {
        assert_eq!(buyer.get(path).await.leads_to(), "/account/second-factor", "{path}");
    }
    let sent = buyer.post("/account/profile", &[("language", "ur")]).await;
    assert_eq!(sent.leads_to(), "/account/second-factor");
    assert!(buyer.get("/account/second-factor").await.ok().contains("Your organisation asks for"));
    set_up(&kazi, &mut buyer, email).await;
    assert_eq!(buyer.get("/home").await.leads_to(), "/projects");
    assert!(buyer.get("/account/second-factor").await.ok().contains("so it stays on"));
    let code = kazi.code(email, 0).await;
    let fields = [("off_password", PASSWORD), ("off_code", &*code)];
    let refused = buyer.post("/account/second-factor/off", &fields).await.refused();
    assert!(
        refused.contains("so it stays on"),
        "there is no form for it; a page from before is told so: {refused}"
    );

    // The phone falls into the lake.
    let person = operator.get(&format!("{client}?search=buyer")).await.link_with("/people/");
    let reset = operator.get(&person).await.link_with("/second-factor/reset");
    assert!(operator.get(&reset).await.ok().contains("Reset the second factor of Buyer?"));
    assert_eq!(buyer.post(&reset, &[]).await.status, 404, "for the operator alone");
    assert_eq!(operator.post(&reset, &[]).await.leads_to(), person);
    assert_eq!(buyer.get("/projects").await.leads_to(), "/sign-in");
    let mut buyer = kazi.signed_in(email).await;
    assert_eq!(buyer.get("/projects").await.leads_to(), "/account/second-factor", "it is demanded still");
    assert_eq!(buyer.post("/sign-out", &[]).await.leads_to(), "/");
    assert!(operator.get("/mail?search=second").await.ok().contains("buyer@library.example"));
}
