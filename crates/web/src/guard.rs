//! What happens around every handler: who is asking is looked up once, the route's own rules are kept, and
//! the answer gets its headers.

use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Redirect, Response};
use axum_extra::extract::CookieJar;
use kazi_app::access::key::KeyHolder;
use kazi_app::access::{self, SignedIn, TokenHash};
use kazi_app::{App, now};
use kazi_domain::Role;
use kazi_texts::Texts;

use crate::error::AppError;
use crate::extract::Language;
use crate::frame::Frame;
use crate::route::{Cache, Route, Who};
use crate::state::{Config, WebState};
use crate::{metrics, origin};

/// The cookie of a session, where the connection is secure: no other host and no plain page can set it.
pub(crate) const SECURE_SESSION: &str = "__Host-kazi";
/// The cookie of a session on a centre's plain network.
const PLAIN_SESSION: &str = "kazi";
/// The cookie of an enrolled computer, where the connection is secure.
const SECURE_DEVICE: &str = "__Host-kazi-device";
/// The cookie of an enrolled computer on a centre's plain network.
const PLAIN_DEVICE: &str = "kazi-device";

/// The name of the session's cookie.
pub(crate) fn session_cookie(config: &Config) -> &'static str {
    if config.secure { SECURE_SESSION } else { PLAIN_SESSION }
}

/// The name of an enrolled computer's cookie.
pub(crate) fn device_cookie(config: &Config) -> &'static str {
    if config.secure { SECURE_DEVICE } else { PLAIN_DEVICE }
}

/// Who is asking, as far as anybody could tell.
#[derive(Debug, Clone, Default)]
pub(crate) struct Asking {
    pub(crate) signed_in: Option<SignedIn>,
    pub(crate) session: Option<TokenHash>,
    pub(crate) device: Option<access::device::Device>,
    /// Set when the request came with an API key.
    pub(crate) by_key: bool,
}

/// In what form and language a refusal is told.
enum Telling {
    /// As a page, for a person with a browser.
    Page(Box<Frame>),
    /// As a problem document.
    Document(&'static Texts),
}

/// Keeps a route's rules.
pub(crate) async fn keep(
    State((state, route)): State<(WebState, &'static Route)>,
    mut request: Request,
    next: Next,
) -> Response {
    let begun = now();
    let pages = wants_page(request.headers(), route);
    let asked = asking(&state, request.headers(), route).await;
    let known = asked.as_ref().ok();
    let telling = if pages {
        let frame = Frame::of(known, (request.headers(), request.extensions()), &state);
        Telling::Page(Box::new(frame))
    } else {
        Telling::Document(Language::of(known, request.headers()).texts)
    };
    let response = match asked {
        Err(error) => error.into_response(),
        Ok(asking) => {
            if let Some(who) = &asking.signed_in {
                tracing::Span::current().record("person", tracing::field::display(who.actor.person));
            }
            if let Err(refusal) = may_pass(&state, &asking, &request, (route, pages)) {
                *refusal
            } else {
                request.extensions_mut().insert(asking);
                next.run(request).await
            }
        }
    };
    let mut response = tell(response, telling);
    let value = HeaderValue::from_static(cache_header(route.cache, response.status()));
    response.headers_mut().entry(header::CACHE_CONTROL).or_insert(value);
    metrics::note(route, response.status(), now().since(begun));
    response
}

fn may_pass(
    state: &WebState,
    asking: &Asking,
    request: &Request,
    (route, pages): (&Route, bool),
) -> Result<(), Box<Response>> {
    let person = asking.signed_in.as_ref().map(|who| who.actor.person);
    state
        .fences
        .pass(route.rate, person, origin::of(request))
        .map_err(|error| Box::new(error.into_response()))?;
    allowed(asking, route, pages)
}

/// Tells what went wrong in the reader's form and language; what went well stays as it is.
fn tell(response: Response, telling: Telling) -> Response {
    let status = response.status();
    if !status.is_client_error() && !status.is_server_error() {
        return response;
    }
    let error = response.extensions().get::<AppError>().cloned();
    let wordless = || {
        let kind = response.headers().get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok());
        kind.is_none_or(|kind| kind.starts_with("text/plain")).then(|| AppError::of_status(status))
    };
    let Some(error) = error.or_else(wordless) else { return response };
    match telling {
        Telling::Document(texts) => error.response(texts),
        Telling::Page(frame) => crate::problem::page(&error, *frame),
    }
}

/// Whether the reader is a person with a browser who asks for a page.
pub(crate) fn wants_page(headers: &HeaderMap, route: &Route) -> bool {
    !route.path.starts_with("/api/")
        && headers
            .get(header::ACCEPT)
            .and_then(|accept| accept.to_str().ok())
            .is_some_and(|a| a.contains("text/html"))
}

async fn asking(state: &WebState, headers: &HeaderMap, route: &Route) -> Result<Asking, AppError> {
    let jar = CookieJar::from_headers(headers);
    let mut asking = Asking::default();
    if route.who == Who::Api
        && let Some(key) = bearer(headers)
    {
        let hash = TokenHash::of(&key);
        let holder = state.app.db.glance(move |read| access::key::who(read, hash, now())).await?;
        asking.by_key = holder.is_some();
        asking.signed_in = holder.map(by_key);
        return Ok(asking);
    }
    if let Some(cookie) = jar.get(session_cookie(&state.config)) {
        let hash = TokenHash::of(cookie.value());
        asking.session = Some(hash);
        asking.signed_in = signed_in(&state.app, hash).await?;
    }
    if route.who == Who::Device
        && let Some(cookie) = jar.get(device_cookie(&state.config))
    {
        let hash = TokenHash::of(cookie.value());
        asking.device = state.app.db.glance(move |read| access::device::by_token(read, hash)).await?;
    }
    Ok(asking)
}

async fn signed_in(app: &App, hash: TokenHash) -> Result<Option<SignedIn>, AppError> {
    let found = app.db.glance(move |read| access::who(read, hash, now())).await?;
    if found.as_ref().is_some_and(|signed_in| signed_in.keep) {
        app.db.write(move |tx| access::session::keep(tx, hash, now())).await?;
    }
    Ok(found)
}

/// A program with a key, as the person for whom it asks.
fn by_key(holder: KeyHolder) -> SignedIn {
    let KeyHolder { key: _, actor, language, utc_offset_minutes, keep } = holder;
    let (shown_name, picture) = (String::new(), String::new());
    let (time_zone, bound, unread) = (String::new(), false, false);
    SignedIn {
        actor,
        shown_name,
        picture,
        language,
        device: None,
        utc_offset_minutes,
        time_zone,
        keep,
        bound,
        unread,
    }
}

fn bearer(headers: &HeaderMap) -> Option<String> {
    let value = headers.get(header::AUTHORIZATION)?.to_str().ok()?;
    value.strip_prefix("Bearer ").map(|key| key.trim().to_owned())
}

/// What a route lets in; a refusal is large, so it is boxed.
fn allowed(asking: &Asking, route: &Route, pages: bool) -> Result<(), Box<Response>> {
    let roles = asking.signed_in.as_ref().map(|signed_in| signed_in.actor.roles);
    let works = |roles: kazi_domain::RoleSet| roles.has(Role::Worker) || roles.has(Role::Reviewer);
    let leads = |roles: kazi_domain::RoleSet| {
        roles.has(Role::Operator) || roles.has(Role::Client) || roles.has(Role::TeamLeader)
    };
    let everybody = matches!(route.who, Who::Anyone | Who::Device);
    if asking.signed_in.as_ref().is_some_and(|who| who.bound) && !everybody && !route.even_bound {
        return Err(Box::new(second_factor_first(pages)));
    }
    let fits = match route.who {
        Who::Anyone | Who::Device => true,
        Who::SignedIn | Who::Api => roles.is_some(),
        Who::Worker => roles.is_some_and(works),
        Who::Staff => roles.is_some_and(leads),
    };
    if fits {
        return Ok(());
    }
    Err(Box::new(match (roles, pages) {
        (None, true) if route.who == Who::Worker => Redirect::to("/centre").into_response(),
        (None, true) => Redirect::to("/sign-in").into_response(),
        (None, false) => {
            let sentence = "Sign in first, or send an API key.";
            AppError::new(StatusCode::UNAUTHORIZED, "sign-in-first", sentence).into_response()
        }
        (Some(_), _) => AppError::not_there().into_response(),
    }))
}

/// Leads whoever must set up a second factor to where that is done.
fn second_factor_first(pages: bool) -> Response {
    if pages {
        return Redirect::to(crate::staff::SECOND_FACTOR).into_response();
    }
    let sentence = "Your organisation asks for a second factor. Set it up on the page of your account first.";
    AppError::new(StatusCode::FORBIDDEN, "second-factor-first", sentence).into_response()
}

fn cache_header(cache: Cache, status: StatusCode) -> &'static str {
    if !status.is_success() && status != StatusCode::NOT_MODIFIED {
        return "no-store";
    }
    match cache {
        Cache::Never => "no-store",
        Cache::Forever => "public, max-age=31536000, immutable",
        Cache::PrivateForever => "private, max-age=31536000, immutable",
        Cache::Hour => "public, max-age=3600",
    }
}
