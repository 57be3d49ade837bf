//! The steps of maturing points, one a file.

mod mature_points;

pub(crate) use mature_points::MaturePoints;
