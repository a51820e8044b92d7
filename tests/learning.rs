//! Placement, quizzes and reviews as a learner sees them: from scripts, and at a terminal.

mod common;

use common::Place;

/// Runs commands one after another and returns the whole session as it looks on a terminal.
fn session(place: &Place, lines: &[&str]) -> String {
    let session: String = lines.iter().map(|line| format!("$ roadmap {line}\n{}\n", place.run(line))).collect();
    session.replace(&place.home.path().display().to_string(), "[HOME]")
}

#[test]
fn a_quiz_is_scored_kept_and_explained() {
    let place = Place::with("examples/workshop");
    insta::assert_snapshot!(session(
        &place,
        &[
            "quiz",
            "quiz tokens",
            "known tokens inverted-index",
            "start ranking",
            "quiz",
            "quiz --answers 1,1",
            "quiz --seed 3 --answers 1,1",
            "quiz --seed 3 --answers 9",
            "quiz --seed 3 --answers 3",
            "show ranking",
            "status",
            "log",
            "undo",
            "quiz --seed 3 --answers 3,2 --done",
            "list --state done",
        ]
    ));
}

#[test]
fn a_quiz_can_be_asked_by_another_program() {
    let place = Place::with("examples/workshop");
    let paper = place.json("quiz ranking --seed 5");
    let questions = paper["questions"].as_array().expect("questions");
    assert_eq!(questions.len(), 2);
    assert!(paper.to_string().contains("tell documents apart") && !paper.to_string().contains("document frequency"));
    let numbers: Vec<String> = ["Almost nothing, because it does not tell documents apart", "{3}"]
        .iter()
        .zip(questions)
        .map(|(right, question)| {
            let options = question["options"].as_array().expect("options");
            (1 + options.iter().position(|option| option == right).expect("it is there")).to_string()
        })
        .collect();
    let result = place.json(&format!("quiz ranking --seed 5 --answers {}", numbers.join(",")));
    assert_eq!((&result["right"], &result["asked"], &result["passed"]), (&2.into(), &2.into(), &true.into()));
    assert_eq!(result["questions"][1]["right"], true);
    assert_eq!(place.json("log")["entries"][0]["quiz"], serde_json::json!({"right": 2, "asked": 2, "of": 2}));
}

#[test]
fn done_waits_for_the_quiz_where_that_is_wanted() {
    let place = Place::with("examples/workshop");
    insta::assert_snapshot!(session(
        &place,
        &[
            "config done_needs_quiz true",
            "known tokens inverted-index",
            "done ranking",
            "quiz ranking --seed 3 --answers 3,2",
            "done ranking",
            "undo",
            "undo",
            "done ranking --force",
            "config done_needs_quiz maybe",
            "config reviews_per_day -1",
            "config retention 1",
        ]
    ));
}

#[test]
fn what_is_done_falls_due_and_a_later_topic_counts_as_half_a_review() {
    let place = Place::with("examples/workshop");
    insta::assert_snapshot!(session(
        &place,
        &[
            "review",
            "done tokens inverted-index",
            "review",
            "--today 2026-11-25 review --due",
            "--today 2026-11-25 next",
            "--today 2026-11-25 list --state due",
            "--today 2026-11-25 review",
            "--today 2026-11-25 review --seed 1 --answers good",
            "--today 2026-11-25 review --seed 1 --answers again",
            "--today 2026-11-25 show tokens",
            "--today 2026-11-27 done ranking",
            "--today 2026-11-27 show inverted-index",
            "--today 2026-11-29 review --due",
            "--today 2026-11-29 review --seed 2 -n 1 --answers 1",
            "--today 2026-11-29 review --seed 2 -n 1 --answers 1,4",
            "--today 2026-11-30 review --seed 2 -n 1 --answers 3,2",
            "--today 2026-11-29 log",
            "--today 2026-12-01 review --ahead 14 --due",
            "--today 2026-12-01 status",
            "config reviews_per_day 0",
            "--today 2027-06-01 list --state due",
        ]
    ));
}

#[test]
fn review_lists_and_reports_as_json() {
    let place = Place::with("examples/workshop");
    place.ok("done tokens inverted-index");
    let due = place.json("--today 2026-11-26 review");
    assert_eq!(due["due"].as_array().expect("a list").len(), 2);
    assert_eq!(due["due"][0]["id"], "tokens");
    let after = place.json("--today 2026-11-26 review --seed 1 --answers good,easy");
    assert_eq!(after["reviewed"][1]["grade"], "easy");
    assert!(after["due"].as_array().expect("a list").is_empty());
    assert_eq!(place.json("--today 2026-11-26 next")["due"], 0);
    assert_eq!(place.json("--today 2027-06-01 next")["due"], 2);
    assert_eq!(place.json("--today 2027-06-01 show tokens")["state"], "due");
}

fn answers(place: &Place, text: &str) -> String {
    let path = place.home.path().join("answers.txt");
    std::fs::write(&path, text).expect("written");
    path.display().to_string()
}

#[test]
fn a_placement_from_a_file_is_one_step() {
    let place = Place::with("examples/workshop");
    let file = answers(
        &place,
        "words most # the first phase\ntokens yes\ninverted-index = yes\nranking: no\nembeddings no\nproject-search no\n",
    );
    insta::assert_snapshot!(session(
        &place,
        &[
            &format!("place --seed 1 --dry-run --answers {file}"),
            &format!("place --seed 1 --correct ranking=yes --answers {file}"),
            "list --state known",
            "next",
            "log",
            "undo",
            "list --state known",
            "place",
            "place --correct ranking=perhaps",
        ]
    ));
    for (wrong, says, hint) in [
        ("tokens", ":1: `tokens` has no answer", "yes"),
        ("\ntoken yes", ":2: no topic or phase is called `token`", "did you mean `tokens`"),
        ("tokens perhaps", "`perhaps` is no answer to `tokens`", "yes, no, unsure"),
        ("words yes", "`yes` is no answer to `words`", "none, some, most"),
    ] {
        let seen = place.run(&format!("place --answers {}", answers(&place, wrong)));
        assert!(seen.contains(says) && seen.contains(hint) && seen.contains("status 1"), "{seen}");
    }
    assert!(place.run("place --answers nowhere.txt").contains("cannot read the answers"));
}

#[test]
fn a_placement_on_the_shipped_curriculum_finds_where_somebody_stands() {
    let place = Place::shipped();
    let truth: Vec<String> = place.json("next -n 60 --order phases")["topics"]
        .as_array()
        .expect("a list")
        .iter()
        .map(|topic| topic["id"].as_str().expect("an id").to_owned())
        .collect();
    let all = place.json("list");
    let lines: String = all["topics"]
        .as_array()
        .expect("a list")
        .iter()
        .map(|topic| topic["id"].as_str().expect("an id"))
        .map(|id| format!("{id} {}\n", if truth.iter().any(|t| t == id) { "yes" } else { "no" }))
        .collect();
    let file = answers(&place, &lines);
    for quiz in ["", "--quiz"] {
        let placed = place.json(&format!("place {quiz} --seed 2 --answers {file}"));
        let known: Vec<&str> =
            placed["known"].as_array().expect("a list").iter().filter_map(|topic| topic["id"].as_str()).collect();
        let right = all["topics"].as_array().expect("a list").iter().filter(|topic| {
            let id = topic["id"].as_str().expect("an id");
            known.contains(&id) == truth.iter().any(|t| t == id)
        });
        let right = right.count() as f64 / 188.0;
        assert!(right >= 0.9, "{right} right after {} questions", placed["asked"]);
        assert!(placed["asked"].as_u64() <= Some(30));
        assert_eq!(place.json("list --state known")["topics"].as_array().map(Vec::len), Some(known.len()));
        // Nothing that is marked is asked again.
        let again = place.json(&format!("place --dry-run --seed 3 --answers {file}"));
        assert!(again["step"].is_null());
        place.ok("undo");
        assert_eq!(place.json("list --state known")["topics"].as_array().map(Vec::len), Some(0));
    }
}

#[test]
fn next_confirms_in_passing_what_placement_was_not_sure_of() {
    let place = Place::with("examples/workshop");
    let file = answers(&place, "words some\ntokens yes\n");
    let placed = place.json(&format!("place --seed 4 --correct embeddings=no --answers {file}"));
    let unsure: Vec<&str> =
        placed["unsure"].as_array().expect("a list").iter().filter_map(|t| t["id"].as_str()).collect();
    let known = placed["known"].as_array().expect("a list");
    assert!(known.iter().any(|t| unsure.contains(&t["id"].as_str().expect("an id"))), "{placed}");
    let seen = place.json("next");
    assert_eq!(seen["topics"][0]["unsure"][0]["id"], "inverted-index");
    assert!(
        seen["topics"][0]["because"].to_string().contains("placement was not sure: `roadmap reopen inverted-index`"),
        "{seen}"
    );
}

#[cfg(unix)]
mod at_a_terminal {
    use rexpect::session::{PtySession, spawn_command};

    use super::Place;

    fn spawn(place: &Place, line: &str) -> PtySession {
        spawn_command(place.command_on_terminal(line), Some(10_000)).expect("a terminal")
    }

    fn press(terminal: &mut PtySession, keys: &str) {
        terminal.send(keys).and_then(|_| terminal.flush()).expect("sent");
    }

    #[test]
    fn a_quiz_is_answered_by_keys_and_marks_done() {
        let place = Place::with("examples/workshop");
        place.ok("known tokens inverted-index");
        let mut terminal = spawn(&place, "quiz ranking --seed 3");
        terminal.exp_string("1 of 2").expect("the first question");
        terminal.exp_string("quit").expect("the keys");
        // A wrong key is no answer.
        press(&mut terminal, "x3");
        terminal.exp_string("Right.").expect("the answer");
        terminal.exp_string("quit").expect("the keys");
        press(&mut terminal, "2");
        terminal.exp_string("2 of 2 right").expect("the score");
        terminal.exp_string("Mark `ranking` done?").expect("the offer");
        terminal.exp_string("quit").expect("the keys");
        press(&mut terminal, "y");
        terminal.exp_string("Marked `ranking` done").expect("done");
        terminal.exp_eof().expect("it ends");
        assert_eq!(place.json("list --state done")["topics"][0]["id"], "ranking");
    }

    #[test]
    fn breaking_off_keeps_answers_of_a_quiz_and_nothing_of_a_placement() {
        let place = Place::with("examples/workshop");
        let mut terminal = spawn(&place, "quiz ranking --seed 3");
        terminal.exp_string("quit").expect("the keys");
        press(&mut terminal, "1");
        terminal.exp_string("2 of 2").expect("the second question");
        terminal.exp_string("quit").expect("the keys");
        terminal.send_control('c').expect("sent");
        terminal.exp_string("0 of 1 right (1 left out)").expect("the score");
        terminal.exp_eof().expect("it ends");
        assert_eq!(place.json("log")["entries"][0]["quiz"]["asked"], 1);
        let before = place.json("log -n 0");
        let mut terminal = spawn(&place, "place --seed 1");
        terminal.exp_string("quit").expect("the keys");
        press(&mut terminal, "s");
        terminal.exp_string("Search by meaning").expect("the second phase");
        press(&mut terminal, "\r");
        terminal.exp_string("Could you do this today?").expect("the first topic");
        press(&mut terminal, "q");
        terminal.exp_string("nothing was recorded").expect("said so");
        terminal.exp_eof().expect("it ends");
        assert_eq!(place.json("log -n 0"), before);
    }

    #[test]
    fn a_placement_is_answered_by_keys_and_corrected() {
        let place = Place::with("examples/workshop");
        let mut terminal = spawn(&place, "place --seed 1");
        for key in ["m", "n"] {
            terminal.exp_string("quit").expect("the keys");
            press(&mut terminal, key);
        }
        for _ in 0..5 {
            terminal.exp_string("Could you do this today?").expect("a topic");
            press(&mut terminal, "n");
        }
        terminal.exp_string("Mark this as known?").expect("the end");
        press(&mut terminal, "c");
        terminal.exp_string("What do you know?").expect("the list");
        press(&mut terminal, " \r");
        terminal.exp_string("Mark this as known?").expect("the end again");
        press(&mut terminal, "y");
        terminal.exp_string("Marked").expect("recorded");
        terminal.exp_eof().expect("it ends");
        assert_eq!(place.json("list --state known")["topics"][0]["id"], "tokens");
    }
}
