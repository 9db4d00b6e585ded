//! People, computers and invitations through the API.

use axum::http::{Method, StatusCode};
use serde_json::{Value, json};

use crate::client::site;

#[test]
fn people_are_changed_put_out_and_let_in_through_the_api() {
    site(|site| {
        let kibera = site.world.centre("Kibera");
        let (amina, computer) = (kibera.worker("Amina"), kibera.computer("Desk 1"));
        kibera.team_leader("Juma");
        let mut at_work = site.worker(&computer, &amina);
        let (mut leader, mut operator) =
            (site.staff("juma@centre.example"), site.staff("wanjiru@kazi.example"));
        let path = format!("/api/v1/people/{}", amina.person);
        let renamed =
            leader.json(&Method::PATCH, &path, &json!({"name": "Amina N.", "email": "a@b.example"}));
        assert_eq!(renamed.status, StatusCode::NO_CONTENT, "{}", renamed.text);
        let shown = operator.get(&path).json();
        assert_eq!((&shown["name"], &shown["roles"]), (&json!("Amina N."), &json!(["worker"])));
        assert_eq!(shown["email"], Value::Null, "a team leader gives nobody an address");
        let higher = leader.json(&Method::PATCH, &path, &json!({"roles": ["operator"]}));
        assert_eq!(
            (higher.status, &higher.json()["kind"]),
            (StatusCode::UNPROCESSABLE_ENTITY, &json!("person"))
        );

        let active = |yes: bool| json!({"active": yes});
        let put = leader.json(&Method::PUT, &format!("{path}/active"), &active(false));
        assert_eq!(put.status, StatusCode::NO_CONTENT, "{}", put.text);
        assert_eq!(at_work.get("/work").status, StatusCode::UNAUTHORIZED, "out at once");
        leader.json(&Method::PUT, &format!("{path}/active"), &active(true));
        site.worker(&computer, &amina);
        let oneself = format!("/api/v1/people/{}/active", site.world.operator().person);
        assert_eq!(
            operator.json(&Method::PUT, &oneself, &active(false)).status,
            StatusCode::UNPROCESSABLE_ENTITY
        );
        assert_eq!(leader.json(&Method::PUT, &oneself, &active(false)).status, StatusCode::NOT_FOUND);
    });
}

#[test]
fn a_password_is_set_and_a_computer_revoked_through_the_api() {
    site(|site| {
        let (library, kibera) = (site.world.client("Library"), site.world.centre("Kibera"));
        let (amina, computer) = (kibera.worker("Amina"), kibera.computer("Desk 1"));
        let mut operator = site.staff("wanjiru@kazi.example");
        let mut buyer = site.staff("buyer@library.example");
        let path = format!("/api/v1/people/{}/password", library.person);
        let weak = operator.json(&Method::PUT, &path, &json!({"password": "short"}));
        assert_eq!((weak.status, &weak.json()["kind"]), (StatusCode::UNPROCESSABLE_ENTITY, &json!("secret")));
        let set = operator.json(&Method::PUT, &path, &json!({"password": "nine white clouds"}));
        assert_eq!(set.status, StatusCode::NO_CONTENT, "{}", set.text);
        assert_eq!(buyer.get("/api/v1/projects").status, StatusCode::UNAUTHORIZED);
        let fields = [("email", "buyer@library.example"), ("password", "nine white clouds")];
        assert_eq!(site.nobody().form("/sign-in", &fields).header("location"), "/home");

        let mut at_work = site.worker(&computer, &amina);
        let devices = format!("/api/v1/centres/{}/devices", kibera.id);
        let listed = operator.get(&devices).json();
        assert_eq!((&listed[0]["name"], &listed[0]["enrolled"]), (&json!("Desk 1"), &json!(true)));
        let one = format!("{devices}/{}", computer.id);
        assert_eq!(operator.json(&Method::DELETE, &one, &Value::Null).status, StatusCode::NO_CONTENT);
        assert_eq!(at_work.get("/work").status, StatusCode::UNAUTHORIZED);
        assert_eq!(operator.json(&Method::DELETE, &one, &Value::Null).status, StatusCode::NOT_FOUND);
        assert_eq!(operator.get(&devices).json(), json!([]));
    });
}

#[test]
fn people_are_asked_in_through_the_api() {
    site(|site| {
        let library = site.world.client("Library");
        site.world.client_lead(&library, "Library");
        let mut lead = site.staff("lead@library.example");
        let path = format!("/api/v1/organisations/{}/invitations", library.organisation);
        let ruth = json!({"name": "Ruth", "email": "ruth@library.example", "roles": ["client"]});
        let made = lead.json(&Method::POST, &path, &ruth);
        assert_eq!(made.status, StatusCode::CREATED, "{}", made.text);
        let twice = lead.json(&Method::POST, &path, &ruth);
        assert_eq!((twice.status, &twice.json()["kind"]), (StatusCode::CONFLICT, &json!("already_invited")));
        let listed = lead.get(&path).json();
        assert_eq!((&listed["invitations"][0]["email"], &listed["next"]), (&ruth["email"], &Value::Null));
        assert!(!listed.to_string().contains("key"), "what opens stands in the letter alone");
        let one = format!("/api/v1/invitations/{}", made.json()["id"].as_str().unwrap());
        assert_eq!(
            lead.json(&Method::POST, &format!("{one}/again"), &Value::Null).status,
            StatusCode::NO_CONTENT
        );
        assert_eq!(lead.json(&Method::DELETE, &one, &Value::Null).status, StatusCode::NO_CONTENT);
        assert_eq!(lead.json(&Method::DELETE, &one, &Value::Null).status, StatusCode::NOT_FOUND);
        assert_eq!(lead.get(&path).json()["invitations"], json!([]));
    });
}
