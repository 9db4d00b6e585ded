//! A field of a form, shown the same way everywhere: label, hint, what was typed, what is wrong with it.

use askama::Template;

use super::typed::{Problems, Typed};

/// How a field is filled in.
#[derive(Debug, Clone)]
pub(super) enum Input {
    /// One line; the type of the `input` element.
    Line(&'static str),
    /// A number between two bounds, in steps; empty bounds are none.
    Number { least: String, most: String, step: &'static str },
    /// Several lines, of which so many are shown.
    Lines(u8),
    /// Yes or no.
    Tick,
    /// One of some values, each with its words.
    Choice(Vec<(String, String)>),
    /// Any of some values, each with its words.
    Ticks(Vec<(String, String)>),
}

/// A field.
#[derive(Debug, Clone, Template)]
#[template(path = "staff/field.html")]
pub(super) struct Field {
    pub(super) name: String,
    label: String,
    hint: String,
    input: Input,
    /// The value, or the values that are ticked.
    values: Vec<String>,
    problem: Option<String>,
    required: bool,
    /// What a browser may fill in by itself.
    autocomplete: &'static str,
}

impl Field {
    /// A field to fill in.
    pub(super) fn new(name: impl Into<String>, label: impl Into<String>, input: Input) -> Self {
        Self {
            name: name.into(),
            label: label.into(),
            hint: String::new(),
            input,
            values: Vec::new(),
            problem: None,
            required: false,
            autocomplete: "off",
        }
    }

    /// One line of text.
    pub(super) fn line(name: &str, label: String) -> Self {
        Self::new(name, label, Input::Line("text"))
    }

    /// With a word of help below the label.
    pub(super) fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = hint.into();
        self
    }

    /// With this value, or with one more value ticked.
    pub(super) fn value(mut self, value: impl Into<String>) -> Self {
        self.values.push(value.into());
        self
    }

    /// That must be filled in.
    pub(super) fn required(mut self) -> Self {
        self.required = true;
        self
    }

    /// That a browser may fill in by itself.
    pub(super) fn autocomplete(mut self, what: &'static str) -> Self {
        self.autocomplete = what;
        self
    }

    /// Whether something is wrong with what was typed.
    pub(super) fn has_problem(&self) -> bool {
        self.problem.is_some()
    }

    fn first(&self) -> &str {
        self.values.first().map(String::as_str).unwrap_or_default()
    }

    fn holds(&self, value: &str) -> bool {
        self.values.iter().any(|held| held == value)
    }

    /// What explains the field to those who hear the page.
    fn described_by(&self) -> String {
        let hint = (!self.hint.is_empty()).then(|| format!("{}-hint", self.name));
        let problem = self.problem.as_ref().map(|_| format!("{}-problem", self.name));
        [hint, problem].into_iter().flatten().collect::<Vec<_>>().join(" ")
    }
}

impl Field {
    /// The same as it was typed, with what is wrong.
    pub(super) fn again(mut self, typed: &Typed, problems: &Problems) -> Self {
        // A password is never sent back.
        let secret = matches!(self.input, Input::Line("password"));
        self.values = if secret { Vec::new() } else { typed.all(&self.name).map(str::to_owned).collect() };
        self.problem = problems.of(&self.name);
        self
    }
}

/// The fields of a form.
#[derive(Debug, Clone, Default, Template)]
#[template(path = "staff/form.html")]
pub(super) struct Fields {
    /// The fields, in order.
    pub(super) all: Vec<Field>,
    /// What is wrong with the whole.
    pub(super) problems: Vec<String>,
}

impl Fields {
    /// The fields of a form that is shown for the first time.
    pub(super) fn new(all: Vec<Field>) -> Self {
        Self { all, problems: Vec::new() }
    }

    /// The same as they were typed, with what is wrong.
    pub(super) fn again(mut self, typed: &Typed, problems: &Problems) -> Self {
        self.all = self.all.into_iter().map(|field| field.again(typed, problems)).collect();
        let shown = |name: &str| self.all.iter().any(|field| field.name == name);
        self.problems = problems.elsewhere(&shown);
        self
    }

    /// Whether something is wrong with it.
    pub(super) fn has_problems(&self) -> bool {
        !self.problems.is_empty() || self.all.iter().any(|field| field.problem.is_some())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_typed_is_kept_and_its_problem_stands_beside_it() {
        let fields = Fields::new(vec![
            Field::line("name", "Name".into()).hint("As it is known.").required(),
            Field::new("secret", "Password", Input::Line("password")),
        ]);
        let typed = Typed::default().with("name", "<Amina>").with("secret", "hush");
        let mut problems = Problems::one("name", "too odd");
        problems.add("", "all is wrong");
        let fields = fields.again(&typed, &problems);
        let html: String = fields.all.iter().map(ToString::to_string).collect();
        assert!(html.contains("value=\"&#60;Amina&#62;\""), "{html}");
        assert!(
            html.contains("aria-describedby=\"name-hint name-problem\"") && html.contains("Too odd."),
            "{html}"
        );
        assert!(!html.contains("hush"), "{html}");
        assert_eq!(fields.problems, ["All is wrong."]);
    }
}
