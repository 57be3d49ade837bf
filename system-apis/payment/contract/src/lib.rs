//! The canonical contract of the payment system API.
