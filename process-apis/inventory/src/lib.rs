//! The inventory process API: keeps its promises with durable workflows.
