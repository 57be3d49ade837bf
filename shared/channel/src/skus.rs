//! SKUs in a query: a list separated by commas.

use crossdock_model::{Sku, Violation};
use crossdock_problem::{Code, Problem};
use serde::Deserialize;
use utoipa::IntoParams;

/// Which SKUs are asked for.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct SkuList {
    /// SKUs, separated by commas (100 at most).
    #[param(min_length = 1, max_length = 6500, example = "SKU-A,SKU-B")]
    skus: String,
}

impl SkuList {
    /// Each of them, 1 to 100.
    pub fn skus(&self) -> Result<Vec<Sku>, Problem> {
        let parsed: Result<Vec<Sku>, String> = self
            .skus
            .split(',')
            .map(str::trim)
            .filter(|sku| !sku.is_empty())
            .map(str::parse)
            .collect();
        let detail = match parsed {
            Ok(skus) if (1..=100).contains(&skus.len()) => return Ok(skus),
            Ok(skus) => format!(
                "{} SKUs are asked for: name 1 to 100, separated by commas",
                skus.len()
            ),
            Err(why) => why,
        };
        let errors = vec![Violation {
            pointer: "#/query/skus".into(),
            detail: detail.clone(),
        }];
        Err(Problem::new(Code::ValidationFailed, detail).with_errors(errors))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(list: &str) -> Result<Vec<Sku>, Problem> {
        let skus = list.to_owned();
        SkuList { skus }.skus()
    }

    #[test]
    fn skus_are_read_with_stray_spaces_and_commas() {
        let read = read(" SKU-A, SKU-B,").unwrap();
        let read: Vec<&str> = read.iter().map(Sku::as_str).collect();
        assert_eq!(read, ["SKU-A", "SKU-B"]);
    }

    #[test]
    fn no_sku_too_many_or_an_impossible_one_is_pointed_at() {
        for list in [",", &"A,".repeat(101), "two words"] {
            let problem = read(list).unwrap_err();
            assert_eq!(
                (problem.status, problem.errors[0].pointer.as_str()),
                (422, "#/query/skus")
            );
        }
    }
}
