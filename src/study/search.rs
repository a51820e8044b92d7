//! Finds topics by words: all of them somewhere in id, title or summary, in any case.

use crate::curriculum::{Curriculum, TopicIx};

/// Returns the words of what was typed.
pub fn words(typed: &str) -> Vec<String> {
    typed.split_whitespace().map(str::to_lowercase).collect()
}

/// Returns what of a topic is searched.
pub fn text(curriculum: &Curriculum, ix: TopicIx) -> String {
    let topic = curriculum.topic(ix);
    format!("{} {} {}", topic.id, topic.title, curriculum.details(ix).summary).to_lowercase()
}

/// Returns whether a topic's text holds every word.
pub fn holds(text: &str, words: &[String]) -> bool {
    words.iter().all(|word| text.contains(word.as_str()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_word_counts_wherever_it_stands() {
        let curriculum = crate::shipped();
        let found = |typed: &str| -> Vec<&str> {
            let words = words(typed);
            let held = curriculum.indices().filter(|&ix| holds(&text(&curriculum, ix), &words));
            held.map(|ix| curriculum.topic(ix).id.as_str()).collect()
        };
        assert_eq!(found(" ").len(), curriculum.topics().len());
        assert!(found("ATTENTION self").contains(&"self-attention"));
        assert!(found("attention no-such-word").is_empty());
    }
}
