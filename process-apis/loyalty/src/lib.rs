//! The loyalty process API: keeps its promises with durable workflows.
