//! The way to a hub: which one, and a connection to it.

use anyhow::Result;

use crate::cli::app::App;
use crate::error::Error;
use crate::hub::{Address, Hub};
use crate::sync;

/// Connects to the hub with this address, or the one that the setting names.
pub(in crate::cli) fn open(url: Option<&str>, app: &App) -> Result<Hub> {
    let address = Address::parse(url.map_or_else(|| set(app), Ok)?)?;
    connect(&address, app)
}

/// Connects, and passes on what there is to say about the password's file.
pub(super) fn connect(address: &Address, app: &App) -> Result<Hub> {
    let hub = Hub::connect(address, &app.database_environment())?;
    if let Some(words) = &hub.remark {
        app.warn(words);
    }
    Ok(hub)
}

fn set(app: &App) -> Result<&str, Error> {
    let hint = "name it with `--hub postgres://USER@HOST/DATABASE`, or once with `roadmap config hub URL`";
    let set = app.config.hub.as_deref().ok_or_else(|| Error::new("no hub is named").hint(hint))?;
    match sync::Hub::parse(std::ffi::OsStr::new(set))? {
        sync::Hub::Postgres(_) => Ok(set),
        sync::Hub::Folder(_) => Err(Error::new("the setting `hub` names a folder, not a database").hint(hint)),
    }
}
