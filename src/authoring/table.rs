//! Reads a table: one topic a line, the first line names the columns.
//!
//! Columns `id`, `title`, `phase`, `hours`, `requires`, `kind`, `state` and `summary` in any order;
//! only `title` (or `id`) must be there. Comma, semicolon or tab, whichever the first line has most of.

use std::collections::{HashMap, HashSet};

use super::draft::{Draft, Fault, Ids, PhaseDraft, TopicDraft, hours, tidy};
use crate::curriculum::Kind;
use crate::text;

const COLUMNS: [&str; 8] = ["id", "title", "phase", "hours", "requires", "kind", "state", "summary"];
const COLUMNS_HINT: &str =
    "the first line names the columns: id,title,phase,hours,requires,kind,state,summary; only title must be there";

type Read<T> = std::result::Result<T, Fault>;

/// A line of the table, as written.
struct Row {
    line: usize,
    cells: HashMap<&'static str, String>,
}

impl Row {
    fn cell(&self, column: &str) -> &str {
        self.cells.get(column).map_or("", String::as_str)
    }

    fn title(&self) -> &str {
        if self.cell("title").is_empty() { self.cell("id") } else { self.cell("title") }
    }
}

/// Returns whether the first line names columns of ours.
pub(super) fn looks_like_one(text: &str) -> bool {
    let first = text.lines().next().unwrap_or_default();
    let mark = char::from(delimiter(text));
    first.contains(mark) && first.split(mark).any(|name| ["id", "title"].contains(&column_name(name).as_str()))
}

fn column_name(cell: &str) -> String {
    tidy(cell).trim_matches('"').to_ascii_lowercase()
}

fn delimiter(text: &str) -> u8 {
    let first = text.lines().next().unwrap_or_default();
    let count = |mark: &u8| first.bytes().filter(|byte| byte == mark).count();
    *b",;\t".iter().rev().max_by_key(|mark| count(mark)).unwrap_or(&b',')
}

pub(super) fn read(text: &str) -> Read<Draft> {
    let (rows, left_out) = rows(text)?;
    let mut ids = Ids::default();
    let mut places: HashMap<&str, usize> = HashMap::new();
    let mut topics: Vec<TopicDraft> = Vec::new();
    for row in &rows {
        let id = row.cell("id");
        if !id.is_empty()
            && let Some(first) = places.insert(id, topics.len())
        {
            let message = format!("the id `{}` stands in line {} already", text::line(id), rows[first].line);
            return Err(Fault::new(row.line, message, "give one of the two another id"));
        }
        let words = if id.is_empty() { row.title() } else { id };
        topics.push(topic(row, ids.unique(words, "topic"))?);
    }
    let names = Names::new(&places, &topics);
    let requires = rows.iter().map(|row| requires(row, &names, &topics)).collect::<Read<Vec<_>>>()?;
    for (topic, requires) in topics.iter_mut().zip(requires) {
        topic.requires = requires;
    }
    let mut draft = Draft::default();
    let mut phases: HashMap<String, usize> = HashMap::new();
    let mut lines: Vec<Vec<usize>> = Vec::new();
    let mut phase = "Topics".to_owned();
    for (row, topic) in rows.iter().zip(topics) {
        // In a spreadsheet an empty cell means: as above.
        if !row.cell("phase").is_empty() {
            row.cell("phase").clone_into(&mut phase);
        }
        let at = *phases.entry(phase.clone()).or_insert_with(|| {
            draft.phases.push(PhaseDraft { title: phase.clone(), topics: Vec::new() });
            lines.push(Vec::new());
            draft.phases.len() - 1
        });
        draft.phases[at].topics.push(topic);
        lines[at].push(row.line);
    }
    let lines = lines.concat();
    draft.check_order(|at| lines[at])?;
    if !left_out.is_empty() {
        let words = format!("Left out, for a curriculum has no such columns: {}.", text::list(&left_out));
        draft.remarks.push(words);
    }
    Ok(draft)
}

/// Returns the lines that are not empty, and the names of columns that mean nothing here.
fn rows(text: &str) -> Read<(Vec<Row>, Vec<String>)> {
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .delimiter(delimiter(text))
        .from_reader(text.as_bytes());
    let mut columns: Vec<Option<&'static str>> = Vec::new();
    let mut left_out = Vec::new();
    let mut rows = Vec::new();
    for record in reader.records() {
        let record = record.map_err(|error| {
            let line = error.position().map_or(1, |at| at.line() as usize);
            Fault::new(line, "not a line of a table", COLUMNS_HINT)
        })?;
        let at = record.position().map_or((0, 1), |at| (at.byte() as usize, at.line() as usize));
        // Blank lines before a record belong to its position.
        let source = text.get(at.0..).unwrap_or_default();
        let line = at.1 + source.bytes().take_while(|b| b"\r\n".contains(b)).filter(|&b| b == b'\n').count();
        if columns.is_empty() {
            for name in &record {
                let name = column_name(name);
                let known = COLUMNS.into_iter().find(|column| *column == name);
                if known.is_some() && columns.contains(&known) {
                    return Err(Fault::new(line, format!("two columns `{name}`"), "remove or rename one of them"));
                }
                if known.is_none() && !name.is_empty() {
                    left_out.push(name);
                }
                columns.push(known);
            }
            if !columns.contains(&Some("title")) && !columns.contains(&Some("id")) {
                return Err(Fault::new(line, "no column is named `title`", COLUMNS_HINT));
            }
            continue;
        }
        if record.len() > columns.len() && record.iter().skip(columns.len()).any(|cell| !cell.trim().is_empty()) {
            let message = format!("{} in a line of {} columns", text::count(record.len(), "cell"), columns.len());
            return Err(Fault::new(line, message, "a cell that holds the separator must be in double quotes"));
        }
        if record.iter().any(|cell| cell.contains('\n')) && is_open_at_the_end(source) {
            let message = "a double quote is opened here and closed nowhere";
            return Err(Fault::new(line, message, "close it, or write it twice to mean the character"));
        }
        let named = columns.iter().zip(&record).filter_map(|(column, cell)| Some(((*column)?, unarmed(&tidy(cell)))));
        let row = Row { line, cells: named.collect() };
        if row.title().is_empty() {
            if row.cells.values().any(|cell| !cell.is_empty()) {
                return Err(Fault::new(line, "a topic without a title", "write it under `title`, or remove the line"));
            }
            continue;
        }
        rows.push(row);
    }
    if rows.is_empty() {
        return Err(Fault::new(1, "no topic below the names of the columns", COLUMNS_HINT));
    }
    Ok((rows, left_out))
}

/// Returns whether the rest of a table is one cell that no quote ends.
fn is_open_at_the_end(rest: &str) -> bool {
    rest.bytes().filter(|&byte| byte == b'"').count() % 2 == 1
}

/// Takes off the apostrophe that keeps spreadsheets from taking a text for a formula.
fn unarmed(cell: &str) -> String {
    let armed = cell.strip_prefix('\'').filter(|rest| rest.starts_with(['=', '+', '-', '@']));
    armed.unwrap_or(cell).to_owned()
}

fn topic(row: &Row, id: String) -> Read<TopicDraft> {
    let mut topic = TopicDraft::new(id, row.title().to_owned());
    row.cell("summary").clone_into(&mut topic.summary);
    let typed = row.cell("hours");
    if !typed.is_empty() {
        topic.hours = Some(hours(typed).ok_or_else(|| {
            let message = format!("`{}` is no number of hours", text::line(typed));
            Fault::new(row.line, message, "write a number above 0 and at most 10000, or leave the cell empty")
        })?);
    }
    let kind = row.cell("kind").to_ascii_lowercase();
    if !kind.is_empty() {
        let found = Kind::NAMES.iter().position(|name| *name == kind);
        topic.kind = found.map(|at| Kind::ALL[at]).ok_or_else(|| {
            let message = format!("`{}` is no kind of topic", text::line(&kind));
            Fault::new(row.line, message, format!("write {}", Kind::NAMES.join(", ")))
        })?;
    }
    topic.done =
        ["done", "known", "due", "x", "yes", "true"].contains(&row.cell("state").to_ascii_lowercase().as_str());
    Ok(topic)
}

/// Topics by what a table may call them.
struct Names<'a> {
    as_written: &'a HashMap<&'a str, usize>,
    ids: HashMap<&'a str, usize>,
    titles: HashMap<String, usize>,
}

impl<'a> Names<'a> {
    fn new(as_written: &'a HashMap<&'a str, usize>, topics: &'a [TopicDraft]) -> Self {
        let mut titles = HashMap::new();
        for (at, topic) in topics.iter().enumerate() {
            titles.entry(topic.title.to_lowercase()).or_insert(at);
        }
        let ids = topics.iter().enumerate().map(|(at, topic)| (topic.id.as_str(), at)).collect();
        Self { as_written, ids, titles }
    }

    fn find(&self, name: &str) -> Option<usize> {
        let found = self.as_written.get(name).or_else(|| self.ids.get(text::kebab_case(name).as_str()));
        found.or_else(|| self.titles.get(&name.to_lowercase())).copied()
    }
}

fn requires(row: &Row, names: &Names<'_>, topics: &[TopicDraft]) -> Read<Vec<String>> {
    let mut requires: Vec<String> = Vec::new();
    let mut seen = HashSet::new();
    for name in row.cell("requires").split([';', ',', '|']).map(str::trim).filter(|name| !name.is_empty()) {
        let Some(at) = names.find(name) else {
            let near = text::nearest(&text::kebab_case(name), topics.iter().map(|topic| topic.id.as_str()));
            let hint = near.map_or_else(
                || "name ids or titles of this table, separated by `;`".to_owned(),
                |near| format!("did you mean `{near}`?"),
            );
            return Err(Fault::new(row.line, format!("no topic is named `{}`", text::line(name)), hint));
        };
        if seen.insert(at) {
            requires.push(topics[at].id.clone());
        }
    }
    Ok(requires)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn short(draft: &Draft) -> String {
        let topic = |t: &TopicDraft| {
            let hours = t.hours.map_or_else(String::new, |h| format!(" {h}h"));
            format!("{}{}{hours}<{}", t.id, if t.done { "*" } else { "" }, t.requires.join(","))
        };
        let phase =
            |p: &PhaseDraft| format!("{}: {}", p.title, p.topics.iter().map(topic).collect::<Vec<_>>().join(" "));
        draft.phases.iter().map(phase).collect::<Vec<_>>().join(" / ")
    }

    #[test]
    fn a_table_is_read_as_people_write_it() {
        for (table, expected) in [
            ("title\nA\nB\n", "Topics: a< b<"),
            (
                "id,title,phase,hours,requires\nv,Vectors,Maths,5,\nm,Matrices,,\"2,5 h\",v\n,Own,Later,,\"Vectors; m\"\n",
                "Maths: v 5h< m 2.5h<v / Later: own<v,m",
            ),
            ("Title;State;Phase\r\nA;done;P\r\nB;;Q\r\nC;x;P\r\n", "P: a*< c*< / Q: b<"),
            ("title\trequires\n\nA\t\nA\t\n'=1+1\ta-2\n", "Topics: a< a-2< 1-1<a-2"),
        ] {
            assert_eq!(read(table).as_ref().map(short), Ok(expected.to_owned()), "{table}");
        }
    }

    #[test]
    fn a_broken_table_is_refused_with_its_line() {
        for (table, line, message) in [
            ("", 1, "no topic below"),
            ("name,hours\nA,1\n", 1, "no column is named `title`"),
            ("title,title\nA,B\n", 1, "two columns `title`"),
            ("title,hours\nA,1\n\nB,soon\n", 4, "`soon` is no number of hours"),
            ("title,hours\n,1\n", 2, "a topic without a title"),
            ("title,hours\nA,1,2\n", 2, "3 cells in a line of 2 columns"),
            ("title,requires\nA,\nB,C\n", 3, "no topic is named `C`"),
            ("title,requires\nA,A\n", 2, "`a` requires itself"),
            ("title,requires\nA,B\nB,A\n", 2, "in a circle: "),
            ("id,title\na,A\nb,B\na,C\n", 4, "the id `a` stands in line 2 already"),
            ("title,kind\nA,thing\n", 2, "no kind of topic"),
            ("title,hours\nA,1\n\"B,2\nC,3\n", 3, "a double quote is opened here"),
        ] {
            let fault = read(table).expect_err(table);
            assert!(fault.line == line && fault.message.contains(message), "{table}: {fault:?}");
        }
    }
}
