//! Events between tiers: envelopes, feeds, subscriptions, webhooks.
//!
//! Events are pulled: every API has a feed, readers come with a cursor. [`CloudEvent`] is what they
//! get, [`feed_routes`] serves it, [`Subscription`] reads it; [`Inbox`] takes what vendors push.

mod cursor;
mod envelope;
mod feed;
mod inbox;
mod readers;
mod served;
mod subscription;
mod table;
mod unreadable;
pub mod webhook;

pub use cursor::Cursor;
pub use envelope::CloudEvent;
pub use feed::{FeedPage, feed_routes};
pub use inbox::{Inbox, InboxOutcome, Message, MessageContext, Object, Reference};
pub use subscription::{Drained, Handled, Handler, ParkedSubject, Reader, Source, Subscription};
pub use table::read_feed;
pub use unreadable::unreadable;
