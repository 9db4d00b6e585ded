//! What holds of every operation of the API: who may ask, and how a refusal is told.

use utoipa::Modify;
use utoipa::openapi::path::{Operation, PathItem};
use utoipa::openapi::security::{ApiKey, ApiKeyValue, HttpAuthScheme, HttpBuilder, SecurityScheme};
use utoipa::openapi::{Content, OpenApi, Ref, Response, ResponseBuilder, SecurityRequirement};

use crate::guard::SECURE_SESSION;

/// Refusals that any operation may answer with, and what each means.
const REFUSALS: [(&str, &str); 7] = [
    ("400", "Something in the address or in what was sent is not understood."),
    ("401", "Nobody is signed in, and there is no key that counts."),
    ("403", "The request came from another site's page."),
    ("404", "There is no such thing, or it is not for you."),
    ("429", "Too many requests; `Retry-After` says when to try again."),
    ("500", "A fault of the server. Nothing that was confirmed is lost."),
    ("503", "The database cannot be reached now; `Retry-After` says when to try again."),
];

/// Refusals of operations that read a body.
const REFUSED_BODIES: [(&str, &str); 3] = [
    ("413", "The body is too long."),
    ("415", "The body must be `application/json`."),
    ("422", "The body is not what is asked for; `detail` and `problems` say what is wrong."),
];

/// Adds the refusals, as problem documents, and the two ways to say who asks.
pub(super) struct Replies;

impl Modify for Replies {
    fn modify(&self, api: &mut OpenApi) {
        api.paths.paths.values_mut().flat_map(operations).for_each(refusals);
        let key = HttpBuilder::new()
            .scheme(HttpAuthScheme::Bearer)
            .description(Some("A key made on the page Keys."));
        let session = ApiKeyValue::with_description(SECURE_SESSION, "The cookie of somebody signed in.");
        let components = api.components.get_or_insert_default();
        components.add_security_scheme("key", SecurityScheme::Http(key.build()));
        components.add_security_scheme("session", SecurityScheme::ApiKey(ApiKey::Cookie(session)));
        let none: [&str; 0] = [];
        api.security =
            Some(vec![SecurityRequirement::new("key", none), SecurityRequirement::new("session", none)]);
    }
}

fn operations(path: &mut PathItem) -> impl Iterator<Item = &mut Operation> {
    let PathItem { get, put, post, delete, patch, .. } = path;
    [get, put, post, delete, patch].into_iter().filter_map(Option::as_mut)
}

/// A problem document with this meaning.
fn problem(meaning: &str) -> Response {
    let document = Content::new(Some(Ref::from_schema_name("ProblemDocument")));
    ResponseBuilder::new().description(meaning).content("application/problem+json", document).build()
}

fn refusals(operation: &mut Operation) {
    let bodies: &[_] = if operation.request_body.is_some() { &REFUSED_BODIES } else { &[] };
    let all = &mut operation.responses.responses;
    for (status, meaning) in REFUSALS.iter().chain(bodies) {
        all.insert((*status).to_owned(), problem(meaning).into());
    }
    // What an operation refuses of its own has the same form.
    for (status, reply) in all.iter_mut().filter(|(status, _)| status.starts_with(['4', '5'])) {
        let own = match reply {
            utoipa::openapi::RefOr::T(own) if own.content.is_empty() => own,
            _ => continue,
        };
        let meaning = if own.description.is_empty() { own_meaning(status) } else { own.description.as_str() };
        *own = problem(meaning);
    }
}

/// What the refusals of single operations mean.
fn own_meaning(status: &str) -> &'static str {
    match status {
        "409" => "It is not in a state in which this can be done; `kind` says why.",
        "413" => "The file is too long.",
        "422" => "What was sent cannot be used; `detail` and `problems` say what is wrong.",
        "507" => "The disk of the server is full. Nothing that was confirmed is lost.",
        _ => "It was refused; `detail` says why.",
    }
}
