//! How each API of the list is built from the site, one file a tier.

pub(crate) mod processes;
pub(crate) mod systems;
