//! The canonical contract of the oms system API.
