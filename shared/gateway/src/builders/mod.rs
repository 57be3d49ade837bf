//! How each API of the list is built from the build context, one file a tier.

pub(crate) mod processes;
pub(crate) mod systems;
