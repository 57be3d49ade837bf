//! What an empty OMS starts with: locations and their stock.

use crate::stock::{At, Change, Why, change};
use crate::word::NodeKind;
use crossdock_books::{Book, VendorError};
use rusqlite::params;
use serde::{Deserialize, Serialize};

/// The first locations and stock.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Seed {
    /// Places, in the order in which they are asked.
    pub locations: Vec<SeedLocation>,
    /// What is where at the start.
    pub stock: Vec<SeedStock>,
}

/// A place that holds stock.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct SeedLocation {
    /// Its id, `store-austin`.
    pub code: String,
    /// What it is.
    pub kind: LocationKind,
}

/// A shop floor or a warehouse.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum LocationKind {
    /// A shop.
    Store,
    /// A warehouse.
    Warehouse,
}

/// Sellable units of one SKU at one place.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct SeedStock {
    /// What.
    pub sku: String,
    /// Where.
    pub location: String,
    /// How many.
    pub quantity: u32,
}

impl Seed {
    /// The demo's shops: 500 of every item that the ERP's demo seed knows, at each of three places.
    pub fn demo() -> Self {
        let places = [
            ("store-austin", LocationKind::Store, 500),
            ("store-soho", LocationKind::Store, 500),
            ("warehouse-east", LocationKind::Warehouse, 500),
        ];
        let skus = ["A-1", "B-1", "A-2", "B-2", "J-1", "K-1"];
        Self::of(&places, &skus)
    }

    /// So many of one SKU at one store, for load.
    pub fn plenty(sku: &str, quantity: u32) -> Self {
        Self::of(&[("store-austin", LocationKind::Store, quantity)], &[sku])
    }

    fn of(places: &[(&str, LocationKind, u32)], skus: &[&str]) -> Self {
        let locations = places.iter().map(|(code, kind, _)| SeedLocation {
            code: (*code).to_owned(),
            kind: *kind,
        });
        let stock = skus.iter().flat_map(|sku| {
            places.iter().map(|(code, _, quantity)| SeedStock {
                sku: (*sku).to_owned(),
                location: (*code).to_owned(),
                quantity: *quantity,
            })
        });
        Self {
            locations: locations.collect(),
            stock: stock.collect(),
        }
    }
}

/// Writes the seed into books that have no location yet; books that have keep what they say.
pub(crate) async fn sow(book: &Book, seed: Seed) -> Result<(), VendorError> {
    book.write(move |tx| {
        let sown: bool = tx
            .prepare_cached("SELECT EXISTS (SELECT 1 FROM location)")?
            .query_row([], |row| row.get(0))?;
        if sown {
            return Ok(());
        }
        for (rank, place) in (0_u32..).zip(&seed.locations) {
            let kind = match place.kind {
                LocationKind::Store => NodeKind::Store,
                LocationKind::Warehouse => NodeKind::Warehouse,
            };
            tx.prepare_cached("INSERT INTO location (code, kind, rank) VALUES (?1, ?2, ?3)")?
                .execute(params![place.code, kind, rank])?;
        }
        for row in &seed.stock {
            let by = Change {
                on_hand: i64::from(row.quantity),
                ..Change::default()
            };
            let why = Why {
                cause: "seed",
                merchant: "",
                reference: "seed",
            };
            change(tx, At::sellable(&row.sku, &row.location), by, why)?;
        }
        Ok(())
    })
    .await
}
