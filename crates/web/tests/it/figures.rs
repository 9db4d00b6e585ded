//! The dashboard that is handed out asks for figures that are served, of routes that are there.

use std::collections::BTreeSet;

use axum::http::StatusCode;
use serde_json::Value;

use crate::client::site;

const DASHBOARD: &str = include_str!("../../../../packaging/grafana/kazi.json");

/// Every question that the panels and the choices of the dashboard ask.
fn questions() -> Vec<String> {
    let dashboard: Value = serde_json::from_str(DASHBOARD).unwrap();
    let panels = dashboard["panels"].as_array().unwrap();
    let targets = panels.iter().flat_map(|panel| panel["targets"].as_array().unwrap());
    let asked = targets.map(|target| target["expr"].as_str().unwrap().to_owned());
    let choices = dashboard["templating"]["list"].as_array().unwrap().iter();
    asked.chain(choices.map(|choice| choice["query"].as_str().unwrap().to_owned())).collect()
}

/// The words in a text that begin like this.
fn words<'t>(text: &'t str, start: &str) -> Vec<&'t str> {
    let ends = |c: char| !c.is_ascii_alphanumeric() && c != '_';
    text.match_indices(start).map(|(at, _)| text[at..].split(ends).next().unwrap()).collect()
}

/// The values that a label is asked for; those of a pattern one by one.
fn values(question: &str, label: &str) -> Vec<String> {
    let mut found = Vec::new();
    for sign in ["=", "=~"] {
        let start = format!("{label}{sign}\"");
        for part in question.split(&start).skip(1) {
            found.extend(part.split('"').next().unwrap().split('|').map(str::to_owned));
        }
    }
    found
}

#[test]
fn the_dashboard_asks_for_figures_that_are_served() {
    site(|site| {
        let mut operator = site.staff("wanjiru@kazi.example");
        assert_eq!(operator.get("/healthz").status, StatusCode::OK);
        let served = operator.get("/metrics").text;
        let names: BTreeSet<&str> = served.lines().filter_map(|line| line.split(['{', ' ']).next()).collect();
        let line = served.lines().find(|line| line.starts_with("kazi_requests_total{")).unwrap();
        let questions = questions();
        let (mut asked, mut paths) = (0, 0);
        let routes: BTreeSet<&str> = site.routes().iter().map(|route| route.path).collect();
        for question in &questions {
            for name in words(question, "kazi_") {
                asked += 1;
                assert!(names.contains(name), "{name} is not served; in {question}");
            }
            for label in ["method", "path", "status"] {
                assert!(
                    !question.contains(&format!("{label}=")) || line.contains(&format!("{label}=\"")),
                    "{question}"
                );
            }
            for path in values(question, "path") {
                // The one pattern that joins two ends of a path.
                let both = path.strip_suffix("(skip").map(|stem| format!("{stem}skip"));
                let path = if path == "report)" {
                    "/work/tasks/{task}/report".to_owned()
                } else {
                    both.unwrap_or(path)
                };
                paths += 1;
                assert!(routes.contains(path.as_str()), "{path} is no route; in {question}");
            }
        }
        assert!(asked > 15 && paths > 8, "{asked} figures, {paths} paths: is the dashboard read rightly?");
    });
}
