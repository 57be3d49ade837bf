//! The tables of the OMS's own books.

/// Run at every opening; every change of stock is a row of `stock_move`.
///
/// A part of a line cancellation without a location was backordered. A cancelled fulfilment order names the line
/// cancellation that left nothing of it in `cancelled_by`; one that names none was cancelled with its order.
pub(crate) const SCHEMA: &str = "
CREATE TABLE IF NOT EXISTS location (
  code TEXT PRIMARY KEY, kind TEXT NOT NULL, rank INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS stock (
  sku TEXT NOT NULL, location TEXT NOT NULL, condition TEXT NOT NULL,
  on_hand INTEGER NOT NULL, reserved INTEGER NOT NULL CHECK (reserved >= 0),
  allocated INTEGER NOT NULL CHECK (allocated >= 0), sequence INTEGER NOT NULL,
  PRIMARY KEY (sku, location, condition));
CREATE TABLE IF NOT EXISTS stock_move (
  id INTEGER PRIMARY KEY, sku TEXT NOT NULL, location TEXT NOT NULL, condition TEXT NOT NULL,
  on_hand INTEGER NOT NULL, reserved INTEGER NOT NULL, allocated INTEGER NOT NULL,
  cause TEXT NOT NULL, merchant TEXT NOT NULL, reference TEXT NOT NULL, at INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS reservation (
  number INTEGER PRIMARY KEY, merchant TEXT NOT NULL, reference TEXT NOT NULL,
  state TEXT NOT NULL, request TEXT NOT NULL, partial INTEGER NOT NULL,
  expires_at INTEGER NOT NULL, created_at INTEGER NOT NULL, UNIQUE (merchant, reference));
CREATE INDEX IF NOT EXISTS reservation_due ON reservation (expires_at) WHERE state = 'HELD';
CREATE TABLE IF NOT EXISTS reservation_line (
  id INTEGER PRIMARY KEY, reservation INTEGER NOT NULL, item TEXT NOT NULL, sku TEXT NOT NULL,
  location TEXT, asked INTEGER NOT NULL, got INTEGER NOT NULL);
CREATE INDEX IF NOT EXISTS reservation_line_of ON reservation_line (reservation);
CREATE TABLE IF NOT EXISTS reservation_release (
  id INTEGER PRIMARY KEY, reservation INTEGER NOT NULL UNIQUE, cause TEXT NOT NULL,
  units INTEGER NOT NULL, at INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS tombstone (
  merchant TEXT NOT NULL, kind TEXT NOT NULL, reference TEXT NOT NULL, at INTEGER NOT NULL,
  UNIQUE (merchant, kind, reference));
CREATE TABLE IF NOT EXISTS customer_order (
  number INTEGER PRIMARY KEY, merchant TEXT NOT NULL, reference TEXT NOT NULL,
  state TEXT NOT NULL, request TEXT NOT NULL, gated INTEGER NOT NULL, tag TEXT,
  created_at INTEGER NOT NULL, UNIQUE (merchant, reference));
CREATE TABLE IF NOT EXISTS order_line (
  id INTEGER PRIMARY KEY, customer_order INTEGER NOT NULL, item TEXT NOT NULL, sku TEXT NOT NULL,
  route TEXT NOT NULL, location TEXT, quantity INTEGER NOT NULL, backordered INTEGER NOT NULL,
  shipped INTEGER NOT NULL, cancelled INTEGER NOT NULL DEFAULT 0, UNIQUE (customer_order, item));
CREATE INDEX IF NOT EXISTS order_line_backordered ON order_line (id) WHERE backordered > 0;
CREATE TABLE IF NOT EXISTS line_cancellation (
  number INTEGER PRIMARY KEY, merchant TEXT NOT NULL, reference TEXT NOT NULL,
  request TEXT NOT NULL, customer_order INTEGER NOT NULL, at INTEGER NOT NULL,
  UNIQUE (merchant, reference));
CREATE TABLE IF NOT EXISTS line_cancellation_part (
  id INTEGER PRIMARY KEY, line_cancellation INTEGER NOT NULL, item TEXT NOT NULL,
  sku TEXT NOT NULL, location TEXT, quantity INTEGER NOT NULL);
CREATE INDEX IF NOT EXISTS line_cancellation_part_of ON line_cancellation_part (line_cancellation);
CREATE TABLE IF NOT EXISTS fulfilment_order (
  number INTEGER PRIMARY KEY, customer_order INTEGER NOT NULL, merchant TEXT NOT NULL,
  location TEXT NOT NULL, state TEXT NOT NULL, version INTEGER NOT NULL,
  attempt INTEGER NOT NULL, authorised INTEGER NOT NULL, short INTEGER NOT NULL, reason TEXT,
  cancelled_by INTEGER, updated_at INTEGER NOT NULL);
CREATE INDEX IF NOT EXISTS fulfilment_order_of ON fulfilment_order (customer_order);
CREATE INDEX IF NOT EXISTS fulfilment_order_live ON fulfilment_order (number)
  WHERE state IN ('OPEN', 'ACCEPTED', 'PICKED') OR (state = 'PACKED' AND authorised = 1);
CREATE TABLE IF NOT EXISTS fulfilment_line (
  id INTEGER PRIMARY KEY, fulfilment_order INTEGER NOT NULL, item TEXT NOT NULL,
  sku TEXT NOT NULL, quantity INTEGER NOT NULL, picked INTEGER,
  UNIQUE (fulfilment_order, item));
CREATE TABLE IF NOT EXISTS shipment (
  number INTEGER PRIMARY KEY, fulfilment_order INTEGER NOT NULL UNIQUE, carrier TEXT NOT NULL,
  tracking TEXT NOT NULL, at INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS receipt (
  number INTEGER PRIMARY KEY, merchant TEXT NOT NULL, reference TEXT NOT NULL,
  request TEXT NOT NULL, order_reference TEXT NOT NULL, location TEXT NOT NULL,
  at INTEGER NOT NULL, UNIQUE (merchant, reference));
CREATE TABLE IF NOT EXISTS receipt_line (
  id INTEGER PRIMARY KEY, receipt INTEGER NOT NULL, item TEXT NOT NULL, sku TEXT NOT NULL,
  quantity INTEGER NOT NULL, disposition TEXT NOT NULL, condition TEXT NOT NULL);
CREATE INDEX IF NOT EXISTS receipt_line_of ON receipt_line (receipt);
";
