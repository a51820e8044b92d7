//! The address of a hub: `postgres://USER@HOST/DATABASE`, and how far its server has to prove itself.
//!
//! Stricter than libpq, whose default takes any certificate: unless the address says otherwise, a server
//! that is not on this machine must show one that the system trusts, for its own name.

use std::fmt;
use std::path::PathBuf;
use std::time::Duration;

use tokio_postgres::Config;
use tokio_postgres::config::Host;

use crate::error::{Error, Result};
use crate::text;

/// How much a connection is protected: libpq's `sslmode`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Protection {
    /// No TLS.
    Disable,
    /// TLS if the server has it, with any certificate.
    Prefer,
    /// TLS; the certificate is checked only if `sslrootcert` is given.
    Require,
    /// TLS, and a certificate that is trusted.
    VerifyCa,
    /// TLS, and a certificate that is trusted and says the server's name.
    VerifyFull,
}

/// Where a hub is. `Debug` and `Display` leave out the password.
#[derive(Clone)]
pub struct Address {
    pub(super) config: Config,
    pub(super) protection: Protection,
    /// The file of those who are trusted; `None` for those whom the system trusts.
    pub(super) roots: Option<PathBuf>,
}

impl Address {
    /// Returns the address that `url` writes.
    ///
    /// # Errors
    ///
    /// When it is none, or has a parameter that is not known. The message holds no part of the user's
    /// password.
    pub fn parse(url: &str) -> Result<Self> {
        let form = "an address is postgres://USER@HOST/DATABASE, with %40 for an @ in a password";
        let bad = |what: &str| Error::new(format!("the hub's address {what}")).hint(form);
        let schemes = ["postgres", "postgresql"];
        let rest = url.split_once("://").filter(|(scheme, _)| schemes.iter().any(|s| scheme.eq_ignore_ascii_case(s)));
        let Some((_, rest)) = rest else { return Err(bad("does not begin with postgres://")) };
        let url = format!("postgres://{rest}");
        let (place, query) = url.split_once('?').unwrap_or((&url, ""));
        let (mut mode, mut roots, mut kept) = (None, None, Vec::new());
        for pair in query.split('&').filter(|pair| !pair.is_empty()) {
            let (key, value) = pair.split_once('=').unwrap_or((pair, ""));
            match key {
                "sslmode" => mode = Some(Protection::parse(value)?),
                "sslrootcert" => {
                    let path = decoded(value).ok_or_else(|| bad("has an sslrootcert that is no path"))?;
                    roots = Some(path).filter(|path| path != "system").map(PathBuf::from);
                }
                "sslcert" | "sslkey" | "sslcrl" | "sslpassword" => {
                    return Err(Error::new(format!("roadmap does not know the parameter `{key}` of a hub's address"))
                        .hint("log in with a password; certificates of clients are not supported"));
                }
                _ => kept.push(pair),
            }
        }
        let plain = if kept.is_empty() { place.to_owned() } else { format!("{place}?{}", kept.join("&")) };
        // What the library says of it may quote any part.
        let mut config: Config = plain.parse().map_err(|_| bad("is not one that roadmap understands"))?;
        let user = config.get_user().filter(|user| !user.is_empty()).ok_or_else(|| bad("names no user"))?.to_owned();
        if config.get_hosts().is_empty() && config.get_hostaddrs().is_empty() {
            config.host("localhost");
        }
        if config.get_dbname().is_none_or(str::is_empty) {
            config.dbname(user);
        }
        if config.get_application_name().is_none() {
            config.application_name("roadmap");
        }
        let protection = match mode {
            // As in libpq, a socket of this machine has no need of TLS.
            _ if config.get_hosts().iter().all(is_socket) && config.get_hostaddrs().is_empty() => Protection::Disable,
            Some(Protection::Require) if roots.is_some() => Protection::VerifyCa,
            Some(mode) => mode,
            None if is_near(&config) && roots.is_none() => Protection::Prefer,
            None => Protection::VerifyFull,
        };
        config.ssl_mode(protection.for_library());
        Ok(Self { config, protection, roots })
    }

    /// Returns the user whom it logs in.
    pub fn user(&self) -> &str {
        self.config.get_user().unwrap_or_default()
    }

    /// Returns the database's name.
    pub fn database(&self) -> &str {
        self.config.get_dbname().unwrap_or_default()
    }

    /// Returns whether it leads to this machine only.
    pub fn is_near(&self) -> bool {
        is_near(&self.config)
    }

    /// Returns how long to wait for a connection, if the address says so.
    pub(super) fn connect_timeout(&self) -> Option<Duration> {
        self.config.get_connect_timeout().copied()
    }

    /// Returns the hosts with their ports as `.pgpass` has them, in the order in which they are tried.
    pub(super) fn hosts(&self) -> Vec<(String, u16)> {
        let ports = self.config.get_ports();
        let port = |at: usize| *ports.get(at).or(ports.first()).unwrap_or(&5432);
        let names = self.config.get_hosts().iter().map(|host| match host {
            Host::Tcp(name) => name.clone(),
            #[cfg(unix)]
            Host::Unix(_) => "localhost".to_owned(),
        });
        let numbers = self.config.get_hostaddrs().iter().map(ToString::to_string);
        let hosts: Vec<String> = if self.config.get_hosts().is_empty() { numbers.collect() } else { names.collect() };
        hosts.into_iter().enumerate().map(|(at, host)| (host, port(at))).collect()
    }

    /// Returns the address of the same database for somebody else.
    pub fn for_user(&self, user: &str, password: &str) -> String {
        let hosts = self.config.get_hosts();
        let sockets = hosts.iter().filter_map(|host| match host {
            #[cfg(unix)]
            Host::Unix(path) => Some(encoded(&path.to_string_lossy())),
            Host::Tcp(_) => None,
        });
        let socket: Option<String> = sockets.into_iter().next();
        let place = socket.unwrap_or_else(|| {
            let places = self.hosts().into_iter().map(|(host, port)| {
                let host = if host.contains(':') { format!("[{host}]") } else { host };
                if port == 5432 { host } else { format!("{host}:{port}") }
            });
            places.collect::<Vec<_>>().join(",")
        });
        let mode = match self.protection {
            Protection::Disable if !self.is_near() => "?sslmode=disable",
            Protection::Prefer if !self.is_near() => "?sslmode=prefer",
            Protection::Require => "?sslmode=require",
            // Whoever is invited has to be given the file of `sslrootcert` too.
            Protection::VerifyCa => "?sslmode=verify-ca",
            Protection::VerifyFull if self.is_near() => "?sslmode=verify-full",
            _ => "",
        };
        format!("postgres://{}:{}@{place}/{}{mode}", encoded(user), encoded(password), encoded(self.database()))
    }
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let hosts: Vec<String> = self
            .hosts()
            .into_iter()
            .map(|(host, port)| if port == 5432 { host } else { format!("{host}:{port}") })
            .collect();
        let words = format!("postgres://{}@{}/{}", self.user(), hosts.join(","), self.database());
        f.write_str(&text::line(&words))
    }
}

impl fmt::Debug for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Address({self}, {:?}, {:?})", self.protection, self.roots)
    }
}

impl Protection {
    fn parse(mode: &str) -> Result<Self> {
        match mode {
            "disable" => Ok(Self::Disable),
            "allow" | "prefer" => Ok(Self::Prefer),
            "require" => Ok(Self::Require),
            "verify-ca" => Ok(Self::VerifyCa),
            "verify-full" => Ok(Self::VerifyFull),
            _ => Err(Error::new(format!("`{}` is no sslmode", text::line(mode)))
                .hint("they are disable, prefer, require, verify-ca and verify-full; without one it is verify-full")),
        }
    }

    fn for_library(self) -> tokio_postgres::config::SslMode {
        use tokio_postgres::config::SslMode;
        match self {
            Self::Disable => SslMode::Disable,
            Self::Prefer => SslMode::Prefer,
            Self::Require | Self::VerifyCa | Self::VerifyFull => SslMode::Require,
        }
    }
}

fn is_socket(host: &Host) -> bool {
    !matches!(host, Host::Tcp(_))
}

/// Returns whether every place that the connection may go to is on this machine.
fn is_near(config: &Config) -> bool {
    let by_name = |host: &Host| match host {
        Host::Tcp(name) => {
            name == "localhost" || name.parse::<std::net::IpAddr>().is_ok_and(|number| number.is_loopback())
        }
        #[cfg(unix)]
        Host::Unix(_) => true,
    };
    // A number wins over the name it is given for.
    match config.get_hostaddrs() {
        [] => config.get_hosts().iter().all(by_name),
        numbers => numbers.iter().all(std::net::IpAddr::is_loopback),
    }
}

/// Returns text with everything but letters, digits and `-._~` as %XX.
fn encoded(text: &str) -> String {
    let mut encoded = String::new();
    for byte in text.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => encoded.push(char::from(byte)),
            _ => encoded.push_str(&format!("%{byte:02X}")),
        }
    }
    encoded
}

/// Returns text in which %XX were put for bytes; `None` if it is none.
fn decoded(text: &str) -> Option<String> {
    let mut bytes = Vec::new();
    let mut rest = text.as_bytes();
    while let Some((&byte, after)) = rest.split_first() {
        if byte != b'%' {
            bytes.push(byte);
            rest = after;
            continue;
        }
        let (digits, after) = after.split_at_checked(2)?;
        bytes.push(u8::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok()?);
        rest = after;
    }
    String::from_utf8(bytes).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn protection(url: &str) -> Protection {
        Address::parse(url).expect(url).protection
    }

    #[test]
    fn a_server_elsewhere_has_to_prove_itself() {
        use Protection::*;
        for (url, expected) in [
            ("postgres://ada@hub.example.org/school", VerifyFull),
            ("postgresql://ada@192.0.2.7/school", VerifyFull),
            ("postgres://ada@localhost/school", Prefer),
            ("postgres://ada@127.0.0.9:5433/school", Prefer),
            ("postgres://ada@[::1]/school", Prefer),
            ("postgres://ada@%2Frun%2Fpostgresql/school", Disable),
            ("postgres://ada@%2Frun%2Fpostgresql/school?sslmode=verify-full", Disable),
            ("postgres://ada@localhost,hub.example.org/school", VerifyFull),
            ("postgres://ada@localhost/school?hostaddr=192.0.2.7", VerifyFull),
            ("postgres://ada@localhost/school?sslrootcert=/ca.pem", VerifyFull),
            ("postgres://ada@hub.example.org/school?sslmode=require", Require),
            ("postgres://ada@hub.example.org/school?sslmode=require&sslrootcert=/ca.pem", VerifyCa),
            ("postgres://ada@hub.example.org/school?sslmode=verify-ca", VerifyCa),
            ("postgres://ada@hub.example.org/school?sslmode=disable", Disable),
        ] {
            assert_eq!(protection(url), expected, "{url}");
        }
    }

    #[test]
    fn a_password_is_never_shown() {
        let url = "postgres://ada:s3cret@hub.example.org:5433/school?sslrootcert=%2Fa%20b.pem";
        let address = Address::parse(url).expect("sound");
        assert_eq!(address.to_string(), "postgres://ada@hub.example.org:5433/school");
        assert_eq!(address.roots, Some(PathBuf::from("/a b.pem")));
        assert!(!format!("{address:?} {address:#?}").contains("s3cret"));
        for bad in [
            "http://ada:s3cret@x/y",
            "postgres://:s3cret@x/y",
            "postgres://ada:s3cret@x:port/y",
            "postgres://ada:s3cret@x/y?sslmode=s3cure",
            "postgres://ada:s3cret@x/y?sslkey=k",
            "postgres://ada:s3cret@x/y?what=s3cret",
        ] {
            let error = Address::parse(bad).expect_err(bad);
            assert!(!format!("{error} {error:?}").contains("s3cret"), "{error:?}");
            assert!(error.next_step().is_some(), "{bad}");
        }
    }

    #[test]
    fn an_invitation_leads_to_the_same_place() {
        let address = Address::parse("postgres://boss@hub.example.org:5433/a%20school?sslmode=require").expect("sound");
        let url = address.for_user("ada", "p@:/ß");
        assert_eq!(url, "postgres://ada:p%40%3A%2F%C3%9F@hub.example.org:5433/a%20school?sslmode=require");
        let back = Address::parse(&url).expect("sound");
        assert_eq!((back.user(), back.database()), ("ada", "a school"));
        assert_eq!(back.config.get_password(), Some("p@:/ß".as_bytes()));
        let socket = Address::parse("postgres://boss@%2Frun%2Fpg/school").expect("sound").for_user("ada", "x");
        assert_eq!(socket, "postgres://ada:x@%2Frun%2Fpg/school");
    }
}
