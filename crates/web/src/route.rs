//! Routes as values: path, who may ask, how the answer may be kept, how often one may ask.
//!
//! Each route is declared once, beside its handler; [`crate::routes`] lists them all, and a test walks that
//! list as every role.

use axum::http::Method;

/// Who may ask at all. What exactly they may see is for the use case to prove.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Who {
    /// Everybody.
    Anyone,
    /// A computer that is enrolled at a centre.
    Device,
    /// Somebody signed in who does tasks: worker or reviewer.
    Worker,
    /// Somebody signed in who does not only do tasks: client, team leader, operator.
    Staff,
    /// Anybody signed in.
    SignedIn,
    /// A program with a key, or somebody signed in as staff.
    Api,
}

/// How an answer may be kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cache {
    /// Not at all: it is about a person or about now.
    Never,
    /// For good, by everybody: its address holds a hash of its content.
    Forever,
    /// For good, by this browser only.
    PrivateForever,
    /// For an hour, by everybody.
    Hour,
}

/// How often one address or person may ask.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rate {
    /// As often as work at full speed needs.
    Work,
    /// As often as a person clicks.
    Page,
    /// A few times a minute: guesses must be slow.
    SignIn,
}

/// One route.
#[derive(Debug, Clone)]
pub struct Route {
    /// The method.
    pub method: Method,
    /// The path, as axum writes it: `/work/{project}/{stage}`.
    pub path: &'static str,
    /// Who may ask.
    pub who: Who,
    /// How the answer may be kept.
    pub cache: Cache,
    /// How often one may ask.
    pub rate: Rate,
    /// Whether whole files are sent here: then the body may be long.
    pub files: bool,
    /// Whether it is open to a session that may do nothing before a second factor is set up.
    pub even_bound: bool,
}

impl Route {
    const fn by(method: Method, path: &'static str, who: Who) -> Self {
        let (cache, rate) = (Cache::Never, Rate::Page);
        Self { method, path, who, cache, rate, files: false, even_bound: false }
    }

    /// A page or a value that is read.
    pub const fn get(path: &'static str, who: Who) -> Self {
        Self::by(Method::GET, path, who)
    }

    /// A form or a value that is sent.
    pub const fn post(path: &'static str, who: Who) -> Self {
        Self::by(Method::POST, path, who)
    }

    /// A value that is put at its address.
    pub const fn put(path: &'static str, who: Who) -> Self {
        Self::by(Method::PUT, path, who)
    }

    /// A part of something that is changed.
    pub const fn patch(path: &'static str, who: Who) -> Self {
        Self::by(Method::PATCH, path, who)
    }

    /// Something that is taken away.
    pub const fn delete(path: &'static str, who: Who) -> Self {
        Self::by(Method::DELETE, path, who)
    }

    /// The same, kept otherwise.
    #[must_use]
    pub const fn cache(mut self, cache: Cache) -> Self {
        self.cache = cache;
        self
    }

    /// The same at another rate.
    #[must_use]
    pub const fn rate(mut self, rate: Rate) -> Self {
        self.rate = rate;
        self
    }

    /// The same, for who must set up a second factor first.
    #[must_use]
    pub const fn even_bound(mut self) -> Self {
        self.even_bound = true;
        self
    }

    /// The same, for whole files.
    #[must_use]
    pub const fn files(mut self) -> Self {
        self.files = true;
        self
    }
}
