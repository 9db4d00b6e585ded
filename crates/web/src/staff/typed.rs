//! What somebody typed into a form, and what is wrong with it.

use kazi_services::Problem;
use serde::Deserialize;

use super::words;

/// The fields of a form in their order, as they were typed.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(transparent)]
pub(super) struct Typed(Vec<(String, String)>);

impl Typed {
    /// The value of a field, without blanks around it; empty where there is none.
    pub(super) fn get(&self, name: &str) -> &str {
        self.raw(name).trim()
    }

    /// The value of a field exactly as typed, for secrets.
    pub(super) fn raw(&self, name: &str) -> &str {
        self.0.iter().find(|(field, _)| field == name).map(|(_, value)| value.as_str()).unwrap_or_default()
    }

    /// The value of a field unless it was left empty.
    pub(super) fn given(&self, name: &str) -> Option<&str> {
        Some(self.get(name)).filter(|value| !value.is_empty())
    }

    /// The value of the first field whose name begins so; empty where there is none.
    pub(super) fn first_with(&self, prefix: &str) -> &str {
        let found = self.0.iter().find(|(field, _)| field.starts_with(prefix));
        found.map(|(_, value)| value.as_str()).unwrap_or_default()
    }

    /// All values of a field that may be ticked more than once.
    pub(super) fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.0.iter().filter(move |(field, _)| field == name).map(|(_, value)| value.as_str())
    }

    /// Whether a field was sent at all: a tick that is not set is not.
    pub(super) fn has(&self, name: &str) -> bool {
        self.0.iter().any(|(field, _)| field == name)
    }

    /// The same with a value put in.
    pub(super) fn with(mut self, name: &str, value: impl Into<String>) -> Self {
        self.0.push((name.to_owned(), value.into()));
        self
    }
}

/// What is wrong, field by field; an empty name is for the whole form.
#[derive(Debug, Clone, Default)]
pub(super) struct Problems(Vec<(String, String)>);

impl Problems {
    /// One problem with one field.
    pub(super) fn one(field: &str, message: &str) -> Self {
        let mut problems = Self::default();
        problems.add(field, message);
        problems
    }

    /// The problems that a service has with its settings, at the fields of the form that begin with a prefix.
    pub(super) fn of_service(prefix: &str, problems: &[Problem]) -> Self {
        let name = |field: &str| {
            let field = field.split('.').next().unwrap_or(field);
            if field.is_empty() { String::new() } else { format!("{prefix}{field}") }
        };
        Self(
            problems
                .iter()
                .map(|problem| (name(&problem.field), words::sentence(&problem.message)))
                .collect(),
        )
    }

    /// Adds a problem.
    pub(super) fn add(&mut self, field: &str, message: &str) {
        self.0.push((field.to_owned(), words::sentence(message)));
    }

    /// What is wrong with a field.
    pub(super) fn of(&self, field: &str) -> Option<String> {
        let all: Vec<&str> =
            self.0.iter().filter(|(name, _)| name == field).map(|(_, told)| told.as_str()).collect();
        (!all.is_empty()).then(|| all.join(" "))
    }

    /// What is wrong elsewhere than at these fields.
    pub(super) fn elsewhere(&self, shown: &dyn Fn(&str) -> bool) -> Vec<String> {
        self.0.iter().filter(|(name, _)| !shown(name)).map(|(_, told)| told.clone()).collect()
    }

    /// Whether nothing is wrong.
    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_problem_stands_at_its_field() {
        let problem = |field: &str| Problem { field: field.into(), key: "k".into(), message: "wrong".into() };
        let problems = Problems::of_service("spec.", &[problem("choices.1"), problem("")]);
        assert_eq!(problems.of("spec.choices").as_deref(), Some("Wrong."));
        assert_eq!(problems.elsewhere(&|name| name == "spec.choices"), ["Wrong."]);
    }

    #[test]
    fn ticks_and_blanks_are_read_as_people_mean_them() {
        let typed = Typed::default().with("role", "worker").with("role", "reviewer").with("name", "  Amina ");
        assert_eq!(typed.all("role").collect::<Vec<_>>(), ["worker", "reviewer"]);
        assert_eq!((typed.get("name"), typed.given("pin"), typed.has("pin")), ("Amina", None, false));
    }
}
