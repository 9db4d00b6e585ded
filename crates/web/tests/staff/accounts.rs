//! Coming in by invitation, a forgotten password, and the letters of both, with the pages alone.

use std::sync::Arc;

use kazi_app::jobs::{Handler, drain};
use kazi_app::mail::{Mailer, Post};
use kazi_app::now;
use kazi_db::sql;
use kazi_domain::Span;

use crate::{Browser, Kazi, PASSWORD};

impl Kazi {
    /// The path behind the link of the latest letter that still holds one.
    async fn link(&self) -> String {
        let latest = sql!("select secret from mail where secret is not null order by id desc limit 1");
        let found =
            self.app.db.read(move |read| read.query_opt(latest, &[], |row| row.get::<String>(0))).await;
        found.unwrap().unwrap().trim_start_matches("http://kazi.example").to_owned()
    }

    /// Whoever leads the people of a new client, who came in by letter; the address of the client's page.
    async fn lead(&self, operator: &mut Browser, client: &str, email: &str) -> (Browser, String) {
        let made =
            operator.post("/organisations", &[("organisation_name", client), ("kind", "client")]).await;
        let place = made.leads_to().to_owned();
        let fields = [("name", "Ruth"), ("email", email), ("role", "client_lead"), ("language", "en")];
        let sent = operator.post(&format!("{place}/team"), &fields).await;
        assert_eq!(sent.leads_to(), format!("{place}/team#invitations"));
        (self.come_in().await, place)
    }

    /// Follows the latest invitation.
    async fn come_in(&self) -> Browser {
        let (mut browser, link) = (self.browser(), self.link().await);
        let page = browser.get(&link).await;
        let key = page.value_with(link.split_once("key=").unwrap().1);
        let fields =
            [("key", &*key), ("name", "Ruth Beispiel"), ("language", "en"), ("new_password", PASSWORD)];
        assert_eq!(browser.post("/invitation", &fields).await.leads_to(), "/home");
        browser
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_leads_a_client_asks_colleagues_in_and_puts_them_out() {
    let kazi = Kazi::new().await;
    let mut operator = kazi.operator().await;
    let (mut ruth, library) = kazi.lead(&mut operator, "Library", "ruth@library.example").await;
    let (mut other, _) = kazi.lead(&mut operator, "Museum", "ruth@museum.example").await;
    let page = ruth.get("/team").await.ok();
    assert!(page.contains("People of Library") && page.contains("ruth@library.example"), "{page}");
    assert!(!page.contains("museum") && page.contains("href=\"/team\""), "{page}");

    let wrong = ruth
        .post(&format!("{library}/team"), &[("name", "Juma"), ("email", "juma"), ("role", "client")])
        .await
        .refused();
    assert!(wrong.contains("name@example.org") && wrong.contains("value=\"Juma\""), "{wrong}");
    let fields = [("name", "Juma"), ("email", "juma@library.example"), ("role", "client")];
    assert_eq!(ruth.post(&format!("{library}/team"), &fields).await.leads_to(), "/team#invitations");
    let twice = ruth.post(&format!("{library}/team"), &fields).await.refused();
    assert!(twice.contains("invited already"), "{twice}");
    let page = ruth.get("/team").await;
    let (again, revoke) = (page.action_with("/again"), page.link_with("/revoke"));
    for path in [format!("{library}/team"), revoke.clone()] {
        assert_eq!(other.get(&path).await.status, 404, "{path}");
    }
    assert_eq!(other.post(&again, &[]).await.status, 404);
    assert_eq!(other.post(&revoke, &[]).await.status, 404);

    let first = kazi.link().await;
    assert_eq!(ruth.post(&again, &[]).await.leads_to(), "/team#invitations");
    assert!(kazi.browser().get(&first).await.ok().contains("does not count any more"));
    let mut juma = kazi.come_in().await;
    assert_eq!(juma.get("/team").await.status, 404, "a member leads nobody");
    assert_eq!(juma.get("/projects").await.status, 200);
    let person = ruth.get("/team?search=juma").await.link_with("/people/");
    assert_eq!(other.get(&person).await.status, 404);
    assert_eq!(juma.get(&person).await.status, 404);
    let shown = ruth.get(&person).await.ok();
    assert!(shown.contains("value=\"client_lead\"") && !shown.contains("value=\"operator\""), "{shown}");
    assert_eq!(ruth.post(&format!("{person}/active"), &[]).await.leads_to(), person);
    assert_eq!(juma.get("/projects").await.leads_to(), "/sign-in");
    assert!(ruth.get("/team").await.ok().contains("Put out"));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_invitation_is_taken_back_after_asking() {
    let kazi = Kazi::new().await;
    let mut operator = kazi.operator().await;
    let made = operator.post("/organisations", &[("organisation_name", "Library"), ("kind", "client")]).await;
    let team = format!("{}/team", made.leads_to());
    let fields = [("name", "Ruth"), ("email", "ruth@library.example"), ("role", "client_lead")];
    operator.post(&team, &fields).await.leads_to();
    let revoke = operator.get(&team).await.link_with("/revoke");
    assert!(operator.get(&revoke).await.ok().contains("Take back the invitation of Ruth"));
    let link = kazi.link().await;
    assert_eq!(operator.post(&revoke, &[]).await.leads_to(), team);
    assert!(kazi.browser().get(&link).await.ok().contains("does not count any more"));
    assert_eq!(operator.get(&revoke).await.status, 404);
    assert!(operator.get(&team).await.ok().contains("Nobody is being waited for"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_forgotten_password_is_chosen_anew_behind_a_letter() {
    let kazi = Kazi::new().await;
    let mut before = kazi.operator().await;
    let mut guest = kazi.browser();
    assert!(guest.get("/sign-in").await.ok().contains("href=\"/forgotten\""));
    assert!(guest.post("/forgotten", &[("email", " ")]).await.refused().contains("Give your e-mail"));
    let known = guest.post("/forgotten", &[("email", "wanjiru@kazi.example")]).await.ok();
    let unknown = kazi.browser().post("/forgotten", &[("email", "nobody@kazi.example")]).await.ok();
    let words = |page: &str| page.split("<main").nth(1).unwrap().to_owned();
    assert_eq!(words(&known), words(&unknown), "nobody learns who has an account");
    let link = kazi.link().await;
    let key = link.split_once("key=").unwrap().1.to_owned();
    assert!(guest.get(&link).await.ok().contains("Hello Wanjiru"));
    let weak = guest.post("/forgotten/new", &[("key", &key), ("new_password", "short")]).await.refused();
    assert!(weak.contains("longer password") && weak.contains(&key), "the link is not used up: {weak}");
    let new = [("key", &*key), ("new_password", "nine white clouds")];
    assert!(guest.post("/forgotten/new", &new).await.ok().contains("Your new password is set"));
    assert!(guest.post("/forgotten/new", &new).await.refused().contains("does not count any more"));
    assert_eq!(before.get("/projects").await.leads_to(), "/sign-in", "old sessions are over");
    let old = [("email", "wanjiru@kazi.example"), ("password", PASSWORD)];
    assert_eq!(guest.post("/sign-in", &old).await.status, 401);
    let new = [("email", "wanjiru@kazi.example"), ("password", "nine white clouds")];
    assert_eq!(guest.post("/sign-in", &new).await.leads_to(), "/home");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_record_says_who_did_what_and_who_looked() {
    let kazi = Kazi::new().await;
    let mut operator = kazi.operator().await;
    let (mut ruth, library) = kazi.lead(&mut operator, "Library", "ruth@library.example").await;
    kazi.client(&mut operator, "Museum").await;
    let person = ruth.get("/team").await.link_with("/people/");
    assert_eq!(operator.get(&person).await.status, 200);
    let whole = operator.get("/audit").await.ok();
    for words in ["Person looked at", "Person invited", "Organisation added", "Museum", "Wanjiru"] {
        assert!(whole.contains(words), "{words}: {whole}");
    }
    let looked = operator.get("/audit?kind=person.seen").await.ok();
    assert!(looked.contains(&person) && !looked.contains("<th scope=\"row\">Person invited"), "{looked}");
    let id = person.trim_start_matches("/people/");
    assert!(operator.get(&format!("/audit?search={id}")).await.ok().contains("Person looked at"));
    assert!(operator.get("/audit?from=2999-01-01").await.ok().contains("Nothing of the kind"));
    let odd = operator.get("/audit?from=someday").await.ok();
    assert!(odd.contains("Write a day like") && odd.contains("value=\"someday\""), "{odd}");

    let own = ruth.get("/audit").await.ok();
    assert!(own.contains("Person looked at") && own.contains("Kazi Foundation"), "{own}");
    assert!(!own.contains("Museum") && !own.contains("Wanjiru"), "{own}");
    assert!(!own.contains(&format!("href=\"{library}")), "{own}");
}

#[tokio::test(flavor = "multi_thread")]
async fn letters_are_listed_read_and_sent_again_without_their_links() {
    let kazi = Kazi::new().await;
    let mut operator = kazi.operator().await;
    assert!(operator.get("/mail").await.ok().contains("No letter yet"));
    let (mut ruth, _) = kazi.lead(&mut operator, "Library", "ruth@library.example").await;
    assert_eq!(ruth.get("/mail").await.status, 404);
    let key = kazi.link().await.split_once("key=").unwrap().1.to_owned();
    let list = operator.get("/mail?search=ruth@&sort=oldest").await;
    let letter = list.link_with("/mail/mail_");
    assert!(
        list.body.contains("Come and work with Library") && list.body.contains("Waiting"),
        "{}",
        list.body
    );
    assert!(operator.get("/mail?search=museum").await.ok().contains("There is no such letter"));
    let text = operator.get(&letter).await.ok();
    assert!(text.contains("Hello Ruth,") && text.contains('…') && !text.contains(&key), "{text}");
    assert_eq!(ruth.get(&letter).await.status, 404);
    let early = operator.post(&format!("{letter}/again"), &[]).await.refused();
    assert!(early.contains("Only a letter that could not be sent"), "{early}");

    let folder = tempfile::tempdir().unwrap();
    let post = Post::new(Mailer::into_folder(folder.path(), "Kazi <kazi@kazi.example>").unwrap());
    let handlers: [Arc<dyn Handler>; 1] = [Arc::new(post)];
    let handlers = handlers.into_iter().collect();
    drain(&kazi.app.db, &handlers, now() + Span::minutes(1)).await.unwrap().unwrap();
    assert!(operator.get("/mail?state=sent").await.ok().contains("Come and work with Library"));
    assert!(operator.get("/mail?state=waiting").await.ok().contains("There is no such letter"));
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1);
    assert!(operator.get(&letter).await.ok().contains("sent "));
}
