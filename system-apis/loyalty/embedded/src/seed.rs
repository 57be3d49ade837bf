//! The seed of an engine: its programme with rules and promotions, the members of a new book.

use crossdock_model::{Currency, MemberId, Money, Program, Sku};
use serde::Deserialize;
use std::num::NonZeroU32;

/// One programme's rules, and the members of a new book.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Seed {
    /// The retailer whose members these are.
    #[serde(default = "acme")]
    pub merchant: String,
    /// The id of the points' programme, `stars`.
    pub program: Program,
    /// Who reimburses burnt points; the retailer bears them itself where absent.
    #[serde(default)]
    pub sponsor: Option<String>,
    /// How many points are worth one whole unit of a currency.
    pub points_per_unit: NonZeroU32,
    /// The rule by which points are earned.
    pub earn: EarnRule,
    /// How many days matured points live.
    pub lot_days: NonZeroU32,
    /// The tiers, the lowest first.
    pub tiers: Vec<Tier>,
    /// The promotions, by code or automatic.
    #[serde(default)]
    pub promotions: Vec<SeedPromotion>,
    /// The members of a new book.
    #[serde(default)]
    pub members: Vec<SeedMember>,
}

/// The rule by which points are earned.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct EarnRule {
    /// The rule's id, which an accrual keeps.
    pub id: String,
    /// The rule's version, which an evaluation names.
    pub version: String,
    /// How many points a whole unit of the currency earns.
    pub points_per_unit: u32,
}

/// A tier of members, by the points that they have earned.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Tier {
    /// The tier's name as an account shows it.
    pub name: String,
    /// The qualifying points with which it begins.
    pub from: i64,
}

/// A promotion: by code, or automatic where it has none.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct SeedPromotion {
    /// The promotion's id, which an order keeps.
    pub id: String,
    /// The promotion's version, which an order keeps.
    pub version: String,
    /// The name that a receipt prints.
    pub name: String,
    /// The code that the customer enters for it; automatic where absent.
    #[serde(default)]
    pub code: Option<String>,
    /// The brand it is limited to; any where absent.
    #[serde(default)]
    pub brand: Option<String>,
    /// Its place in the order in which promotions of one kind apply.
    pub stack_order: u32,
    /// Who reimburses it; the retailer bears it where absent.
    #[serde(default)]
    pub sponsor: Option<String>,
    /// What it takes off the price.
    pub takes: Reduction,
}

/// What a promotion takes off; percentages in hundredths of a per cent.
#[derive(Debug, Clone, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case", deny_unknown_fields)]
pub enum Reduction {
    /// A part of the price of every line of these items.
    ItemShare {
        /// The items whose lines it reduces.
        skus: Vec<Sku>,
        /// The share in hundredths of a per cent, 1,500 for 15 %.
        basis_points: u32,
    },
    /// A part of what is left of the order.
    OrderShare {
        /// The share in hundredths of a per cent, 1,000 for 10 %.
        basis_points: u32,
    },
    /// A fixed amount off what is left of the order, in the currencies named.
    OrderAmount {
        /// The amount in each currency, once each.
        amounts: Vec<Money>,
    },
}

/// A member of a new book.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct SeedMember {
    /// The member's number as the card shows it.
    pub member: MemberId,
    /// Points earned so far, which decide the tier.
    #[serde(default)]
    pub qualifying: i64,
    /// The points of the member, with their expiry.
    #[serde(default)]
    pub lots: Vec<SeedLot>,
}

/// Points that a member begins with.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct SeedLot {
    /// How many points the lot holds.
    pub points: i64,
    /// The days after which they expire.
    pub expires_in_days: NonZeroU32,
}

fn acme() -> String {
    "acme".to_owned()
}

impl Seed {
    /// The retailer's own programme of the demo and of the golden scenarios.
    pub fn demo() -> Self {
        Self {
            merchant: acme(),
            program: Program("stars".into()),
            sponsor: None,
            points_per_unit: const { NonZeroU32::new(100).unwrap() },
            earn: EarnRule {
                id: "base-earn".into(),
                version: "1".into(),
                points_per_unit: 1,
            },
            lot_days: const { NonZeroU32::new(365).unwrap() },
            tiers: [("base", 0), ("silver", 1_000), ("gold", 5_000)]
                .map(|(name, from)| Tier {
                    name: name.into(),
                    from,
                })
                .into(),
            promotions: promotions(),
            members: vec![
                member("member-ada", 1_200, &[(900, 90), (600, 300)]),
                member("member-bob", 200, &[(200, 180)]),
            ],
        }
    }

    /// The same shop with a programme that a sponsor pays for.
    pub fn partner() -> Self {
        Self {
            program: Program("partner-miles".into()),
            sponsor: Some("Skyline Air".into()),
            ..Self::demo()
        }
    }

    /// The tier of so many earned points.
    pub(crate) fn tier(&self, qualifying: i64) -> &str {
        let reached = self.tiers.iter().filter(|tier| tier.from <= qualifying);
        reached
            .max_by_key(|tier| tier.from)
            .map_or("none", |tier| &tier.name)
    }
}

fn member(id: &str, qualifying: i64, lots: &[(i64, u32)]) -> SeedMember {
    let lots = lots.iter().filter_map(|(points, days)| {
        Some(SeedLot {
            points: *points,
            expires_in_days: NonZeroU32::new(*days)?,
        })
    });
    SeedMember {
        member: MemberId(id.into()),
        qualifying,
        lots: lots.collect(),
    }
}

fn promotions() -> Vec<SeedPromotion> {
    let promotion = |id: &str, name: &str, code: Option<&str>, stack_order, takes| SeedPromotion {
        id: id.into(),
        version: "1".into(),
        name: name.into(),
        code: code.map(str::to_owned),
        brand: None,
        stack_order,
        sponsor: None,
        takes,
    };
    let skus = |sku: &str| sku.parse().into_iter().collect();
    let five = [
        (500, Currency::USD),
        (500, Currency::JPY),
        (5_000, Currency::KWD),
    ];
    let amounts = five
        .map(|(minor, currency)| Money::new(minor, currency))
        .into();
    let a15 = Reduction::ItemShare {
        skus: skus("A-2"),
        basis_points: 1_500,
    };
    let cloth = Reduction::ItemShare {
        skus: skus("J-1"),
        basis_points: 500,
    };
    vec![
        promotion("a15", "15 % off linen shirts", Some("A15"), 10, a15),
        promotion("cloth-5", "5 % off tenugui cloth", None, 20, cloth),
        promotion(
            "ten-off",
            "10 % off your order",
            Some("TENOFF"),
            10,
            Reduction::OrderShare {
                basis_points: 1_000,
            },
        ),
        promotion(
            "five-off",
            "5 off your order",
            Some("FIVEOFF"),
            20,
            Reduction::OrderAmount { amounts },
        ),
    ]
}
