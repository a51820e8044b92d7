//! Makes the pictures in README from the real program:
//! `cargo build --release && cargo run --release --example pictures`.
//!
//! What the terminal shows becomes SVG, as does a part of the map; the report page is photographed by a
//! headless Chromium, if there is one. All of it with a made-up learner in a home of its own, on one day.
//! `tests/pictures.rs` holds the SVG to what the program prints.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

const TODAY: &str = "2026-11-23";
const COLUMNS: u16 = 80;

fn main() {
    let program = std::env::current_exe().expect("this program's path");
    let roadmap = program.ancestors().nth(2).expect("it lies in target/PROFILE/examples").join("roadmap");
    assert!(roadmap.exists(), "build the program first: cargo build --release");
    let pictures = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/pictures");
    std::fs::create_dir_all(&pictures).expect("made");
    let learner = Learner::new(roadmap);
    std::fs::write(pictures.join("terminal.svg"), learner.terminal()).expect("written");
    let report = learner.home.path().join("report.html");
    learner.run(&["report", "--html", &report.display().to_string()]);
    photograph(&format!("file://{}", report.display()), &pictures.join("report.png"), "1200,1100");
    std::fs::write(pictures.join("map.svg"), learner.map()).expect("written");
}

/// A home with some weeks of study in it.
pub(crate) struct Learner {
    roadmap: PathBuf,
    home: tempfile::TempDir,
}

impl Learner {
    /// Returns a learner who uses this program.
    pub(crate) fn new(roadmap: PathBuf) -> Self {
        let learner = Self { roadmap, home: tempfile::tempdir().expect("a temporary folder") };
        for line in [
            "config hours_per_week 8",
            "known command-line git --with-prerequisites",
            "done genai-engineering --hours 1.5 --on 2026-10-03",
            "done math-notation --hours 5 --on 2026-10-11",
            "done vectors --hours 6.5 --on 2026-10-19",
            "done matrices --hours 7 --on 2026-10-31",
            "done derivatives --hours 6 --on 2026-11-08",
            "note derivatives a-slope-is-a-limit",
            "done python-basics --with-prerequisites --on 2026-11-14",
            "start gradients --on 2026-11-20",
            "log-time gradients 2h --on 2026-11-21",
        ] {
            let output = learner.command(&line.split(' ').collect::<Vec<_>>()).output().expect("it starts");
            assert!(output.status.success(), "`roadmap {line}`: {}", String::from_utf8_lossy(&output.stderr));
        }
        learner
    }

    fn command(&self, args: &[&str]) -> Command {
        let mut command = Command::new(&self.roadmap);
        command.env_remove("ROADMAP_CURRICULUM").env("ROADMAP_HOME", self.home.path()).env("ROADMAP_TODAY", TODAY);
        command.env("COLUMNS", COLUMNS.to_string()).env("TZ", "UTC").args(args).stdin(Stdio::null());
        command
    }

    fn run(&self, args: &[&str]) -> String {
        let output = self.command(args).output().expect("it starts");
        assert!(output.status.success(), "{args:?}: {}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).expect("UTF-8")
    }

    /// Returns the map of the first phases of the road.
    pub(crate) fn map(&self) -> String {
        self.run(&["graph", "--format", "svg", "--phase", "mathematics"])
    }

    /// Returns the picture of a terminal in which somebody looks what is next and how far they are.
    pub(crate) fn terminal(&self) -> String {
        let mut shown = String::new();
        for command in ["next", "status"] {
            shown.push_str(&format!("\u{1b}[32m$\u{1b}[0m roadmap {command}\n"));
            shown.push_str(&self.run(&["--color", "always", "-q", command]));
            shown.push('\n');
        }
        let term = anstyle_svg::Term::new()
            .palette(anstyle_svg::WIN10_CONSOLE)
            .fg_color(anstyle::RgbColor(0xd8, 0xde, 0xe9).into())
            .bg_color(anstyle::RgbColor(0x1b, 0x1f, 0x27).into())
            .min_width_px(720);
        let svg = term.render_svg(shown.trim_end());
        svg.lines().map(|line| format!("{}\n", line.trim_end())).collect()
    }
}

/// Has a browser open a page and keep what it shows.
fn photograph(page: &str, picture: &Path, size: &str) {
    let options = ["--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", "--virtual-time-budget=2000"];
    let mut browser = Command::new("chromium");
    browser.args(options).arg(format!("--window-size={size}")).arg(format!("--screenshot={}", picture.display()));
    let taken = browser.arg(page).stdout(Stdio::null()).stderr(Stdio::null()).status();
    if !taken.is_ok_and(|status| status.success()) {
        println!("not photographed, for there is no chromium: {}", picture.display());
    }
}
