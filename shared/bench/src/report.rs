//! The report: a table with the ratios, and whether every floor held.

use crate::measure::Line;
use crate::orders::Orders;
use std::process::ExitCode;

/// The engine reaches at least this many thousandths of the probe's workflows a second.
const ENGINE_FLOOR_PERMILLE: u64 = 500;
/// An idle process holds less than this.
const IDLE_FLOOR_KB: u64 = 80 * 1024;

/// Prints everything; whether the floors held.
pub(crate) fn print(lines: &[Line], orders: &Orders, idle_kb: u64) -> Result<bool, String> {
    print_line(
        "what                                    clients     /s   p50 us   p99 us  ok ‰  CPU us  appends  syncs  peak MB",
    );
    for line in lines.iter().chain(&orders.placed) {
        print_line(&row(line));
    }
    let probe = lines.first().ok_or("nothing was measured")?;
    let engine = lines.iter().rfind(|line| line.clients == probe.clients);
    let engine = engine.map_or(0, |line| line.per_second);
    let permille = (engine * 1_000).checked_div(probe.per_second).unwrap_or(0);
    print_line(&format!(
        "\nengine / probe at {} clients: {} (floor {})",
        probe.clients,
        thousandths(permille),
        thousandths(ENGINE_FLOOR_PERMILLE)
    ));
    print_line(&format!("idle memory: {} MB (floor 80 MB)", idle_kb / 1024));
    for (line, settled) in orders.placed.iter().zip(&orders.settling) {
        let ratio = (settled * 1_000).checked_div(line.per_second).unwrap_or(0);
        print_line(&format!(
            "settled while {} clients placed {}/s: {settled}/s, {} of it",
            line.clients,
            line.per_second,
            thousandths(ratio)
        ));
    }
    print_line(&format!(
        "settled in the end: {} of those placed; for each: {} appends in stores, {} in books, {} syncs",
        thousandths(orders.settled_permille),
        thousandths(orders.store_appends_milli),
        thousandths(orders.book_appends_milli),
        thousandths(orders.syncs_milli)
    ));
    let all = serde_json::to_string(&(lines, &orders.placed)).map_err(|error| error.to_string())?;
    print_line(&format!("\n{all}"));
    Ok(permille >= ENGINE_FLOOR_PERMILLE && idle_kb < IDLE_FLOOR_KB)
}

fn row(line: &Line) -> String {
    format!(
        "{:<39} {:>7} {:>6} {:>8} {:>8} {:>5} {:>7} {:>8} {:>6} {:>8}",
        line.what,
        line.clients,
        line.per_second,
        line.p50_us,
        line.p99_us,
        line.success_permille,
        line.cpu_us_each,
        thousandths(line.appends_milli),
        thousandths(line.syncs_milli),
        line.peak_kb / 1024
    )
}

pub(crate) fn thousandths(milli: u64) -> String {
    format!("{}.{:02}", milli / 1_000, milli % 1_000 / 10)
}

/// Says why, for a shell and for a person.
#[expect(
    clippy::print_stderr,
    reason = "a command-line tool talks to the one who runs it"
)]
pub(crate) fn failed(why: &str) -> ExitCode {
    eprintln!("bench: {why}");
    ExitCode::FAILURE
}

#[expect(clippy::print_stdout, reason = "the report is what the command is for")]
pub(crate) fn print_line(text: &str) {
    println!("{text}");
}
