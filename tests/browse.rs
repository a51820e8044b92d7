//! `roadmap browse` as a program: where it refuses, and at a terminal.

mod common;

use common::Place;

#[test]
fn browse_needs_a_terminal_and_has_no_json() {
    let place = Place::with("examples/workshop");
    insta::assert_snapshot!(place.run("browse"));
    insta::assert_snapshot!(place.run("--json browse"));
}

#[cfg(unix)]
mod at_a_terminal {
    use std::process::Command;

    use rexpect::session::{PtySession, spawn_command};

    use super::Place;

    const ENTER: &str = "\x1b[?1049h";
    const LEAVE: &str = "\x1b[?1049l";

    fn spawn(place: &Place) -> PtySession {
        let mut terminal = spawn_command(place.command_on_terminal("browse"), Some(10_000)).expect("a terminal");
        terminal.exp_string(ENTER).expect("the screen is taken");
        terminal.exp_string("help").expect("it is drawn");
        terminal
    }

    fn press(terminal: &mut PtySession, keys: &str) {
        terminal.send(keys).and_then(|_| terminal.flush()).expect("sent");
    }

    #[test]
    fn a_topic_is_searched_and_marked_and_the_terminal_given_back() {
        let place = Place::with("examples/workshop");
        let mut terminal = spawn(&place);
        press(&mut terminal, "/inverted");
        terminal.exp_string("1").expect("found");
        press(&mut terminal, "\rk");
        // Of a word only the letters that changed are drawn.
        terminal.exp_string("Mark").expect("marked");
        press(&mut terminal, "q");
        terminal.exp_string(LEAVE).expect("the terminal is given back");
        terminal.exp_eof().expect("it ends");
        let entry = &place.json("log")["entries"][0];
        assert_eq!((&entry["do"], &entry["topic"]), (&"known".into(), &"inverted-index".into()));
    }

    /// Opens the browser in a shell's place, and returns its process id too.
    fn spawn_known(place: &Place) -> (PtySession, String) {
        let browse = place.command_on_terminal("browse");
        let mut command = Command::new("sh");
        command.args(["-c", "echo id=$$.; exec \"$0\" browse"]).arg(browse.get_program()).env_clear();
        command.envs(browse.get_envs().filter_map(|(name, value)| Some((name, value?))));
        let mut terminal = spawn_command(command, Some(10_000)).expect("a terminal");
        terminal.exp_string("id=").expect("the shell");
        let id = terminal.exp_string(".").expect("its id");
        terminal.exp_string(ENTER).expect("the screen is taken");
        terminal.exp_string("help").expect("it is drawn");
        (terminal, id)
    }

    fn signal(id: &str, signal: &str) {
        assert!(Command::new("kill").args([signal, id]).status().expect("kill is there").success());
    }

    #[test]
    fn whatever_ends_it_the_terminal_is_given_back() {
        let place = Place::with("examples/workshop");
        let (mut terminal, _) = spawn_known(&place);
        terminal.send_control('c').expect("sent");
        terminal.exp_string(LEAVE).expect("after Ctrl-C");
        terminal.exp_eof().expect("it ends");
        for wish in ["-TERM", "-INT"] {
            let (mut terminal, id) = spawn_known(&place);
            signal(&id, wish);
            terminal.exp_string(LEAVE).expect("after a signal");
            terminal.exp_eof().expect("it ends");
        }
    }

    #[test]
    fn it_can_be_suspended_and_sees_afterwards_what_was_done_meanwhile() {
        let place = Place::with("examples/workshop");
        let (mut terminal, id) = spawn_known(&place);
        press(&mut terminal, "\u{1a}");
        terminal.exp_string(LEAVE).expect("the terminal is given back");
        place.ok("done tokens");
        // Sent before the process has stopped, the signal would be lost.
        let state = || Command::new("ps").args(["-o", "stat=", "-p", &id]).output().expect("ps is there").stdout;
        while !state().starts_with(b"T") {
            std::thread::sleep(std::time::Duration::from_millis(20));
        }
        signal(&id, "-CONT");
        terminal.exp_string(ENTER).expect("the screen is taken again");
        terminal.exp_string("1/3").expect("one of the phase is done now");
        press(&mut terminal, "q");
        terminal.exp_string(LEAVE).expect("the terminal is given back");
        terminal.exp_eof().expect("it ends");
    }

    #[test]
    fn it_ends_with_its_terminal() {
        let place = Place::with("examples/workshop");
        let (terminal, id) = spawn_known(&place);
        drop(terminal);
        let is_there = || {
            let seen = Command::new("kill").args(["-0", &id]).output().expect("kill is there");
            seen.status.success()
        };
        for _ in 0..100 {
            if !is_there() {
                return;
            }
            std::thread::sleep(std::time::Duration::from_millis(50));
        }
        panic!("process {id} outlives its terminal");
    }
}
