//! The keys, as the help shows them.

/// The keys and what they do, short enough for 40 columns; an empty line parts them.
pub(super) const KEYS: [(&str, &str); 22] = [
    ("↑ ↓ Home End", "move"),
    ("^F ^B", "move by a screen"),
    ("← →", "fold, unfold, go in"),
    ("Space", "fold or unfold"),
    ("- +", "fold or unfold all"),
    ("Tab Enter", "to the topic and back"),
    ("PgUp PgDn", "scroll the topic"),
    ("/", "search words of topics"),
    ("n", "to the next topic, why"),
    ("", ""),
    ("s S", "start; S: though locked"),
    ("d D", "done; D: all before too"),
    ("k", "known before"),
    ("x", "skip"),
    ("r", "reopen"),
    ("u U ^R", "undo; U or ^R: redo"),
    ("", ""),
    ("^L", "read the journal again"),
    ("^Z", "suspend; fg comes back"),
    ("q ^C", "quit"),
    ("Esc", "step back, at last quit"),
    ("Mouse", "click, fold, wheel"),
];

/// The keys that the foot of the screen reminds of, the most useful first.
pub(super) const HINTS: [(&str, &str); 9] = [
    ("?", "help"),
    ("q", "quit"),
    ("/", "search"),
    ("n", "next"),
    ("d", "done"),
    ("u", "undo"),
    ("s", "start"),
    ("k", "known"),
    ("Tab", "topic"),
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text;

    #[test]
    fn the_help_fits_a_narrow_screen() {
        let keys = KEYS.iter().map(|(key, _)| text::width(key)).max().expect("there are keys");
        assert!(KEYS.iter().all(|(_, what)| 1 + keys + 2 + text::width(what) <= 38));
    }
}
