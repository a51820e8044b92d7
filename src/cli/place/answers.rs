//! The file of answers that a placement can be given instead of a dialogue.

use std::collections::HashMap;
use std::io::Read;
use std::path::Path;

use anyhow::Result;

use crate::curriculum::Curriculum;
use crate::error::Error;
use crate::text;

/// No curriculum has as many topics to answer for.
const LARGEST_FILE: u64 = 16 << 20;

/// Reads lines of an id and an answer, such as `vectors yes`. `#` begins a comment.
pub(super) fn read(curriculum: &Curriculum, path: &Path) -> Result<HashMap<String, String>> {
    let shown = text::line(&path.display().to_string()).into_owned();
    let cannot = |error| Error::io(format!("cannot read the answers in {shown}"), error);
    // A pipe is as good as a file: `--answers <(…)`.
    let source: Box<dyn Read> = match path == Path::new("-") {
        true => Box::new(std::io::stdin()),
        false => Box::new(std::fs::File::open(path).map_err(cannot)?),
    };
    let mut text = String::new();
    source.take(LARGEST_FILE).read_to_string(&mut text).map_err(cannot)?;
    let mut answers = HashMap::new();
    for (at, line) in (1..).zip(text.lines()) {
        let line = line.split('#').next().unwrap_or_default().trim();
        if line.is_empty() {
            continue;
        }
        let wrong = |what: String| Error::new(format!("{shown}:{at}: {what}"));
        let Some((id, answer)) = line.split_once([' ', '\t', '=', ':']) else {
            let what = format!("`{}` has no answer", text::line(line));
            return Err(wrong(what)
                .hint("write a topic and `yes`, `no` or `unsure`, or a phase and `none`, `some` or `most`")
                .into());
        };
        let answer = answer.trim_matches([' ', '\t', '=', ':']).to_lowercase();
        let allowed: &[&str] = if curriculum.find_phase(id).is_some() && curriculum.find(id).is_none() {
            &["none", "some", "most"]
        } else if curriculum.find(id).is_some() {
            &["yes", "no", "unsure", "none", "some", "most"]
        } else {
            let ids = curriculum
                .topics()
                .iter()
                .map(|t| t.id.as_str())
                .chain(curriculum.phases().iter().map(|p| p.id.as_str()));
            let hint = text::nearest(id, ids).map_or_else(
                || "`roadmap list` prints the topics".to_owned(),
                |near| format!("did you mean `{near}`?"),
            );
            return Err(wrong(format!("no topic or phase is called `{}`", text::line(id))).hint(hint).into());
        };
        if !allowed.contains(&answer.as_str()) {
            let what = format!("`{}` is no answer to `{id}`", text::line(&answer));
            return Err(wrong(what).hint(format!("answer one of {}", allowed.join(", "))).into());
        }
        answers.insert(id.to_owned(), answer);
    }
    Ok(answers)
}
