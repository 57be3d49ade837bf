//! Journeys through the whole gateway: called over HTTP, checked in the backends' own books.

mod archive;
mod cancel;
mod captured;
mod cut_off;
mod faults;
mod golden;
mod keys;
mod late_news;
mod limits;
mod lookups;
mod returns;
mod undo;
