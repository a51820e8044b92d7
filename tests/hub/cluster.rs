//! A PostgreSQL of one test's own, to be killed, and disks to be filled up.

use std::io::Write;
use std::path::Path;
use std::process::{Command, Output};

use tempfile::TempDir;

/// A server in a folder of its own; both are gone with it.
pub(crate) struct Cluster {
    folder: TempDir,
    /// Its superuser's address, which stays when it is started again.
    pub(crate) url: String,
}

impl Cluster {
    /// Returns a running server; `None`, with a word why, where PostgreSQL is not installed.
    pub(crate) fn open() -> Option<Self> {
        Self::in_folder(tempfile::tempdir().expect("a folder"), &[])
    }

    /// The same with its write-ahead log on a disk, and as little of it as can be.
    pub(crate) fn with_log_on(disk: &Disk) -> Option<Self> {
        let folder = tempfile::tempdir().expect("a folder");
        #[cfg(unix)]
        std::os::unix::fs::symlink(disk.path(), folder.path().join("wal")).expect("made");
        #[cfg(not(unix))]
        let _ = disk;
        Self::in_folder(folder, &["min_wal_size=2MB", "max_wal_size=4MB"])
    }

    fn in_folder(folder: TempDir, settings: &[&str]) -> Option<Self> {
        let mut cluster = Self { folder, url: String::new() };
        let output = cluster.script("start", settings);
        if output.status.code() == Some(3) {
            eprintln!("skipped: PostgreSQL is not installed (Debian: apt-get install postgresql)");
            return None;
        }
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        cluster.url = String::from_utf8(output.stdout).expect("text").trim().to_owned();
        Some(cluster)
    }

    /// Ends every process of the server where it stands.
    pub(crate) fn kill(&self) {
        let output = self.script("kill", &[]);
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    }

    /// Starts it again.
    pub(crate) fn start(&self) {
        let output = self.script("start", &[]);
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    }

    /// Stops it, if it runs.
    pub(crate) fn stop(&self) {
        self.script("stop", &[]);
    }

    /// Gives a folder to the user to whom the server belongs.
    pub(crate) fn give(&self, folder: &Path) {
        let like = format!("--reference={}", self.folder.path().display());
        let status = Command::new("chown").arg(like).arg(folder).status();
        assert!(status.is_ok_and(|status| status.success()));
    }

    fn script(&self, what: &str, settings: &[&str]) -> Output {
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join(".ci/cluster");
        let mut command = Command::new("bash");
        command.arg(script).arg(what).arg(self.folder.path()).args(settings);
        command.output().expect("bash")
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        self.stop();
    }
}

/// A disk in memory, which can be full.
pub(crate) struct Disk {
    folder: TempDir,
}

impl Disk {
    /// Returns one of so many megabytes; `None`, with a word why, where none can be mounted.
    pub(crate) fn of(megabytes: usize) -> Option<Self> {
        let folder = tempfile::tempdir().expect("a folder");
        let size = format!("size={megabytes}m,mode=1777");
        let mount = Command::new("mount").args(["-t", "tmpfs", "-o", &size, "tmpfs"]).arg(folder.path()).output();
        if !mount.is_ok_and(|output| output.status.success()) {
            eprintln!("skipped: only root can mount a small disk");
            return None;
        }
        Some(Self { folder })
    }

    pub(crate) fn path(&self) -> &Path {
        self.folder.path()
    }

    /// Writes a file that leaves so many bytes.
    pub(crate) fn fill(&self, leaving: u64) {
        let mut file = std::fs::File::create(self.path().join("filler")).expect("made");
        let block = [0; 4096];
        let mut written = 0;
        while file.write_all(&block).is_ok() {
            written += block.len() as u64;
        }
        file.set_len(written.saturating_sub(leaving)).expect("cut");
    }

    /// Removes it.
    pub(crate) fn make_room(&self) {
        std::fs::remove_file(self.path().join("filler")).expect("removed");
    }
}

impl Drop for Disk {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg("-l").arg(self.path()).status();
    }
}
