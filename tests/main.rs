//! Every integration test of Crossdock, in one binary.

#[cfg(test)]
mod architecture;
#[cfg(test)]
mod journeys;
#[cfg(test)]
mod policies;
#[cfg(test)]
mod processes;
