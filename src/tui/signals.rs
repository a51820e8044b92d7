//! Signals from others: stop, go on, end.
//!
//! A wish to end is granted by a thread of its own, for when the terminal is closed crossterm reads
//! on for ever and its caller never hears of it. Stops wait until somebody looks.

use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use signal_hook::SigId;
use signal_hook::consts::{SIGCONT, SIGHUP, SIGINT, SIGTERM, SIGTSTP};
use signal_hook::iterator::{Handle, Signals as Ends};
use signal_hook::{flag, low_level};

/// What a signal wants.
pub(super) enum Signal {
    Stop,
    GoOn,
}

/// The stops and goings-on that were not looked at yet.
pub(super) struct Signals {
    stop: Arc<AtomicBool>,
    go_on: Arc<AtomicBool>,
    watched: [SigId; 2],
    ends: Handle,
}

impl Signals {
    /// Watches from now on. Before a signal ends the program, `give_back` is called.
    pub(super) fn watch(give_back: fn()) -> io::Result<Self> {
        let mut ends = Ends::new([SIGHUP, SIGINT, SIGTERM])?;
        let handle = ends.handle();
        std::thread::spawn(move || {
            if let Some(signal) = ends.forever().next() {
                // After a hang-up there is nothing to give back.
                if signal != SIGHUP {
                    give_back();
                }
                // Whoever sent it learns from the exit status that it was obeyed.
                let _ = low_level::emulate_default_handler(signal);
            }
        });
        let (stop, go_on) = (Arc::default(), Arc::default());
        let watched = [flag::register(SIGTSTP, Arc::clone(&stop))?, flag::register(SIGCONT, Arc::clone(&go_on))?];
        Ok(Self { stop, go_on, watched, ends: handle })
    }

    /// Returns what came since it was last asked.
    pub(super) fn take(&self) -> Option<Signal> {
        if self.stop.swap(false, Ordering::SeqCst) {
            return Some(Signal::Stop);
        }
        self.go_on.swap(false, Ordering::SeqCst).then_some(Signal::GoOn)
    }

    /// Forgets what belongs to a stop that is over.
    pub(super) fn forget(&self) {
        self.stop.store(false, Ordering::SeqCst);
        self.go_on.store(false, Ordering::SeqCst);
    }
}

impl Drop for Signals {
    fn drop(&mut self) {
        self.ends.close();
        for id in self.watched {
            low_level::unregister(id);
        }
    }
}
