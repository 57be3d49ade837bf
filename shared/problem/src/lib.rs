//! RFC 9457 problems: the one catalogue, extractors that reject as problems.
