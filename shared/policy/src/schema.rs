//! Row 12: the request against the operation's own schema, all violations at once.

use crate::cards;
use crate::gate::{Gate, Inbound, Stop};
use crate::parameters::{Parameter, Place};
use crossdock_model::Violation;
use crossdock_problem::{Code, Problem};
use jsonschema::error::ValidationErrorKind;
use jsonschema::{Draft, PatternOptions, ValidationError, Validator};
use serde_json::{Map, Value, json};

/// More violations than anybody mends at once.
const MOST: usize = 100;

/// Checks body and parameters of the requests that were chosen for it.
#[derive(Debug)]
pub(crate) struct Schemas;

impl Gate for Schemas {
    fn pass(&self, inbound: &mut Inbound) -> Result<(), Stop> {
        if !inbound.checked {
            return Ok(());
        }
        inbound.operation()?.schema.check(inbound)
    }
}

/// The compiled schema of an operation's request.
#[derive(Debug)]
pub(crate) struct RequestSchema {
    body: Option<Body>,
    parameters: Vec<Parameter>,
}

#[derive(Debug)]
struct Body {
    validator: Validator,
    required: bool,
}

/// The named schemas of a contract.
#[derive(Debug)]
pub(crate) struct Components(Map<String, Value>);

impl Components {
    /// Those of a contract.
    pub(crate) fn of(contract: &Value) -> Self {
        let schemas = contract.pointer("/components/schemas");
        Self(
            schemas
                .and_then(Value::as_object)
                .cloned()
                .unwrap_or_default(),
        )
    }

    /// The named schema that a reference points to.
    pub(crate) fn resolve(&self, reference: &str) -> Option<&Value> {
        self.0.get(reference.strip_prefix("#/components/schemas/")?)
    }

    /// A validator of that schema with every named schema it reaches.
    pub(crate) fn compile(&self, schema: &Value) -> Result<Validator, String> {
        let mut needed = Map::new();
        self.reach(schema, &mut needed);
        let document = json!({ "components": { "schemas": needed }, "allOf": [schema] });
        jsonschema::options()
            .with_draft(Draft::Draft202012)
            .should_validate_formats(true)
            .should_ignore_unknown_formats(true)
            // Patterns run over what strangers send: the engine without backtracking.
            .with_pattern_options(PatternOptions::regex())
            .build(&document)
            .map_err(|error| format!("its request schema cannot be used: {error}"))
    }

    fn reach(&self, schema: &Value, into: &mut Map<String, Value>) {
        match schema {
            Value::Object(members) => {
                if let Some(Value::String(reference)) = members.get("$ref")
                    && let Some(name) = reference.strip_prefix("#/components/schemas/")
                    && !into.contains_key(name)
                    && let Some(target) = self.0.get(name)
                {
                    into.insert(name.to_owned(), target.clone());
                    self.reach(target, into);
                }
                for member in members.values() {
                    self.reach(member, into);
                }
            }
            Value::Array(items) => {
                for item in items {
                    self.reach(item, into);
                }
            }
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
        }
    }
}

impl RequestSchema {
    /// Compiles what the operation declares.
    pub(crate) fn compile(
        path: &str,
        declared: &Value,
        parameters: &[&Value],
        components: &Components,
    ) -> Result<Self, String> {
        let mut compiled = Vec::new();
        for parameter in parameters {
            compiled.extend(Parameter::compile(parameter, components)?);
        }
        for name in path
            .split('/')
            .filter_map(|part| part.strip_prefix('{')?.strip_suffix('}'))
        {
            let named = |parameter: &Parameter| parameter.is(Place::Path, name);
            if !compiled.iter().any(named) {
                return Err(format!(
                    "the path parameter {name} is not declared in params(..)"
                ));
            }
        }
        let schema = declared.pointer("/requestBody/content/application~1json/schema");
        let required = declared
            .pointer("/requestBody/required")
            .and_then(Value::as_bool);
        let body = match schema {
            Some(schema) => Some(Body {
                validator: components.compile(schema)?,
                required: required == Some(true),
            }),
            None => None,
        };
        Ok(Self {
            body,
            parameters: compiled,
        })
    }

    fn check(&self, inbound: &Inbound) -> Result<(), Stop> {
        let mut violations = Vec::new();
        crate::parameters::check(&self.parameters, &inbound.parts, &mut violations);
        if let Some(body) = &self.body {
            body.check(&inbound.body, &mut violations)?;
        }
        if violations.is_empty() {
            return Ok(());
        }
        violations.truncate(MOST);
        let detail = match violations.as_slice() {
            [one] => format!("{} {}", shown(&one.pointer), one.detail),
            many => format!("{} places are wrong: see errors", many.len()),
        };
        Err(Problem::new(Code::ValidationFailed, detail)
            .with_errors(violations)
            .into())
    }
}

fn shown(pointer: &str) -> &str {
    if pointer.is_empty() {
        "the body"
    } else {
        pointer
    }
}

impl Body {
    fn check(&self, bytes: &[u8], violations: &mut Vec<Violation>) -> Result<(), Stop> {
        if bytes.is_empty() {
            return if self.required {
                let detail = "the operation needs a JSON body";
                Err(Stop::refuse(Code::InvalidRequest, detail))
            } else {
                Ok(())
            };
        }
        let value: Value = serde_json::from_slice(bytes)
            .map_err(|error| Stop::refuse(Code::InvalidRequest, format!("no JSON: {error}")))?;
        let cards = cards::found(&value);
        if !cards.is_empty() {
            let detail = "a text holds what looks like a card number: send the provider's token";
            return Err(Problem::new(Code::CardNumberPresent, detail)
                .with_errors(cards)
                .into());
        }
        if !self.validator.is_valid(&value) {
            for error in self.validator.iter_errors(&value).take(MOST) {
                tell(&error, violations);
            }
        }
        Ok(())
    }
}

/// The violation in the words of the shape, without the value: it may be personal.
pub(crate) fn tell(error: &ValidationError<'_>, violations: &mut Vec<Violation>) {
    let at = error.instance_path().as_str();
    let mut add = |pointer: String, detail: String| violations.push(Violation { pointer, detail });
    // Which kinds of error exist is the validator's business: those not named here speak for themselves.
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
                Some(errors) => errors.iter().for_each(|error| tell(error, violations)),
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::gate::testing::{inbound, refused};
    use http::Request;

    fn schema() -> RequestSchema {
        let contract = json!({"components": {"schemas": {
            "Order": {
                "type": "object",
                "required": ["lines"],
                "additionalProperties": false,
                "properties": {
                    "lines": {"type": "array", "minItems": 1, "items": {"$ref": "#/components/schemas/Line"}},
                    "gift": {"oneOf": [{"type": "null"}, {"$ref": "#/components/schemas/Line"}]},
                    "note": {"type": ["string", "null"], "maxLength": 40},
                    "mail": {"type": "string", "format": "email"},
                },
            },
            "Line": {
                "type": "object",
                "required": ["sku", "quantity"],
                "additionalProperties": false,
                "properties": {
                    "sku": {"type": "string", "pattern": "^[A-Z0-9-]+$"},
                    "quantity": {"type": "integer", "format": "int32", "minimum": 1},
                },
            },
        }}});
        let declared = json!({"requestBody": {"required": true, "content": {"application/json":
            {"schema": {"$ref": "#/components/schemas/Order"}}}}});
        RequestSchema::compile("/orders", &declared, &[], &Components::of(&contract)).unwrap()
    }

    fn check(body: &str) -> Result<(), Stop> {
        schema().check(&inbound(Request::new(body)))
    }

    fn pointers(body: &str) -> Vec<String> {
        let problem = refused(check(body));
        assert_eq!(problem.code, "validation_failed");
        problem
            .errors
            .into_iter()
            .map(|violation| violation.pointer)
            .collect()
    }

    #[test]
    fn a_body_that_fits_passes() {
        let body = r#"{"lines":[{"sku":"A-1","quantity":2}],"gift":null,"note":"thanks"}"#;
        assert!(check(body).is_ok());
    }

    #[test]
    fn every_violation_is_told_at_once_with_its_pointer() {
        let body = r#"{"lines":[{"sku":"a 1","quantity":-1.5},{"sku":"B"}],"a/b":1,"mail":"x"}"#;
        let mut found = pointers(body);
        found.sort();
        found.dedup();
        let expected = [
            "/a~1b",
            "/lines/0/quantity",
            "/lines/0/sku",
            "/lines/1/quantity",
            "/mail",
        ];
        assert_eq!(found, expected);
    }

    #[test]
    fn inside_an_optional_object_the_pointer_still_says_where() {
        let body = r#"{"lines":[{"sku":"A","quantity":1}],"gift":{"sku":"A","quantity":0}}"#;
        assert_eq!(pointers(body), ["/gift/quantity"]);
    }

    #[test]
    fn the_value_that_is_wrong_is_not_repeated() {
        let problem = refused(check(
            r#"{"lines":[{"sku":"ada@example.org","quantity":1}]}"#,
        ));
        assert!(!format!("{problem:?}").contains("ada@"), "{problem:?}");
    }

    #[test]
    fn no_json_and_no_body_are_unreadable_rather_than_invalid() {
        assert_eq!(refused(check("{")).code, "invalid_request");
        assert_eq!(refused(check("")).code, "invalid_request");
    }

    #[test]
    fn a_card_number_in_a_text_is_refused_wherever_it_stands() {
        let body = r#"{"lines":[{"sku":"A","quantity":1}],"note":"pay 4111 1111 1111 1111 now"}"#;
        let problem = refused(check(body));
        assert_eq!(problem.code, "card_number_present");
        assert_eq!(problem.errors[0].pointer, "/note");
    }
}
