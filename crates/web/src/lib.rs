//! What a browser or an API client meets: routes, pages, sessions, REST, assets.
//!
//! A handler asks for what it needs by type (who is asking, in which language), calls one use case of
//! `kazi_app`, and makes a page or a JSON value of the result. It holds no rule of its own.

mod api;
mod assets;
mod door;
mod error;
mod extract;
mod fence;
mod frame;
mod front;
mod guard;
mod headers;
mod health;
mod media;
mod metrics;
mod origin;
mod problem;
mod route;
mod routes;
mod second_step;
mod staff;
mod state;
mod work;

pub use error::{AppError, ProblemDocument};
pub use extract::{At, Caller, Language, Named, OnDevice, StaffMember, Turning, WorkerAt};
pub use frame::Frame;
pub use route::{Cache, Rate, Route, Who};
pub use routes::{Routes, router, routes};
pub use state::{Config, WebState};
