//! The settings of a service as fields of a form, made from their JSON schema.

use kazi_services::{AnyService, Stage};
use kazi_texts::Texts;
use serde_json::{Map, Value};

use super::field::{Field, Input};
use super::typed::{Problems, Typed};

/// What the names of these fields begin with.
pub(super) const PREFIX: &str = "spec.";

/// How a setting is typed in and read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Text,
    Whole,
    Number,
    Tick,
    Choice,
    List,
}

fn kind(schema: &Value) -> Kind {
    if schema.get("enum").is_some() {
        return Kind::Choice;
    }
    // `["string", "null"]` is a text that may be left empty.
    let word = match schema.get("type") {
        Some(Value::Array(kinds)) => kinds.iter().filter_map(Value::as_str).find(|kind| *kind != "null"),
        other => other.and_then(Value::as_str),
    };
    match word {
        Some("integer") => Kind::Whole,
        Some("number") => Kind::Number,
        Some("boolean") => Kind::Tick,
        Some("array") => Kind::List,
        _ => Kind::Text,
    }
}

/// The settings in the order of the form: by `x-order` where the schema has it; then what must be given, then
/// by the kind of field. (An object of JSON has no order of its own.)
fn ordered(schema: &Value) -> Vec<(&String, &Value)> {
    let properties = schema.get("properties").and_then(Value::as_object);
    let mut all: Vec<(&String, &Value)> = properties.into_iter().flatten().collect();
    let place = |setting: &Value| {
        let told = setting.get("x-order").and_then(Value::as_u64).unwrap_or(u64::MAX);
        let must = ["minLength", "minItems"].iter().any(|word| setting.get(*word).is_some());
        let optional = setting.get("type").is_some_and(Value::is_array);
        let rank = match kind(setting) {
            Kind::Text if must => 0,
            Kind::List if must => 1,
            Kind::Text | Kind::List if !optional => 2,
            Kind::Choice => 3,
            Kind::Text | Kind::List => 4,
            Kind::Whole => 5,
            Kind::Number => 6,
            Kind::Tick => 7,
        };
        (told, rank)
    };
    all.sort_by_key(|(_, setting)| place(setting));
    all
}

fn text_of(setting: &Value, word: &str) -> String {
    setting.get(word).and_then(Value::as_str).unwrap_or_default().to_owned()
}

fn bound(setting: &Value, word: &str) -> String {
    setting.get(word).map(ToString::to_string).unwrap_or_default()
}

fn is_long(name: &str, setting: &Value) -> bool {
    let longest = setting.get("maxLength").and_then(Value::as_u64).unwrap_or(0);
    text_of(setting, "format") == "textarea" || longest >= 400 || name.contains("instructions")
}

fn input(name: &str, setting: &Value, texts: &Texts) -> Input {
    let bounds =
        |step| Input::Number { least: bound(setting, "minimum"), most: bound(setting, "maximum"), step };
    match kind(setting) {
        Kind::Text if is_long(name, setting) => Input::Lines(4),
        Kind::Text => Input::Line("text"),
        Kind::Whole => bounds("1"),
        Kind::Number => bounds("any"),
        Kind::Tick => Input::Tick,
        Kind::List => Input::Lines(3),
        Kind::Choice => {
            let values = setting.get("enum").and_then(Value::as_array).into_iter().flatten();
            let word = |value: &str| (value.to_owned(), super::words::named(texts, "setting-value", value));
            Input::Choice(values.filter_map(Value::as_str).map(word).collect())
        }
    }
}

/// A value as it stands in the form.
fn shown(value: &Value) -> String {
    match value {
        Value::Null | Value::Bool(false) => String::new(),
        Value::Bool(true) => "yes".to_owned(),
        Value::String(text) => text.clone(),
        Value::Array(all) => all.iter().filter_map(Value::as_str).collect::<Vec<_>>().join("\n"),
        other => other.to_string(),
    }
}

/// The fields of a service's settings, with its defaults.
pub(super) fn fields(service: &dyn AnyService, texts: &Texts) -> Vec<Field> {
    let (schema, defaults) = (service.spec_schema(), service.default_spec());
    let field = |(name, setting): (&String, &Value)| {
        let (title, help) = (text_of(setting, "title"), text_of(setting, "description"));
        let key = format!("setting-{}-{}", service.key(), name.replace('_', "-"));
        let label = texts.by_key(&key).unwrap_or(if title.is_empty() { name.clone() } else { title });
        let one_a_line = if kind(setting) == Kind::List { texts.setting_one_a_line() } else { String::new() };
        let hint =
            [help, one_a_line].into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" ");
        let field = Field::new(format!("{PREFIX}{name}"), label, input(name, setting, texts)).hint(hint);
        let default = defaults.get(name).map(shown).unwrap_or_default();
        if default.is_empty() { field } else { field.value(default) }
    };
    ordered(&schema).into_iter().map(field).collect()
}

/// The settings of a project as they would be typed.
pub(super) fn as_typed(spec: &str, typed: Typed) -> Typed {
    let spec: Map<String, Value> = serde_json::from_str(spec).unwrap_or_default();
    let given = spec.iter().map(|(name, value)| (name, shown(value))).filter(|(_, value)| !value.is_empty());
    given.fold(typed, |typed, (name, value)| typed.with(&format!("{PREFIX}{name}"), value))
}

/// Reads the settings that were typed. What is left empty takes its default.
pub(super) fn read(service: &dyn AnyService, typed: &Typed, texts: &Texts) -> (Map<String, Value>, Problems) {
    let (mut spec, mut problems) = (Map::new(), Problems::default());
    for (name, setting) in ordered(&service.spec_schema()) {
        let field = format!("{PREFIX}{name}");
        let value = typed.get(&field);
        let decimal = value.replace(',', ".");
        let read = match kind(setting) {
            Kind::Tick => Some(Value::Bool(typed.has(&field))),
            Kind::List => Some(lines(value)),
            Kind::Text if !value.is_empty() => Some(Value::from(value.replace("\r\n", "\n"))),
            Kind::Choice if !value.is_empty() => Some(Value::from(value)),
            Kind::Text | Kind::Choice => None,
            Kind::Whole | Kind::Number if value.is_empty() => None,
            Kind::Whole => value.parse::<i64>().ok().map(Value::from).or_else(|| {
                problems.add(&field, &texts.setting_whole_number());
                None
            }),
            Kind::Number => {
                decimal.parse::<f64>().ok().filter(|number| number.is_finite()).map(Value::from).or_else(
                    || {
                        problems.add(&field, &texts.setting_number());
                        None
                    },
                )
            }
        };
        if let Some(value) = read {
            spec.insert(name.clone(), value);
        }
    }
    (spec, problems)
}

fn lines(text: &str) -> Value {
    text.lines().map(str::trim).filter(|line| !line.is_empty()).map(Value::from).collect()
}

/// The stages of a service with these settings; none while it refuses them.
pub(super) fn stages(service: &dyn AnyService, spec: &str) -> Vec<Stage> {
    service.bind(spec).map(|bound| bound.stages().to_vec()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use kazi_texts::{Language, texts};

    fn questions() -> &'static dyn AnyService {
        kazi_services::find("questions").unwrap()
    }

    #[test]
    fn the_defaults_of_every_service_read_back_from_its_form() {
        let english = texts(Language::En);
        for service in kazi_services::registry() {
            let defaults = service.default_spec();
            let mut typed = Typed::default();
            for (name, value) in defaults.as_object().unwrap() {
                let value = shown(value);
                if !value.is_empty() {
                    typed = typed.with(&format!("{PREFIX}{name}"), value);
                }
            }
            let (spec, problems) = read(&**service, &typed, english);
            assert!(problems.is_empty(), "{problems:?}");
            assert!(service.bind(&Value::Object(spec.clone()).to_string()).is_ok(), "{spec:?}");
            for (name, value) in &spec {
                assert_eq!(Some(value), defaults.get(name), "{name}");
            }
            assert_eq!(fields(&**service, english).len(), defaults.as_object().unwrap().len());
        }
    }

    #[test]
    fn what_is_no_number_is_told_at_its_field() {
        let typed = Typed::default().with("spec.answers", "three").with("spec.target", "0,9");
        let (spec, problems) = read(questions(), &typed, texts(Language::En));
        assert!(problems.of("spec.answers").is_some() && problems.of("spec.target").is_none());
        assert_eq!(spec["target"], 0.9);
    }

    #[test]
    fn what_must_be_given_comes_first() {
        let schema = questions().spec_schema();
        let names: Vec<&str> = ordered(&schema).iter().map(|(name, _)| name.as_str()).collect();
        assert_eq!(&names[..2], ["question", "choices"]);
    }
}
