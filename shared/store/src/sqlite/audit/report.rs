//! What reading the audit chains found.

use crate::Shard;
use serde::Serialize;

/// What a look through all audit chains found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct AuditReport {
    /// How many rows were read.
    pub rows: u64,
    /// The first row, by shard and number, that is not what was written.
    pub first_bad: Option<BadRow>,
    /// The last row of each chain that has one: what a witness keeps, so that a cut end is noticed.
    pub heads: Vec<AuditHead>,
}

/// A row that is not what was written.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct BadRow {
    /// The shard whose chain it is.
    pub shard: Shard,
    /// Its number in the chain, from 1.
    pub number: u64,
    /// What is wrong with it.
    pub why: String,
}

/// The end of one chain.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct AuditHead {
    /// The shard whose chain it is.
    pub shard: Shard,
    /// The number of the last row.
    pub number: u64,
    /// Its seal, in hexadecimal.
    pub hash: String,
}
