//! Which location gets a line: the OMS's choice, and nobody else's.

use crate::codes::{NodeKind, Route, SELLABLE};
use crate::wire::{Item, Part};
use crossdock_books::VendorError;
use rusqlite::{Connection, params};
use std::collections::BTreeMap;

/// What is free of some SKUs, location by location; it shrinks as lines take from it.
#[derive(Debug, Default)]
pub(crate) struct FreeStock(BTreeMap<String, Vec<Place>>);

#[derive(Debug, Clone)]
struct Place {
    node: String,
    kind: NodeKind,
    rank: u32,
    free: u32,
}

impl FreeStock {
    /// What is free now of everything those items ask for.
    pub(crate) fn load(books: &Connection, items: &[Item]) -> rusqlite::Result<Self> {
        let mut query = books.prepare_cached(
            "SELECT l.code, l.kind, l.rank, max(0, s.on_hand - s.reserved - s.allocated)
             FROM stock s JOIN location l ON l.code = s.location
             WHERE s.sku = ?1 AND s.condition = ?2",
        )?;
        let mut room = BTreeMap::new();
        for item in items {
            if room.contains_key(&item.sku) {
                continue;
            }
            let places = query.query_map(params![item.sku, SELLABLE], |row| {
                let free: i64 = row.get(3)?;
                Ok(Place {
                    node: row.get(0)?,
                    kind: row.get(1)?,
                    rank: row.get(2)?,
                    free: u32::try_from(free).unwrap_or(u32::MAX),
                })
            })?;
            let places = places.collect::<rusqlite::Result<Vec<_>>>()?;
            room.insert(item.sku.clone(), places);
        }
        Ok(Self(room))
    }

    /// Refuses items of SKUs that no location has ever had.
    pub(crate) fn check_known(&self, items: &[Item]) -> Result<(), VendorError> {
        let unknown = |item: &&Item| self.0.get(&item.sku).is_none_or(Vec::is_empty);
        match items.iter().enumerate().find(|(_, item)| unknown(item)) {
            None => Ok(()),
            Some((index, item)) => Err(unknown_sku(index, &item.sku)),
        }
    }

    /// Takes a line: whole from the best location that has all of it, else in parts; the last part may be short.
    pub(crate) fn take(&mut self, item: &Item, wanted: u32, avoid: &[String]) -> Vec<Part> {
        let part = |node: Option<String>, asked: u32| Part {
            item: item.item.clone(),
            sku: item.sku.clone(),
            got: if node.is_some() { asked } else { 0 },
            node,
            asked,
        };
        let mut parts = Vec::new();
        let mut left = wanted;
        let mut places: Vec<&mut Place> = self.0.get_mut(&item.sku).map_or_else(Vec::new, |all| {
            let allowed = |place: &&mut Place| {
                place.free > 0
                    && !avoid.contains(&place.node)
                    && item.node.as_ref().is_none_or(|only| *only == place.node)
            };
            all.iter_mut().filter(allowed).collect()
        });
        places.sort_by_key(|place| {
            let whole = place.free >= wanted;
            (!whole, preference(item.route, place.kind), place.rank)
        });
        for place in places {
            let taken = left.min(place.free);
            if taken > 0 {
                place.free -= taken;
                left -= taken;
                parts.push(part(Some(place.node.clone()), taken));
            }
        }
        if left > 0 {
            parts.push(part(None, left));
        }
        parts
    }
}

impl FreeStock {
    /// Takes what a reservation of the line held, where it held it, up to what is wanted now.
    pub(crate) fn take_reserved<'a>(
        &mut self,
        item: &Item,
        held: impl Iterator<Item = &'a Part>,
    ) -> Vec<Part> {
        let mut left = item.qty;
        let mut parts = Vec::new();
        for part in held {
            let place = self.0.get_mut(&item.sku).and_then(|all| {
                all.iter_mut()
                    .find(|place| Some(&place.node) == part.node.as_ref())
            });
            let Some(place) = place else { continue };
            let taken = left.min(part.got).min(place.free);
            if taken > 0 {
                place.free -= taken;
                left -= taken;
                parts.push(Part {
                    asked: taken,
                    got: taken,
                    ..part.clone()
                });
            }
        }
        parts
    }
}

/// How far a kind of location is from what the route prefers; the lowest is taken first.
fn preference(route: Route, kind: NodeKind) -> u8 {
    let preferred = match route {
        Route::StoreFirst | Route::Collect | Route::Till => NodeKind::Store,
        Route::WarehouseFirst => NodeKind::Warehouse,
    };
    u8::from(kind != preferred)
}

/// The refusal of a SKU that nobody knows.
pub(crate) fn unknown_sku(index: usize, sku: &str) -> VendorError {
    VendorError::unprocessable("unknown_sku", format!("no location knows sku {sku}"))
        .with_details(serde_json::json!({ "index": index, "sku": sku }))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn room(places: &[(&str, NodeKind, u32)]) -> FreeStock {
        let places = places
            .iter()
            .zip(0..)
            .map(|((node, kind, free), rank)| Place {
                node: (*node).into(),
                kind: *kind,
                rank,
                free: *free,
            });
        FreeStock([("A-1".to_owned(), places.collect())].into())
    }

    fn item(route: Route) -> Item {
        Item {
            item: "A".into(),
            sku: "A-1".into(),
            qty: 2,
            node: None,
            route,
        }
    }

    fn taken(parts: &[Part]) -> Vec<(Option<&str>, u32, u32)> {
        let row = |part: &'_ Part| (part.asked, part.got);
        parts
            .iter()
            .map(|part| (part.node.as_deref(), row(part).0, row(part).1))
            .collect()
    }

    #[test]
    fn stores_come_before_the_warehouse_unless_the_line_says_otherwise() {
        let places = [("w", NodeKind::Warehouse, 9), ("s", NodeKind::Store, 9)];
        let store = room(&places).take(&item(Route::StoreFirst), 2, &[]);
        assert_eq!(taken(&store), [(Some("s"), 2, 2)]);
        let warehouse = room(&places).take(&item(Route::WarehouseFirst), 2, &[]);
        assert_eq!(taken(&warehouse), [(Some("w"), 2, 2)]);
    }

    #[test]
    fn one_location_with_all_of_it_goes_before_two_with_a_part() {
        let places = [("s1", NodeKind::Store, 1), ("w", NodeKind::Warehouse, 2)];
        let parts = room(&places).take(&item(Route::StoreFirst), 2, &[]);
        assert_eq!(taken(&parts), [(Some("w"), 2, 2)]);
        let parts = room(&places).take(&item(Route::StoreFirst), 3, &[]);
        assert_eq!(taken(&parts), [(Some("s1"), 1, 1), (Some("w"), 2, 2)]);
    }

    #[test]
    fn what_nobody_has_is_a_part_without_a_location() {
        let places = [("s1", NodeKind::Store, 1), ("s2", NodeKind::Store, 5)];
        let parts = room(&places).take(&item(Route::StoreFirst), 2, &["s2".into()]);
        assert_eq!(taken(&parts), [(Some("s1"), 1, 1), (None, 1, 0)]);
    }

    #[test]
    fn a_second_line_does_not_get_what_the_first_took() {
        let mut room = room(&[("s1", NodeKind::Store, 3)]);
        room.take(&item(Route::StoreFirst), 2, &[]);
        let parts = room.take(&item(Route::StoreFirst), 2, &[]);
        assert_eq!(taken(&parts), [(Some("s1"), 1, 1), (None, 1, 0)]);
    }
}
