//! The canonical contract of the erp system API.
