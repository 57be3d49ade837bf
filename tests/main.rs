//! Every integration test of Crossdock, in one binary.

#[cfg(test)]
mod architecture;
