//! Headers that every answer carries, above all what a page may load and run.

use axum::extract::{Request, State};
use axum::http::{HeaderName, HeaderValue, header};
use axum::middleware::Next;
use axum::response::Response;

use crate::state::WebState;

/// The nonce of this answer: only `<style>` and `<script>` elements that carry it count.
#[derive(Debug, Clone)]
pub(crate) struct Nonce(pub(crate) String);

/// Other places that this page's pictures may come from, as origins; a handler puts it into its response.
#[derive(Debug, Clone)]
pub(crate) struct PicturesFrom(pub(crate) Vec<String>);

/// What anything but a page may do, should somebody open it as one: nothing.
const NO_PAGE: &str = "default-src 'none'; frame-ancestors 'none'";

/// Sets the headers.
pub(crate) async fn set(State(state): State<WebState>, mut request: Request, next: Next) -> Response {
    let nonce = format!("{:032x}", u128::from_le_bytes(kazi_app::random()));
    request.extensions_mut().insert(Nonce(nonce.clone()));
    let mut response = next.run(request).await;
    let pictures = response.extensions_mut().remove::<PicturesFrom>();
    let headers = response.headers_mut();
    if !headers.contains_key(header::CONTENT_SECURITY_POLICY) {
        // On a slow line the long policy is half of a small reply, so only pages carry it.
        let is_page =
            headers.get(header::CONTENT_TYPE).is_some_and(|kind| kind.as_bytes().starts_with(b"text/html"));
        let policy = if is_page { page_policy(&nonce, pictures) } else { None };
        let policy = policy.unwrap_or(HeaderValue::from_static(NO_PAGE));
        headers.insert(header::CONTENT_SECURITY_POLICY, policy);
    }
    let fixed: [(HeaderName, &'static str); 4] = [
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::REFERRER_POLICY, "same-origin"),
        (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
        (HeaderName::from_static("permissions-policy"), "camera=(), microphone=(), geolocation=()"),
    ];
    for (name, value) in fixed {
        headers.entry(name).or_insert(HeaderValue::from_static(value));
    }
    if state.config.secure {
        let value = HeaderValue::from_static("max-age=31536000; includeSubDomains");
        headers.entry(header::STRICT_TRANSPORT_SECURITY).or_insert(value);
    }
    response
}

/// What a page may load and run.
fn page_policy(nonce: &str, pictures: Option<PicturesFrom>) -> Option<HeaderValue> {
    let pictures = pictures.map(|from| from.0.join(" ")).unwrap_or_default();
    let policy = format!(
        "default-src 'none'; script-src 'self' 'nonce-{nonce}'; style-src 'self' 'nonce-{nonce}'; \
         img-src 'self' data: blob: {pictures}; font-src 'self'; connect-src 'self'; manifest-src 'self'; worker-src 'self'; \
         form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    );
    HeaderValue::from_str(&policy).ok()
}
