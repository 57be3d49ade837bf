//! Configuration: defaults, file, environment; unknown keys refused.
