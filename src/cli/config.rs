//! `roadmap config`, and the settings themselves: a TOML file that people may edit by hand.

use std::ffi::OsStr;
use std::path::Path;

use anyhow::Result;
use chrono::Weekday;

use super::app::App;
use super::style::{self, Table};
use crate::bounded;
use crate::error::Error;
use crate::study::memory::{RETENTION, Scheduler};
use crate::study::next::Order;
use crate::sync::{Hub, masked};
use crate::text;

/// Hours a week of somebody who has said nothing: what our learners have beside a job.
pub(super) const HOURS_PER_WEEK: f64 = 6.0;
/// No config comes near this many bytes.
const LARGEST_FILE: u64 = 1 << 20;
/// Reviews a day of somebody who has said nothing: about half an hour.
const REVIEWS_PER_DAY: usize = 5;

/// Show or change settings
///
/// Without arguments all settings are listed, with a KEY that one is printed, and with a VALUE it is
/// set. `--unset` goes back to the default. The file is plain TOML, and comments in it are kept.
///
///   roadmap config hours_per_week 8
///   roadmap config study_days mon,wed,sat
#[derive(Debug, clap::Args)]
#[command(verbatim_doc_comment)]
pub(super) struct Args {
    /// The setting
    #[arg(value_parser = clap::builder::PossibleValuesParser::new(KEYS.map(|key| key.name)))]
    key: Option<String>,
    /// Its new value
    value: Option<String>,
    /// Go back to the default
    #[arg(long, requires = "key", conflicts_with = "value")]
    unset: bool,
}

/// What can be set.
struct Key {
    name: &'static str,
    is: Is,
    default: &'static str,
    about: &'static str,
}

/// How a setting stands in the file.
#[derive(Clone, Copy, PartialEq)]
enum Is {
    Number,
    Truth,
    Text,
}

const KEYS: [Key; 12] = [
    Key { name: "hours_per_week", is: Is::Number, default: "6", about: "hours you mean to study in a week" },
    Key { name: "study_days", is: Is::Text, default: "every day", about: "days you study, such as mon,wed,sat" },
    Key { name: "track", is: Is::Text, default: "", about: "the track whose goals weigh ten times" },
    Key { name: "track_only", is: Is::Truth, default: "false", about: "whether only the track counts" },
    Key { name: "order", is: Is::Text, default: "value", about: "`value` or `phases`" },
    Key { name: "done_needs_quiz", is: Is::Truth, default: "false", about: "whether `done` wants the quiz passed" },
    Key { name: "reviews_per_day", is: Is::Number, default: "5", about: "reviews a day at most; 0 for none" },
    Key { name: "retention", is: Is::Number, default: "0.9", about: "how well reviews keep topics, 0.7 to 0.97" },
    Key { name: "curriculum", is: Is::Text, default: "", about: "folder or file of another curriculum" },
    Key { name: "hub", is: Is::Text, default: "", about: "folder or database for `roadmap sync`" },
    Key { name: "share_notes", is: Is::Truth, default: "false", about: "whether teachers may read your notes" },
    Key { name: "name", is: Is::Text, default: "", about: "how the dashboard calls you" },
];

/// The settings. `None` is the default.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Config {
    pub(super) hours_per_week: Option<f64>,
    pub(super) study_days: Vec<Weekday>,
    pub(super) track: Option<String>,
    pub(super) track_only: bool,
    pub(super) order: Option<Order>,
    pub(super) done_needs_quiz: bool,
    pub(super) reviews_per_day: Option<usize>,
    pub(super) retention: Option<f64>,
    pub(super) curriculum: Option<String>,
    /// As it was set, so it may hold a password.
    pub(super) hub: Option<String>,
    pub(super) share_notes: bool,
    pub(super) name: Option<String>,
}

impl Config {
    /// Returns the settings in the file at `path`; the defaults if there is no file.
    pub(super) fn load(path: &Path) -> Result<Self> {
        let shown = text::line(&path.display().to_string()).into_owned();
        match bounded::read_text(path, LARGEST_FILE) {
            Ok(text) => Self::parse(&text, &shown).map_err(Into::into),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(Self::default()),
            Err(error) => Err(Error::io(format!("cannot read the config {shown}"), error)
                .hint("look at that file; without it every setting has its default")
                .into()),
        }
    }

    /// Returns the settings in `text`, which stands in a file that is called `file`.
    pub(super) fn parse(text: &str, file: &str) -> crate::error::Result<Self> {
        let table: toml::Table = toml::from_str(text).map_err(|error| {
            let before = error.span().map_or("", |span| &text[..span.start.min(text.len())]);
            let line = before.matches('\n').count() + 1;
            Error::new(format!("{file}:{line} is not valid TOML: {}", text::line(error.message())))
                .hint("edit the file; texts must be in quotes")
        })?;
        let mut config = Self::default();
        for (key, value) in &table {
            config.set(key, &plain(value)).map_err(|error| {
                let hint = error.next_step().unwrap_or("edit the file").to_owned();
                Error::new(format!("{file}: {error}")).hint(hint)
            })?;
        }
        Ok(config)
    }

    fn set(&mut self, key: &str, value: &str) -> crate::error::Result<()> {
        let bad = |wanted: &str| Error::new(format!("`{key}` must be {wanted}, not `{}`", text::line(value)));
        match key {
            "hours_per_week" => {
                let hours = value.parse::<f64>().ok().filter(|h| *h > 0.0 && *h <= 168.0);
                self.hours_per_week = Some(hours.ok_or_else(|| {
                    bad("a number of hours above 0 and at most 168").hint("try `roadmap config hours_per_week 6`")
                })?);
            }
            "study_days" => {
                self.study_days =
                    days(value).ok_or_else(|| bad("days of the week").hint("separate days by commas: mon,wed,sat"))?
            }
            "track" => self.track = Some(value.to_owned()).filter(|id| !id.is_empty()),
            "track_only" => {
                self.track_only = value
                    .parse()
                    .map_err(|_| bad("`true` or `false`").hint("`roadmap track NAME --only` sets it too"))?
            }
            "done_needs_quiz" => {
                self.done_needs_quiz = value
                    .parse()
                    .map_err(|_| bad("`true` or `false`").hint("`true` lets `done` wait for a passed quiz"))?
            }
            "reviews_per_day" => {
                let reviews = value.parse::<usize>().ok().filter(|n| *n <= 1000);
                self.reviews_per_day =
                    Some(reviews.ok_or_else(|| bad("a whole number from 0 to 1000").hint("0 turns reviews off"))?);
            }
            "retention" => {
                let retention = value.parse::<f64>().ok().filter(|r| (0.7..=0.97).contains(r));
                self.retention = Some(retention.ok_or_else(|| {
                    bad("from 0.7 to 0.97").hint("0.9 means: a review comes when you still know nine topics of ten")
                })?);
            }
            "order" => {
                self.order = Some(Order::parse(value).ok_or_else(|| {
                    bad("`value` or `phases`")
                        .hint("`value` studies what is worth most per hour, `phases` one phase after the other")
                })?)
            }
            "curriculum" => self.curriculum = Some(value.to_owned()),
            "hub" => self.hub = Some(value.to_owned()).filter(|hub| !hub.is_empty()),
            "share_notes" => {
                self.share_notes = value
                    .parse()
                    .map_err(|_| bad("`true` or `false`").hint("`true` shows them to teachers from the next sync on"))?
            }
            "name" => self.name = Some(value.to_owned()),
            _ => {
                let names = KEYS.map(|key| key.name);
                let hint = text::nearest(key, names).map_or_else(
                    || format!("the settings are {}", names.join(", ")),
                    |near| format!("did you mean `{near}`?"),
                );
                return Err(Error::new(format!("unknown setting `{}`", text::line(key))).hint(hint));
            }
        }
        Ok(())
    }

    /// Returns a setting as it would be typed; empty if it is not set.
    fn get(&self, key: &str) -> String {
        let set = |yes: bool| if yes { "true".to_owned() } else { String::new() };
        match key {
            "hours_per_week" => self.hours_per_week.map_or_else(String::new, text::number),
            "study_days" => {
                self.study_days.iter().map(|day| day.to_string().to_lowercase()).collect::<Vec<_>>().join(",")
            }
            "track" => self.track.clone().unwrap_or_default(),
            "track_only" => set(self.track_only),
            "done_needs_quiz" => set(self.done_needs_quiz),
            "reviews_per_day" => self.reviews_per_day.map_or_else(String::new, |n| n.to_string()),
            "retention" => self.retention.map_or_else(String::new, text::number),
            "order" => self.order.map_or_else(String::new, |order| Order::NAMES[order as usize].to_owned()),
            "curriculum" => self.curriculum.clone().unwrap_or_default(),
            "hub" => self.hub.clone().unwrap_or_default(),
            "share_notes" => set(self.share_notes),
            _ => self.name.clone().unwrap_or_default(),
        }
    }

    /// Returns the hours a week that were set, or the default.
    pub(super) fn hours_per_week(&self) -> f64 {
        self.hours_per_week.unwrap_or(HOURS_PER_WEEK)
    }

    /// Returns how many reviews a day are wanted at most.
    pub(super) fn reviews_per_day(&self) -> usize {
        self.reviews_per_day.unwrap_or(REVIEWS_PER_DAY)
    }

    /// Returns how review dates are reckoned.
    pub(super) fn scheduler(&self) -> Scheduler {
        Scheduler::new(self.retention.unwrap_or(RETENTION))
    }
}

/// Returns a value as it would be typed on the command line; empty for what nobody could type.
fn plain(value: &toml::Value) -> String {
    match value {
        toml::Value::String(text) => text.clone(),
        toml::Value::Integer(number) => number.to_string(),
        toml::Value::Float(number) => number.to_string(),
        toml::Value::Boolean(yes) => yes.to_string(),
        toml::Value::Array(items) => items.iter().map(plain).collect::<Vec<_>>().join(","),
        toml::Value::Datetime(_) | toml::Value::Table(_) => String::new(),
    }
}

/// Returns the days named in `list`, `None` if one of them is no day.
pub(super) fn days(list: &str) -> Option<Vec<Weekday>> {
    let mut days = list.split(',').map(|day| day.trim().parse::<Weekday>().ok()).collect::<Option<Vec<_>>>()?;
    days.sort_by_key(Weekday::num_days_from_monday);
    days.dedup();
    Some(days)
}

pub(super) fn run(args: &Args, app: &mut App) -> Result<()> {
    let Some(key) = &args.key else { return list(app) };
    if args.unset {
        change(app, &[(key, None)])?;
        app.remark(format!("`{key}` is back to its default."));
        return Ok(());
    }
    let Some(value) = &args.value else {
        let value = effective(&app.config, KEYS.iter().find(|k| k.name == key).expect("clap accepts no other name"));
        if app.json {
            return app.print_json(&serde_json::json!({"version": 1, key.as_str(): value}));
        }
        app.print(format!("{}\n", text::line(&value)));
        return Ok(());
    };
    let mut value = value.clone();
    if key == "track" {
        value = super::pick::track(&app.curriculum()?, &value)?.id.to_string();
    }
    if key == "curriculum" {
        // An absolute path, for the setting is read from any folder.
        let path = std::path::absolute(&value)?;
        if crate::curriculum::load(&path).curriculum.is_none() {
            let shown = text::line(&value).into_owned();
            return Err(Error::new(format!("{shown} is not a sound curriculum"))
                .hint(format!("`roadmap check {shown}` says why"))
                .into());
        }
        value = path.to_string_lossy().into_owned();
    }
    if key == "hub"
        && let Hub::Folder(path) = Hub::parse(OsStr::new(&value))?
    {
        // It may be a stick that is not there now.
        value = std::path::absolute(path)?.to_string_lossy().into_owned();
    }
    change(app, &[(key, Some(&value))])?;
    app.remark(format!("`{key}` is now `{}`.", text::line(&shown(key, value))));
    Ok(())
}

/// Returns a setting as it may be shown, or its default.
fn effective(config: &Config, key: &Key) -> String {
    let set = config.get(key.name);
    if set.is_empty() { key.default.to_owned() } else { shown(key.name, set) }
}

/// Returns the value of a setting without the password that it may hold.
fn shown(key: &str, value: String) -> String {
    if key == "hub" { masked(&value).into_owned() } else { value }
}

fn list(app: &mut App) -> Result<()> {
    if app.json {
        let settings: serde_json::Map<_, _> =
            KEYS.iter().map(|key| (key.name.to_owned(), effective(&app.config, key).into())).collect();
        return app.print_json(&serde_json::json!({"version": 1, "file": app.places.config, "settings": settings}));
    }
    let mut table = Table::new(&["setting", "value", "what it is"], 2, &[]);
    for key in &KEYS {
        let value = shown(key.name, app.config.get(key.name));
        let (style, value) = match (value.is_empty(), key.default) {
            (true, "") => (style::FAINT, "–".to_owned()),
            (true, default) => (style::FAINT, format!("{default} (default)")),
            (false, _) => (style::PLAIN, value),
        };
        table.row(style, &[key.name.to_owned(), value, key.about.to_owned()]);
    }
    app.print(table.draw(app.width));
    app.remark(format!("Settings lie in {}.", text::line(&app.places.config.display().to_string())));
    Ok(())
}

/// Changes settings in the file, all or none, and keeps its comments. `None` removes one.
pub(super) fn change(app: &mut App, settings: &[(&str, Option<&str>)]) -> Result<()> {
    let path = app.places.config.clone();
    let shown = text::line(&path.display().to_string()).into_owned();
    let mut config = app.config.clone();
    for (key, value) in settings {
        if let Some(value) = value {
            config.set(key, value)?;
        }
    }
    let cannot = |error: std::io::Error| Error::io(format!("cannot write the config {shown}"), error);
    crate::private::create_dir(path.parent().unwrap_or(Path::new("."))).map_err(cannot)?;
    // What another process changes meanwhile is not lost: it waits, or we do.
    let _locked = crate::private::lock(&path).map_err(cannot)?;
    let text = bounded::read_text(&path, LARGEST_FILE).map_err(cannot)?;
    let text = edited(&text, &shown, settings)?;
    let changed = Config::parse(&text, &shown)?;
    crate::private::replace(&path, text.as_bytes()).map_err(cannot)?;
    app.config = changed;
    Ok(())
}

/// Returns the text of a config with settings changed, its comments kept.
fn edited(text: &str, file: &str, settings: &[(&str, Option<&str>)]) -> crate::error::Result<String> {
    let mut document: toml_edit::DocumentMut = text
        .parse()
        .map_err(|_| Error::new(format!("{file} is not valid TOML")).hint("edit the file; texts must be in quotes"))?;
    for &(key, value) in settings {
        let Some(value) = value else {
            document.remove(key);
            continue;
        };
        let is = KEYS.iter().find(|known| known.name == key).map_or(Is::Text, |known| known.is);
        let number =
            || value.parse::<i64>().map(toml_edit::Value::from).ok().or(value.parse::<f64>().map(Into::into).ok());
        let item: Option<toml_edit::Value> = match is {
            Is::Number => number(),
            Is::Truth => value.parse::<bool>().map(Into::into).ok(),
            Is::Text => None,
        };
        let item = item.unwrap_or_else(|| value.into());
        document[key] = toml_edit::value(item);
    }
    Ok(document.to_string())
}

/// Returns every setting of a config with this text, as it would be typed; empty where it is not set.
/// `file` is shown in messages.
///
/// # Errors
///
/// The first thing that is wrong with it.
pub fn config_settings(text: &str, file: &str) -> crate::error::Result<Vec<(&'static str, String)>> {
    let config = Config::parse(text, file)?;
    Ok(KEYS.iter().map(|key| (key.name, config.get(key.name))).collect())
}

/// Returns the text of a config with one setting changed, or removed, and its comments kept.
///
/// # Errors
///
/// When the text is not TOML, or the value is none for this setting; `file` is shown in messages.
pub fn config_with(text: &str, file: &str, key: &str, value: Option<&str>) -> crate::error::Result<String> {
    if let Some(value) = value {
        Config::default().set(key, value)?;
    }
    edited(text, file, &[(key, value)])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_config_is_read_whole_or_refused_with_a_hint() {
        let config =
            Config::parse("hours_per_week = 8 # evenings\nstudy_days = [\"sat\", \"mon\"]\norder = \"phases\"\n", "c")
                .expect("sound");
        assert_eq!((config.hours_per_week(), config.order), (8.0, Some(Order::Phases)));
        assert_eq!(config.get("study_days"), "mon,sat");
        for (text, says, hint) in [
            ("hours = 3", "unknown setting `hours`", "the settings are"),
            ("hours_per_weak = 3", "unknown setting `hours_per_weak`", "did you mean `hours_per_week`"),
            ("hours_per_week = 0", "above 0", "try"),
            ("\norder = \"best\"", "`value` or `phases`", "worth most"),
            ("\n\nname = ", "c:3 is not valid TOML", "quotes"),
        ] {
            let error = Config::parse(text, "c").expect_err(text);
            assert!(error.to_string().contains(says), "{error}");
            assert!(error.next_step().is_some_and(|step| step.contains(hint)), "{:?}", error.next_step());
        }
    }
}
