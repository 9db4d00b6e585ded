//! What stands around every page: language, direction, styles, icons, who is signed in.

use std::convert::Infallible;

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{Extensions, HeaderMap};
use kazi_app::access::SignedIn;
use kazi_domain::{Role, RoleSet};
use kazi_texts::Texts;

use crate::assets;
use crate::door::picture;
use crate::extract::Language;
use crate::guard::Asking;
use crate::headers::Nonce;
use crate::state::WebState;

/// The frame of a page; templates call it `frame`.
#[derive(Debug, Clone)]
pub struct Frame {
    /// The language.
    pub language: kazi_texts::Language,
    /// Its texts; templates take it as `t`.
    pub texts: &'static Texts,
    /// What inlined styles and scripts must carry.
    pub nonce: String,
    /// Who is signed in.
    pub signed_in: Option<SignedIn>,
    /// The organisation that runs this Kazi.
    pub operator: String,
}

impl Frame {
    /// The language's tag, for `lang`.
    pub fn lang(&self) -> &'static str {
        self.language.tag()
    }

    /// The direction of writing, for `dir`.
    pub fn dir(&self) -> String {
        self.language.dir().to_string()
    }

    /// The styles of worker pages, to be inlined.
    pub fn work_css(&self) -> String {
        assets::inline("work.css")
    }

    /// The address of the styles of all other pages.
    pub fn staff_css(&self) -> String {
        assets::address("staff.css")
    }

    /// The logo, to be inlined, so that it takes the page's colour.
    pub fn logo(&self) -> String {
        assets::inline("logo.svg")
    }

    /// The address of a script.
    pub fn script(&self, name: &str) -> String {
        assets::address(name)
    }

    /// The symbols of these icons, parted by blanks, once for the whole page.
    pub fn symbols(&self, names: &str) -> String {
        let names: Vec<&str> = names.split_whitespace().collect();
        assets::symbols(&names)
    }

    /// Whether somebody with this role is signed in.
    pub fn is(&self, role: Role) -> bool {
        self.roles().has(role)
    }

    fn roles(&self) -> RoleSet {
        self.signed_in.as_ref().map(|signed_in| signed_in.actor.roles).unwrap_or_default()
    }
}

impl FromRequestParts<WebState> for Frame {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, state: &WebState) -> Result<Self, Infallible> {
        Ok(Self::of(parts.extensions.get::<Asking>(), (&parts.headers, &parts.extensions), state))
    }
}

impl Frame {
    /// The frame for somebody who asks like this.
    pub(crate) fn of(
        asking: Option<&Asking>,
        (headers, extensions): (&HeaderMap, &Extensions),
        state: &WebState,
    ) -> Self {
        let Language { language, texts } = Language::of(asking, headers);
        let nonce = extensions.get::<Nonce>().map(|nonce| nonce.0.clone()).unwrap_or_default();
        let signed_in = asking.and_then(|asking| asking.signed_in.clone());
        Self { language, texts, nonce, signed_in, operator: state.config.operator_name.clone() }
    }

    /// The name of who is signed in.
    pub fn shown_name(&self) -> &str {
        self.signed_in.as_ref().map(|who| who.shown_name.as_str()).unwrap_or_default()
    }

    /// The picture of who is signed in.
    pub fn picture(&self) -> &str {
        picture(self.signed_in.as_ref().map(|who| who.picture.as_str()).unwrap_or_default())
    }
}
