//! The canonical contract of the loyalty system API.
