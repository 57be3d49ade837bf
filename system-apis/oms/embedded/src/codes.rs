//! The OMS's codes: enums that read the same on the wire and in the books.

/// An enum with one text form, for JSON and SQL alike.
macro_rules! codes {
    ($(#[$doc:meta])* $name:ident { $($variant:ident = $text:literal),+ $(,)? }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
        pub(crate) enum $name { $(#[serde(rename = $text)] $variant,)+ }

        impl $name {
            pub(crate) fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $text,)+ }
            }
        }

        impl rusqlite::ToSql for $name {
            fn to_sql(&self) -> rusqlite::Result<rusqlite::types::ToSqlOutput<'_>> {
                Ok(self.as_str().into())
            }
        }

        impl rusqlite::types::FromSql for $name {
            fn column_result(
                value: rusqlite::types::ValueRef<'_>,
            ) -> rusqlite::types::FromSqlResult<Self> {
                match value.as_str()? {
                    $($text => Ok(Self::$variant),)+
                    _other => Err(rusqlite::types::FromSqlError::InvalidType),
                }
            }
        }
    };
}

codes! {
    /// How goods reach the customer.
    Route { StoreFirst = "STORE_FIRST", WarehouseFirst = "WAREHOUSE_FIRST", Collect = "COLLECT", Till = "TILL" }
}
codes! {
    /// What became of a reservation.
    HoldState { Held = "HELD", Consumed = "CONSUMED", Released = "RELEASED", Expired = "EXPIRED" }
}
codes! {
    /// How far an order has come.
    OrderState { Open = "OPEN", Shipped = "SHIPPED", Cancelled = "CANCELLED" }
}
codes! {
    /// How far the work on a fulfilment order has come.
    FulfilmentState {
        Open = "OPEN", Accepted = "ACCEPTED", Picked = "PICKED", Packed = "PACKED",
        Shipped = "SHIPPED", Rejected = "REJECTED", Incomplete = "INCOMPLETE", Cancelled = "CANCELLED",
    }
}
codes! {
    /// What becomes of returned goods.
    Disposition { Restock = "RESTOCK", Refurbish = "REFURBISH", Vendor = "VENDOR", Scrap = "SCRAP" }
}
codes! {
    /// A shop floor or a warehouse.
    NodeKind { Store = "STORE", Warehouse = "WAREHOUSE" }
}

/// The condition of what can be sold.
pub(crate) const SELLABLE: &str = "new";
/// The condition of what nobody sells until it was counted.
pub(crate) const BLOCKED: &str = "blocked";

impl Disposition {
    /// The condition the goods are counted under.
    pub(crate) fn condition(self) -> &'static str {
        match self {
            Self::Restock => SELLABLE,
            Self::Refurbish => "refurbish",
            Self::Vendor => "return-to-vendor",
            Self::Scrap => "scrap",
        }
    }
}
