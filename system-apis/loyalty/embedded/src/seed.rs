//! What an engine is set up with: its programme, rules, promotions, members.

use crossdock_books::{Book, Outcome, Tx, VendorError};
use crossdock_model::{Currency, MemberId, Money, Program, Sku};
use serde::Deserialize;
use std::num::NonZeroU32;

use crate::ledger::{self, Movement};
use crate::lots;

/// One programme's rules, and the members of a new book.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Seed {
    /// The retailer whose members these are.
    #[serde(default = "acme")]
    pub merchant: String,
    /// The programme.
    pub program: Program,
    /// Who reimburses burnt points; the retailer bears them itself where absent.
    #[serde(default)]
    pub sponsor: Option<String>,
    /// How many points are worth one whole unit of a currency.
    pub points_per_unit: NonZeroU32,
    /// How points are earned.
    pub earn: EarnRule,
    /// How many days matured points live.
    pub lot_days: NonZeroU32,
    /// The tiers, the lowest first.
    pub tiers: Vec<Tier>,
    /// What takes money off.
    #[serde(default)]
    pub promotions: Vec<SeedPromotion>,
    /// Who is a member from the beginning.
    #[serde(default)]
    pub members: Vec<SeedMember>,
}

/// How points are earned.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct EarnRule {
    /// Its id.
    pub id: String,
    /// Its version.
    pub version: String,
    /// How many points a whole unit of the currency earns.
    pub points_per_unit: u32,
}

/// A tier and what it takes.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Tier {
    /// Its name.
    pub name: String,
    /// From how many earned points on.
    pub from: i64,
}

/// A promotion: by code, or automatic where it has none.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct SeedPromotion {
    /// Its id.
    pub id: String,
    /// Its version.
    pub version: String,
    /// What a receipt calls it.
    pub name: String,
    /// The code that brings it.
    #[serde(default)]
    pub code: Option<String>,
    /// Only for this brand.
    #[serde(default)]
    pub brand: Option<String>,
    /// Its place among those of its kind.
    pub stack_order: u32,
    /// Who reimburses it; the retailer bears it where absent.
    #[serde(default)]
    pub sponsor: Option<String>,
    /// What it takes off.
    pub takes: Takes,
}

/// What a promotion takes off; percentages in hundredths of a per cent.
#[derive(Debug, Clone, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case", deny_unknown_fields)]
pub enum Takes {
    /// A part of the price of every line of these items.
    ItemShare {
        /// The items.
        skus: Vec<Sku>,
        /// 1,500 for 15 %.
        basis_points: u32,
    },
    /// A part of what is left of the order.
    OrderShare {
        /// 1,000 for 10 %.
        basis_points: u32,
    },
    /// A fixed amount off what is left of the order, in the currencies named.
    OrderAmount {
        /// One a currency.
        amounts: Vec<Money>,
    },
}

/// A member of a new book.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct SeedMember {
    /// The number on the card.
    pub member: MemberId,
    /// Points earned so far, which decide the tier.
    #[serde(default)]
    pub qualifying: i64,
    /// What the member has.
    #[serde(default)]
    pub lots: Vec<SeedLot>,
}

/// Points that a member begins with.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct SeedLot {
    /// How many.
    pub points: i64,
    /// In how many days they expire.
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

    /// Opens the members that the book does not know yet.
    pub(crate) async fn sow(&self, book: &Book) -> Result<(), VendorError> {
        let seed = self.clone();
        book.write(move |tx| {
            for member in &seed.members {
                seed.open(tx, member)?;
            }
            Ok(())
        })
        .await
    }

    fn open(&self, tx: &Tx<'_>, member: &SeedMember) -> Outcome<()> {
        let opened = tx
            .prepare_cached(
                "INSERT OR IGNORE INTO account (merchant, member, opened_at) VALUES (?1, ?2, ?3)",
            )?
            .execute((&self.merchant, &*member.member.0, tx.now().as_millisecond()))?;
        if opened == 0 {
            return Ok(());
        }
        let account = tx.last_insert_rowid();
        tx.prepare_cached("INSERT INTO balance (account, tier) VALUES (?1, ?2)")?
            .execute((account, self.tier(0)))?;
        let qualified = Movement {
            qualifying: member.qualifying,
            ..Movement::of("opening")
        };
        ledger::post(tx, self, account, &qualified, "seed", None)?;
        for lot in &member.lots {
            lots::open(
                tx,
                account,
                "opening",
                lot.points,
                lot.expires_in_days.get(),
            )?;
            let opening = Movement {
                available: lot.points,
                ..Movement::of("opening")
            };
            ledger::post(tx, self, account, &opening, "seed", None)?;
        }
        Ok(())
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
    let a15 = Takes::ItemShare {
        skus: skus("A-2"),
        basis_points: 1_500,
    };
    let cloth = Takes::ItemShare {
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
            Takes::OrderShare {
                basis_points: 1_000,
            },
        ),
        promotion(
            "five-off",
            "5 off your order",
            Some("FIVEOFF"),
            20,
            Takes::OrderAmount { amounts },
        ),
    ]
}
