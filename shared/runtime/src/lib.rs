//! The life of a process: APIs, listeners, clock, tasks, shutdown.
