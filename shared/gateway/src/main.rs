//! The binary `crossdock`.

fn main() {}
