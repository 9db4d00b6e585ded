//! A client looks at a sample of what was delivered, sends some of it back, and accepts the rest.

use kazi_app::delivery::sweep;
use kazi_db::{params, sql};

use crate::browser::Browser;
use crate::{Kazi, PASSWORD, ROWS, draft, worker};

/// Whoever is at the computer answers everything that waits for them.
async fn answer_all(at: &mut Browser, desk: &str, choice: &str) {
    loop {
        let page = at.get(desk).await;
        if !page.body.contains("name=\"task\"") {
            return;
        }
        let (task, answer) = (page.value_with("task_"), page.value_with("answer_"));
        let sent = at.post(desk, &[("task", &*task), ("answer", &answer), ("choice", choice)]).await;
        assert_eq!(sent.status, 303, "{}", sent.body);
    }
}

/// Everybody at the centre may also decide.
async fn all_review(kazi: &Kazi) {
    let roles = sql!("update person set roles = 'reviewer worker' where pin_hash is not null");
    kazi.app.db.write(move |tx| tx.execute(roles, params![])).await.unwrap();
}

async fn put_together(kazi: &Kazi) {
    assert_eq!(sweep(&kazi.app.db).await.unwrap().len(), 1);
    kazi.work_off().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_client_looks_at_a_sample_sends_back_and_accepts() {
    let kazi = Kazi::new().await;
    let mut operator = kazi.operator().await;
    let mut client = kazi.client(&mut operator, "Library").await;
    let mut stranger = kazi.client(&mut operator, "Stranger").await;
    let centre = kazi.centre(&mut operator, "Kibera").await;
    let project = draft(&mut client).await;
    client.upload(&format!("{project}/files"), &[("shops.csv", ROWS)]).await;
    kazi.work_off().await;
    let chosen = [("centre", centre.trim_start_matches("/centres/"))];
    operator.post(&format!("{project}/centres"), &chosen).await.leads_to();
    client.post(&format!("{project}/start"), &[]).await.leads_to();
    let desk = project.replace("/projects/", "/work/");
    for name in ["Zawadi", "Juma"] {
        let mut at = worker(&kazi, &mut operator, &centre, name).await;
        answer_all(&mut at, &format!("{desk}/answer"), "0").await;
    }
    let sample = format!("{project}/sample");
    assert!(client.get(&sample).await.ok().contains("A sample is drawn once the files are ready"));
    put_together(&kazi).await;
    looks_through(&mut client, &mut stranger, &project).await;
    is_done_again(&kazi, (&mut operator, &mut client), (&project, &centre)).await;
    accepts(&kazi, &mut client, &project).await;
}

/// The client draws a sample of all three rows and calls the first one wrong.
async fn looks_through(client: &mut Browser, stranger: &mut Browser, project: &str) {
    let sample = format!("{project}/sample");

    assert!(client.get("/projects").await.ok().contains("is ready"));
    assert!(client.get(project).await.ok().contains("Look at a sample"));
    for path in ["/sample", "/sample/1", "/accept", "/send-back", "/set-aside", "/certificate"] {
        assert_eq!(stranger.get(&format!("{project}{path}")).await.status, 404, "{path}");
    }
    let many = client.post(&sample, &[("way", "count"), ("number", "9")]).await.refused();
    assert!(many.contains("at least 1 and at most 3 items") && many.contains("value=\"9\""), "{many}");
    let first = format!("{sample}/1");
    assert_eq!(client.post(&sample, &[("way", "count"), ("number", "3")]).await.leads_to(), first);

    let page = client.get(&first).await;
    assert!(page.body.contains("Is this the right page?") && page.body.contains(">Yes</b>"), "{}", page.body);
    assert!(!page.body.contains("Zawadi") && !page.body.contains("Juma"), "nobody is named: {}", page.body);
    let of = page.value_with("sample_");
    let wrong = client.post(&first, &[("sample", &*of), ("verdict", "wrong"), ("note", "Kept <note>")]).await;
    let wrong = wrong.refused();
    assert!(wrong.contains("Choose what is wrong") && wrong.contains("Kept &#60;note&#62;"), "{wrong}");
    let said =
        [("sample", &*of), ("verdict", "wrong"), ("reason", "wrong"), ("note", "It moved to <Kisumu>")];
    assert_eq!(client.post(&first, &said).await.leads_to(), format!("{sample}/2"));
    let early = client.post(&format!("{project}/accept"), &[]).await.refused();
    assert!(early.contains("2 items are not decided yet"), "{early}");
    for number in [2, 3] {
        let said = [("sample", &*of), ("verdict", "right")];
        client.post(&format!("{sample}/{number}"), &said).await.leads_to();
    }
    let page = client.get(&sample).await.ok();
    assert!(page.contains("2 right · 1 wrong") && page.contains("Send one item back"), "{page}");
    assert!(page.contains("66.7 %"), "all were looked at: {page}");
    let found = client.get(&format!("{sample}?state=wrong")).await.ok();
    assert!(found.contains("It moved to &#60;Kisumu&#62;") && !found.contains("/sample/2\""), "{found}");
}

/// What was called wrong is sent back; somebody else sees why, and does it again.
async fn is_done_again(
    kazi: &Kazi,
    (operator, client): (&mut Browser, &mut Browser),
    (project, centre): (&str, &str),
) {
    let desk = project.replace("/projects/", "/work/");
    assert!(client.get(&format!("{project}/send-back")).await.ok().contains("Send one item back?"));
    assert_eq!(client.post(&format!("{project}/send-back"), &[]).await.leads_to(), project);
    assert!(client.get(project).await.ok().contains("2 of 3 finished"));
    let mut otieno = worker(kazi, operator, centre, "Otieno").await;
    all_review(kazi).await;
    let told = otieno.get(&format!("{desk}/decide")).await;
    assert!(told.body.contains("The client sent this back: something is wrong"), "{}", told.body);
    assert!(told.body.contains("It moved to &#60;Kisumu&#62;"), "{}", told.body);
    answer_all(&mut otieno, &format!("{desk}/decide"), "1").await;
    put_together(kazi).await;
}

/// The client looks at what was done again, and accepts.
async fn accepts(kazi: &Kazi, client: &mut Browser, project: &str) {
    let sample = format!("{project}/sample");
    let first = format!("{sample}/1");
    let page = client.get(&sample).await.ok();
    assert!(page.contains("The item that you sent back") && page.contains("The operator pays"), "{page}");
    client.post(&sample, &[("way", "redone"), ("number", "")]).await.leads_to();
    let of = client.get(&first).await.value_with("sample_");
    let said = [("sample", &*of), ("verdict", "right")];
    assert_eq!(client.post(&first, &said).await.leads_to(), sample);
    assert!(client.get(&format!("{project}/accept")).await.ok().contains("you get a certificate"));
    let certificate = format!("{project}/certificate");
    assert_eq!(client.get(&certificate).await.status, 404, "not before it is accepted");
    assert_eq!(client.post(&format!("{project}/accept"), &[]).await.leads_to(), certificate);
    let page = client.get(&certificate).await.ok();
    assert!(page.contains("Certificate of quality") && page.contains("100.0 %"), "{page}");
    assert!(page.contains("3 of 3 items") && page.contains("2 were right; 1 of the others"), "{page}");
    assert!(client.get(project).await.ok().contains("Accepted"));
    let late = client.post(&sample, &[("way", "plan")]).await.refused();
    assert!(late.contains("waits for no decision"), "{late}");
    assert_eq!(
        kazi.signed_in("buyer@library.example").await.get(&certificate).await.status,
        200,
        "{PASSWORD}"
    );
}
