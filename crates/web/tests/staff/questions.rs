//! Questions between a client and the operator, with the pages' forms.

use super::{Kazi, draft};

const ITEM: &str = "item_00000000000070008000000000000001";

#[tokio::test(flavor = "multi_thread")]
async fn a_client_asks_the_operator_answers_and_it_is_settled() {
    let kazi = Kazi::new().await;
    let mut operator = kazi.operator().await;
    let mut client = kazi.client(&mut operator, "Library").await;
    let project = draft(&mut client).await;
    let list = format!("{project}/questions");
    assert!(client.get(&list).await.ok().contains("No question yet"));

    // What was typed is kept, and what is wrong stands beside its field.
    let form = client.get(&format!("{list}/new")).await;
    let id = form.value_with("thread_");
    let wrong = [("id", &*id), ("subject", " "), ("text", "Is the <photo> enough?")];
    let refused = client.post(&list, &wrong).await.refused();
    assert!(refused.contains("Say in a few words what it is about.") && refused.contains(&id), "{refused}");
    assert!(refused.contains("Is the &#60;photo&#62; enough?"), "{refused}");
    let fields = [("id", &*id), ("subject", "Dark photo"), ("text", "Is the <photo> enough?\r\nIt is dark.")];
    let question = client.post(&list, &fields).await.leads_to().to_owned();
    assert_eq!(client.post(&list, &fields).await.leads_to(), question, "sent twice it is asked once");
    assert!(client.get(&list).await.ok().contains("Waits for the others"));

    // It waits for the operator: on the list of projects, on the project, in the list of questions.
    assert!(operator.get("/projects").await.ok().contains("A question waits for you"));
    assert!(operator.get(&project).await.ok().contains("One waits for you."));
    assert_eq!(operator.get("/questions?state=yours").await.link_with(&question), question);
    let shown = operator.get(&question).await.ok();
    assert!(
        shown.contains("Is the &#60;photo&#62; enough?") && shown.contains("Buyer, for the client"),
        "{shown}"
    );
    assert!(!shown.contains("Correct it"), "it is not theirs");
    let refused = operator.post(&question, &[("text", " \r\n ")]).await.refused();
    assert!(refused.contains("Write your message."), "{refused}");
    assert_eq!(operator.post(&question, &[("text", "It is enuogh.")]).await.leads_to(), question);
    assert!(!operator.get("/projects").await.ok().contains("A question waits for you"));

    // Whoever wrote the last message corrects it.
    let page = operator.get(&question).await;
    let correct = page.action_with("/messages/");
    let refused = operator.post(&correct, &[("said-2", "")]).await.refused();
    assert!(refused.contains("<details open>"), "{refused}");
    assert_eq!(operator.post(&correct, &[("said-2", "It is enough.")]).await.leads_to(), question);
    let shown = client.get(&question).await.ok();
    assert!(shown.contains("It is enough.") && shown.contains("corrected"), "{shown}");
    assert_eq!(client.post(&question, &[("text", "Thank you.")]).await.leads_to(), question);
    let late = operator.post(&correct, &[("said-2", "It is not enough.")]).await.refused();
    assert!(late.contains("while it is the last one.") && late.contains("It is not enough."), "{late}");

    assert_eq!(client.post(&format!("{question}/settle"), &[]).await.leads_to(), question);
    assert!(operator.get(&question).await.ok().contains("Settled by Buyer"));
    assert!(operator.get("/questions?state=yours").await.ok().contains("No question like this."));
    assert_eq!(operator.post(&format!("{question}/reopen"), &[]).await.leads_to(), question);
    assert!(operator.get(&project).await.ok().contains("One waits for you."));
}

#[tokio::test(flavor = "multi_thread")]
async fn questions_of_others_do_not_exist() {
    let kazi = Kazi::new().await;
    let mut operator = kazi.operator().await;
    let mut client = kazi.client(&mut operator, "Library").await;
    let mut other = kazi.client(&mut operator, "Museum").await;
    let project = draft(&mut client).await;
    let (list, own) = (format!("{project}/questions"), draft(&mut other).await);
    let question =
        client.post(&list, &[("subject", "Dark photo"), ("text", "Enough?")]).await.leads_to().to_owned();
    let thread = question.rsplit('/').next().unwrap();
    for path in [&list, &question, &format!("{list}/new"), &format!("{own}/questions/{thread}")] {
        assert_eq!(other.get(path).await.status, 404, "{path}");
    }
    for path in [&list, &question, &format!("{question}/settle"), &format!("{own}/questions/{thread}")] {
        let fields = [("subject", "Let me in"), ("text", "Please.")];
        assert_eq!(other.post(path, &fields).await.status, 404, "{path}");
    }
    // An item that is gone, or of somebody else: the question can still be asked, about the project.
    let form = client.get(&format!("{list}/new?item={ITEM}")).await.ok();
    assert!(!form.contains(ITEM), "{form}");
    let fields = [("item", ITEM), ("subject", "A row"), ("text", "Which?")];
    let refused = client.post(&list, &fields).await.refused();
    assert!(refused.contains("ask about the project instead"), "{refused}");
}
