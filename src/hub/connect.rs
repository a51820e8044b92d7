//! One connection to a hub, for code that waits: every wait has an end.
//!
//! The library is asynchronous, and a synchronous wrapper could not give up on a server that has stalled.
//! So a runtime of one thread runs here while something is waited for, and nowhere else.

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use tokio::runtime::Runtime;
use tokio_postgres::error::SqlState;
use tokio_postgres::types::{ToSql, Type};
use tokio_postgres::{Client, Row};

use super::pgpass::{self, Environment};
use super::tls;
use super::url::Address;
use crate::error::Error;
use crate::text;

/// How long a connection may take to come about. `connect_timeout` in the address says otherwise.
const CONNECTING: Duration = Duration::from_secs(10);
/// How long one answer may take. The environment says otherwise.
const ANSWERING: Duration = Duration::from_secs(60);
/// How long saying good-bye may take.
const LEAVING: Duration = Duration::from_millis(500);

/// What went wrong with a hub, and whether another try could help.
#[derive(Debug)]
pub struct Failure {
    error: Box<Error>,
    code: Option<SqlState>,
}

/// The result of asking a hub.
pub type Answer<T> = std::result::Result<T, Failure>;

/// A value of a statement with its type, which the server need not be asked for.
pub type Value<'a> = (&'a (dyn ToSql + Sync), Type);

/// A connection.
pub struct Hub {
    address: Address,
    patience: Duration,
    /// Whether an answer did not come in time: then none to what is asked later is waited for.
    has_stalled: AtomicBool,
    /// Something about the password's file that the user should know.
    pub remark: Option<String>,
    // Both are there until it is dropped.
    client: Option<Client>,
    runtime: Option<Runtime>,
    driver: Option<tokio::task::JoinHandle<()>>,
}

impl std::fmt::Debug for Hub {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Hub({:?})", self.address)
    }
}

impl Hub {
    /// Connects.
    ///
    /// # Errors
    ///
    /// When nobody answers in time, the server cannot prove who it is, or refuses the user.
    pub fn connect(address: &Address, environment: &Environment) -> Answer<Self> {
        let (password, remark) = pgpass::password(address, environment);
        let mut config = address.config.clone();
        if let Some(password) = &password {
            config.password(password);
        }
        let connector = tls::connector(address).map_err(Failure::from)?;
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .map_err(|error| Failure::from(Error::io("cannot begin to connect", error)))?;
        let patience = environment.patience.map_or(ANSWERING, Duration::from_secs);
        let connecting = address.connect_timeout().unwrap_or(CONNECTING);
        let connected = runtime.block_on(async { tokio::time::timeout(connecting, config.connect(connector)).await });
        let (client, connection) = match connected {
            Ok(Ok(connected)) => connected,
            Ok(Err(error)) => {
                runtime.shutdown_background();
                return Err(Failure::connecting(&error, address, password.is_some(), remark.as_deref()));
            }
            Err(_) => {
                // A name that is still being looked up is not waited for.
                runtime.shutdown_background();
                let message = format!("the hub {address} did not answer within {}", seconds(connecting));
                let hint = "look whether it runs and can be reached from here; nothing was changed";
                return Err(Error::new(message).hint(hint).into());
            }
        };
        let driver = runtime.spawn(async move {
            // That the connection broke is what whoever waits for an answer is told.
            let _ = connection.await;
        });
        Ok(Self {
            address: address.clone(),
            patience,
            has_stalled: AtomicBool::new(false),
            remark,
            client: Some(client),
            runtime: Some(runtime),
            driver: Some(driver),
        })
    }

    /// Returns where it leads.
    pub fn address(&self) -> &Address {
        &self.address
    }

    /// Returns the rows that a statement answers, in one round trip.
    ///
    /// # Errors
    ///
    /// When the server refuses, does not answer in time, or the connection broke.
    pub fn rows(&self, statement: &str, values: &[Value<'_>]) -> Answer<Vec<Row>> {
        self.wait(|client| client.query_typed(statement, values))
    }

    /// Returns the one value that a statement answers.
    ///
    /// # Errors
    ///
    /// As [`Self::rows`], and when there is no such value.
    pub fn value<T: for<'a> tokio_postgres::types::FromSql<'a>>(
        &self,
        statement: &str,
        values: &[Value<'_>],
    ) -> Answer<T> {
        let rows = self.rows(statement, values)?;
        let value = rows.first().and_then(|row| row.try_get(0).ok());
        value.ok_or_else(|| self.misunderstood())
    }

    /// Returns the failure of an answer that has another form than was asked for.
    pub(super) fn misunderstood(&self) -> Failure {
        Error::new(format!("the hub {} answered something else than was asked", self.address))
            .hint("see that roadmap and the hub are of the same version: `roadmap hub status`")
            .into()
    }

    /// Runs statements that answer nothing, all in one transaction unless they say otherwise.
    ///
    /// # Errors
    ///
    /// As [`Self::rows`].
    pub fn run(&self, statements: &str) -> Answer<()> {
        self.wait(|client| client.batch_execute(statements))
    }

    /// Runs `work` in a transaction: all of it or nothing.
    ///
    /// # Errors
    ///
    /// Whatever `work` or the server refuses.
    pub fn transaction<T>(&self, work: impl FnOnce(&Self) -> Answer<T>) -> Answer<T> {
        self.run("BEGIN")?;
        let worked = work(self).and_then(|done| self.run("COMMIT").map(|()| done));
        if worked.is_err() {
            // A connection that broke has rolled back by itself.
            let _ = self.run("ROLLBACK");
        }
        worked
    }

    fn wait<'h, T, F>(&'h self, ask: impl FnOnce(&'h Client) -> F) -> Answer<T>
    where
        F: Future<Output = Result<T, tokio_postgres::Error>>,
    {
        let (Some(runtime), Some(client)) = (&self.runtime, &self.client) else {
            return Err(Failure::lost(&self.address));
        };
        if client.is_closed() || self.has_stalled.load(Ordering::Relaxed) {
            return Err(Failure::lost(&self.address));
        }
        match runtime.block_on(async { tokio::time::timeout(self.patience, ask(client)).await }) {
            Ok(Ok(answer)) => Ok(answer),
            Ok(Err(error)) => Err(Failure::asking(&error, &self.address)),
            Err(_) => {
                self.has_stalled.store(true, Ordering::Relaxed);
                let message = format!("the hub {} did not answer within {}", self.address, seconds(self.patience));
                Err(Error::new(message)
                    .hint("run it again when the network is well: nothing is lost, and nothing is sent twice")
                    .into())
            }
        }
    }
}

impl Drop for Hub {
    fn drop(&mut self) {
        drop(self.client.take());
        let Some(runtime) = self.runtime.take() else { return };
        // The driver says good-bye to the server and ends when the client is gone.
        if let Some(driver) = self.driver.take() {
            let _ = runtime.block_on(async { tokio::time::timeout(LEAVING, driver).await });
        }
        runtime.shutdown_background();
    }
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Self { error: Box::new(error), code: None }
    }
}

impl From<Failure> for Error {
    fn from(failure: Failure) -> Self {
        *failure.error
    }
}

impl From<Failure> for anyhow::Error {
    fn from(failure: Failure) -> Self {
        Error::from(failure).into()
    }
}

impl Failure {
    /// Returns whether the same may succeed at another try: two transactions were in each other's way.
    pub(super) fn is_collision(&self) -> bool {
        self.is(&[SqlState::T_R_SERIALIZATION_FAILURE, SqlState::T_R_DEADLOCK_DETECTED])
    }

    /// Returns whether the server's answer had one of these codes.
    pub(super) fn is(&self, codes: &[SqlState]) -> bool {
        self.code.as_ref().is_some_and(|code| codes.contains(code))
    }

    fn lost(address: &Address) -> Self {
        Error::new(format!("the connection to the hub {address} broke"))
            .hint("run it again: nothing is lost, and nothing is sent twice")
            .into()
    }

    fn connecting(error: &tokio_postgres::Error, address: &Address, had_password: bool, remark: Option<&str>) -> Self {
        let sources = "a password comes from the address, PGPASSWORD, or ~/.pgpass (readable by you alone)";
        let also = remark.map_or_else(String::new, |remark| format!("; {remark}"));
        if let Some(db) = error.as_db_error() {
            let refused = [SqlState::INVALID_PASSWORD, SqlState::INVALID_AUTHORIZATION_SPECIFICATION];
            if refused.contains(db.code()) {
                let message = format!("the hub {address} does not let `{}` in", text::line(address.user()));
                let hint = if had_password {
                    format!("the password is wrong, or nobody of that name was invited; {sources}")
                } else {
                    format!("no password was found: {sources}{also}")
                };
                return Self { error: Box::new(Error::new(message).hint(hint)), code: Some(db.code().clone()) };
            }
            return Self::asking(error, address);
        }
        let mut why = chain(error);
        // What the libraries say of a connection that ends too soon.
        if ["eof", "close_notify", "bytes remaining", "connection closed"].iter().any(|words| why.contains(words)) {
            "the connection broke".clone_into(&mut why);
        }
        let hint = if why.contains("password missing") {
            return Error::new(format!("the hub {address} asks for a password, and none was found"))
                .hint(format!("{sources}{also}"))
                .into();
        } else if why.contains("not valid for name") {
            "connect by a name that the certificate says, or have it checked without one: ?sslmode=verify-ca; nothing was sent"
        } else if why.contains("certificate") {
            "name the file of the certificate to trust in the address, ?sslrootcert=/path/to/ca.pem; nothing was sent"
        } else if why.contains("does not support TLS") {
            "the server has no TLS; let its administrator turn it on, or say ?sslmode=disable on a network that you trust"
        } else {
            "look whether it runs and can be reached from here; nothing was changed"
        };
        Error::new(format!("cannot reach the hub {address}: {why}")).hint(hint).into()
    }

    fn asking(error: &tokio_postgres::Error, address: &Address) -> Self {
        let Some(db) = error.as_db_error() else {
            if error.is_closed() || error.source_is_io() {
                return Self::lost(address);
            }
            let message = format!("the hub {address} could not be asked: {}", chain(error));
            return Error::new(message).hint("run it again: nothing is lost, and nothing is sent twice").into();
        };
        let code = db.code().clone();
        let said = text::line(db.message()).into_owned();
        let (message, hint) = if code == SqlState::UNDEFINED_DATABASE {
            (format!("there is no such database: {address}"), "its administrator makes it: `createdb NAME`")
        } else if [SqlState::INVALID_SCHEMA_NAME, SqlState::UNDEFINED_TABLE].contains(&code) {
            (format!("there is no hub in {address}"), "its administrator makes one: `roadmap hub init URL`")
        } else if code == SqlState::INSUFFICIENT_PRIVILEGE {
            (
                format!("the hub {address} does not allow this to `{}`: {said}", text::line(address.user())),
                "each learner has an own address; `roadmap hub invite NAME` makes one",
            )
        } else if [SqlState::DISK_FULL, SqlState::OUT_OF_MEMORY, SqlState::INSUFFICIENT_RESOURCES].contains(&code) {
            (
                format!("the hub {address} is full: {said}"),
                "tell its administrator; nothing here is lost, and the next sync goes on where this one stopped",
            )
        } else if [
            SqlState::TOO_MANY_CONNECTIONS,
            SqlState::CANNOT_CONNECT_NOW,
            SqlState::ADMIN_SHUTDOWN,
            SqlState::CRASH_SHUTDOWN,
        ]
        .contains(&code)
        {
            (
                format!("the hub {address} is busy or going down: {said}"),
                "run it again in a while: nothing is lost, and nothing is sent twice",
            )
        } else {
            (
                format!("the hub {address} refused: {said}"),
                "nothing here is lost; `roadmap hub status` says what it is, and its log says more",
            )
        };
        Self { error: Box::new(Error::new(message).hint(hint)), code: Some(code) }
    }
}

/// Tells a broken connection from what else a library may refuse.
trait Broken {
    fn source_is_io(&self) -> bool;
}

impl Broken for tokio_postgres::Error {
    fn source_is_io(&self) -> bool {
        std::error::Error::source(self).is_some_and(|source| source.is::<std::io::Error>())
    }
}

/// Returns an error and what it comes from, in one line without repetition.
fn chain(error: &tokio_postgres::Error) -> String {
    let mut said = Vec::new();
    let mut next: Option<&dyn std::error::Error> = Some(error);
    while let Some(error) = next {
        let words = text::line(&error.to_string()).into_owned();
        let words = words.split(" (os error").next().unwrap_or_default().to_owned();
        if let Some(longer) = said.last_mut().filter(|last: &&mut String| last.ends_with(&words)) {
            longer.truncate(longer.len() - words.len());
            *longer = longer.trim_end_matches([' ', ':']).to_owned();
        }
        said.push(words);
        next = error.source();
    }
    said.retain(|words| !words.is_empty());
    said.join(": ")
}

fn seconds(time: Duration) -> String {
    text::count(usize::try_from(time.as_secs()).unwrap_or(usize::MAX), "second")
}
