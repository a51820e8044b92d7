//! Finds the topic, phase or track that the user typed.

use crate::curriculum::{Curriculum, Topic, TopicIx, Track};
use crate::error::{Error, Result};
use crate::text;

/// Returns the topic meant by `typed`: an id (also a former one), an unambiguous beginning of one,
/// or words of the title in any case.
///
/// # Errors
///
/// With the candidates when several are meant, and with the nearest when none is.
pub(super) fn topic(curriculum: &Curriculum, typed: &str) -> Result<TopicIx> {
    let wanted = typed.trim().to_lowercase();
    if let Some(ix) = curriculum.find_ever(&wanted) {
        return Ok(ix);
    }
    let matching = |matches: &dyn Fn(&Topic) -> bool| -> Vec<TopicIx> {
        curriculum.indices().filter(|&ix| matches(curriculum.topic(ix))).collect()
    };
    let words: Vec<&str> = wanted.split_whitespace().collect();
    let in_title = |topic: &Topic| {
        let title = topic.title.to_lowercase();
        let mut of_title = title.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
        words.iter().all(|word| of_title.clone().any(|of| of.starts_with(word))) || of_title.any(|of| of == wanted)
    };
    let tries: [&dyn Fn(&Topic) -> bool; 5] = [
        &|topic| topic.title.to_lowercase() == wanted,
        &|topic| topic.id.starts_with(&wanted),
        &in_title,
        &|topic| topic.id.split('-').any(|word| word.starts_with(&wanted)),
        &|topic| topic.title.to_lowercase().contains(&wanted),
    ];
    if !words.is_empty() {
        for matches in tries {
            match matching(matches).as_slice() {
                [] => {}
                [one] => return Ok(*one),
                several => return Err(ambiguous(curriculum, typed, several)),
            }
        }
    }
    let ids = curriculum.topics().iter().map(|topic| topic.id.as_str());
    let titles: Vec<(String, &str)> =
        curriculum.topics().iter().map(|t| (t.title.to_lowercase(), t.id.as_str())).collect();
    let by_title = || {
        let near = text::nearest(&wanted, titles.iter().map(|(title, _)| title.as_str()))?;
        titles.iter().find(|(title, _)| title == near).map(|&(_, id)| id)
    };
    let hint = text::nearest(&wanted, ids)
        .or_else(by_title)
        .map_or_else(|| "`roadmap list WORD` searches the topics".to_owned(), |near| format!("did you mean `{near}`?"));
    Err(Error::new(format!("no topic matches `{}`", text::line(typed))).hint(hint))
}

fn ambiguous(curriculum: &Curriculum, typed: &str, several: &[TopicIx]) -> Error {
    const SHOWN: usize = 8;
    let mut message = format!("`{}` may mean {}:", text::line(typed), text::count(several.len(), "topic"));
    for &ix in several.iter().take(SHOWN) {
        let topic = curriculum.topic(ix);
        message.push_str(&format!("\n  {}  {}", topic.id, text::fit(&text::line(&topic.title), 60)));
    }
    if several.len() > SHOWN {
        message.push_str(&format!("\n  and {} more", several.len() - SHOWN));
    }
    Error::new(message).hint("type more of the id")
}

/// Returns the topics meant by `typed`, each once, in the order typed.
pub(super) fn topics(curriculum: &Curriculum, typed: &[String]) -> Result<Vec<TopicIx>> {
    let mut found = Vec::new();
    for typed in typed {
        let ix = topic(curriculum, typed)?;
        if !found.contains(&ix) {
            found.push(ix);
        }
    }
    Ok(found)
}

/// Returns the index of the phase meant by `typed`: its id, the beginning of it, its number, or a
/// word of its title.
pub(super) fn phase(curriculum: &Curriculum, typed: &str) -> Result<usize> {
    let wanted = typed.trim().to_lowercase();
    let phases = curriculum.phases();
    if let Some(at) = curriculum.find_phase(&wanted) {
        return Ok(at);
    }
    if let Some(at) = wanted.parse::<usize>().ok().filter(|n| (1..=phases.len()).contains(n)) {
        return Ok(at - 1);
    }
    let found: Vec<usize> = (0..phases.len())
        .filter(|&at| {
            !wanted.is_empty()
                && (phases[at].id.starts_with(&wanted) || phases[at].title.to_lowercase().contains(&wanted))
        })
        .collect();
    match found.as_slice() {
        [one] => Ok(*one),
        _ => {
            let ids: Vec<&str> = phases.iter().map(|phase| phase.id.as_str()).collect();
            let hint = match text::nearest(&wanted, ids.iter().copied()) {
                Some(near) => format!("did you mean `{near}`?"),
                None => format!("the phases are {}", ids.join(", ")),
            };
            Err(Error::new(format!("no single phase matches `{}`", text::line(typed))).hint(hint))
        }
    }
}

/// Returns the track meant by `typed`: its id, or an unambiguous beginning of it.
pub(super) fn track<'c>(curriculum: &'c Curriculum, typed: &str) -> Result<&'c Track> {
    let wanted = typed.trim().to_lowercase();
    let tracks = curriculum.tracks();
    if let Some(track) = curriculum.find_track(&wanted) {
        return Ok(track);
    }
    let found: Vec<&Track> =
        tracks.iter().filter(|track| !wanted.is_empty() && track.id.starts_with(&wanted)).collect();
    if let [one] = found.as_slice() {
        return Ok(one);
    }
    let ids: Vec<&str> =
        if found.is_empty() { tracks.iter().collect() } else { found }.iter().map(|track| track.id.as_str()).collect();
    let hint = match text::nearest(&wanted, ids.iter().copied()) {
        Some(near) => format!("did you mean `{near}`?"),
        None if ids.is_empty() => "this curriculum has no tracks".to_owned(),
        None if ids.len() < tracks.len() => format!("it may mean {}", ids.join(" or ")),
        None => format!("the tracks are {}", ids.join(", ")),
    };
    Err(Error::new(format!("no single track matches `{}`", text::line(typed))).hint(hint))
}
