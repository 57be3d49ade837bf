//! The named schemas of a contract, and validators made of them.

use jsonschema::{Draft, PatternOptions, Validator};
use serde_json::{Map, Value, json};

/// `components.schemas` of a contract, by name.
#[derive(Debug)]
pub(crate) struct Components(Map<String, Value>);

impl Components {
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
