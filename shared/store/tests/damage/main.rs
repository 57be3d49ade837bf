//! What a damaged file does: every read gives what was written or an error, and what lost something acknowledged is not served.

#[cfg(test)]
mod ask;
#[cfg(test)]
mod flips;
#[cfg(test)]
mod log;
#[cfg(test)]
mod rows;
#[cfg(test)]
mod shop;
