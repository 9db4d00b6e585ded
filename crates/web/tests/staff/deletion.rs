//! The day on which the data of a project is deleted, with the pages' forms.

use kazi_app::rows::Param;
use kazi_db::{DbError, params, sql};
use kazi_domain::{Id, kind};

use super::{Kazi, draft};

/// A project ends as if its client had accepted it.
async fn accepted(kazi: &Kazi, project: &str) {
    let id: Id<kind::Project> = project.rsplit('/').next().unwrap().parse().unwrap();
    let state = sql!("update project set state = 'accepted' where id = $1");
    let done = kazi
        .app
        .db
        .write(move |tx| -> Result<(), DbError> { tx.execute(state, params![id.param()]).map(drop) });
    done.await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_day_is_chosen_undone_and_chosen_for_all() {
    let kazi = Kazi::new().await;
    let mut operator = kazi.operator().await;
    let mut client = kazi.client(&mut operator, "Library").await;
    let mut other = kazi.client(&mut operator, "Museum").await;
    let project = draft(&mut client).await;
    let page = format!("{project}/deletion");
    assert!(operator.get(&page).await.ok().contains("A day can be chosen once"));
    let refused = operator.post(&page, &[("day", "2999-01-01")]).await.refused();
    assert!(refused.contains("keeps its data"), "{refused}");
    accepted(&kazi, &project).await;
    assert!(client.get(&project).await.ok().contains("No day is set on which it is deleted."));

    for (day, told) in
        [("", "at least eight days"), ("2001-01-01", "at least eight days"), ("2999-01-01", "ten years")]
    {
        let refused = operator.post(&page, &[("day", day)]).await.refused();
        assert!(refused.contains(told) && refused.contains(&format!("value=\"{day}\"")), "{refused}");
    }
    let far = in_days(60);
    assert_eq!(operator.post(&page, &[("day", &far)]).await.leads_to(), page);
    assert!(client.get(&project).await.ok().contains("It is deleted on"));
    let shown = operator.get(&page).await.ok();
    assert!(shown.contains("Wanjiru chose that.") && shown.contains("Keep the data"), "{shown}");
    for path in [page.clone(), format!("{page}/undo")] {
        assert_eq!(other.post(&path, &[("day", &far)]).await.status, 404, "{path}");
    }
    assert_eq!(operator.post(&format!("{page}/undo"), &[]).await.leads_to(), page);
    assert!(!operator.get(&page).await.ok().contains("Keep the data"));

    let always = format!("{page}/always");
    let refused = operator.post(&always, &[("days", "3")]).await.refused();
    assert!(refused.contains("Choose 8 to 3650 days") && refused.contains("value=\"3\""), "{refused}");
    assert_eq!(operator.post(&always, &[("days", "90")]).await.leads_to(), page);
    assert!(operator.get(&page).await.ok().contains("value=\"90\""));
    assert_eq!(operator.post(&always, &[("days", "")]).await.leads_to(), page);
}

/// A day so many days from now, as a form sends it.
fn in_days(days: u32) -> String {
    let at = kazi_app::now() + kazi_domain::Span::minutes(days * 24 * 60);
    let at = jiff::Timestamp::from_microsecond(at.micros()).unwrap();
    at.strftime("%Y-%m-%d").to_string()
}
