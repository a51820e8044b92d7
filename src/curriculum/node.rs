//! YAML as a tree in which every value knows its place.
//!
//! The one file that calls the YAML library. A tree costs more memory than reading straight into
//! structs, and buys what a reader of errors wants: all shape errors of a file at once, each at the
//! word that is wrong, and duplicate keys with both places.

use serde::Deserialize;
use serde::de::{Deserializer, MapAccess, SeqAccess, Visitor};
use serde_yaml::options::MergeKeyPolicy;
use serde_yaml::{DuplicateKeyPolicy, Spanned};

use crate::diagnostic::{Code, Diagnostic, Place, Source};

/// Files beyond this many bytes are refused.
pub(crate) const LARGEST_FILE: usize = 256 << 20;

/// A value and where it stands.
#[derive(Debug)]
pub(crate) struct Node {
    pub(crate) place: Place,
    pub(crate) value: Value,
}

/// What stands there.
#[derive(Debug)]
pub(crate) enum Value {
    Null,
    Bool,
    Number(f64),
    Text(String),
    List(Vec<Node>),
    Map(Vec<(Key, Node)>),
}

/// A key of a map and where it stands.
#[derive(Debug)]
pub(crate) struct Key {
    pub(crate) name: String,
    pub(crate) place: Place,
}

impl Value {
    /// Returns what it is, in words for a message.
    pub(crate) fn kind(&self) -> &'static str {
        match self {
            Self::Null => "nothing",
            Self::Bool => "true or false",
            Self::Number(_) => "a number",
            Self::Text(_) => "text",
            Self::List(_) => "a list",
            Self::Map(_) => "a map",
        }
    }
}

/// Returns the tree of the YAML text `source`, which is number `index` of the sources.
///
/// # Errors
///
/// The first place at which it is not YAML, or is more than a curriculum can be.
pub(crate) fn parse(source: &Source, index: usize) -> Result<Node, Box<Diagnostic>> {
    let bytes = source.text.len();
    if bytes > LARGEST_FILE {
        let place = Place { source: index, span: 0..0 };
        return Err(Box::new(Diagnostic::new(Code::TooBig, "the file is larger than 256 MiB", place)));
    }
    let options = options(bytes);
    let placed: Placed<Raw> = serde_yaml::from_str_with_options(&source.text, options)
        .map_err(|error| Box::new(syntax_error(&error, source, index)))?;
    Ok(node(placed, source, index))
}

/// Returns the value of the YAML text `text`, `None` if there is none or the way of [`parse`] might see
/// another: what anchors, merged keys and tags mean depends on who asks.
pub(super) fn read<'t, T: Deserialize<'t>>(text: &'t str) -> Option<T> {
    if text.len() > LARGEST_FILE || may_hold_tags(text) {
        return None;
    }
    let mut options = options(text.len());
    options.merge_keys = MergeKeyPolicy::Error;
    if let Some(budget) = &mut options.budget {
        budget.max_anchors = 0;
        budget.max_aliases = 0;
    }
    serde_yaml::from_str_with_options(text, options).ok()
}

/// Returns whether a tag may stand somewhere: one stands where a value may begin.
fn may_hold_tags(text: &str) -> bool {
    text.match_indices('!').any(|(at, _)| {
        let before = text[..at].trim_end_matches([' ', '\t']);
        before.is_empty() || before.ends_with(['\n', '\r', '-', '?', ':', ',', '[', '{'])
    })
}

fn options(bytes: usize) -> serde_yaml::Options {
    let mut options = serde_yaml::options! {
        strict_booleans: true,
        with_snippet: false,
        duplicate_keys: DuplicateKeyPolicy::PassThrough,
    };
    // The library's budget stops near 5,000 topics. A value takes at least two bytes of text, so
    // these limits bound what aliases can add without ever refusing a plain file for its length.
    options.budget = serde_yaml::budget! {
        max_depth: 64,
        max_nodes: bytes / 2 + 1_000,
        max_events: bytes + 1_000,
        max_total_scalar_bytes: 2 * bytes + 1_000,
    };
    options
}

fn syntax_error(error: &serde_yaml::Error, source: &Source, index: usize) -> Diagnostic {
    let location = error.location();
    let (line, column) = location.map_or((1, 1), |l| (l.line() as usize, l.column() as usize));
    let at = source.offset(line.max(1), column.max(1));
    let place = |at: usize| {
        let len = source.text[at..].chars().next().filter(|&c| c != '\n').map_or(0, char::len_utf8);
        Place { source: index, span: at..at + len }
    };
    let said = error.without_snippet().to_string();
    // The location is said by the place; the library repeats it in the text.
    let said = said.split(" at line ").next().unwrap_or_default();
    let lower = said.to_lowercase();
    if lower.contains("tab") && lower.contains("found a tab") {
        // The scanner reports where the value began; the tab stands at the head of a later line.
        let from = source.text[at..].find("\n\t").map(|i| at + i + 1);
        let spaced = || source.text[at..].find('\t').map(|i| at + i);
        let tab = from.or_else(spaced).unwrap_or(at);
        return Diagnostic::new(Code::Tab, "a tab stands where only spaces may indent", place(tab))
            .help("set the editor to insert spaces, and replace this tab by spaces");
    }
    if matches!(error.without_snippet(), serde_yaml::Error::Budget { .. })
        || lower.contains("budget")
        || lower.contains("alias")
        || lower.contains("depth")
        || lower.contains("recursion")
    {
        return Diagnostic::new(Code::TooBig, "nested too deeply, or repeated through aliases too often", place(at))
            .help("write the topics out; a curriculum needs no anchors and at most ten levels");
    }
    let (message, help) = if lower.contains("multiple yaml documents") {
        ("a second document starts here".to_owned(), "remove the `---` line: a file holds one document")
    } else if lower.contains("mapping values are not allowed") {
        ("a `:` inside a text that is not in quotes".to_owned(), "put the whole text in double quotes")
    } else if lower.contains("unknown anchor") || lower.contains("unknown alias") {
        ("an alias without its anchor".to_owned(), "a text that begins with `*` or `&` must be in quotes")
    } else {
        (
            said.to_owned(),
            "see that keys and list items that belong together start in the same column, and that brackets and quotes are closed",
        )
    };
    Diagnostic::new(Code::Syntax, message, place(at)).label("not valid YAML from here on").help(help)
}

/// What the YAML library hands over; places are added in [`node`].
#[derive(Debug)]
enum Raw {
    Null,
    Bool,
    Number(f64),
    Text(String),
    List(Vec<Placed<Self>>),
    Map(Vec<(Placed<String>, Placed<Self>)>),
}

/// A value and the bytes where it stands: all that is kept of the library's hundred bytes of places,
/// for there is one to every value. No file is so large that 32 bits would not do.
#[derive(Debug)]
struct Placed<T> {
    start: u32,
    len: u32,
    value: T,
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Placed<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let Spanned { value, referenced, .. } = Spanned::<T>::deserialize(deserializer)?;
        let span = referenced.span();
        let (start, len) = (span.byte_offset().unwrap_or(0), span.byte_len().unwrap_or(0));
        Ok(Self { start: start as u32, len: len as u32, value })
    }
}

impl<'de> Deserialize<'de> for Raw {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(RawVisitor)
    }
}

struct RawVisitor;

impl<'de> Visitor<'de> for RawVisitor {
    type Value = Raw;

    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("a value")
    }
    fn visit_unit<E>(self) -> Result<Raw, E> {
        Ok(Raw::Null)
    }
    fn visit_none<E>(self) -> Result<Raw, E> {
        Ok(Raw::Null)
    }
    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<Raw, D::Error> {
        Raw::deserialize(deserializer)
    }
    fn visit_bool<E>(self, _: bool) -> Result<Raw, E> {
        Ok(Raw::Bool)
    }
    fn visit_i64<E>(self, number: i64) -> Result<Raw, E> {
        Ok(Raw::Number(number as f64))
    }
    fn visit_u64<E>(self, number: u64) -> Result<Raw, E> {
        Ok(Raw::Number(number as f64))
    }
    fn visit_i128<E>(self, number: i128) -> Result<Raw, E> {
        Ok(Raw::Number(number as f64))
    }
    fn visit_u128<E>(self, number: u128) -> Result<Raw, E> {
        Ok(Raw::Number(number as f64))
    }
    fn visit_f64<E>(self, number: f64) -> Result<Raw, E> {
        Ok(Raw::Number(number))
    }
    fn visit_str<E>(self, text: &str) -> Result<Raw, E> {
        Ok(Raw::Text(text.to_owned()))
    }
    fn visit_string<E>(self, text: String) -> Result<Raw, E> {
        Ok(Raw::Text(text))
    }
    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Raw, A::Error> {
        let mut list = Vec::new();
        while let Some(item) = items.next_element()? {
            list.push(item);
        }
        Ok(Raw::List(list))
    }
    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Raw, A::Error> {
        let mut map = Vec::new();
        while let Some(entry) = entries.next_entry()? {
            map.push(entry);
        }
        Ok(Raw::Map(map))
    }
}

fn node(raw: Placed<Raw>, source: &Source, index: usize) -> Node {
    let place = place(raw.start, raw.len, source, index);
    let value = match raw.value {
        Raw::Null => Value::Null,
        Raw::Bool => Value::Bool,
        Raw::Number(number) => Value::Number(number),
        Raw::Text(text) => Value::Text(text),
        Raw::List(items) => Value::List(items.into_iter().map(|item| node(item, source, index)).collect()),
        Raw::Map(entries) => {
            let entry = |(key, value): (Placed<String>, Placed<Raw>)| {
                let at = self::place(key.start, key.len, source, index);
                (Key { name: key.value, place: at }, node(value, source, index))
            };
            Value::Map(entries.into_iter().map(entry).collect())
        }
    };
    Node { place, value }
}

fn place(start: u32, len: u32, source: &Source, index: usize) -> Place {
    let whole = source.text.len();
    let start = (start as usize).min(whole);
    let end = (start + len as usize).min(whole);
    // The span of a block scalar reaches to the start of the next line.
    let end = start + source.text[start..end].trim_end().len();
    Place { source: index, span: start..end }
}
