//! Inbound policies as tower layers, one a file.
