//! Parameters of path and query: text that is read as its schema says, then checked against it.

use crate::schema::components::Components;
use crate::schema::violations::{add_violations, escaped};
use axum::extract::{FromRequestParts as _, RawPathParams, Request};
use crossdock_model::Violation;
use futures_util::FutureExt as _;
use jsonschema::Validator;
use serde_json::Value;
use std::fmt;

/// A declared parameter of path or query, with the validator of its schema.
pub(crate) struct Parameter {
    place: Place,
    name: String,
    required: bool,
    reads: Reads,
    validator: Validator,
}

/// Where the text of a parameter is found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Place {
    Path,
    Query,
}

/// The types that a parameter's text may be read as.
#[derive(Debug, Default)]
struct Reads(Vec<Kind>);

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Number,
    Boolean,
    List,
}

impl fmt::Debug for Parameter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?} {}", self.place, self.name)
    }
}

impl Parameter {
    /// From its declaration; none for headers and cookies, which policies and extractors read.
    pub(crate) fn compile(
        declared: &Value,
        components: &Components,
    ) -> Result<Option<Self>, String> {
        let text = |member: &str| {
            declared
                .get(member)
                .and_then(Value::as_str)
                .unwrap_or_default()
        };
        let place = match text("in") {
            "path" => Place::Path,
            "query" => Place::Query,
            _header_or_cookie => return Ok(None),
        };
        let anything = Value::Bool(true);
        let schema = declared.get("schema").unwrap_or(&anything);
        let mut reads = Reads::default();
        reads.collect_types(schema, components, 0);
        Ok(Some(Self {
            place,
            name: text("name").to_owned(),
            required: declared.get("required").and_then(Value::as_bool) == Some(true),
            reads,
            validator: components.compile(schema)?,
        }))
    }

    pub(crate) fn is(&self, place: Place, name: &str) -> bool {
        self.place == place && self.name == name
    }

    fn check(&self, given: &[&str], violations: &mut Vec<Violation>) {
        let pointer = match self.place {
            Place::Path => format!("#/path/{}", escaped(&self.name)),
            Place::Query => format!("#/query/{}", escaped(&self.name)),
        };
        let mut wrong = |detail: String| {
            violations.push(Violation {
                pointer: pointer.clone(),
                detail,
            });
        };
        let value = match given {
            [] if self.required => return wrong("is required".into()),
            [] => return,
            many if self.reads.may_be(Kind::List) => {
                many.iter().map(|text| self.reads.one(text)).collect()
            }
            [one] => self.reads.one(one),
            _many => return wrong("stands there more than once".into()),
        };
        let mut found = Vec::new();
        for error in self.validator.iter_errors(&value) {
            add_violations(&error, &mut found);
        }
        for violation in found {
            wrong(violation.detail);
        }
    }
}

impl Reads {
    /// Which types the schema allows, through references and alternatives.
    fn collect_types(&mut self, schema: &Value, components: &Components, depth: u8) {
        if depth > 8 {
            return;
        }
        let types = schema.get("type");
        let alone = types.and_then(Value::as_str);
        let many = types.and_then(Value::as_array).into_iter().flatten();
        for name in alone.into_iter().chain(many.filter_map(Value::as_str)) {
            match name {
                "integer" | "number" => self.0.push(Kind::Number),
                "boolean" => self.0.push(Kind::Boolean),
                "array" => self.0.push(Kind::List),
                _text => {}
            }
        }
        if let Some(items) = schema.get("items") {
            self.collect_types(items, components, depth + 1);
        }
        if let Some(reference) = schema.get("$ref").and_then(Value::as_str)
            && let Some(target) = components.resolve(reference)
        {
            self.collect_types(target, components, depth + 1);
        }
        for keyword in ["oneOf", "anyOf", "allOf"] {
            for part in schema
                .get(keyword)
                .and_then(Value::as_array)
                .into_iter()
                .flatten()
            {
                self.collect_types(part, components, depth + 1);
            }
        }
    }

    fn may_be(&self, kind: Kind) -> bool {
        self.0.contains(&kind)
    }

    fn one(&self, text: &str) -> Value {
        if self.may_be(Kind::Number)
            && let Ok(number) = text.parse::<serde_json::Number>()
        {
            return Value::Number(number);
        }
        match text {
            "true" if self.may_be(Kind::Boolean) => Value::Bool(true),
            "false" if self.may_be(Kind::Boolean) => Value::Bool(false),
            _text => Value::String(text.to_owned()),
        }
    }
}

/// Checks the parameters that a request carries, and that it carries no others in its query.
pub(crate) fn check(
    declared: &[Parameter],
    request: &mut Request,
    violations: &mut Vec<Violation>,
) {
    if declared.is_empty() && request.uri().query().unwrap_or_default().is_empty() {
        return;
    }
    let path = path_parameters(request);
    let query = request.uri().query().unwrap_or_default();
    let given: Vec<_> = url::form_urlencoded::parse(query.as_bytes()).collect();
    for parameter in declared {
        let from: Vec<&str> = match parameter.place {
            Place::Path => named(
                path.iter().map(|(k, v)| (k.as_str(), v.as_str())),
                &parameter.name,
            ),
            Place::Query => named(given.iter().map(|(k, v)| (&**k, &**v)), &parameter.name),
        };
        parameter.check(&from, violations);
    }
    for (name, _) in &given {
        if !declared
            .iter()
            .any(|parameter| parameter.is(Place::Query, name))
        {
            violations.push(Violation {
                pointer: format!("#/query/{}", escaped(name)),
                detail: "is not known here".into(),
            });
        }
    }
}

fn named<'a>(pairs: impl Iterator<Item = (&'a str, &'a str)>, name: &str) -> Vec<&'a str> {
    pairs
        .filter(|(key, _)| *key == name)
        .map(|(_, value)| value)
        .collect()
}

/// The path's parameters as the router matched them; it answers at once.
fn path_parameters(request: &mut Request) -> Vec<(String, String)> {
    // Taken apart for the moment: a copy of the parts would copy every extension.
    let (mut parts, body) = std::mem::take(request).into_parts();
    let matched = RawPathParams::from_request_parts(&mut parts, &()).now_or_never();
    *request = Request::from_parts(parts, body);
    match matched {
        Some(Ok(raw)) => raw
            .iter()
            .map(|(k, v)| (k.to_owned(), v.to_owned()))
            .collect(),
        Some(Err(_)) | None => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn violations_of(query: &str) -> Vec<(String, String)> {
        let components = Components::of(&json!({"components": {"schemas": {
            "Limit": {"type": "integer", "minimum": 1, "maximum": 200},
        }}}));
        let declared: Vec<Parameter> = [
            json!({"name": "limit", "in": "query", "schema": {"oneOf": [{"type": "null"}, {"$ref": "#/components/schemas/Limit"}]}}),
            json!({"name": "sku", "in": "query", "required": true, "schema": {"type": "array", "items": {"type": "string", "minLength": 2}}}),
            json!({"name": "open", "in": "query", "schema": {"type": "boolean"}}),
        ]
        .iter()
        .filter_map(|parameter| Parameter::compile(parameter, &components).unwrap())
        .collect();
        let mut request = Request::default();
        *request.uri_mut() = format!("/x?{query}").parse().unwrap();
        let mut violations = Vec::new();
        check(&declared, &mut request, &mut violations);
        violations
            .into_iter()
            .map(|v| (v.pointer, v.detail))
            .collect()
    }

    #[test]
    fn parameters_that_fit_pass() {
        assert_eq!(violations_of("limit=20&sku=AA&sku=BB&open=true"), []);
        assert_eq!(violations_of("sku=12"), []);
    }

    #[test]
    fn every_wrong_parameter_is_reported() {
        let pointers: Vec<String> = violations_of("limit=0&open=maybe&x=1")
            .into_iter()
            .map(|v| v.0)
            .collect();
        assert_eq!(
            pointers,
            ["#/query/limit", "#/query/sku", "#/query/open", "#/query/x"]
        );
        assert_eq!(
            violations_of("sku=AA&limit=1&limit=2")[0].1,
            "stands there more than once"
        );
    }
}
