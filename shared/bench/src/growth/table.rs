//! The growth table: each figure of both shops, their ratio, and the bar it is held against.

use crate::growth::bytes::Bytes;
use crate::growth::compare::Pair;
use crate::process::Start;
use crate::report::print_line;

/// Reads and the start may cost this many thousandths of what they cost in the small shop.
const READ_BAR: u64 = 1_250;
/// Writes may cost this many thousandths.
const WRITE_BAR: u64 = 1_500;
/// A start may take so long, in milliseconds.
const START_BAR_MS: u64 = 1_000;

/// An order may take so many bytes of our own stores once what it went through is archived.
const LIVE_BAR_BYTES: u64 = 8_192;

/// Printed line by line as it is measured; remembers whether all bars held so far.
pub(crate) struct Table {
    held: bool,
}

impl Table {
    /// Begins the table about a shop with so many orders.
    pub(crate) fn begin(orders: u64) -> Self {
        print_line(&format!("\nhistory of {orders} orders"));
        print_line(&format!(
            "{:<32} {:>9} {:>9} {:>6} {:>9} {:>9} {:>6}  bar, and p99 when first asked",
            "what", "small p50", "grown p50", "ratio", "small p99", "grown p99", "ratio"
        ));
        Self { held: true }
    }

    /// What an order takes before and after what it went through was archived.
    pub(crate) fn bytes(&mut self, live: Bytes, archived: Bytes) {
        let verdict = self.bar(archived.stores, LIVE_BAR_BYTES);
        print_line(&format!(
            "bytes an order, before archiving: {} in our stores, {} in the books",
            live.stores, live.books
        ));
        print_line(&format!(
            "bytes an order, archived: {} in our stores, at most {LIVE_BAR_BYTES} ({verdict}), {} in the books, {} in the archive",
            archived.stores, archived.books, archived.archives
        ));
    }

    /// How long a start takes, and what the idle process holds.
    pub(crate) fn start(&mut self, small: &Start, grown: &Start) {
        let ms = |start: &Start| u64::try_from(start.ready.as_millis()).unwrap_or(u64::MAX);
        let (from, to) = (ms(small), ms(grown));
        let bar = self.bar(permille(from, to), READ_BAR);
        let within = self.bar(to, START_BAR_MS);
        print_line(&format!(
            "start: {from} ms, {to} ms, {} ({bar}), at most {START_BAR_MS} ms ({within})",
            thousandths(permille(from, to))
        ));
        let (from, to) = (small.idle_kb / 1024, grown.idle_kb / 1024);
        print_line(&format!(
            "idle memory: {from} MB, {to} MB, {}",
            thousandths(permille(from, to))
        ));
    }

    /// A read, in microseconds; its 99th percentile is held against the bar, except of the first time that each order was asked for.
    pub(crate) fn read(&mut self, first: &Pair, then: &Pair) {
        let p99 = |run: &crate::measure::Run| run.latencies.value_at_quantile(0.99);
        let first = format!("{:>9} {:>9}", p99(&first.small), p99(&first.grown));
        self.latencies(then, READ_BAR, &first);
    }

    /// Orders placed, in microseconds and a second; both are held against the bar.
    pub(crate) fn write(&mut self, pair: &Pair) {
        self.latencies(pair, WRITE_BAR, "");
        let rate = |run: &crate::measure::Run| run.a_second(run.latencies.len());
        let (small, grown) = (rate(&pair.small), rate(&pair.grown));
        let slower = permille(grown, small);
        let bar = self.bar(slower, WRITE_BAR);
        print_line(&format!(
            "{}: {small}/s, {grown}/s, {} times slower ({bar})",
            pair.what,
            thousandths(slower)
        ));
    }

    fn latencies(&mut self, pair: &Pair, bar: u64, first: &str) {
        let at = |run: &crate::measure::Run, quantile| run.latencies.value_at_quantile(quantile);
        let (small, grown) = (&pair.small, &pair.grown);
        let (p50, p99) = (0.5, 0.99);
        let middle = permille(at(small, p50), at(grown, p50));
        let tail = permille(at(small, p99), at(grown, p99));
        let verdict = self.bar(tail, bar);
        print_line(&format!(
            "{:<32} {:>9} {:>9} {:>6} {:>9} {:>9} {:>6}  {verdict:<6} {first}",
            pair.what,
            at(small, p50),
            at(grown, p50),
            thousandths(middle),
            at(small, p99),
            at(grown, p99),
            thousandths(tail),
        ));
    }

    fn bar(&mut self, figure: u64, bar: u64) -> &'static str {
        let held = figure <= bar;
        self.held &= held;
        if held { "held" } else { "MISSED" }
    }

    /// Whether every bar held.
    pub(crate) fn held(&self) -> bool {
        self.held
    }
}

fn permille(of: u64, figure: u64) -> u64 {
    (figure * 1_000).checked_div(of).unwrap_or(0)
}

fn thousandths(milli: u64) -> String {
    format!("{}.{:02}", milli / 1_000, milli % 1_000 / 10)
}
