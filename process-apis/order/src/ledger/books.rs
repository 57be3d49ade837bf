//! What the books say about a shipment: the sale's journal entry, as a template over frozen columns.
//!
//! domain.md "Books". Earned points are a liability from the sale on; burnt points end one, or are
//! owed by their sponsor. Revenue is what remains, so every entry balances by construction.

use crossdock_model::{Currency, Money};
use proc_order_contract::{Funding, Redemption, Share};
use sys_erp_contract::{Account, Journal};

/// The entry for the sale of these columns at their shipment, with what the points earned are worth.
pub(crate) fn sale_journal(
    share: Share,
    currency: Currency,
    redemption: Option<&Redemption>,
    liability: i64,
) -> Journal {
    let money = |minor| Money::new(minor, currency);
    let revenue = share.gross - share.promotions - liability;
    let burnt = match redemption.map(|burnt| &burnt.funding) {
        Some(Funding::ThirdParty { .. }) => Account::SponsorReceivable,
        Some(Funding::Retailer) | None => Account::PointsLiability,
    };
    Journal::default()
        .debit(Account::Clearing, money(share.net_paid))
        .debit(burnt, money(share.burn_money))
        .credit(Account::Revenue, money(revenue))
        .credit(Account::ShippingRevenue, money(share.charges))
        .credit(Account::TaxPayable, money(share.tax))
        .credit(Account::PointsLiability, money(liability))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crossdock_model::Program;
    use proc_order_contract::Treatment;

    fn entry(funding: Funding, share: Share) -> Vec<(Account, i64, i64)> {
        let redemption = Redemption {
            program: Program("stars".into()),
            points: 1000,
            value: Money::new(1000, Currency::USD),
            treatment: Treatment::PreTaxDiscount,
            funding,
        };
        let journal = sale_journal(share, Currency::USD, Some(&redemption), 84);
        assert!(journal.is_balanced());
        journal
            .lines
            .iter()
            .map(|l| (l.account, l.debit.minor, l.credit.minor))
            .collect()
    }

    fn g1(tax: i64, net_paid: i64) -> Share {
        Share {
            gross: 10_500,
            promotions: 1_050,
            burn_money: 1_000,
            burn_points: 1_000,
            taxable: 0,
            tax,
            charges: 500,
            net_paid,
            earn_points: 84,
        }
    }

    #[test]
    fn the_sale_of_g1_is_booked_as_the_domain_says() {
        assert_eq!(
            entry(Funding::Retailer, g1(697, 9647)),
            [
                (Account::Clearing, 9647, 0),
                (Account::PointsLiability, 1000, 0),
                (Account::Revenue, 0, 9366),
                (Account::ShippingRevenue, 0, 500),
                (Account::TaxPayable, 0, 697),
                (Account::PointsLiability, 0, 84),
            ]
        );
    }

    #[test]
    fn a_sponsor_owes_what_its_points_paid() {
        let sponsor = Funding::ThirdParty {
            sponsor: "bank".into(),
        };
        let booked = entry(sponsor, g1(780, 9730));
        assert_eq!(
            booked[..2],
            [
                (Account::Clearing, 9730, 0),
                (Account::SponsorReceivable, 1000, 0)
            ]
        );
    }
}
