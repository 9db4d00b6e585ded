//! Every route, asked as nobody, as each role, and as a stranger.

use axum::http::{Method, StatusCode};
use kazi_app::testing::World;
use kazi_domain::{Id, kind};
use kazi_web::{Route, Who};

use crate::client::{Client, no, site};

/// What a role may ask for at all.
fn let_in(role: &str, who: Who) -> bool {
    match who {
        Who::Anyone | Who::Device => true,
        Who::SignedIn | Who::Api => role != "nobody",
        Who::Worker => ["worker", "reviewer", "stranger"].contains(&role),
        Who::Staff => ["operator", "client", "team leader"].contains(&role),
    }
}

/// A path with its names filled in: the project is real, nothing else is.
fn filled(path: &str, project: Id<kind::Project>) -> String {
    let parts = path.split('/').map(|part| match part {
        "{project}" => project.to_string(),
        "{stage}" => "answer".to_owned(),
        "{task}" => no::<kind::Task>().to_string(),
        "{answer}" => no::<kind::Answer>().to_string(),
        "{hash}" => "0".repeat(64),
        "{person}" => no::<kind::Person>().to_string(),
        part if part.starts_with('{') => "nothing".to_owned(),
        part => part.to_owned(),
    });
    parts.collect::<Vec<_>>().join("/")
}

fn ends_session(route: &Route) -> bool {
    route.method == Method::POST && ["/lock", "/sign-out"].contains(&route.path)
}

#[test]
fn no_route_lets_in_whom_it_should_not_and_none_breaks() {
    site(|site| {
        let world: &World = site.world;
        let kibera = world.centre("Kibera");
        let (amina, otieno, juma) =
            (kibera.worker("Amina"), kibera.reviewer("Otieno"), kibera.team_leader("Juma"));
        let elsewhere = world.centre("Mombasa");
        let stranger = elsewhere.worker("Zawadi");
        world.client("Library");
        let project =
            world.project("questions").at(&kibera).file("shops.csv", "shop\nDuka\nSoko\n").running();
        let (here, there) = (kibera.computer("Desk 1"), elsewhere.computer("Desk 2"));
        let centre_mail = "juma@centre.example";
        assert!(juma.centre.is_some());
        let everybody: Vec<(&str, Client<'_>)> = vec![
            ("nobody", site.nobody()),
            ("worker", site.worker(&here, &amina)),
            ("reviewer", site.worker(&here, &otieno)),
            ("stranger", site.worker(&there, &stranger)),
            ("team leader", site.staff(centre_mail)),
            ("client", site.staff("buyer@library.example")),
            ("operator", site.staff("wanjiru@kazi.example")),
        ];
        for (role, client) in everybody {
            let mut routes = site.routes();
            routes.sort_by_key(|route| ends_session(route));
            for route in routes {
                let path = filled(route.path, project.id);
                for mut client in [client.clone(), client.clone().pages()] {
                    let reply =
                        client.ask(&route.method, &path, &[("content-type", "application/json")], "{}");
                    let told = format!("{role} {} {path}: {}", route.method, reply.status);
                    assert!(!reply.status.is_server_error(), "{told} {}", reply.text);
                    assert!(let_in(role, route.who) || !reply.status.is_success(), "{told}");
                    let ours = role == "stranger" && route.path.contains("{project}");
                    assert!(!ours || !reply.status.is_success(), "{told}");
                    assert_eq!(reply.header("x-content-type-options"), "nosniff", "{told}");
                }
            }
        }
    });
}

#[test]
fn what_is_not_there_is_told_as_a_page_or_a_problem_document() {
    site(|site| {
        let page = site.nobody().pages().speaking("sw").get("/no/such/page");
        assert_eq!(page.status, StatusCode::NOT_FOUND);
        assert!(
            page.text.contains("lang=\"sw\"") && page.text.contains("Hakuna ukurasa huo"),
            "{}",
            page.text
        );
        let document = site.nobody().speaking("sw").get("/no/such/page");
        assert_eq!(document.header("content-type"), "application/problem+json");
        let body = document.json();
        assert_eq!((body["kind"].as_str(), body["status"].as_u64()), (Some("not_there"), Some(404)));
        assert_eq!(body["detail"], "Hakuna ukurasa huo, au si wako.");
        assert_eq!(body["title"], "There is no such page, or it is not for you.");
        let other = site.nobody().ask(&Method::DELETE, "/sign-in", &[], "");
        assert_eq!((other.status.as_u16(), other.json()["kind"].as_str()), (405, Some("not_there")));
    });
}

#[test]
fn every_answer_carries_its_headers() {
    site(|site| {
        let front = site.nobody().pages().get("/");
        let policy = front.header("content-security-policy");
        assert!(
            policy.contains("default-src 'none'") && policy.contains("frame-ancestors 'none'"),
            "{policy}"
        );
        assert!(!policy.contains("unsafe"), "{policy}");
        for (name, value) in [
            ("x-content-type-options", "nosniff"),
            ("referrer-policy", "same-origin"),
            ("cache-control", "no-store"),
            ("cross-origin-opener-policy", "same-origin"),
        ] {
            assert_eq!(front.header(name), value, "{name}");
        }
        assert_eq!(front.header("x-request-id").len(), 36);
        let again = site.nobody().pages().get("/");
        assert_ne!(policy, again.header("content-security-policy"), "each answer has a nonce of its own");
    });
}

#[test]
fn another_site_cannot_send_forms_in_ones_name() {
    site(|site| {
        let kibera = site.world.centre("Kibera");
        let amina = kibera.worker("Amina");
        let mut client = site.worker(&kibera.computer("Desk 1"), &amina);
        let foreign = [("sec-fetch-site", "cross-site"), ("origin", "https://elsewhere.example")];
        assert_eq!(client.ask(&Method::POST, "/lock", &foreign, "").status, StatusCode::FORBIDDEN);
        assert_eq!(client.get("/work").status, StatusCode::OK);
        let own = [("sec-fetch-site", "same-origin")];
        assert_eq!(client.ask(&Method::POST, "/lock", &own, "").status, StatusCode::SEE_OTHER);
    });
}

#[test]
fn figures_are_for_the_operator_alone() {
    site(|site| {
        site.world.client("Library");
        let mut operator = site.staff("wanjiru@kazi.example");
        assert_eq!(operator.get("/healthz").status, StatusCode::OK);
        let figures = operator.get("/metrics");
        assert_eq!(figures.status, StatusCode::OK);
        assert!(
            figures.text.contains("kazi_requests_total{method=\"GET\",path=\"/healthz\",status=\"200\"}")
        );
        assert_eq!(site.staff("buyer@library.example").get("/metrics").status, StatusCode::NOT_FOUND);
    });
}
