//! The ecommerce channel's view.
