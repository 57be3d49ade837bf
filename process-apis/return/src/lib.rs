//! The return process API: keeps its promises with durable workflows.
