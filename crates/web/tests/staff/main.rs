//! What staff and clients do with the pages: with forms alone, as a browser without script sends them.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on must stop and say so")]

mod accounts;
mod browser;
mod deletion;
mod delivery;
mod hooks;
mod questions;
mod second;

use std::sync::Arc;

use kazi_app::access::Password;
use kazi_app::blobs::Blobs;
use kazi_app::bound::Projects;
use kazi_app::delivery::Assemble;
use kazi_app::hooks::{Messenger, Reach};
use kazi_app::intake::{Remove, Split, Uploads};
use kazi_app::jobs::{Handler, Handlers, drain};
use kazi_app::mail::Site;
use kazi_app::media::MediaChild;
use kazi_app::network::setup::{FirstOperator, first_operator};
use kazi_app::{App, Turn, now, schema};
use kazi_db::{Db, DbError, Options, params, sql};
use kazi_domain::Span;
use kazi_web::{Config, WebState, router};

use browser::{Browser, Page};

/// Everybody's password here.
const PASSWORD: &str = "water the mango tree";

/// A whole Kazi in a folder that goes with it.
struct Kazi {
    app: App,
    handlers: Handlers,
    router: axum::Router,
    _folder: tempfile::TempDir,
}

impl Kazi {
    async fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let options = Options::sqlite(folder.path().join("kazi.db"));
        let db = tokio::task::spawn_blocking(move || -> Result<Db, DbError> {
            let db = Db::open(&options)?;
            db.migrate(schema::MIGRATIONS)?;
            Ok(db)
        });
        let db = db.await.unwrap().unwrap();
        let first = FirstOperator {
            organisation: "Kazi Foundation".to_owned(),
            name: "Wanjiru".to_owned(),
            email: "wanjiru@kazi.example".to_owned(),
            password: Password::choose(PASSWORD).unwrap().hash(),
            language: "en".to_owned(),
        };
        let made = db.write(move |tx| {
            first_operator(tx, &first, &Turn::now()).map_err(|error| DbError::Other(error.to_string()))
        });
        made.await.unwrap();
        let blobs = Blobs::local(&folder.path().join("blobs"), &folder.path().join("spool")).unwrap();
        let (projects, uploads) = (Projects::default(), Uploads::new(&blobs).unwrap());
        let site = Site { address: "http://kazi.example".to_owned(), operator: "Kazi Foundation".to_owned() };
        let all: [Arc<dyn Handler>; 4] = [
            Arc::new(Split::new(blobs.clone(), MediaChild::of_this_program().unwrap())),
            Arc::new(Remove),
            Arc::new(Assemble::new(blobs.clone(), projects.clone())),
            Arc::new(Messenger::new(Reach::Loopback, site)),
        ];
        let app = App { db, projects, blobs, uploads };
        let config = Config {
            public_url: "http://kazi.example".to_owned(),
            secure: false,
            operator_name: "Kazi Foundation".to_owned(),
            proxies: Vec::new(),
            styleguide: false,
            hooks: Reach::Loopback,
        };
        let router = router(WebState::new(app.clone(), config));
        Self { app, handlers: all.into_iter().collect(), router, _folder: folder }
    }

    /// Does all background work that there is, with what it causes: that is due a little later.
    async fn work_off(&self) {
        drain(&self.app.db, &self.handlers, now() + Span::minutes(1)).await.unwrap().unwrap();
    }

    /// Does all background work until it is given up.
    async fn give_up(&self) {
        drain(&self.app.db, &self.handlers, now() + Span::minutes(60 * 24 * 30)).await.unwrap().unwrap();
    }

    fn browser(&self) -> Browser {
        Browser::new(self.router.clone())
    }

    async fn signed_in(&self, email: &str) -> Browser {
        let mut browser = self.browser();
        let page = browser.post("/sign-in", &[("email", email), ("password", PASSWORD)]).await;
        assert_eq!(page.leads_to(), "/home");
        browser
    }

    async fn operator(&self) -> Browser {
        self.signed_in("wanjiru@kazi.example").await
    }

    /// A client organisation with one person, made by the operator's forms.
    async fn client(&self, operator: &mut Browser, name: &str) -> Browser {
        let made = operator.post("/organisations", &[("organisation_name", name), ("kind", "client")]).await;
        let email = format!("buyer@{}.example", name.to_lowercase());
        let people = format!("{}/people", made.leads_to());
        let fields = [("name", "Buyer"), ("email", &*email), ("new_password", PASSWORD), ("language", "en")];
        assert_eq!(operator.post(&people, &fields).await.leads_to(), made.leads_to());
        self.signed_in(&email).await
    }

    /// A partner's centre, made by the operator's forms; its address.
    async fn centre(&self, operator: &mut Browser, name: &str) -> String {
        let made = operator.post("/organisations", &[("organisation_name", name), ("kind", "partner")]).await;
        let partner = made.leads_to().trim_start_matches("/organisations/").to_owned();
        let fields = [("centre_name", name), ("partner", &*partner), ("clock", "180")];
        operator.post("/centres", &fields).await.leads_to().to_owned()
    }
}

/// A draft of the questions service, made with its form.
async fn draft(client: &mut Browser) -> String {
    draft_named(client, "Shops of <Kisumu>").await
}

async fn draft_named(client: &mut Browser, name: &str) -> String {
    let fields = [
        ("service", "questions"),
        ("name", name),
        ("instructions", "Compare name & town."),
        ("currency", "KES"),
        ("pay.answer", "0.80"),
        ("gold_every", "0"),
        ("spec.question", "Is this the right page?"),
        ("spec.choices", "Yes\r\nNo\r\nI cannot tell"),
        ("spec.answers", "2"),
        ("spec.at_most", "4"),
    ];
    client.post("/projects/new", &fields).await.leads_to().to_owned()
}

const ROWS: &str = "id,shop\n1,Amani Books\n2,Baraka Shop\n3,Tumaini Tea Room\n";

#[tokio::test(flavor = "multi_thread")]
async fn a_client_makes_a_project_and_the_operator_has_it_done() {
    let kazi = Kazi::new().await;
    let mut operator = kazi.operator().await;
    let mut client = kazi.client(&mut operator, "Library").await;
    let centre = kazi.centre(&mut operator, "Kibera").await;
    assert_eq!(client.get("/home").await.leads_to(), "/projects");
    assert!(client.get("/projects").await.ok().contains("No project yet"));

    let project = draft(&mut client).await;
    let page = client.get(&project).await.ok();
    assert!(
        page.contains("Shops of &#60;Kisumu&#62;") && page.contains("Compare name &#38; town."),
        "{page}"
    );
    assert!(
        page.contains("Hand in at least one file.") && page.contains("Not enough evidence yet"),
        "{page}"
    );

    let files = format!("{project}/files");
    let sent = client.upload(&files, &[("shops.csv", ROWS), ("more.csv", "id,shop\n9,Nuru Chemist\n")]).await;
    assert_eq!(sent.leads_to(), format!("{project}#files"));
    let page = client.get(&project).await.ok();
    assert!(page.contains("shops.csv") && page.contains("data-moving"), "{page}");
    assert!(page.contains("<noscript><a class=\"small\""), "without script one asks for the newest: {page}");
    assert!(page.contains("type=\"file\""), "one may hand in more meanwhile: {page}");
    kazi.work_off().await;

    let started = client.post(&format!("{project}/start"), &[]).await;
    assert!(started.refused().contains("Choose at least one centre"), "{}", started.body);
    let centre = centre.trim_start_matches("/centres/");
    let assigned = operator.post(&format!("{project}/centres"), &[("centre", centre)]).await;
    assert_eq!(assigned.leads_to(), project);
    assert!(client.get(&project).await.ok().contains("Everything is ready"));
    assert_eq!(client.post(&format!("{project}/start"), &[]).await.leads_to(), project);

    let page = client.get(&project).await.ok();
    assert!(
        page.contains("Running") && page.contains("0 of 4 finished") && page.contains("Kibera"),
        "{page}"
    );
    assert!(!page.contains("style=\""), "styles in attributes are not allowed: {page}");
    assert_eq!(client.post(&format!("{project}/pause"), &[]).await.leads_to(), project);
    assert!(client.get("/projects?search=kisumu").await.ok().contains("Paused"));
    assert_eq!(client.post(&format!("{project}/resume"), &[]).await.leads_to(), project);
    assert!(client.get(&format!("{project}/cancel")).await.ok().contains("Whoever has done something"));
    assert_eq!(client.post(&format!("{project}/cancel"), &[]).await.leads_to(), project);
    assert!(client.get(&project).await.ok().contains("Given up"));
    assert!(client.post(&format!("{project}/resume"), &[]).await.refused().contains("cannot become running"));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_typed_is_kept_and_its_problem_stands_beside_it() {
    let kazi = Kazi::new().await;
    let mut operator = kazi.operator().await;
    let mut client = kazi.client(&mut operator, "Library").await;
    assert!(client.get("/projects/new").await.ok().contains("value=\"questions\""));
    let form = client.get("/projects/new?service=questions").await.ok();
    assert!(form.contains("name=\"spec.question\"") && form.contains("name=\"pay.decide\""), "{form}");
    assert!(!form.contains("name=\"organisation\""), "a client has but one organisation: {form}");
    let fields = [
        ("service", "questions"),
        ("name", "Kept <name>"),
        ("currency", "shillings"),
        ("pay.answer", "much"),
        ("gold_every", "20"),
        ("spec.question", "Kept question?"),
        ("spec.choices", "Only one"),
        ("spec.answers", "many"),
    ];
    let page = client.post("/projects/new", &fields).await.refused();
    assert!(
        page.contains("value=\"Kept &#60;name&#62;\"") && page.contains("value=\"Kept question?\""),
        "{page}"
    );
    for field in ["currency", "spec.answers"] {
        assert!(page.contains(&format!("id=\"{field}-problem\"")), "{field}: {page}");
    }
    let mended = fields.map(|(name, value)| match name {
        "currency" => (name, "KES"),
        "spec.answers" => (name, "3"),
        _ => (name, value),
    });
    let page = client.post("/projects/new", &mended).await.refused();
    assert!(
        page.contains("id=\"spec.choices-problem\"") && page.contains("Give two to nine answers"),
        "{page}"
    );
    assert!(client.get("/projects").await.ok().contains("No project yet"));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_not_ones_own_is_not_there() {
    let kazi = Kazi::new().await;
    let mut operator = kazi.operator().await;
    let mut client = kazi.client(&mut operator, "Library").await;
    let mut stranger = kazi.client(&mut operator, "Stranger").await;
    let centre = kazi.centre(&mut operator, "Kibera").await;
    let project = draft(&mut client).await;
    client.upload(&format!("{project}/files"), &[("shops.csv", ROWS)]).await;
    let page = client.get(&project).await.ok();
    kazi.work_off().await;
    let remove = client.get(&project).await.link_with("/remove");
    assert!(page.contains("shops.csv"));

    assert!(!stranger.get("/projects").await.ok().contains("Kisumu"));
    let item = "item_00000000000070008000000000000000";
    for path in ["", "/cancel", "/stuck"] {
        assert_eq!(stranger.get(&format!("{project}{path}")).await.status, 404, "{path}");
    }
    assert_eq!(stranger.get(&remove).await.status, 404);
    assert_eq!(stranger.get(&format!("{project}/stuck/{item}/leave-out")).await.status, 404);
    for path in ["/start", "/pause", "/resume", "/cancel", "/centres"] {
        assert_eq!(stranger.post(&format!("{project}{path}"), &[]).await.status, 404, "{path}");
    }
    assert_eq!(stranger.post(&remove, &[]).await.status, 404);
    assert_eq!(stranger.post(&format!("{project}/stuck/{item}"), &[("do", "reopen")]).await.status, 404);
    assert_eq!(stranger.upload(&format!("{project}/files"), &[("x.csv", ROWS)]).await.status, 404);

    for path in ["/centres", &centre, "/jobs", &format!("{project}/stuck")] {
        assert_eq!(client.get(path).await.status, 404, "{path} is the operator's");
        assert_eq!(operator.get(path).await.status, 200, "{path}");
    }
    assert_eq!(client.post(&format!("{project}/centres"), &[]).await.status, 404);
    let mut nobody = kazi.browser();
    assert_eq!(nobody.get(&project).await.leads_to(), "/sign-in");
    assert_eq!(client.post(&remove, &[]).await.leads_to(), format!("{project}#files"));
    assert!(!client.get(&project).await.ok().contains("shops.csv"));
}

/// Somebody who leads the centre.
async fn team_leader(kazi: &Kazi, operator: &mut Browser, centre: &str) -> Browser {
    let fields = [
        ("name", "Otieno"),
        ("role", "team_leader"),
        ("email", "otieno@centre.example"),
        ("new_password", PASSWORD),
        ("pin", "482915"),
        ("language", "en"),
    ];
    let made = operator.post(&format!("{centre}/people"), &fields).await;
    assert_eq!(made.leads_to(), format!("{centre}#people"));
    kazi.signed_in("otieno@centre.example").await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_team_leader_adds_a_worker_and_a_computer() {
    let kazi = Kazi::new().await;
    let mut operator = kazi.operator().await;
    let centre = kazi.centre(&mut operator, "Kibera").await;
    let elsewhere = kazi.centre(&mut operator, "Raipur").await;
    let mut leader = team_leader(&kazi, &mut operator, &centre).await;
    assert_eq!(leader.get("/home").await.leads_to(), centre);
    for path in ["/projects", "/centres", "/jobs", "/keys", &elsewhere] {
        assert_eq!(leader.get(path).await.status, 404, "{path}");
    }

    let people = format!("{centre}/people");
    let worker = [("name", "Amina"), ("role", "worker"), ("language", "sw"), ("picture", "fish-fill")];
    let shown = leader.post(&people, &worker).await;
    let pin = shown.once();
    assert!(pin.len() == 6 && pin.bytes().all(|byte| byte.is_ascii_digit()), "{pin}");
    let refused =
        leader.post(&people, &[("name", "Kept"), ("role", "worker"), ("pin", "123456")]).await.refused();
    assert!(refused.contains("value=\"Kept\"") && refused.contains("id=\"pin-problem\""), "{refused}");
    let refused = leader.post(&people, &[("name", "Boss"), ("role", "team_leader")]).await.refused();
    assert!(refused.contains("You cannot give the role"), "{refused}");
    assert_eq!(leader.post(&format!("{elsewhere}/people"), &worker).await.status, 404);

    let code = leader.post(&format!("{centre}/computers"), &[("computer", "Desk 1")]).await.once();
    let mut computer = kazi.browser();
    assert_eq!(computer.post("/centre/enrol", &[("code", &code)]).await.leads_to(), "/centre");
    let tile = computer.get("/centre").await.link_with("/centre/person_");
    assert_eq!(computer.post(&tile, &[("pin", &pin)]).await.leads_to(), "/work");
    assert_eq!(computer.get(&centre).await.status, 404, "a PIN never opens a centre's page");

    let person = leader.get(&centre).await.link_with("/people/");
    let new_pin = leader.post(&format!("{person}/pin"), &[]).await.once();
    assert_eq!(computer.post(&tile, &[("pin", &new_pin)]).await.leads_to(), "/work");
    assert_eq!(leader.post(&format!("{person}/active"), &[]).await.leads_to(), person);
    assert!(leader.get(&person).await.ok().contains("Let in again"));
    let revoke = leader.get(&centre).await.link_with("/revoke");
    assert!(leader.get(&revoke).await.ok().contains("Revoke Desk 1?"));
    assert_eq!(leader.post(&revoke, &[]).await.leads_to(), format!("{centre}#computers"));
    assert!(
        computer.get("/centre").await.body.contains("name=\"code\""),
        "the computer must be enrolled again"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn lists_are_searched_and_ordered() {
    let kazi = Kazi::new().await;
    let mut operator = kazi.operator().await;
    let mut client = kazi.client(&mut operator, "Library").await;
    for name in ["Baobab", "Zebra", "Acacia"] {
        draft_named(&mut client, name).await;
    }
    let places = |page: &str| ["Acacia", "Baobab", "Zebra"].map(|name| page.find(&format!(">{name}</a>")));
    let newest = places(&client.get("/projects").await.ok());
    assert!(newest[0] < newest[2] && newest[2] < newest[1], "{newest:?}");
    let by_name = places(&client.get("/projects?sort=name").await.ok());
    assert!(by_name[0] < by_name[1] && by_name[1] < by_name[2], "{by_name:?}");
    let found = client.get("/projects?search=bao&sort=name").await.ok();
    assert_eq!(places(&found).map(|place| place.is_some()), [false, true, false]);
    assert!(found.contains("name=\"sort\" value=\"name\""), "a search keeps the order: {found}");

    let centre = kazi.centre(&mut operator, "Kibera").await;
    for name in ["Amina", "Baraka"] {
        let worker = [("name", name), ("role", "worker"), ("language", "sw"), ("picture", "fish-fill")];
        operator.post(&format!("{centre}/people"), &worker).await.once();
    }
    let found = operator.get(&format!("{centre}?search=ami")).await.ok();
    assert!(found.contains("Amina") && !found.contains("Baraka"), "{found}");
    assert!(operator.get(&format!("{centre}?search=nobody")).await.ok().contains("Nobody here is called so"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_team_leader_changes_no_other_leader() {
    let kazi = Kazi::new().await;
    let mut operator = kazi.operator().await;
    let centre = kazi.centre(&mut operator, "Kibera").await;
    let mut leader = team_leader(&kazi, &mut operator, &centre).await;
    let own = operator.get(&centre).await.link_with("/people/");
    assert!(!leader.get(&centre).await.ok().contains("/people/person_"));
    let fields = [("name", "Queen"), ("role", "worker"), ("language", "en")];
    assert_eq!(leader.post(&own, &fields).await.status, 404);
    assert_eq!(leader.post(&format!("{own}/pin"), &[]).await.status, 404);
    assert_eq!(leader.post(&format!("{own}/password"), &[("new_password", PASSWORD)]).await.status, 404);
    let changed =
        [("name", "Otieno Pili"), ("role", "team_leader"), ("email", "o@centre.example"), ("language", "sw")];
    assert_eq!(operator.post(&own, &changed).await.leads_to(), own);
    assert!(operator.get(&own).await.ok().contains("Otieno Pili"));
}

#[tokio::test(flavor = "multi_thread")]
async fn keys_are_shown_once_and_revoked() {
    let kazi = Kazi::new().await;
    let mut operator = kazi.operator().await;
    let mut client = kazi.client(&mut operator, "Library").await;
    assert!(client.post("/keys", &[("name", "upload")]).await.refused().contains("id=\"scope-problem\""));
    let made = client.post("/keys", &[("name", "upload"), ("scope", "projects:read")]).await;
    let key = made.once();
    assert!(key.starts_with("kazi_"), "{key}");
    let list = client.get("/keys").await;
    assert!(list.body.contains("upload") && !list.body.contains(&key));
    let mut program = kazi.browser();
    assert_eq!(program.with_key(&key, "/api/v1/projects").await.status, 200);
    let revoke = list.link_with("/revoke");
    assert_eq!(operator.get(&revoke).await.status, 404, "keys are their owner's alone");
    assert_eq!(client.post(&revoke, &[]).await.leads_to(), "/keys");
    assert_eq!(program.with_key(&key, "/api/v1/projects").await.status, 401);
}

#[tokio::test(flavor = "multi_thread")]
async fn ones_own_account_is_ones_own() {
    let kazi = Kazi::new().await;
    let mut operator = kazi.operator().await;
    let mut other = kazi.operator().await;
    let account = operator.get("/account").await;
    let end = account.action_with("/end");
    assert_eq!(operator.post(&end, &[]).await.leads_to(), "/account");
    assert_eq!(other.get("/account").await.leads_to(), "/sign-in");
    let wrong = [("old_password", "not this one"), ("new_password", "the tree stands still")];
    assert!(
        operator.post("/account/password", &wrong).await.refused().contains("id=\"old_password-problem\"")
    );
    let short = [("old_password", PASSWORD), ("new_password", "short")];
    assert!(
        operator.post("/account/password", &short).await.refused().contains("id=\"new_password-problem\"")
    );
    let right = [("old_password", PASSWORD), ("new_password", "the tree stands still")];
    assert_eq!(operator.post("/account/password", &right).await.leads_to(), "/account?done=password");
    assert_eq!(
        operator.post("/account/profile", &[("language", "ur")]).await.leads_to(),
        "/account?done=profile"
    );
    let page: Page = operator.get("/account").await;
    assert!(page.body.contains("<html lang=\"ur\" dir=\"rtl\">"), "{}", page.body);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_profile_has_a_name_a_clock_and_says_which_letters_come() {
    let kazi = Kazi::new().await;
    let mut operator = kazi.operator().await;
    let utc = operator.get("/account").await.ok();
    assert!(utc.contains(" UTC") && utc.contains("<option value=\"Africa/Nairobi\">Africa/Nairobi</option>"));
    let new =
        [("name", "Wanjiru M."), ("language", "en"), ("time_zone", "Africa/Nairobi"), ("letters", "daily")];
    assert_eq!(operator.post("/account/profile", &new).await.leads_to(), "/account?done=profile");
    let page = operator.get("/account?done=profile").await.ok();
    assert!(page.contains("Saved.") && page.contains("<b>Wanjiru M.</b>"), "{page}");
    assert!(
        page.contains("value=\"Africa/Nairobi\" selected") && page.contains("value=\"daily\" selected"),
        "{page}"
    );
    let main = page.split("<main").nth(1).unwrap();
    assert!(
        !main.split("<select").next().unwrap().contains(" UTC"),
        "moments are told by the chosen clock: {main}"
    );
    let wrong = [("name", " "), ("time_zone", "Mars/Olympus"), ("letters", "daily")];
    let refused = operator.post("/account/profile", &wrong).await.refused();
    assert!(refused.contains("id=\"name-problem\""), "{refused}");
    let refused = operator.post("/account/profile", &[("time_zone", "Mars/Olympus")]).await.refused();
    assert!(refused.contains("id=\"time_zone-problem\""), "{refused}");
    let refused = operator.post("/account/profile", &[("letters", "sometimes")]).await.refused();
    assert!(refused.contains("id=\"letters-problem\""), "{refused}");
    assert!(operator.get("/audit?kind=person.profile").await.ok().contains("Own profile changed"));
}

#[tokio::test(flavor = "multi_thread")]
async fn people_take_along_what_is_held_about_them() {
    let kazi = Kazi::new().await;
    let mut operator = kazi.operator().await;
    let centre = kazi.centre(&mut operator, "Kibera").await;
    let mut leader = team_leader(&kazi, &mut operator, &centre).await;
    let own = leader.post("/account/data", &[]).await.ok();
    assert!(own.starts_with("PK") && own.contains("profile.json") && own.contains("record-by-me-0001.json"));
    let worker = [("name", "Amina"), ("role", "worker"), ("language", "sw"), ("pin", "482915")];
    leader.post(&format!("{centre}/people"), &worker).await;
    let person = leader.get(&format!("{centre}?search=amina")).await.link_with("/people/");
    assert!(leader.get(&person).await.ok().contains("Download their data"));
    assert!(leader.post(&format!("{person}/data"), &[]).await.ok().starts_with("PK"));
    let record = operator.get("/audit?kind=person.data").await.ok();
    assert!(record.contains("Data about a person taken along") && record.contains("Amina"), "{record}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_failed_job_is_seen_and_tried_again() {
    let kazi = Kazi::new().await;
    let mut operator = kazi.operator().await;
    let mut client = kazi.client(&mut operator, "Library").await;
    let project = draft(&mut client).await;
    client.upload(&format!("{project}/files"), &[("shops.csv", ROWS)]).await;
    let page = operator.get("/jobs").await;
    assert!(page.body.contains("Split a file"), "{}", page.body);
    let cancel = page.action_with("/cancel");
    assert_eq!(client.post(&cancel, &[]).await.status, 404);
    assert_eq!(operator.post(&cancel, &[]).await.leads_to(), "/jobs");
    kazi.work_off().await;
    let retry = operator.get("/jobs?state=cancelled").await.action_with("/retry");
    for (found, address) in [
        (true, "/jobs?search=shops.csv"),
        (true, "/jobs?search=KISUMU&state=cancelled&sort=oldest"),
        (false, "/jobs?search=kisumu&state=failed"),
        (false, "/jobs?search=museum"),
    ] {
        let list = operator.get(address).await.ok();
        assert_eq!(list.contains("shops.csv</bdi>"), found, "{address} {list}");
        assert_eq!(
            list.contains(&format!("href=\"{project}\"")),
            found,
            "a job leads to its project: {address}"
        );
    }
    assert!(operator.post(&cancel, &[]).await.refused().contains("nothing to call off"));
    assert_eq!(operator.post(&retry, &[]).await.leads_to(), "/jobs");
}

#[tokio::test(flavor = "multi_thread")]
async fn terms_are_changed_and_the_slower_of_two_is_told() {
    let kazi = Kazi::new().await;
    let mut operator = kazi.operator().await;
    let mut client = kazi.client(&mut operator, "Library").await;
    let project = draft(&mut client).await;
    let terms = format!("{project}/terms");
    let form = client.get(&terms).await.ok();
    assert!(form.contains("value=\"Is this the right page?\"") && form.contains("value=\"0.80\""), "{form}");
    assert!(form.contains("name=\"version\" value=\"1\""), "{form}");
    let fields = [
        ("version", "1"),
        ("name", "Shops"),
        ("instructions", "Look twice."),
        ("currency", "KES"),
        ("pay.answer", "1.20"),
        ("gold_every", "10"),
        ("spec.question", "Is it the same shop?"),
        ("spec.choices", "Yes\r\nNo"),
    ];
    assert_eq!(client.post(&terms, &fields).await.leads_to(), project);
    assert!(client.get(&project).await.ok().contains("Look twice."));
    let slower = operator.post(&terms, &fields).await.refused();
    assert!(slower.contains("Somebody else has changed this project meanwhile"), "{slower}");
    let mut stranger = kazi.client(&mut operator, "Stranger").await;
    assert_eq!(stranger.get(&terms).await.status, 404);
    assert_eq!(stranger.post(&terms, &fields).await.status, 404);
}

/// A worker at a computer of the centre, who has learnt the questions.
async fn worker(kazi: &Kazi, operator: &mut Browser, centre: &str, name: &str) -> Browser {
    let fields = [("name", name), ("role", "worker"), ("pin", "482915"), ("language", "en")];
    operator.post(&format!("{centre}/people"), &fields).await.leads_to();
    let code = operator.post(&format!("{centre}/computers"), &[("computer", name)]).await.once();
    let mut computer = kazi.browser();
    computer.post("/centre/enrol", &[("code", &code)]).await.leads_to();
    let desk = computer.get("/centre").await;
    let (before, _) = desk.body.split_once(&format!("</span>{name}</a>")).unwrap();
    let start = before.rfind("/centre/person_").unwrap();
    let tile = before[start..].split('"').next().unwrap().to_owned();
    assert_eq!(computer.post(&tile, &[("pin", "482915")]).await.leads_to(), "/work");
    let learnt = sql!(
        "insert into certificate (person, service, stage, issued_at) select id, 'questions', 'answer', 0 from person \
         where 1 = 1 on conflict (person, service, stage) do nothing"
    );
    kazi.app.db.write(move |tx| tx.execute(learnt, params![])).await.unwrap();
    computer
}

#[tokio::test(flavor = "multi_thread")]
async fn the_operator_decides_what_is_stuck() {
    let kazi = Kazi::new().await;
    let mut operator = kazi.operator().await;
    let mut client = kazi.client(&mut operator, "Library").await;
    let centre = kazi.centre(&mut operator, "Kibera").await;
    let project = draft(&mut client).await;
    client.upload(&format!("{project}/files"), &[("shops.csv", ROWS)]).await;
    kazi.work_off().await;
    let chosen = [("centre", centre.trim_start_matches("/centres/"))];
    operator.post(&format!("{project}/centres"), &chosen).await.leads_to();
    client.post(&format!("{project}/start"), &[]).await.leads_to();
    let mut workers = [
        worker(&kazi, &mut operator, &centre, "Amina").await,
        worker(&kazi, &mut operator, &centre, "Baraka").await,
    ];
    let desk = project.replace("/projects/", "/work/") + "/answer";
    for _ in 0..3 {
        for worker in &mut workers {
            let task = worker.get(&desk).await.value_with("task_");
            let said = worker.post(&format!("/work/tasks/{task}/report"), &[("reason", "broken")]).await;
            assert!(said.status < 400, "{}", said.body);
        }
    }

    let stuck = format!("{project}/stuck");
    assert!(operator.get("/projects").await.ok().contains("some items need you"));
    assert!(operator.get(&project).await.ok().contains("3 items need you"));
    let list = operator.get(&stuck).await;
    assert!(list.body.contains("reported as wrong") && list.body.contains("Amani Books"), "{}", list.body);
    assert!(list.body.contains("reported it: It does not open"), "{}", list.body);

    let item = list.action_with("/stuck/item_");
    let wrong = operator.post(&item, &[("do", "settle"), ("outcome", "\"nonsense\"")]).await.refused();
    assert!(wrong.contains("This cannot be the outcome"), "{wrong}");
    let no_choice =
        operator.post(&item, &[("do", "settle"), ("outcome", "{\"choice\": 99}")]).await.refused();
    assert!(no_choice.contains("This cannot be the outcome"), "{no_choice}");
    let settled = operator.post(&item, &[("do", "settle"), ("outcome", "{\"choice\": 1}")]).await;
    assert_eq!(settled.leads_to(), stuck);
    let left = operator.get(&stuck).await;
    let ask = left.link_with("/leave-out");
    let out = ask.trim_end_matches("/leave-out").to_owned();
    assert!(operator.get(&ask).await.ok().contains("It will be missing"));
    assert_eq!(operator.post(&out, &[("do", "leave-out")]).await.leads_to(), stuck);
    let again = operator.get(&stuck).await.action_with("/stuck/item_");
    assert_eq!(operator.post(&again, &[("do", "reopen")]).await.leads_to(), stuck);
    assert!(operator.get(&stuck).await.ok().contains("Nothing is stuck"));
}
