//! The OMS's words: enums that read the same on the wire and in the books.

/// An enum with one text form, for JSON and SQL alike.
macro_rules! word {
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

word! {
    /// How goods reach the customer.
    Route { StoreFirst = "STORE_FIRST", WarehouseFirst = "WAREHOUSE_FIRST", Collect = "COLLECT", Till = "TILL" }
}
word! {
    /// Where a reservation stands.
    HoldState { Held = "HELD", Consumed = "CONSUMED", Released = "RELEASED", Expired = "EXPIRED" }
}
word! {
    /// Where an order stands.
    OrderState { Open = "OPEN", Shipped = "SHIPPED", Cancelled = "CANCELLED" }
}
word! {
    /// Where a fulfilment order stands.
    JobState {
        Open = "OPEN", Accepted = "ACCEPTED", Picked = "PICKED", Packed = "PACKED",
        Shipped = "SHIPPED", Rejected = "REJECTED", Incomplete = "INCOMPLETE", Cancelled = "CANCELLED",
    }
}
word! {
    /// What becomes of returned goods.
    Fate { Restock = "RESTOCK", Refurbish = "REFURBISH", Vendor = "VENDOR", Scrap = "SCRAP" }
}
word! {
    /// A shop floor or a warehouse.
    NodeKind { Store = "STORE", Warehouse = "WAREHOUSE" }
}

impl Fate {
    /// The condition the goods are counted under.
    pub(crate) fn condition(self) -> &'static str {
        match self {
            Self::Restock => crate::stock::SELLABLE,
            Self::Refurbish => "refurbish",
            Self::Vendor => "return-to-vendor",
            Self::Scrap => "scrap",
        }
    }
}
