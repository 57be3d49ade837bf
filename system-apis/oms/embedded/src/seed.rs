//! What an empty OMS starts with: locations and their stock.

use crate::codes::NodeKind;
use crate::stock::{Change, MoveReason, StockKey, change};
use crossdock_books::{Book, VendorError};
use rusqlite::params;
use serde::{Deserialize, Serialize};

/// The locations and stock of a new book.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Seed {
    /// The locations, in the order in which sourcing prefers them.
    pub locations: Vec<SeedLocation>,
    /// The sellable stock by SKU and location.
    pub stock: Vec<SeedStock>,
}

/// A place that holds stock.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct SeedLocation {
    /// The code by which orders name the location, `store-austin`.
    pub code: String,
    /// Whether it is a store or a warehouse; routes prefer one of them.
    pub kind: LocationKind,
}

/// A shop floor or a warehouse.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum LocationKind {
    /// A shop that also ships.
    Store,
    /// A warehouse that only ships.
    Warehouse,
}

/// Sellable units of one SKU at one place.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct SeedStock {
    /// The SKU, the same in every system of the shop.
    pub sku: String,
    /// The code of the location.
    pub location: String,
    /// The units that can be sold.
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
pub(crate) async fn load(book: &Book, seed: Seed) -> Result<(), VendorError> {
    book.seed(move |tx| {
        let loaded: bool = tx
            .prepare_cached("SELECT EXISTS (SELECT 1 FROM location)")?
            .query_row([], |row| row.get(0))?;
        if loaded {
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
            let why = MoveReason {
                cause: "seed",
                merchant: "",
                reference: "seed",
            };
            change(tx, StockKey::sellable(&row.sku, &row.location), by, why)?;
        }
        Ok(())
    })
    .await
}
