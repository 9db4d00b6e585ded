//! The list of services. The twelfth is a folder beside the others and one line here.

use std::sync::LazyLock;

use crate::any::AnyService;
use crate::digitisation::Digitisation;
use crate::door::Door;
use crate::questions::Questions;

static REGISTRY: LazyLock<Vec<Box<dyn AnyService>>> =
    LazyLock::new(|| vec![Box::new(Door::new(Digitisation)), Box::new(Door::new(Questions))]);

/// Every service, in the order that the catalogue shows them.
pub fn registry() -> &'static [Box<dyn AnyService>] {
    &REGISTRY
}

/// The service with this key.
pub fn find(key: &str) -> Option<&'static dyn AnyService> {
    registry().iter().find(|service| service.key() == key).map(AsRef::as_ref)
}
