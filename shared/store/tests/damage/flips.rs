//! Forty bytes flipped anywhere in a file that was closed cleanly.
#![expect(
    clippy::print_stdout,
    reason = "how many were noticed is part of what is shown"
)]

use crate::ask::ask_all;
use crate::shop::{copy, file, filled, opened};
use crossdock_model::Ids;
use std::path::Path;
use std::time::Duration;

const FLIPS: u64 = 240;
const FLIPPED: usize = 40;

/// What became of all flips, each in a file of its own.
#[derive(Debug, Default)]
struct Flips {
    /// The file was not served.
    refused: u64,
    /// A read failed, and every other gave what was written.
    noticed: u64,
    /// A read did not find what was written.
    missed: u64,
    /// A read gave something that was not written.
    wrong: u64,
    /// Every read gave what was written.
    unharmed: u64,
}

/// With a whole look at the start nothing wrong is ever served.
#[tokio::test]
async fn after_a_flip_every_read_gives_what_was_written_or_an_error() {
    let flips = flipped(Duration::from_mins(1)).await;
    assert_eq!((flips.missed, flips.wrong), (0, 0), "{flips:?}");
    assert!(flips.refused > FLIPS / 3, "{flips:?}");
    println!("{FLIPS} flips, looked at as a whole: {flips:?}");
}

/// A file too large for that: what a read meets is noticed; only what an index no longer leads to is taken for absent.
#[tokio::test]
async fn without_the_look_at_the_start_reads_notice_what_they_meet() {
    let flips = flipped(Duration::ZERO).await;
    assert_eq!(flips.wrong, 0, "{flips:?}");
    assert!(flips.missed <= FLIPS / 5, "{flips:?}");
    assert!(flips.noticed > FLIPS / 4, "{flips:?}");
    println!("{FLIPS} flips, only read: {flips:?}");
}

async fn flipped(check_within: Duration) -> Flips {
    let folder = tempfile::tempdir().unwrap();
    let (store, placed) = filled(folder.path(), 120).await;
    let written = ask_all(&store, &placed).await;
    assert!(written.iter().all(Option::is_some));
    store.close().unwrap();
    drop(store);
    let mut flips = Flips::default();
    for seed in 0..FLIPS {
        let damaged = tempfile::tempdir().unwrap();
        copy(
            folder.path(),
            damaged.path(),
            &["process.db", "process.head"],
        );
        flip(&file(damaged.path()), seed);
        let Ok(store) = opened(damaged.path(), check_within) else {
            flips.refused += 1;
            continue;
        };
        let said = ask_all(&store, &placed).await;
        let (mut missed, mut wrong) = (false, false);
        for (said, written) in said.iter().zip(&written) {
            let (Some(said), Some(written)) = (said, written) else {
                continue;
            };
            // Without its snapshot an instance comes with its whole journal, which is the same state.
            let fewer =
                said.len() < written.len() || said == "false" || said.contains("snapshot: None");
            missed |= said != written && fewer;
            wrong |= said != written && !fewer;
        }
        if wrong {
            flips.wrong += 1;
        } else if missed {
            flips.missed += 1;
        } else if said == written {
            flips.unharmed += 1;
        } else {
            flips.noticed += 1;
        }
    }
    flips
}

/// Other bytes in a row at a random place, the same for the same seed.
fn flip(path: &Path, seed: u64) {
    let mut bytes = std::fs::read(path).unwrap();
    let ids = Ids::seeded(seed);
    let mut random = std::iter::repeat_with(|| ids.next(crossdock_model::Timestamp::UNIX_EPOCH))
        .flat_map(|id| id.into_bytes().into_iter().skip(9).collect::<Vec<u8>>());
    let place = random
        .by_ref()
        .take(4)
        .fold(0, |place, byte| place << 8 | usize::from(byte));
    let place = place % (bytes.len() - FLIPPED);
    for (byte, other) in bytes[place..place + FLIPPED].iter_mut().zip(random) {
        *byte ^= other | 1;
    }
    std::fs::write(path, bytes).unwrap();
}
