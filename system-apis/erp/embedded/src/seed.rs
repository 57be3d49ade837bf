//! What a new book begins with: items, prices, opening stock.

use crate::documents;
use crate::schema::{CHART, UNRESTRICTED};
use crate::stock;
use crossdock_books::{Book, Outcome, Tx, VendorError};
use crossdock_model::{Currency, LocationId, Money, Sku, Timestamp};
use crossdock_store::StoreError;
use rusqlite::params;
use serde::Deserialize;

/// The master data and opening stock of a new book.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Seed {
    /// The item master of a new book.
    #[serde(default)]
    pub products: Vec<SeedProduct>,
    /// The opening stock, item by place.
    #[serde(default)]
    pub stock: Vec<SeedStock>,
}

/// An item of the item master.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct SeedProduct {
    /// The item's code, the same in every system of the shop.
    pub sku: Sku,
    /// The global trade item number (GTIN) on its label.
    #[serde(default)]
    pub gtin: Option<String>,
    /// The name that the customer reads.
    pub name: String,
    /// The tax category, `general` where absent.
    #[serde(default = "general")]
    pub tax_category: String,
    /// The brand that sells it, `acme` where absent.
    #[serde(default = "acme")]
    pub brand: String,
    /// The list price; its currency is the item's own.
    pub list_price: Money,
    /// The cost of one to the retailer, at which stock is valued.
    pub cost: Money,
    /// More prices, in other currencies or for other times.
    #[serde(default)]
    pub prices: Vec<SeedPrice>,
}

/// A price besides the list price.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct SeedPrice {
    /// The price of one unit, in its currency.
    pub amount: Money,
    /// The beginning of its validity; since ever where absent.
    #[serde(default)]
    pub valid_from: Option<Timestamp>,
    /// The end of its validity, exclusive; open where absent.
    #[serde(default)]
    pub valid_until: Option<Timestamp>,
}

/// The opening stock of an item at one place, as new.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct SeedStock {
    /// The item's code, which the item master has to know.
    pub sku: Sku,
    /// The place, a store or a warehouse.
    pub location: LocationId,
    /// The units on hand at the start.
    pub on_hand: u32,
}

fn general() -> String {
    "general".to_owned()
}

fn acme() -> String {
    "acme".to_owned()
}

impl Seed {
    /// The shop of the demo and of the golden scenarios: 500 of everything at three places.
    pub fn demo() -> Self {
        let usd = Currency::USD;
        let products: Vec<SeedProduct> = [
            ("A-1", "A", (4000, usd), 2200),
            ("B-1", "B", (2500, usd), 1100),
            ("A-2", "Linen shirt", (2450, usd), 1225),
            ("B-2", "Wool socks", (735, usd), 294),
            ("J-1", "Tenugui cloth", (4000, Currency::JPY), 1800),
            ("K-1", "Oud candle", (12_500, Currency::KWD), 5250),
        ]
        .into_iter()
        .filter_map(|(sku, name, (price, currency), cost)| {
            Some(SeedProduct {
                sku: sku.parse().ok()?,
                gtin: None,
                name: name.to_owned(),
                tax_category: general(),
                brand: acme(),
                list_price: Money::new(price, currency),
                cost: Money::new(cost, currency),
                prices: Vec::new(),
            })
        })
        .collect();
        let places = ["store-austin", "store-soho", "warehouse-east"];
        let everywhere = products.iter().flat_map(|product| {
            places.iter().filter_map(|place| {
                let location = place.parse().ok()?;
                Some(SeedStock {
                    sku: product.sku.clone(),
                    location,
                    on_hand: 500,
                })
            })
        });
        let stock = everywhere.collect();
        Self { products, stock }
    }

    /// The demo's items with so many of one of them at one store, for load.
    pub fn plenty(sku: &str, quantity: u32) -> Self {
        let mut seed = Self::demo();
        let wanted = |place: &SeedStock| {
            place.sku.as_str() == sku && place.location.as_str() == "store-austin"
        };
        seed.stock.retain(wanted);
        for place in &mut seed.stock {
            place.on_hand = quantity;
        }
        seed
    }
}

/// Why the backend cannot start.
#[derive(Debug, thiserror::Error)]
pub enum SetupError {
    /// The book cannot be opened.
    #[error("the ERP's book cannot be opened: check its path and that no other process holds it")]
    Book(#[from] StoreError),
    /// The seed contradicts itself; what it says is the refusal of the item or stock at fault.
    #[error("the ERP's seed was refused: {0}")]
    Seed(String),
}

/// Writes the seed into a book that has no items yet, and sets what becomes of duplicates.
pub(crate) async fn load(
    book: &Book,
    seed: Seed,
    refuses_duplicates: bool,
) -> Result<(), SetupError> {
    let loaded = book.seed(move |tx| {
        documents::refuse_duplicates(tx, refuses_duplicates)?;
        let items: i64 = tx.query_row("SELECT count(*) FROM product", [], |row| row.get(0))?;
        let accounts: i64 = tx.query_row("SELECT count(*) FROM account", [], |row| row.get(0))?;
        if accounts == 0 {
            let mut chart = tx.prepare_cached("INSERT INTO account VALUES (?1, ?2)")?;
            for (number, name) in CHART {
                chart.execute([number, name])?;
            }
        }
        if items == 0 {
            load_items(tx, &seed)
        } else {
            Ok(())
        }
    });
    loaded
        .await
        .map_err(|refused| SetupError::Seed(refused.to_string()))
}

fn load_items(tx: &Tx<'_>, seed: &Seed) -> Outcome<()> {
    for product in &seed.products {
        item(tx, product)?;
    }
    for place in &seed.stock {
        if !seed.products.iter().any(|product| product.sku == place.sku) {
            let message = format!("stock of {}, which is no item of the seed", place.sku);
            return Err(VendorError::unprocessable("UNKNOWN_ITEM", message).into());
        }
        tx.prepare_cached("INSERT OR IGNORE INTO plant VALUES (?1)")?
            .execute([place.location.as_str()])?;
        let opening = stock::Move {
            sku: place.sku.as_str(),
            plant: place.location.as_str(),
            stock_type: UNRESTRICTED,
            quantity: i64::from(place.on_hand),
        };
        stock::book(tx, None, &opening)?;
    }
    Ok(())
}

fn item(tx: &Tx<'_>, product: &SeedProduct) -> Outcome<()> {
    let repeated =
        "INSERT OR IGNORE INTO product VALUES (?1, ?2, ?3, ?4, ?5, 'active', ?6, ?7, ?8)";
    let inserted = tx.prepare_cached(repeated)?.execute(params![
        product.sku.as_str(),
        product.gtin,
        product.name,
        product.tax_category,
        product.brand,
        product.list_price.currency.code(),
        product.cost.minor,
        product.cost.currency.code(),
    ])?;
    if inserted == 0 {
        let message = format!("item {} stands twice in the seed", product.sku);
        return Err(VendorError::conflict("ITEM_EXISTS", message).into());
    }
    let list = SeedPrice {
        amount: product.list_price,
        valid_from: None,
        valid_until: None,
    };
    for (at, price) in std::iter::once(&list).chain(&product.prices).enumerate() {
        let from = price.valid_from.unwrap_or(Timestamp::UNIX_EPOCH);
        tx.prepare_cached("INSERT INTO price VALUES (?1, ?2, ?3, ?4, ?5, ?6)")?
            .execute(params![
                product.sku.as_str(),
                price.amount.currency.code(),
                price.amount.minor,
                from.as_millisecond(),
                price.valid_until.map(Timestamp::as_millisecond),
                i64::try_from(at).unwrap_or(0) + 1,
            ])?;
    }
    Ok(())
}
