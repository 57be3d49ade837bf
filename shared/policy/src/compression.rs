//! Large answers travel compressed to those who ask for it.

use crate::settings::Profile;
use axum::body::Body;
use tower_http::CompressionLevel;
use tower_http::compression::predicate::{And, NotForContentType, Predicate as _, SizeAbove};
use tower_http::compression::{CompressionBody, CompressionLayer};
use tower_http::map_response_body::MapResponseBodyLayer;

/// Below that many bytes, compressing costs more than it saves.
const WORTHWHILE: u16 = 1_024;

type CompressLayer = CompressionLayer<And<SizeAbove, NotForContentType>>;
type BoxBodyLayer = MapResponseBodyLayer<fn(CompressionBody<Body>) -> Body>;

/// Compresses with gzip what has 1 kB and more; absent where it is switched off.
///
/// An answer that is encoded already and a stream of events pass as they are.
pub(crate) fn compression(profile: &Profile) -> Option<(BoxBodyLayer, CompressLayer)> {
    let suitable = SizeAbove::new(WORTHWHILE).and(NotForContentType::SSE);
    let compressing = CompressionLayer::new()
        .quality(CompressionLevel::Fastest)
        .compress_when(suitable);
    // With and without compression the answer has the same type.
    let boxing = MapResponseBodyLayer::new(Body::new as fn(CompressionBody<Body>) -> Body);
    profile.compression.then_some((boxing, compressing))
}
