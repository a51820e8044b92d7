//! Years of history are folded once and then resumed; whatever happens to the checkpoint, answers stay.

mod common;

use std::path::PathBuf;

use common::Place;

/// Returns a home with so many entries on the shipped curriculum, written as the program writes them.
fn veteran(entries: usize) -> Place {
    let place = Place::shipped();
    let topics: Vec<String> = place.json("list")["topics"]
        .as_array()
        .expect("a list")
        .iter()
        .map(|topic| topic["id"].as_str().expect("an id").to_owned())
        .collect();
    let kinds = ["start", "time", "note", "done", "quiz", "review"];
    let mut lines =
        vec![r#"{"roadmap":"journal","version":1,"curriculum":"generative-ai-engineer","device":"laptop"}"#.to_owned()];
    for n in 0..entries {
        let minutes = n * 700;
        let (day, hour, minute) = (minutes / 1440, minutes / 60 % 24, minutes % 60);
        let date = chrono::NaiveDate::from_ymd_opt(2023, 11, 1).expect("a day") + chrono::Days::new(day as u64);
        let kind = kinds[n % kinds.len()];
        let topic = &topics[n / kinds.len() % (topics.len() - 20)];
        let more = match kind {
            "time" => r#","hours":1.5"#,
            "note" => r#","note":"a thought with \"quotes\" and ü""#,
            "quiz" => r#","quiz":{"right":3,"asked":4,"of":4}"#,
            "review" => r#","grade":"good""#,
            _ => "",
        };
        lines.push(format!(
            r#"{{"id":"0193{n:08}-0000-7000-8000-000000000000","at":"{date}T{hour:02}:{minute:02}:00.25+01:00","do":"{kind}","topic":"{topic}"{more}}}"#
        ));
    }
    let folder = place.home.path().join("journal/generative-ai-engineer");
    std::fs::create_dir_all(&folder).expect("made");
    std::fs::write(place.home.path().join("device"), "laptop\n").expect("written");
    std::fs::write(folder.join("laptop.jsonl"), lines.join("\n") + "\n").expect("written");
    place
}

fn checkpoint(place: &Place) -> PathBuf {
    place.home.path().join("cache/progress/generative-ai-engineer.fold")
}

/// Returns what the learner sees of where they stand.
fn seen(place: &Place) -> String {
    ["next -n 3", "list", "--json list --kind skill", "review --due", "status"]
        .iter()
        .map(|line| place.run(line))
        .collect::<Vec<_>>()
        .join("\n")
}

#[test]
fn answers_are_the_same_with_a_checkpoint_without_and_with_a_broken_one() {
    let place = veteran(2_000);
    let first = seen(&place);
    let whole = std::fs::read(checkpoint(&place)).expect("left by the first command");
    assert_eq!(seen(&place), first);
    assert_eq!(std::fs::read(checkpoint(&place)).expect("there"), whole, "nothing new, nothing written");
    for at in [0, 3, 4, 9, whole.len() / 2, whole.len() - 1] {
        let mut broken = whole.clone();
        broken[at] ^= 0x55;
        std::fs::write(checkpoint(&place), &broken).expect("written");
        assert_eq!(seen(&place), first, "byte {at} is another");
    }
    std::fs::write(checkpoint(&place), &whole[..whole.len() / 3]).expect("written");
    assert_eq!(seen(&place), first, "cut off");
    std::fs::remove_dir_all(place.home.path().join("cache")).expect("removed");
    std::fs::write(place.home.path().join("cache"), "not a folder").expect("written");
    assert_eq!(seen(&place), first, "no place for it");
}

#[test]
fn what_is_marked_on_top_of_a_checkpoint_counts_as_ever() {
    let (with, without) = (veteran(1_000), veteran(1_000));
    std::fs::write(without.home.path().join("cache"), "not a folder").expect("written");
    let last = with.json("list")["topics"].as_array().expect("a list").last().expect("topics")["id"].clone();
    let last = last.as_str().expect("an id");
    for line in [
        "next".to_owned(),
        format!("known {last}"),
        format!("note {last} \"a note\""),
        "undo".to_owned(),
        "undo".to_owned(),
        "redo".to_owned(),
        format!("done {last} --force --hours 4"),
        "next".to_owned(),
        format!("reopen {last}"),
        "undo".to_owned(),
        "status".to_owned(),
        format!("show {last}"),
    ] {
        assert_eq!(with.run(&line), without.run(&line), "{line}");
        assert_eq!(seen(&with), seen(&without), "after {line}");
    }
    assert!(checkpoint(&with).exists() && with.home.path().join("cache/progress/generative-ai-engineer.seal").exists());
}

#[test]
fn a_line_changed_by_hand_is_seen() {
    let place = veteran(1_000);
    let before = seen(&place);
    let file = place.home.path().join("journal/generative-ai-engineer/laptop.jsonl");
    let text = std::fs::read_to_string(&file).expect("there");
    // The same length, so that only the times of the file tell.
    std::fs::write(&file, text.replace(r#""do":"done""#, r#""do":"skip""#)).expect("written");
    let after = seen(&place);
    assert_ne!(before, after);
    std::fs::remove_dir_all(place.home.path().join("cache")).expect("removed");
    assert_eq!(seen(&place), after);
}
