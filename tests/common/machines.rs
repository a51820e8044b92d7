//! Machines that exchange their progress through a folder.

#![allow(dead_code, unreachable_pub, reason = "each test file uses its part")]

use std::fs;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use serde_json::Value;
use tempfile::TempDir;

use crate::common::Place;

/// A machine with a home of its own, whose journal files have this name.
pub fn machine(name: &str) -> Place {
    // So wide that no path breaks a line.
    let place = Place::shipped().wide(200);
    fs::write(place.home.path().join("device"), format!("{name}\n")).expect("written");
    place
}

/// A folder that something carries between machines.
pub struct Carried(TempDir);

impl Carried {
    pub fn new() -> Self {
        Self(tempfile::tempdir().expect("a temporary folder"))
    }

    pub fn path(&self) -> &Path {
        self.0.path()
    }

    /// Returns where a file lies in the folder of the shipped curriculum.
    pub fn file(&self, name: &str) -> PathBuf {
        self.path().join(roadmap::shipped().id()).join(name)
    }

    /// Runs a command in which `FOLDER` stands for it, and returns everything the user sees.
    pub fn run(&self, place: &Place, line: &str) -> String {
        let folder = self.path().to_string_lossy().into_owned();
        place.run(&line.replace("FOLDER", &folder)).replace(&folder, "[FOLDER]")
    }

    #[track_caller]
    pub fn sync(&self, place: &Place) -> String {
        let seen = self.run(place, "sync FOLDER");
        assert!(seen.ends_with("--- status 0\n"), "{seen}");
        seen
    }

    /// Returns every file with its content and its time of change.
    pub fn state(&self) -> Vec<(PathBuf, Vec<u8>, SystemTime)> {
        files(self.path())
    }
}

pub fn files(folder: &Path) -> Vec<(PathBuf, Vec<u8>, SystemTime)> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        if entry.path().is_dir() {
            found.extend(files(&entry.path()));
        } else {
            let changed = entry.metadata().and_then(|meta| meta.modified()).expect("there");
            found.push((entry.path(), fs::read(entry.path()).expect("readable"), changed));
        }
    }
    found.sort();
    found
}

pub fn journal(place: &Place) -> PathBuf {
    place.home.path().join("journal").join(roadmap::shipped().id())
}

pub fn entries(place: &Place) -> Vec<Value> {
    place.json("log -n 0")["entries"].as_array().expect("a list").clone()
}

/// Returns the notes, oldest first.
pub fn notes(place: &Place) -> Vec<String> {
    entries(place).iter().rev().filter_map(|entry| Some(entry["note"].as_str()?.to_owned())).collect()
}

#[track_caller]
pub fn same_progress(places: &[&Place]) {
    for line in ["list", "log -n 0", "status", "next"] {
        let first = places[0].json(line);
        for place in &places[1..] {
            assert_eq!(place.json(line), first, "{line}");
        }
    }
}
