//! What is moved to the archive reads as before, and what is gone from it is said in words.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

#[path = "../damage/shop.rs"]
mod shop;

mod chains;
mod moving;
mod reading;
mod unmarked;
