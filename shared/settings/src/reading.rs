//! Reads a section as often as it takes to find everything that is wrong with it.

use crate::faults::Fault;
use crate::layers::{Layers, at, join};
use serde::de::DeserializeOwned;
use toml::{Table, Value};

/// More faults than anybody mends at once.
const MOST: usize = 100;

/// The section, or what is wrong with it.
///
/// A type stops at its first fault. So each is noted and taken out of the way, and the reading begins again.
pub(crate) fn section<T: DeserializeOwned>(
    layers: &Layers,
    name: &str,
    faults: &mut Vec<Fault>,
) -> Option<T> {
    let mut value = layers
        .root
        .get(name)
        .cloned()
        .unwrap_or_else(|| Value::Table(Table::new()));
    let mut read_as_text: Vec<String> = Vec::new();
    while faults.len() < MOST {
        let mut track = serde_path_to_error::Track::new();
        let reader = serde_path_to_error::Deserializer::new(value.clone(), &mut track);
        let error = match T::deserialize(reader) {
            Ok(read) => return faults.is_empty().then_some(read),
            Err(error) => error,
        };
        let what = error.message().to_owned();
        let place: Vec<String> = track.path().iter().map(ToString::to_string).collect();
        let place = place_of(place, &what, &value);
        let key = join(name, &place.join("."));
        let key = key.trim_end_matches('.').to_owned();
        // A variable's text was taken for a number: the type wants text, so it gets the text.
        if let Some(text) = layers.texts.get(&key)
            && !read_as_text.contains(&key)
            && replace(&mut value, &place, Some(Value::String(text.clone())))
        {
            read_as_text.push(key);
            continue;
        }
        let beneath = format!("{key}.");
        let same = |fault: &Fault| fault.key == key || fault.key.starts_with(&beneath);
        let follows = faults.iter().any(same);
        if !follows {
            faults.push(Fault {
                from: layers
                    .source(&key)
                    .filter(|_| at(&layers.root, &key).is_some()),
                key: key.clone(),
                what,
            });
        }
        let spare = at(&layers.defaults, &key).cloned();
        let spare = spare.filter(|spare| !follows && Some(spare) != at(&layers.root, &key));
        take_out(&mut value, place, spare)?;
    }
    None
}

/// The faulty key; a message that names a member means that member of the place.
fn place_of(mut place: Vec<String>, what: &str, value: &Value) -> Vec<String> {
    place.retain(|part| part != "?");
    let named = ["unknown field `", "missing field `"]
        .iter()
        .find_map(|intro| what.split_once(intro)?.1.split_once('`'));
    if let Some((member, _)) = named
        && place
            .last()
            .is_none_or(|last| last != member || inside(value, &place).is_some_and(Value::is_table))
    {
        place.push(member.to_owned());
    }
    place
}

fn inside<'a>(value: &'a Value, place: &[String]) -> Option<&'a Value> {
    place
        .iter()
        .try_fold(value, |value, part| match value.as_array() {
            Some(items) => items.get(part.parse::<usize>().ok()?),
            None => value.as_table()?.get(part),
        })
}

/// Takes the faulty place out of the way, or what encloses it; none when nothing of it is left.
fn take_out(value: &mut Value, mut place: Vec<String>, mut spare: Option<Value>) -> Option<()> {
    while !replace(value, &place, spare.take()) {
        place.pop()?;
    }
    Some(())
}

/// Puts another value in a place, or nothing; false when there was nothing to replace.
fn replace(value: &mut Value, place: &[String], by: Option<Value>) -> bool {
    let Some((last, above)) = place.split_last() else {
        return false;
    };
    let parent = above.iter().try_fold(value, |value, part| {
        if value.is_array() {
            value.as_array_mut()?.get_mut(part.parse::<usize>().ok()?)
        } else {
            value.as_table_mut()?.get_mut(part)
        }
    });
    match (parent, by) {
        (Some(Value::Table(table)), Some(by)) => {
            table.insert(last.clone(), by);
            true
        }
        (Some(Value::Table(table)), None) => table.remove(last).is_some(),
        (Some(_) | None, _) => false,
    }
}

#[cfg(test)]
mod tests {
    use crate::{HumanDuration, Source, Tree};
    use secrecy::{ExposeSecret as _, SecretString};
    use serde::Deserialize;
    use std::collections::BTreeMap;
    use std::num::NonZeroU32;
    use std::path::Path;

    const DEFAULTS: &str = r#"
        [shop]
        name = "demo"
        wait = "30s"
        lanes = 4
        [shop.inner]
        depth = 1
        [erp.connectors.main]
        kind = "embedded"
    "#;

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields, rename_all = "kebab-case")]
    struct Shop {
        name: String,
        wait: HumanDuration,
        lanes: NonZeroU32,
        inner: Inner,
        #[serde(default)]
        api_key: Option<SecretString>,
    }

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Inner {
        depth: u8,
    }

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Erp {
        #[expect(dead_code, reason = "only its reading is tested")]
        connectors: BTreeMap<String, Connector>,
    }

    #[derive(Debug, Deserialize)]
    #[serde(tag = "kind", rename_all = "kebab-case")]
    enum Connector {
        Embedded(#[expect(dead_code, reason = "only its reading is tested")] Embedded),
    }

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields, rename_all = "kebab-case")]
    struct Embedded {
        #[serde(default)]
        #[expect(dead_code, reason = "only its reading is tested")]
        base_url: Option<String>,
    }

    fn load(file: &str, variables: &[(&str, &str)]) -> Tree {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("crossdock.toml");
        std::fs::write(&path, file).unwrap();
        let variables = variables
            .iter()
            .map(|(k, v)| ((*k).to_owned(), (*v).to_owned()));
        Tree::load(DEFAULTS, Some(&path), variables).unwrap()
    }

    #[test]
    fn the_environment_beats_the_file_and_the_file_the_defaults() {
        let variables = [
            ("CROSSDOCK__SHOP__LANES", "9"),
            ("CROSSDOCK__SHOP__API_KEY", "12345"),
        ];
        let mut tree = load("[shop]\nname = \"filed\"\nlanes = 5", &variables);
        let shop: Shop = tree.section("shop").unwrap();
        assert_eq!(
            (shop.name.as_str(), shop.lanes.get(), shop.inner.depth),
            ("filed", 9, 1)
        );
        assert_eq!(shop.wait.get().as_secs(), 30);
        assert_eq!(shop.api_key.unwrap().expose_secret(), "12345");
        assert!(tree.section::<Erp>("erp").is_some());
        let origins = tree.finish().unwrap();
        let of = |key: &str| origins.iter().find(|origin| origin.key == key).unwrap();
        assert_eq!(of("shop.wait").from, Source::Default);
        assert!(matches!(of("shop.name").from, Source::File(_)));
        assert_eq!(
            of("shop.lanes").from,
            Source::Environment("CROSSDOCK__SHOP__LANES".into())
        );
        assert_eq!(of("shop.api-key").shown, "***");
    }

    #[test]
    fn every_fault_is_reported_at_once_with_its_key() {
        let file = r#"
            [shop]
            nmae = "x"
            wait = "soon"
            lanes = 0
            inner = { depth = 300, width = 1 }
            [erp.connectors.main]
            base-ulr = "http://x"
            [erp.connectors.aaa]
            kind = "sap"
            [shpo]
            name = "y"
        "#;
        let mut tree = load(file, &[("CROSSDOCK__SHOP__NAME", "env")]);
        assert!(tree.section::<Shop>("shop").is_none());
        assert!(tree.section::<Erp>("erp").is_none());
        let faults = tree.finish().unwrap_err();
        let mut keys: Vec<&str> = faults.iter().map(|fault| fault.key.as_str()).collect();
        keys.sort_unstable();
        let expected = [
            "erp.connectors.aaa.kind",
            "erp.connectors.main.base-ulr",
            "shop.inner.depth",
            "shop.inner.width",
            "shop.lanes",
            "shop.nmae",
            "shop.wait",
            "shpo",
        ];
        assert_eq!(keys, expected, "{faults}");
        assert!(faults.to_string().contains("crossdock.toml"), "{faults}");
    }

    #[test]
    fn a_missing_key_is_named() {
        let mut tree = Tree::load("[shop]\nname = \"demo\"", None, []).unwrap();
        assert!(tree.section::<Shop>("shop").is_none());
        let faults = tree.finish().unwrap_err();
        assert!(
            faults.iter().any(|fault| fault.key == "shop.wait"),
            "{faults}"
        );
    }

    #[test]
    fn a_secret_may_stand_in_a_file_and_a_missing_file_is_a_fault() {
        let folder = tempfile::tempdir().unwrap();
        let secret = folder.path().join("erp.key");
        std::fs::write(&secret, "s3cret\n").unwrap();
        let mut tree = load(&format!("[shop]\napi-key-file = {secret:?}"), &[]);
        let shop: Shop = tree.section("shop").unwrap();
        assert_eq!(shop.api_key.unwrap().expose_secret(), "s3cret");
        let mut tree = load("[shop]\napi-key-file = \"/nowhere/key\"", &[]);
        assert!(tree.section::<Shop>("shop").is_some());
        let faults = tree.finish().unwrap_err();
        assert!(
            faults
                .to_string()
                .contains("shop.api-key-file: /nowhere/key cannot be read")
        );
    }

    #[test]
    fn a_file_that_is_none_is_one_fault() {
        let error = Tree::load(DEFAULTS, Some(Path::new("/nowhere.toml")), []).unwrap_err();
        assert!(
            error
                .to_string()
                .starts_with("/nowhere.toml: cannot be read")
        );
    }
}
