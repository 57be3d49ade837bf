//! CloudEvents envelopes, feeds, subscriptions, webhooks.
