//! Web hooks with the pages' forms.

use super::{Kazi, draft};

#[tokio::test(flavor = "multi_thread")]
async fn a_client_has_a_program_told_and_sees_how_it_went() {
    let kazi = Kazi::new().await;
    let mut operator = kazi.operator().await;
    let mut client = kazi.client(&mut operator, "Library").await;
    let mut other = kazi.client(&mut operator, "Museum").await;
    assert!(client.get("/hooks").await.ok().contains("No web hook yet"));
    let refused =
        client.post("/hooks", &[("address", "https://10.0.0.1"), ("event", "item.stuck")]).await.refused();
    assert!(
        refused.contains("private network") && refused.contains("value=\"https://10.0.0.1\""),
        "{refused}"
    );
    assert!(refused.contains("value=\"item.stuck\" checked"), "{refused}");
    let refused = client.post("/hooks", &[("address", "http://127.0.0.1:9/kazi")]).await.refused();
    assert!(refused.contains("Choose at least one thing"), "{refused}");
    // Nobody listens there.
    let fields =
        [("address", "http://127.0.0.1:9/kazi"), ("event", "question.asked"), ("event", "item.stuck")];
    let made = client.post("/hooks", &fields).await;
    let secret = made.once();
    assert!(secret.starts_with("whsec_"));
    let hook = made.link_with("/hooks/hook_");
    assert!(!client.get(&hook).await.ok().contains("whsec_"), "it is shown once");
    for path in [hook.clone(), format!("{hook}/remove")] {
        assert_eq!(other.get(&path).await.status, 404, "{path}");
        assert_eq!(operator.get(&path).await.status, 404, "{path}: it is the client's own");
    }

    assert_eq!(client.post(&format!("{hook}/steer"), &[("do", "try")]).await.leads_to(), hook);
    let project = draft(&mut client).await;
    let question = [("subject", "Dark photo"), ("text", "Enough?")];
    client.post(&format!("{project}/questions"), &question).await.leads_to();
    let waiting = client.get(&hook).await.ok();
    assert!(waiting.contains("A try") && waiting.contains("A question was asked"), "{waiting}");
    kazi.give_up().await;
    let failed = client.get(&format!("{hook}?state=failed&search=question")).await;
    assert!(failed.body.contains("Given up") && failed.body.contains("33 tries"), "{}", failed.body);
    assert!(
        failed.body.contains("Nobody answers there") && !failed.body.contains("A try</b>"),
        "{}",
        failed.body
    );
    let again = failed.action_with("/again");
    assert_eq!(other.post(&again, &[]).await.status, 404);
    assert_eq!(client.post(&again, &[]).await.leads_to(), hook);
    let twice = client.post(&again, &[]).await.refused();
    assert!(twice.contains("on its way already"), "{twice}");

    assert_eq!(client.post(&format!("{hook}/steer"), &[("do", "hold")]).await.leads_to(), hook);
    assert!(client.get(&hook).await.ok().contains("Let it go on"));
    let fields = [("address", "https://catalogue.example/new"), ("event", "item.stuck")];
    assert_eq!(client.post(&hook, &fields).await.leads_to(), hook);
    assert!(client.get("/hooks").await.ok().contains("https://catalogue.example/new"));
    assert_ne!(client.post(&format!("{hook}/secret"), &[]).await.once(), secret);
    assert!(client.get(&hook).await.ok().contains("the one before counts until"));
    assert!(client.get(&format!("{hook}/remove")).await.ok().contains("Remove this web hook?"));
    assert_eq!(client.post(&format!("{hook}/remove"), &[]).await.leads_to(), "/hooks");
    assert_eq!(client.get(&hook).await.status, 404);
}
