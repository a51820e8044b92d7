//! The keys, as the help shows them.

/// The keys and what they do; an empty one begins a new part.
pub(super) const KEYS: [(&str, &str); 27] = [
    ("↑ ↓ Home End", "move"),
    ("Ctrl-F Ctrl-B", "move by a screen"),
    ("← →", "to the phase, fold; unfold, to the topic"),
    ("Space", "fold or unfold the phase"),
    ("- +", "fold or unfold all phases"),
    ("Tab Enter", "to the topic and back"),
    ("PageUp PageDown", "scroll the topic"),
    ("/", "search id, title and summary"),
    ("n", "to the next topic"),
    ("", ""),
    ("s", "start"),
    ("S", "start although it is locked"),
    ("d", "done"),
    ("D", "done, and all it stands on"),
    ("k", "known before"),
    ("x", "skip"),
    ("r", "reopen"),
    ("u", "undo the latest step"),
    ("U Ctrl-R", "redo"),
    ("", ""),
    ("Ctrl-L", "read the journal again"),
    ("Ctrl-Z", "to the shell; `fg` comes back"),
    ("q Ctrl-C", "quit"),
    ("Esc", "one step back, at last quit"),
    ("", ""),
    ("Mouse", "click selects and folds, the wheel scrolls;"),
    ("", "Shift-drag selects text in most terminals"),
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
