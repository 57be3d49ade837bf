//! The canonical contract of the customer system API.
