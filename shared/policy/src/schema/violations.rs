//! Turns a JSON Schema validation error into violations that name the member and the rule.

use crossdock_model::Violation;
use jsonschema::ValidationError;
use jsonschema::error::ValidationErrorKind;

/// More violations than anybody mends at once.
pub(crate) const MOST: usize = 100;

/// Adds what the schema says against the value, without the value itself: it may be personal.
pub(crate) fn add_violations(error: &ValidationError<'_>, violations: &mut Vec<Violation>) {
    let at = error.instance_path().as_str();
    let mut add = |pointer: String, detail: String| violations.push(Violation { pointer, detail });
    // Which kinds of error exist is the validator's business: those not named here have a message of their own.
    #[expect(
        clippy::wildcard_enum_match_arm,
        reason = "foreign enum of some forty kinds"
    )]
    match error.kind() {
        ValidationErrorKind::AdditionalProperties { unexpected }
        | ValidationErrorKind::UnevaluatedProperties { unexpected } => {
            for name in unexpected {
                add(
                    format!("{at}/{}", escaped(name)),
                    "is not known here".into(),
                );
            }
        }
        ValidationErrorKind::Required { property } => {
            let name = property.as_str().unwrap_or_default();
            add(format!("{at}/{}", escaped(name)), "is required".into());
        }
        ValidationErrorKind::AnyOf { context } | ValidationErrorKind::OneOfNotValid { context } => {
            match meant(context, at) {
                Some(errors) => errors
                    .iter()
                    .for_each(|error| add_violations(error, violations)),
                None => add(
                    at.into(),
                    "fits none of the shapes that are allowed here".into(),
                ),
            }
        }
        _ => add(at.into(), error.masked_with("the value").to_string()),
    }
}

/// The one alternative that the sender meant: the others are of another type altogether.
fn meant<'a>(
    alternatives: &'a [Vec<ValidationError<'static>>],
    at: &str,
) -> Option<&'a [ValidationError<'static>]> {
    let other_type = |errors: &&Vec<ValidationError<'static>>| {
        errors.iter().any(|error| {
            let here = error.instance_path().as_str() == at;
            here && matches!(error.kind(), ValidationErrorKind::Type { .. })
        })
    };
    let mut left = alternatives.iter().filter(|errors| !other_type(errors));
    match (left.next(), left.next()) {
        (Some(errors), None) => Some(errors),
        (None, _) | (_, Some(_)) => None,
    }
}

/// A member's name as a part of a JSON Pointer.
pub(crate) fn escaped(name: &str) -> String {
    name.replace('~', "~0").replace('/', "~1")
}
