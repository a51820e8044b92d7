//! What is kept is what was read; what is not whole, or not of these files any more, is not there.

use proptest::prelude::*;

use super::*;

const YAML: &str = "id: c
title: C
phases:
  - one.yaml
  - id: two
    title: Two
    topics:
      - {id: c, title: C, hours: 1, requires: [b], quiz: [{ask: a, options: [x, y], answer: 2}]}
tracks:
  - {id: t, title: T, goals: [c]}
";
const ONE: &str = "id: one
title: One
topics:
  - {id: b, title: B, hours: 2, summary: long text, requires: {a: why}, exercises: [a]}
  - {id: a, title: A, hours: 3, formerly: [old]}
";

/// A curriculum old enough to be kept, and a cache.
struct Desk {
    folder: tempfile::TempDir,
    cache: Cache,
}

impl Desk {
    fn new() -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let desk = Self { cache: Cache::new(&folder.path().join("cache")), folder };
        fs::create_dir(desk.path("")).expect("made");
        desk.write("roadmap.yaml", YAML);
        desk.write("one.yaml", ONE);
        desk
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join("source").join(name)
    }

    fn write(&self, name: &str, text: &str) {
        fs::write(self.path(name), text).expect("written");
        std::thread::sleep(Duration::from_millis(70));
    }

    /// Returns the curriculum, and whether it came from the cache.
    fn open(&self) -> (Curriculum, bool) {
        let checked = self.cache.open(&self.path(""));
        let warm = checked.files.is_empty();
        (checked.curriculum.expect("sound"), warm)
    }

    #[track_caller]
    fn opens(&self, warm: bool) {
        let (curriculum, was_warm) = self.open();
        assert_eq!(was_warm, warm);
        assert_eq!(Some(curriculum), curriculum::load(&self.path("")).curriculum);
    }

    fn kept(&self) -> PathBuf {
        self.cache.path(&Root::of(&self.path("")).expect("there"))
    }
}

#[test]
fn the_second_time_no_file_is_read() {
    let desk = Desk::new();
    desk.opens(false);
    desk.opens(true);
    // The same curriculum by another path is the same.
    let by_file = desk.cache.open(&desk.path("roadmap.yaml"));
    assert!(by_file.files.is_empty() && by_file.curriculum.is_some());
}

#[test]
fn whatever_happens_to_a_file_is_seen() {
    let desk = Desk::new();
    let again = |what: &dyn Fn()| {
        desk.opens(false);
        desk.opens(true);
        what();
        desk.opens(false);
        // Not believed at once if it changed a moment ago.
        std::thread::sleep(Duration::from_millis(70));
        desk.open();
        desk.opens(true);
        fs::remove_file(desk.kept()).expect("there");
    };
    again(&|| desk.write("one.yaml", &ONE.replace("title: B", "title: D")));
    again(&|| desk.write("roadmap.yaml", &YAML.replace("title: C", "title: E")));
    again(&|| {
        // Touched only.
        let then = SystemTime::now() - Duration::from_secs(5_000);
        File::options().append(true).open(desk.path("one.yaml")).expect("there").set_modified(then).expect("set");
    });
    again(&|| {
        // The same size, and the same time of change.
        let then = fs::metadata(desk.path("one.yaml")).expect("there").modified().expect("known");
        desk.write("one.new", &ONE.replace("title: B", "title: F"));
        File::options().append(true).open(desk.path("one.new")).expect("there").set_modified(then).expect("set");
        fs::rename(desk.path("one.new"), desk.path("one.yaml")).expect("renamed");
    });
    again(&|| {
        desk.write("three.yaml", "id: three\ntitle: Three\ntopics: [{id: z, title: Z, hours: 1}]\n");
        desk.write("roadmap.yaml", &YAML.replace("  - one.yaml\n", "  - one.yaml\n  - three.yaml\n"));
    });
    again(&|| desk.write("roadmap.yaml", YAML));
    #[cfg(unix)]
    again(&|| {
        desk.write("other.yaml", &ONE.replace("title: B", "title: L"));
        fs::remove_file(desk.path("one.yaml")).expect("there");
        std::os::unix::fs::symlink("other.yaml", desk.path("one.yaml")).expect("linked");
    });
    desk.open();
    fs::remove_file(desk.path("one.yaml")).expect("there");
    assert!(desk.cache.open(&desk.path("")).curriculum.is_none());
}

#[cfg(unix)]
#[test]
fn a_link_to_another_file_is_followed_anew() {
    let desk = Desk::new();
    for (name, title) in [("x.yaml", "X"), ("y.yaml", "Y")] {
        desk.write(name, &ONE.replace("title: B", &format!("title: {title}")));
    }
    for name in ["x.yaml", "y.yaml", "x.yaml"] {
        let _ = fs::remove_file(desk.path("one.yaml"));
        std::os::unix::fs::symlink(name, desk.path("one.yaml")).expect("linked");
        desk.opens(false);
        desk.opens(true);
    }
    // A link to the first file has its phases beside the link.
    let beside = desk.folder.path().join("beside");
    fs::create_dir(&beside).expect("made");
    std::os::unix::fs::symlink(desk.path("roadmap.yaml"), beside.join("roadmap.yaml")).expect("linked");
    assert!(desk.cache.open(&beside).curriculum.is_none());
    fs::write(beside.join("one.yaml"), ONE.replace("title: B", "title: Beside")).expect("written");
    let title = |checked: Checked| checked.curriculum.expect("sound").topics()[0].title.clone();
    assert_eq!(title(desk.cache.open(&beside)), "Beside");
    assert_eq!(title(desk.cache.open(&desk.path(""))), "X");
    // A link to the folder is the folder.
    let link = desk.folder.path().join("link");
    std::os::unix::fs::symlink(desk.path(""), &link).expect("linked");
    assert!(desk.cache.open(&link).files.is_empty());
}

/// Makes the curriculum extend the one in `../base`, and that the one in `base/deep`.
fn extending(desk: &Desk) {
    for folder in ["../base", "../base/deep"] {
        fs::create_dir(desk.path(folder)).expect("made");
    }
    desk.write("../base/deep/roadmap.yaml", YAML);
    desk.write("../base/deep/one.yaml", ONE);
    desk.write(
        "../base/roadmap.yaml",
        "extends: ./deep/roadmap.yaml\nchange: {topics: [{id: b, also: {outcomes: [Can]}}]}\n",
    );
    desk.write("roadmap.yaml", "extends: ../base\nphases: [one.yaml]\n");
    desk.write("one.yaml", "id: own\ntitle: Own\ntopics: [{id: o, title: O, hours: 1, requires: [c]}]\n");
}

#[test]
fn whatever_happens_to_a_file_of_what_is_extended_is_seen() {
    let desk = Desk::new();
    extending(&desk);
    let files = curriculum::load(&desk.path("")).files;
    let names: Vec<&Path> = files.iter().map(|file| file.name.as_path()).collect();
    let all =
        ["roadmap.yaml", "one.yaml", "../base/roadmap.yaml", "../base/./deep/roadmap.yaml", "../base/./deep/one.yaml"];
    assert_eq!(names, all.map(Path::new), "the curriculum's own first");
    for name in all {
        desk.opens(false);
        desk.opens(true);
        let text = fs::read_to_string(desk.path(name)).expect("there");
        desk.write(name, &format!("{text}# more\n"));
        desk.opens(false);
        desk.opens(true);
        fs::remove_file(desk.kept()).expect("there");
    }
    desk.opens(false);
    desk.write("../base/deep/one.yaml", &ONE.replace("title: B", "title: D"));
    assert!(desk.open().0.topics().iter().any(|topic| topic.title == "D"));
    desk.opens(true);
    fs::remove_file(desk.path("../base/deep/one.yaml")).expect("there");
    assert!(desk.cache.open(&desk.path("")).curriculum.is_none());
}

#[cfg(unix)]
#[test]
fn a_link_on_the_way_to_what_is_extended_is_followed_anew() {
    use std::os::unix::fs::symlink;
    let desk = Desk::new();
    let main = "id: c\ntitle: C\nphases: [one.yaml]\n";
    // The first file is the same one in both, so that only the phases beside it tell them apart.
    desk.write("../main.yaml", main);
    for title in ["X", "Y"] {
        fs::create_dir(desk.path(&format!("../{title}"))).expect("made");
        symlink("../main.yaml", desk.path(&format!("../{title}/roadmap.yaml"))).expect("linked");
        desk.write(&format!("../{title}/one.yaml"), &ONE.replace("title: B", &format!("title: {title}")));
    }
    desk.write("roadmap.yaml", "extends: ../base\n");
    for title in ["X", "Y", "X"] {
        let _ = fs::remove_file(desk.path("../base"));
        symlink(title, desk.path("../base")).expect("linked");
        desk.opens(false);
        desk.opens(true);
        assert_eq!(desk.open().0.topics()[0].title, title);
    }
}

#[cfg(unix)]
#[test]
fn a_link_past_which_the_curriculum_was_asked_for_is_not_the_way() {
    use std::os::unix::fs::symlink;
    let desk = Desk::new();
    for title in ["X", "Y"] {
        fs::create_dir(desk.path(&format!("../{title}"))).expect("made");
        desk.write(&format!("../{title}/roadmap.yaml"), YAML);
        desk.write(&format!("../{title}/one.yaml"), &ONE.replace("title: B", &format!("title: {title}")));
    }
    desk.write("roadmap.yaml", "extends: ../base\n");
    symlink("X", desk.path("../base")).expect("linked");
    // Beside a link to the curriculum lies a link to the same base, so that the way through it looks shorter.
    let beside = desk.path("../beside");
    fs::create_dir(&beside).expect("made");
    symlink(desk.path(""), beside.join("source")).expect("linked");
    symlink("../X", beside.join("base")).expect("linked");
    let title = || desk.cache.open(&beside.join("source")).curriculum.expect("sound").topics()[0].title.clone();
    assert_eq!([title(), title()], ["X", "X"]);
    fs::remove_file(desk.path("../base")).expect("there");
    symlink("Y", desk.path("../base")).expect("linked");
    assert_eq!(title(), "Y");
}

#[test]
fn what_is_young_or_has_errors_is_not_kept() {
    let desk = Desk::new();
    fs::write(desk.path("one.yaml"), ONE.replace("title: A", "title: Young")).expect("written");
    desk.opens(false);
    assert!(!desk.kept().exists());
    desk.write("one.yaml", &ONE.replace("hours: 3", "hours: 0"));
    assert!(desk.cache.open(&desk.path("")).curriculum.is_none());
    assert!(!desk.kept().exists());
}

#[test]
fn a_file_that_is_not_whole_is_as_none_and_written_anew() {
    let desk = Desk::new();
    desk.opens(false);
    let good = fs::read(desk.kept()).expect("there");
    let texts = 48..good.len() - 300;
    for at in (0..good.len()).filter(|at| !texts.contains(at) || at % 7 == 0) {
        for bytes in [good[..at].to_vec(), [&good[..at], &[good[at] ^ 0x10], &good[at + 1..]].concat()] {
            fs::write(desk.kept(), bytes).expect("written");
            let (curriculum, _) = desk.open();
            // Whether it is found at once or only when the texts are read.
            assert_eq!(Some(curriculum), curriculum::load(&desk.path("")).curriculum, "{at}");
        }
    }
    desk.open();
    desk.opens(true);
    assert_eq!(fs::read(desk.kept()).expect("there"), good);
    let other_build = [b"0123456789abcdef", &good[16..]].concat();
    fs::write(desk.kept(), other_build).expect("written");
    desk.opens(false);
    desk.opens(true);
}

#[test]
fn damaged_texts_are_read_from_the_source_again_and_the_damage_removed() {
    let desk = Desk::new();
    desk.opens(false);
    let mut bytes = fs::read(desk.kept()).expect("there");
    let at = bytes.windows(9).position(|part| part == b"long text").expect("a summary");
    bytes[at] = b'x';
    fs::write(desk.kept(), bytes).expect("written");
    let (curriculum, warm) = desk.open();
    assert!(warm && desk.kept().exists());
    assert_eq!(curriculum.details(crate::curriculum::TopicIx(0)).summary, "long text");
    assert!(!desk.kept().exists());
    // Two damages at once: there is no text, and no panic either.
    desk.opens(false);
    let (curriculum, _) = desk.open();
    File::options().write(true).open(desk.kept()).expect("there").set_len(60).expect("cut");
    desk.write("one.yaml", "[");
    let details = curriculum.details(crate::curriculum::TopicIx(0)).into_owned();
    assert_eq!((details.summary.as_str(), details.reasons.len()), ("", 1));
}

#[test]
fn what_was_not_used_for_long_goes_and_what_is_not_ours_stays() {
    let desk = Desk::new();
    crate::private::create_dir(&desk.cache.folder).expect("made");
    let old = SystemTime::now() - UNUSED - Duration::from_secs(60);
    let make = |name: &str, time: SystemTime| {
        let file = File::create(desk.cache.folder.join(name)).expect("made");
        file.set_modified(time).expect("set");
    };
    let young = SystemTime::now() - LEFT / 2;
    let ours = ["0123456789abcdef.curriculum", ".half-abc"];
    let others = ["notes.txt", "0123.curriculum", "0123456789abcdeg.curriculum", "0123456789abcdef"];
    ours.iter().chain(&others).for_each(|name| make(name, old));
    make("0000000000000000.curriculum", young);
    make(".half-young", young);
    desk.opens(false);
    let there = |name: &&str| desk.cache.folder.join(name).exists();
    assert!(!ours.iter().any(&there));
    assert!(others.iter().chain(&["0000000000000000.curriculum", ".half-young"]).all(&there));
    // Use keeps it.
    File::options().append(true).open(desk.kept()).expect("there").set_modified(old).expect("set");
    desk.opens(true);
    assert!(fs::metadata(desk.kept()).expect("there").modified().expect("known") > young);
}

proptest! {
    #[test]
    fn arbitrary_bytes_do_no_harm(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        decode_anything(&bytes);
    }

    #[test]
    fn changed_bytes_do_no_harm(changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..6)) {
        let yaml = "id: c\ntitle: C\nphases:\n  - id: p\n    title: P\n    topics:\n      - {id: a, title: A, hours: 1}\n      - {id: b, title: B, hours: 1, requires: [a], exercises: [a]}\ntracks: [{id: t, title: T, goals: [b]}]\n";
        let curriculum = curriculum::load_text("c", yaml).curriculum.expect("sound");
        let mut bytes = curriculum.hot();
        prop_assert!(decode_anything(&bytes));
        for (at, byte) in changes {
            let at = at.index(bytes.len());
            bytes[at] = byte;
        }
        decode_anything(&bytes);
    }
}
