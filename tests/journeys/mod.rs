//! Stories of the shop from its doors to its ledgers: told over HTTP, checked in the backends' own books.

mod cancel;
mod captured;
mod cut_off;
mod faults;
mod golden;
mod keys;
mod returns;
mod undo;
