//! What every handler may use.

use std::net::IpAddr;
use std::sync::Arc;
use std::thread::available_parallelism;

use kazi_app::App;
use kazi_app::hooks::Reach;
use kazi_app::mail::Site;
use tokio::sync::{Notify, Semaphore};

use crate::fence::Fences;

/// How this program meets the world.
#[derive(Debug, Clone)]
pub struct Config {
    /// The address that people type, without a slash at its end.
    pub public_url: String,
    /// Whether cookies are marked secure: so with https, and not on a centre's plain network.
    pub secure: bool,
    /// The name of the organisation that runs this Kazi.
    pub operator_name: String,
    /// The proxies before this program: what they write into `X-Forwarded-For` is believed.
    pub proxies: Vec<IpAddr>,
    /// Whether `/styleguide` is there, for whoever works on the look of pages.
    pub styleguide: bool,
    /// How far web hooks reach.
    pub hooks: Reach,
}

/// The state of the router. Cheap to clone.
#[derive(Debug, Clone)]
pub struct WebState {
    /// The use cases' world.
    pub app: App,
    /// How this program meets the world.
    pub config: Arc<Config>,
    /// Rung when a job was enqueued, so that it need not wait until somebody looks.
    pub bell: Arc<Notify>,
    /// How fast anybody may ask.
    pub(crate) fences: Arc<Fences>,
    /// How many passwords and PINs may be hashed at once. A hash takes memory on purpose: when a whole shift signs
    /// in, those who wait cost none.
    pub(crate) hashing: Arc<Semaphore>,
}

impl WebState {
    /// The state of a router.
    pub fn new(app: App, config: Config) -> Self {
        let processors = available_parallelism().map_or(1, usize::from);
        let hashing = Arc::new(Semaphore::new(processors));
        Self { app, config: Arc::new(config), bell: Arc::default(), fences: Arc::default(), hashing }
    }

    /// What letters say of this Kazi.
    pub fn site(&self) -> Site {
        Site { address: self.config.public_url.clone(), operator: self.config.operator_name.clone() }
    }
}
