//! A way to the server that breaks: at any byte, in either direction, or after a word was said.

use std::io::{Read, Write};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream, ToSocketAddrs};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;

/// What becomes of the way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fault {
    /// Nothing; the bytes are counted.
    None,
    /// After so many bytes from the program (0) or the server (1), nothing passes any more.
    Stall(usize, usize),
    /// The same, and both ends see that the connection is gone.
    Cut(usize, usize),
    /// The n-th statement with this word passes; the connection is cut when its answer comes.
    LoseAnswer(&'static str, usize),
    /// The same, and the answer stays under way.
    HoldAnswer(&'static str, usize),
}

/// A port of this machine that leads to a server. What goes through it ends when it is dropped.
pub(crate) struct Proxy {
    port: u16,
    way: Arc<Way>,
}

struct Way {
    server: SocketAddr,
    fault: Fault,
    /// Bytes that passed, from the program and from the server.
    passed: [AtomicUsize; 2],
    said: AtomicUsize,
    stalls: AtomicBool,
    ends: AtomicBool,
}

impl Proxy {
    /// Returns a way to the server that an address names.
    pub(crate) fn to(url: &str, fault: Fault) -> Self {
        let (_, place) = url.split_once('@').expect("a user");
        let place = place.split(['/', '?']).next().expect("a place");
        let place = if place.contains(':') { place.to_owned() } else { format!("{place}:5432") };
        let server = place.to_socket_addrs().expect("a server").next().expect("a number");
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let port = listener.local_addr().expect("bound").port();
        let way = Arc::new(Way {
            server,
            fault,
            passed: Default::default(),
            said: AtomicUsize::new(0),
            stalls: AtomicBool::new(false),
            ends: AtomicBool::new(false),
        });
        let ours = Arc::clone(&way);
        std::thread::spawn(move || {
            for program in listener.incoming().flatten() {
                if ours.ends.load(Ordering::SeqCst) {
                    return;
                }
                let server = TcpStream::connect(ours.server).expect("the server");
                for (direction, from, to) in [(0, &program, &server), (1, &server, &program)] {
                    let (from, to) = (from.try_clone().expect("a socket"), to.try_clone().expect("a socket"));
                    let way = Arc::clone(&ours);
                    std::thread::spawn(move || way.carry(direction, from, to));
                }
            }
        });
        Self { port, way }
    }

    /// Returns the address by which a learner goes this way.
    pub(crate) fn address(&self, url: &str) -> String {
        let (who, place) = url.split_once('@').expect("a user");
        let rest = place.find(['/', '?']).map_or("", |at| &place[at..]);
        format!("{who}@127.0.0.1:{}{rest}", self.port)
    }

    /// Returns how many bytes passed from the program, and from the server.
    pub(crate) fn passed(&self) -> [usize; 2] {
        [0, 1].map(|direction| self.way.passed[direction].load(Ordering::SeqCst))
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        self.way.ends.store(true, Ordering::SeqCst);
        // Wakes the one who listens.
        let _ = TcpStream::connect(("127.0.0.1", self.port));
    }
}

impl Way {
    fn carry(&self, direction: usize, mut from: TcpStream, mut to: TcpStream) {
        from.set_read_timeout(Some(Duration::from_millis(20))).expect("set");
        let mut bytes = [0; 4096];
        let mut words = Vec::new();
        while !self.ends.load(Ordering::SeqCst) {
            if self.stalls.load(Ordering::SeqCst) {
                std::thread::sleep(Duration::from_millis(20));
                continue;
            }
            let read = match from.read(&mut bytes) {
                Ok(0) => break,
                Ok(read) => read,
                Err(error) if is_pause(&error) => continue,
                Err(_) => break,
            };
            let passes = self.passes(direction, &bytes[..read], &mut words);
            if to.write_all(&bytes[..passes]).is_err() {
                break;
            }
            self.passed[direction].fetch_add(passes, Ordering::SeqCst);
            if passes < read {
                if matches!(self.fault, Fault::Stall(..) | Fault::HoldAnswer(..)) {
                    self.stalls.store(true, Ordering::SeqCst);
                } else {
                    break;
                }
            }
        }
        for end in [from, to] {
            let _ = end.shutdown(Shutdown::Both);
        }
    }

    /// Returns how many of these bytes pass before the fault.
    fn passes(&self, direction: usize, bytes: &[u8], words: &mut Vec<u8>) -> usize {
        match self.fault {
            Fault::None => bytes.len(),
            Fault::Stall(of, after) | Fault::Cut(of, after) if of == direction => {
                (after - self.passed[direction].load(Ordering::SeqCst).min(after)).min(bytes.len())
            }
            Fault::Stall(..) | Fault::Cut(..) => bytes.len(),
            Fault::LoseAnswer(word, _) | Fault::HoldAnswer(word, _) if direction == 0 => {
                words.extend_from_slice(bytes);
                let said = words.windows(word.len()).filter(|window| *window == word.as_bytes()).count();
                self.said.fetch_add(said, Ordering::SeqCst);
                // It may go on in the bytes that come next.
                words.drain(..words.len() - words.len().min(word.len() - 1));
                bytes.len()
            }
            // Everything that came before was the answer to what was asked before.
            Fault::LoseAnswer(_, n) | Fault::HoldAnswer(_, n) => {
                if self.said.load(Ordering::SeqCst) >= n {
                    0
                } else {
                    bytes.len()
                }
            }
        }
    }
}

fn is_pause(error: &std::io::Error) -> bool {
    matches!(error.kind(), std::io::ErrorKind::WouldBlock | std::io::ErrorKind::TimedOut)
}
