//! Journeys through the whole gateway: called over HTTP, checked in the backends' own books.

mod archive;
mod cancel;
mod captured;
mod cut_off;
mod faults;
mod golden;
mod keys;
mod lapsed_holds;
mod late_news;
mod late_points;
mod limits;
mod line_cancel;
mod lookups;
mod provider_money;
mod returns;
mod shortage;
mod undo;
