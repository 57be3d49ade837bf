//! The OMS's own document numbers: `FO-000123`.

use crossdock_books::VendorError;

pub(crate) const HOLD: &str = "HD";
pub(crate) const ORDER: &str = "OM";
pub(crate) const LINE_CANCELLATION: &str = "LC";
pub(crate) const FULFILMENT: &str = "FO";
pub(crate) const SHIPMENT: &str = "SH";
pub(crate) const RECEIPT: &str = "RC";

/// A row's number as people write it.
pub(crate) fn written(kind: &str, number: i64) -> String {
    format!("{kind}-{number:06}")
}

/// The row that a fulfilment order's number means.
pub(crate) fn fulfilment(text: &str) -> Result<i64, VendorError> {
    text.strip_prefix(FULFILMENT)
        .and_then(|rest| rest.strip_prefix('-'))
        .and_then(|digits| digits.parse().ok())
        .ok_or_else(|| VendorError::not_found(&format!("fulfilment order {text}")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_reads_as_it_is_written() {
        assert_eq!(written(FULFILMENT, 123), "FO-000123");
        assert_eq!(fulfilment("FO-000123").ok(), Some(123));
        assert!(fulfilment("SH-000123").is_err());
    }
}
