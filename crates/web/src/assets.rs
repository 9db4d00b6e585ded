//! Scripts, styles and icons that the program embeds, built in `ui/`.

use std::collections::HashMap;
use std::sync::LazyLock;

use axum::extract::Path;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use rust_embed::RustEmbed;

use crate::error::AppError;
use crate::route::{Cache, Route, Who};
use crate::routes::Routes;

#[derive(RustEmbed)]
#[folder = "../../ui/dist"]
struct Dist;

static ASSET: Route = Route::get("/assets/{*name}", Who::Anyone).cache(Cache::Forever);
static WORKER: Route = Route::get("/sw.js", Who::Anyone);
static ICON: Route = Route::get("/favicon.ico", Who::Anyone).cache(Cache::Hour);

/// Which hashed file stands for a plain name.
static MANIFEST: LazyLock<HashMap<String, String>> = LazyLock::new(|| {
    Dist::get("manifest.json").and_then(|file| serde_json::from_slice(&file.data).ok()).unwrap_or_default()
});

/// The symbols of all icons, by name.
static ICONS: LazyLock<HashMap<String, String>> = LazyLock::new(|| {
    let named = |file: &str| file.strip_prefix("icons/")?.strip_suffix(".svg").map(str::to_owned);
    Dist::iter().filter_map(|file| Some((named(&file)?, text(&file)?))).collect()
});

fn text(file: &str) -> Option<String> {
    String::from_utf8(Dist::get(file)?.data.into_owned()).ok()
}

pub(crate) fn add(routes: Routes) -> Routes {
    routes.add(&ASSET, asset).add(&WORKER, service_worker).add(&ICON, icon)
}

/// The address of an asset by its plain name, such as `staff.css`.
pub(crate) fn address(name: &str) -> String {
    format!("/assets/{}", MANIFEST.get(name).map_or(name, String::as_str))
}

/// The text of an asset by its plain name, for what is inlined; empty where the assets are not built.
pub(crate) fn inline(name: &str) -> String {
    MANIFEST.get(name).and_then(|file| text(file)).unwrap_or_default()
}

/// The `<symbol>`s of these icons, to stand once in a page.
pub(crate) fn symbols(names: &[&str]) -> String {
    names.iter().filter_map(|name| ICONS.get(*name)).map(String::as_str).collect()
}

async fn asset(Path(name): Path<String>) -> Result<Response, AppError> {
    // Only hashed names may be kept for good, so only those are served here.
    if !MANIFEST.values().any(|file| *file == name) {
        return Err(AppError::not_there());
    }
    serve(&name)
}

/// What the service worker may do: ask this server. Its own policy counts for all that it fetches, so the one of other
/// files that are no pages would shut the door on every page under it.
const SERVICE_WORKER: HeaderValue =
    HeaderValue::from_static("default-src 'none'; connect-src 'self'; frame-ancestors 'none'");

async fn service_worker() -> Result<Response, AppError> {
    let mut response = serve("sw.js")?;
    response.headers_mut().insert(header::CONTENT_SECURITY_POLICY, SERVICE_WORKER);
    Ok(response)
}

async fn icon() -> Result<Response, AppError> {
    serve(MANIFEST.get("favicon.svg").map_or("favicon.svg", String::as_str))
}

fn serve(name: &str) -> Result<Response, AppError> {
    let file = Dist::get(name).ok_or_else(AppError::not_there)?;
    let kind = file.metadata.mimetype();
    // What is text says in which bytes it is written, so that no browser guesses.
    let kind = if kind.starts_with("text/") { format!("{kind}; charset=utf-8") } else { kind.to_owned() };
    let kind = HeaderValue::from_str(&kind).map_err(AppError::fault)?;
    Ok((StatusCode::OK, [(header::CONTENT_TYPE, kind)], file.data.into_owned()).into_response())
}
