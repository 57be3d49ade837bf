//! Statements that are not measured over a history, each with the reason.

use crate::steps::Exceptions;

/// Statements that are run by nobody who waits.
pub(super) const APART: Exceptions<'_> = &[
    (
        "SELECT {} FROM audit ORDER BY place",
        "a verification reads every chain from its first live row",
    ),
    (
        "FROM archived_audit",
        "a verification, or an archive run that writes a month anew",
    ),
    ("INTO archived_audit", "an archive run, into a month's file"),
    (
        "SELECT place FROM {} WHERE place > ?1 ORDER BY place LIMIT 1",
        "an archive run, which looks for the next chain by its key",
    ),
    (
        "FROM audit WHERE place > ?1 AND place <= ?2 ORDER BY place LIMIT ?3",
        "an archive run, a bite of a chain by its keys",
    ),
    (
        "SELECT max(place) FROM {}",
        "an archive run, the end of a chain by its key",
    ),
    (
        "SELECT at FROM {}",
        "an archive run, the age of one row by its key",
    ),
    (
        "DELETE FROM {} WHERE place >= ?1 AND place <= ?2",
        "an archive run, by the places of what it moves",
    ),
    (" meta ", "asked and written when a store is opened"),
    (
        "archived IS NULL",
        "an archive run, which no store in memory has; its plan is checked in archive/ended.rs",
    ),
    (
        "DELETE FROM journal",
        "an archive run, by the place of what it moves",
    ),
    (
        "DELETE FROM snapshot",
        "an archive run, by the key of what it moves",
    ),
    (
        "DELETE FROM answer",
        "an archive run, by the key of what it moves",
    ),
    (
        "SET archived",
        "an archive run, by the key of what it moves",
    ),
    (
        "FROM sqlite_schema",
        "asked of a month's file when it is opened",
    ),
];
