//! A request against the schema of its operation, all violations at once.

use crate::cards;
use crate::policy::refuse;
use crate::schema::components::Components;
use crate::schema::parameters::{self, Parameter, Place};
use crate::schema::violations::{MOST, add_violations};
use axum::extract::Request;
use axum::response::{IntoResponse as _, Response};
use crossdock_model::Violation;
use crossdock_problem::{Code, Problem};
use jsonschema::Validator;
use serde_json::Value;

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

    /// Whether parameters and body fit; the refusal names every place that does not.
    pub(crate) fn check(&self, request: &mut Request, body: &[u8]) -> Result<(), Response> {
        let mut violations = Vec::new();
        parameters::check(&self.parameters, request, &mut violations);
        if let Some(schema) = &self.body {
            schema.check(body, &mut violations)?;
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
            .into_response())
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
    fn check(&self, bytes: &[u8], violations: &mut Vec<Violation>) -> Result<(), Response> {
        if bytes.is_empty() {
            return if self.required {
                let detail = "the operation needs a JSON body";
                Err(refuse(Code::InvalidRequest, detail))
            } else {
                Ok(())
            };
        }
        let value: Value = serde_json::from_slice(bytes)
            .map_err(|error| refuse(Code::InvalidRequest, format!("no JSON: {error}")))?;
        let cards = cards::found(&value);
        if !cards.is_empty() {
            let detail = "a text holds what looks like a card number: send the provider's token";
            return Err(Problem::new(Code::CardNumberPresent, detail)
                .with_errors(cards)
                .into_response());
        }
        if !self.validator.is_valid(&value) {
            for error in self.validator.iter_errors(&value).take(MOST) {
                add_violations(&error, violations);
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::policy::testing::{problem, received};
    use serde_json::json;

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

    fn check(body: &str) -> Result<(), Response> {
        schema().check(&mut received(Request::builder()), body.as_bytes())
    }

    fn pointers(body: &str) -> Vec<String> {
        let problem = problem(check(body));
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
        let problem = problem(check(
            r#"{"lines":[{"sku":"ada@example.org","quantity":1}]}"#,
        ));
        assert!(!format!("{problem:?}").contains("ada@"), "{problem:?}");
    }

    #[test]
    fn no_json_and_no_body_are_unreadable_rather_than_invalid() {
        assert_eq!(problem(check("{")).code, "invalid_request");
        assert_eq!(problem(check("")).code, "invalid_request");
    }

    #[test]
    fn a_card_number_in_a_text_is_refused_wherever_it_stands() {
        let body = r#"{"lines":[{"sku":"A","quantity":1}],"note":"pay 4111 1111 1111 1111 now"}"#;
        let problem = problem(check(body));
        assert_eq!(problem.code, "card_number_present");
        assert_eq!(problem.errors[0].pointer, "/note");
    }
}
