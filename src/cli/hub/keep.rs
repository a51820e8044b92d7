//! What whoever keeps a hub does with it.

use anyhow::Result;
use serde_json::json;

use super::database::{connect, open};
use super::{ForgetArgs, InitArgs, InviteArgs, MigrateArgs, PublishArgs, StatusArgs};
use crate::cli::app::App;
use crate::cli::ask::{Asker, Question, Reply, Terminal};
use crate::error::Error;
use crate::hub::{Address, Forgotten, Hub, Migrated, Part};
use crate::report::VERSION;
use crate::text;

pub(super) fn init(args: &InitArgs, app: &mut App) -> Result<()> {
    let address = Address::parse(&args.url)?;
    let hub = connect(&address, app)?;
    let migrated = hub.init()?;
    let made = migrated.from == 0;
    tell_migrated(&hub, migrated, app)?;
    if made {
        app.remark("`roadmap hub publish` lets reports know the topics; `roadmap hub invite NAME` lets a learner in.");
    }
    if migrated.is_open {
        app.warn(
            "everybody who may log in to this server may still make objects of their own in the database, \
             for it is not yours; let its owner run `roadmap hub init` again",
        );
    }
    Ok(())
}

pub(super) fn migrate(args: &MigrateArgs, app: &mut App) -> Result<()> {
    let hub = open(args.at.url.as_deref(), app)?;
    // Where there is none, `init` makes one: that closes the database to others, too.
    hub.status()?;
    let migrated = hub.migrate()?;
    tell_migrated(&hub, migrated, app)
}

fn tell_migrated(hub: &Hub, Migrated { from, to, .. }: Migrated, app: &mut App) -> Result<()> {
    if app.json {
        return app.print_json(&json!({"version": VERSION, "hub": hub.address().to_string(), "from": from, "to": to}));
    }
    let address = hub.address();
    app.remark(match from {
        0 => format!("Made the hub {address}, schema {to}."),
        from if from == to => format!("The hub {address} is up to date, schema {to}."),
        from => format!("Brought the hub {address} from schema {from} to {to}."),
    });
    Ok(())
}

pub(super) fn status(args: &StatusArgs, app: &mut App) -> Result<()> {
    let hub = open(args.at.url.as_deref(), app)?;
    let status = hub.status()?;
    let address = hub.address().to_string();
    if app.json {
        let curricula: Vec<_> =
            status.curricula.iter().map(|(id, topics)| json!({"id": id, "topics": topics})).collect();
        return app.print_json(&json!({
            "version": VERSION, "hub": address, "schema": status.version, "known_schema": status.known,
            "is_admin": status.is_admin, "learners": status.learners, "teachers": status.teachers,
            "entries": status.entries, "curricula": curricula,
        }));
    }
    let mut line = |what: &str, words: String| app.print(format!("{what:<10} {}\n", text::line(&words)));
    line("hub", address);
    let schema = match status.version.cmp(&status.known) {
        std::cmp::Ordering::Equal => status.version.to_string(),
        std::cmp::Ordering::Less => format!("{}; `roadmap hub migrate` brings it to {}", status.version, status.known),
        std::cmp::Ordering::Greater => {
            format!("{}, newer than this program, which knows up to {}", status.version, status.known)
        }
    };
    line("schema", schema);
    if status.version != status.known {
        return Ok(());
    }
    if status.is_admin {
        line("learners", status.learners.to_string());
        line("teachers", status.teachers.to_string());
    }
    line("entries", status.entries.to_string());
    let curricula: Vec<String> =
        status.curricula.iter().map(|(id, topics)| format!("{id} ({topics} topics)")).collect();
    line("curricula", if curricula.is_empty() { "none was published".to_owned() } else { curricula.join(", ") });
    if !status.is_admin {
        app.remark(format!("As `{}` sees it.", text::line(hub.address().user())));
    }
    Ok(())
}

pub(super) fn publish(args: &PublishArgs, app: &mut App) -> Result<()> {
    let hub = open(args.at.url.as_deref(), app)?;
    let curriculum = app.curriculum()?;
    let published = hub.publish(&curriculum)?;
    if app.json {
        return app.print_json(&json!({
            "version": VERSION, "curriculum": curriculum.id(), "new": published.is_new, "refolded": published.refolded,
        }));
    }
    let id = text::line(curriculum.id()).into_owned();
    let topics = text::count(curriculum.topics().len(), "topic");
    app.remark(if published.is_new {
        format!("Published `{id}`: {topics}.")
    } else {
        format!("`{id}` is there already as it is: {topics}.")
    });
    if published.refolded > 0 {
        app.remark(format!("Added up anew: the progress of {}.", text::count(published.refolded, "learner")));
    }
    Ok(())
}

pub(super) fn invite(args: &InviteArgs, app: &mut App) -> Result<()> {
    crate::hub::check_name(&args.name)?;
    let hub = open(args.at.url.as_deref(), app)?;
    let part = if args.teacher { Part::Teacher } else { Part::Learner };
    let url = hub.invite(&args.name, part)?;
    if app.json {
        return app.print_json(&json!({"version": VERSION, "name": args.name, "teacher": args.teacher, "url": url}));
    }
    app.print(format!("{url}\n"));
    let (name, address) = (&args.name, hub.address());
    app.remark(format!(
        "Invited `{name}` as a {}. The address holds the password and is shown only now.",
        if args.teacher { "teacher" } else { "learner" }
    ));
    if !args.teacher {
        app.remark("They run `roadmap config hub URL` once, then `roadmap sync`.");
    }
    if address.is_near() {
        app.remark("It leads to this machine; elsewhere the server's name has to stand in its place.");
    }
    Ok(())
}

pub(super) fn forget(args: &ForgetArgs, app: &mut App) -> Result<()> {
    let hub = open(args.at.url.as_deref(), app)?;
    let name = text::line(&args.name).into_owned();
    if !args.yes {
        let Some((entries, part)) = hub.has(&args.name)? else {
            return Err(Error::new(format!("nobody in the hub is called `{name}`"))
                .hint("a name is that of the address: postgres://NAME@…; nothing was changed")
                .into());
        };
        let entries = usize::try_from(entries).unwrap_or(usize::MAX);
        let what = match part {
            Part::Learner => format!("the learner `{name}` with {}", text::count(entries, "entry")),
            Part::Teacher => format!("the teacher `{name}`"),
        };
        let mut asker = Terminal::new(app.color(), "`--yes` removes without asking; nothing was changed")?;
        let words = format!("Remove {what} from {}? It cannot be undone.\n", hub.address());
        let question = Question::new("remove", words, vec![('y', "yes"), ('n', "no")]);
        if asker.ask(&question)? != Reply::Chosen(0) {
            return Err(Error::new(format!("`{name}` was not removed")).hint("nothing was changed").into());
        }
    }
    let Forgotten { entries, rollups, role } = hub.forget(&args.name)?;
    if app.json {
        return app.print_json(
            &json!({"version": VERSION, "name": args.name, "entries": entries, "rollups": rollups, "role": role}),
        );
    }
    let count = |n: u64, what: &str| text::count(usize::try_from(n).unwrap_or(usize::MAX), what);
    app.print(format!(
        "Removed `{name}`: {}, {} of progress{}.\n",
        count(entries, "entry"),
        count(rollups, "row"),
        if role { ", and the role" } else { "; there was no role" }
    ));
    app.remark("The files on their own machines stay.");
    Ok(())
}
