//! The JSON Schema of a curriculum's files, by which editors complete, explain and check them.
//!
//! Made from the keys that the reader goes by. A derived schema (schemars) would be made from
//! structs, and there are none to derive from: the reader walks YAML nodes, so that every slip has
//! its place. Draft 7, the newest that every editor's YAML support knows. Whatever the schema
//! refuses, `check` refuses; what needs the whole curriculum (unknown ids, cycles) only `check` sees.

use std::fmt;

use serde::{Serialize, Serializer};

use crate::curriculum::keys::{self, Key, Keys, MOST_HOURS, MOST_VALUE, Need, Shape};

/// A JSON Schema. Displays as indented JSON.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(transparent)]
pub struct Schema(Json);

impl fmt::Display for Schema {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = serde_json::to_string_pretty(&self.0).map_err(|_| fmt::Error)?;
        writeln!(f, "{text}")
    }
}

/// Returns the schema of `roadmap.yaml`, or of a file that holds a whole curriculum.
pub fn curriculum() -> Schema {
    let used = [
        &keys::PHASE,
        &keys::TOPIC,
        &keys::RESOURCE,
        &keys::QUESTION,
        &keys::TRACK,
        &keys::CHANGE,
        &keys::REMOVE,
        &keys::CHANGED_TOPIC,
        &keys::CHANGED_PHASE,
        &keys::CHANGED_TRACK,
        &keys::MORE_OF_TOPIC,
        &keys::MORE_OF_TRACK,
    ];
    let mut entries = document(&keys::CURRICULUM, &used);
    entries.push(("if".to_owned(), object([("required", texts(&["extends"]))])));
    entries.push(("else".to_owned(), by_itself()));
    Schema(Json::Object(entries))
}

/// What holds for a curriculum that extends no other.
fn by_itself() -> Json {
    let needed = |of: &Keys| texts(&of.with(Need::UnlessExtending).collect::<Vec<_>>());
    let without = |of: &Keys| of.with(Need::OnlyExtending).map(|key| (key.to_owned(), Json::Flag(false))).collect();
    let mut properties: Vec<(String, Json)> = without(&keys::CURRICULUM);
    let file = object([("type", text("string"))]);
    let phase = object([("required", needed(&keys::PHASE)), ("properties", Json::Object(without(&keys::PHASE)))]);
    let items = object([("anyOf", Json::List(vec![file, phase]))]);
    properties.push(("phases".to_owned(), object([("items", items)])));
    object([("required", needed(&keys::CURRICULUM)), ("properties", Json::Object(properties))])
}

/// Returns the schema of a phase's file.
pub fn phase() -> Schema {
    Schema(Json::Object(document(&keys::PHASE, &[&keys::TOPIC, &keys::RESOURCE, &keys::QUESTION])))
}

/// JSON whose objects keep their order: what is read first stands first.
#[derive(Clone, Debug, PartialEq)]
enum Json {
    Flag(bool),
    Whole(i64),
    Text(String),
    List(Vec<Json>),
    Object(Vec<(String, Json)>),
}

impl Serialize for Json {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Flag(flag) => serializer.serialize_bool(*flag),
            Self::Whole(number) => serializer.serialize_i64(*number),
            Self::Text(text) => serializer.serialize_str(text),
            Self::List(items) => serializer.collect_seq(items),
            Self::Object(entries) => serializer.collect_map(entries.iter().map(|(key, value)| (key, value))),
        }
    }
}

fn text(text: impl Into<String>) -> Json {
    Json::Text(text.into())
}

fn texts(texts: &[&str]) -> Json {
    Json::List(texts.iter().map(|t| text(*t)).collect())
}

fn object<const N: usize>(entries: [(&str, Json); N]) -> Json {
    Json::Object(entries.into_iter().map(|(key, value)| (key.to_owned(), value)).collect())
}

fn document(of: &Keys, used: &[&Keys]) -> Vec<(String, Json)> {
    let mut entries = vec![
        ("$schema".to_owned(), text("http://json-schema.org/draft-07/schema#")),
        ("title".to_owned(), text(format!("roadmap: a {}", of.what))),
    ];
    entries.extend(map(of));
    let definitions = used.iter().map(|keys| (name(keys), Json::Object(map(keys)))).collect();
    entries.push(("definitions".to_owned(), Json::Object(definitions)));
    entries
}

fn map(of: &Keys) -> Vec<(String, Json)> {
    let needed: Vec<&str> = of.with(Need::Always).collect();
    let properties = of.keys.iter().map(|key| (key.name.to_owned(), property(key))).collect();
    let Json::Object(mut entries) = object([
        ("description", text(of.about)),
        ("type", text("object")),
        ("required", texts(&needed)),
        ("additionalProperties", Json::Flag(false)),
        ("properties", Json::Object(properties)),
    ]) else {
        return Vec::new();
    };
    if of.keys.iter().any(|key| matches!(key.shape, Shape::Answer)) {
        entries.push(("allOf".to_owned(), answer_in_range()));
    }
    entries
}

fn property(key: &Key) -> Json {
    let mut entries = vec![("description".to_owned(), text(key.about))];
    if let Json::Object(shape) = shape(&key.shape) {
        entries.extend(shape);
    }
    Json::Object(entries)
}

fn shape(shape: &Shape) -> Json {
    let list = |item: Json, least: usize, distinct: bool| {
        let mut entries = vec![("type".to_owned(), text("array")), ("items".to_owned(), item)];
        if least > 0 {
            entries.push(("minItems".to_owned(), Json::Whole(least as i64)));
        }
        if distinct {
            entries.push(("uniqueItems".to_owned(), Json::Flag(true)));
        }
        Json::Object(entries)
    };
    match shape {
        Shape::Id => id(),
        Shape::Text => words(),
        Shape::Choice(names) => object([("enum", texts(names))]),
        Shape::Hours => object([
            ("type", text("number")),
            ("exclusiveMinimum", Json::Whole(0)),
            ("maximum", Json::Whole(MOST_HOURS as i64)),
        ]),
        Shape::Value => {
            object([("type", text("number")), ("minimum", Json::Whole(0)), ("maximum", Json::Whole(MOST_VALUE as i64))])
        }
        Shape::Url => {
            object([("type", text("string")), ("pattern", text(r#"^https?://[^\s/?#@<>"\\`]+([/?#][^\s<>"\\`]*)?$"#))])
        }
        Shape::Answer => object([("type", text("integer")), ("minimum", Json::Whole(1))]),
        Shape::Texts => list(words(), 0, false),
        Shape::Options => list(words(), 2, true),
        Shape::Goals => list(id(), 1, true),
        Shape::Exercises => list(id(), 0, false),
        Shape::FormerIds => list(words(), 0, true),
        Shape::TheirIds => list(id(), 0, true),
        // An id, or a path that does not begin at the root.
        Shape::Base => object([("type", text("string")), ("pattern", text(r"^(?!/).*\S"))]),
        Shape::Map(of) => reference(of),
        Shape::Requires => {
            let reason = object([("type", texts(&["string", "number", "boolean", "null"])), ("pattern", text(r"\S"))]);
            let reasons = object([
                ("type", text("object")),
                ("propertyNames", object([("pattern", text(KEBAB_CASE))])),
                ("additionalProperties", reason),
            ]);
            object([("anyOf", Json::List(vec![reasons, list(id(), 0, true)]))])
        }
        Shape::Phases(phase) => {
            let file = object([
                ("type", text("string")),
                // Neither absolute nor beginning with a dot step, and no step up anywhere.
                ("pattern", text(r"^(?!\.{0,2}/)(?!(.*/)?\.\.(/|$)).*\S")),
            ]);
            list(object([("anyOf", Json::List(vec![file, reference(phase)]))]), 1, false)
        }
        Shape::Maps { of, least } => list(reference(of), *least, false),
    }
}

const KEBAB_CASE: &str = "^[a-z0-9]+(-[a-z0-9]+)*$";

/// Text that is not blank. A number, or true and false, count as the text they are written as.
fn words() -> Json {
    object([("type", texts(&["string", "number", "boolean"])), ("pattern", text(r"\S"))])
}

fn id() -> Json {
    object([
        ("type", texts(&["string", "integer", "boolean"])),
        ("pattern", text(KEBAB_CASE)),
        ("minimum", Json::Whole(0)),
    ])
}

fn reference(of: &Keys) -> Json {
    object([("$ref", text(format!("#/definitions/{}", name(of))))])
}

/// Returns the name of a definition, which stands in an address.
fn name(of: &Keys) -> String {
    of.what.replace(['\'', '`'], "").replace(' ', "-")
}

/// A schema cannot count options; for each of the usual numbers it can say the largest answer.
fn answer_in_range() -> Json {
    let case = |options: i64| {
        let so_many = object([("properties", object([("options", object([("maxItems", Json::Whole(options))]))]))]);
        let answer = object([("properties", object([("answer", object([("maximum", Json::Whole(options))]))]))]);
        object([("if", so_many), ("then", answer)])
    };
    Json::List((2..=8).map(case).collect())
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::curriculum::{load_text, load_text_over};
    use crate::diagnostic::Code;

    fn validator() -> jsonschema::Validator {
        let schema = serde_json::from_str(&curriculum().to_string()).expect("JSON");
        jsonschema::draft7::new(&schema).expect("a schema")
    }

    /// A curriculum with every key of every map, each map at the place that its pointer says.
    fn complete() -> (Value, [(&'static Keys, &'static str); 6]) {
        let document = json!({
            "id": "c", "title": "C", "edition": "1", "description": "About.",
            "phases": [{"id": "p", "title": "P", "summary": "For this.", "topics": [
                {"id": "x", "title": "X", "kind": "project", "hours": 2, "value": 8, "summary": "S",
                 "requires": {"a": "used"}, "outcomes": ["Can"], "includes": ["this"], "rubric": ["good"],
                 "publish": "all", "exercises": ["a"], "formerly": ["old-x"],
                 "resources": [{"title": "R", "by": "B", "kind": "book", "url": "https://example.org"}],
                 "quiz": [{"ask": "Q?", "options": ["one", "two", "three"], "answer": 2, "because": "B"}]},
                {"id": "a", "title": "A", "hours": 1}]}],
            "tracks": [{"id": "t", "title": "T", "summary": "S", "goals": ["x"]}]
        });
        let maps = [
            (&keys::CURRICULUM, ""),
            (&keys::PHASE, "/phases/0"),
            (&keys::TOPIC, "/phases/0/topics/0"),
            (&keys::RESOURCE, "/phases/0/topics/0/resources/0"),
            (&keys::QUESTION, "/phases/0/topics/0/quiz/0"),
            (&keys::TRACK, "/tracks/0"),
        ];
        (document, maps)
    }

    /// A curriculum that extends another, with every key that has to do with that, and the other one.
    fn extending() -> (Value, [(&'static Keys, &'static str); 9], String) {
        let topic = |id: &str| json!({"id": id, "title": "T", "hours": 1});
        let base = json!({
            "id": "c", "title": "C", "phases": [
                {"id": "p", "title": "P", "topics": [
                    {"id": "x", "title": "X", "hours": 1, "requires": ["b"]}, topic("a"), topic("b"), topic("c"), topic("r")]},
                {"id": "gone", "title": "G", "topics": [topic("g")]}],
            "tracks": [{"id": "t", "title": "T", "goals": ["x"]}, {"id": "u", "title": "U", "goals": ["x"]}]
        });
        let document = json!({
            "extends": "generative-ai-engineer", "id": "o", "title": "O", "edition": "2", "description": "Ours.",
            "phases": [{"id": "q", "title": "Q", "summary": "S", "after": "p", "topics": [topic("y")]}],
            "tracks": [{"id": "v", "title": "V", "goals": ["y"]}],
            "change": {
                "topics": [{"id": "x", "title": "X", "kind": "project", "hours": 2, "value": 8, "summary": "S",
                    "requires": {"b": "used"}, "outcomes": ["Can"], "includes": ["this"], "rubric": ["good"],
                    "publish": "all", "exercises": ["b"], "formerly": ["old-x"], "resources": [], "quiz": [],
                    "also": {"requires": ["c"], "outcomes": ["Can"], "includes": ["that"], "rubric": ["better"],
                        "resources": [], "quiz": [], "exercises": ["c"], "formerly": ["older-x"]}}],
                "phases": [{"id": "p", "title": "P", "summary": "S"}],
                "tracks": [{"id": "t", "title": "T", "summary": "S", "goals": ["x"], "also": {"goals": ["c"]}}]},
            "remove": {"topics": ["r"], "phases": ["gone"], "tracks": ["u"]}
        });
        let maps = [
            (&keys::CURRICULUM, ""),
            (&keys::PHASE, "/phases/0"),
            (&keys::CHANGE, "/change"),
            (&keys::REMOVE, "/remove"),
            (&keys::CHANGED_TOPIC, "/change/topics/0"),
            (&keys::MORE_OF_TOPIC, "/change/topics/0/also"),
            (&keys::CHANGED_PHASE, "/change/phases/0"),
            (&keys::CHANGED_TRACK, "/change/tracks/0"),
            (&keys::MORE_OF_TRACK, "/change/tracks/0/also"),
        ];
        (document, maps, base.to_string())
    }

    /// Whether a schema can express what the code says of one map.
    fn is_expressible(code: Code) -> bool {
        let number: u32 = code.id()[1..].parse().expect("R and a number");
        (101..200).contains(&number)
            || matches!(
                code,
                Code::NotKebabCase
                    | Code::BadUrl
                    | Code::BadHours
                    | Code::AnswerOutOfRange
                    | Code::EmptyPhase
                    | Code::BadValue
                    | Code::EmptyText
                    | Code::BadQuiz
                    | Code::RequiredTwice
                    | Code::EmptyTrack
                    | Code::NothingExtended
            )
    }

    #[track_caller]
    fn same_verdict(validator: &jsonschema::Validator, document: &Value, base: &str, what: &str) {
        let checked = load_text_over(base, &document.to_string());
        let errors: Vec<Code> = checked.diagnostics.iter().filter(|d| d.is_error()).map(|d| d.code).collect();
        let refused = validator.iter_errors(document).next().map(|error| error.to_string());
        if errors.iter().any(|&code| is_expressible(code)) {
            assert!(refused.is_some(), "{what}: check says {errors:?}, the schema accepts it");
        } else if let Some(why) = refused {
            assert!(!errors.is_empty(), "{what}: check accepts it, the schema says {why}");
        }
    }

    #[test]
    fn reader_and_schema_judge_every_key_with_every_kind_of_value_alike() {
        let (document, maps) = complete();
        assert!(load_text("test", &document.to_string()).curriculum.is_some());
        judge(&document, &maps, "", |key| key.name != "extends" && key.need != Need::OnlyExtending);
    }

    #[test]
    fn reader_and_schema_judge_what_extends_alike() {
        let (document, maps, base) = extending();
        // Next to `after` it would be an error.
        judge(&document, &maps, &base, |key| key.name != "before");
    }

    /// Puts every kind of value under every key of the maps, and has both judge it.
    fn judge(sound: &Value, maps: &[(&'static Keys, &'static str)], base: &str, has: impl Fn(&Key) -> bool) {
        let validator = validator();
        let checked = load_text_over(base, &sound.to_string());
        assert!(checked.curriculum.is_some(), "{:?}", checked.diagnostics);
        assert!(validator.is_valid(sound));
        let values = json!([
            null, true, 0, 1, -1, 2.5, 4, 1_000_000, "", "  ", "word", "Two Words", "a", "x", "https://example.org/p?q#r",
            "https://a@b.org", "ftp://a.org", "../up.yaml", "/abs.yaml", "./dot.yaml", "project", "video", [], {}, ["a"],
            ["a", "a"], ["one", "two"], [" ", "b"], [null], [[]], [{}], {"a": null}, {"a": "because"}, {"a": []}, {"B c": "x"},
            [1, 2], ["a", true],
        ]);
        for &(keys, pointer) in maps {
            let map = |document: &mut Value| document.pointer_mut(pointer).and_then(Value::as_object_mut).cloned();
            let mut document = sound.clone();
            let full = map(&mut document).expect("a map stands there");
            let mut names: Vec<&str> = full.keys().map(String::as_str).collect();
            let mut listed: Vec<&str> = keys.keys.iter().filter(|key| has(key)).map(|key| key.name).collect();
            names.sort_unstable();
            listed.sort_unstable();
            assert_eq!(names, listed, "the test's {} has every key", keys.what);
            for name in keys.names().chain(["unheard-of"]) {
                let mut without = full.clone();
                without.remove(name);
                *document.pointer_mut(pointer).expect("there") = Value::Object(without.clone());
                same_verdict(&validator, &document, base, &format!("{} without {name}", keys.what));
                for value in values.as_array().expect("a list") {
                    let mut changed = without.clone();
                    changed.insert(name.to_owned(), value.clone());
                    *document.pointer_mut(pointer).expect("there") = Value::Object(changed);
                    same_verdict(&validator, &document, base, &format!("{} with {name}: {value}", keys.what));
                }
            }
        }
        for value in values.as_array().expect("a list") {
            same_verdict(&validator, value, base, &format!("the document {value}"));
        }
    }
}
