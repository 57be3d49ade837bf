//! The order process API: keeps its promises with durable workflows.
