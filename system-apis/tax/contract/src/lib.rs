//! The canonical contract of the tax system API.
