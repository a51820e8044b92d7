//! Draws the browser; decides nothing. Signs and weight say all that colour says.

use anstyle::Style as Paint;
use ratatui::Frame;
use ratatui::layout::{Position, Rect};
use ratatui::style::{Modifier, Style};
use ratatui::text::Line;
use ratatui::widgets::{Block, BorderType, Clear, Paragraph};

use super::Look;
use super::keys::{HINTS, KEYS};
use super::layout::inside;
use super::paint;
use super::state::{Browser, Mode, Pane};
use super::tree::Row;
use crate::report::sign;
use crate::text;

const STRONG: Paint = Paint::new().bold();
const FAINT: Paint = Paint::new().dimmed();

/// Draws all of it.
pub(super) fn draw(frame: &mut Frame<'_>, browser: &Browser, look: Look) {
    let areas = browser.areas();
    // Between two sizes the buffer may be smaller than what was laid out.
    let clip = |area: Rect| area.intersection(frame.area());
    let (head_at, tree_at, topic_at, foot_at) =
        (clip(areas.head), clip(areas.tree), clip(areas.topic), clip(areas.foot));
    head(frame, browser, look, head_at);
    tree(frame, browser, look, tree_at);
    topic(frame, browser, topic_at);
    foot(frame, browser, look, foot_at);
    if let Mode::Help(from) = browser.mode {
        help(frame, from);
    }
}

fn head(frame: &mut Frame<'_>, browser: &Browser, look: Look, area: Rect) {
    let width = usize::from(area.width);
    let head = &browser.scene.head;
    // In two lines, what is due is worth more than the reason, which `n` tells.
    let left_out = usize::from(area.height == 2 && head.len() > 2);
    let lines = head.iter().take(1).chain(head.iter().skip(1 + left_out)).take(usize::from(area.height));
    let lines: Vec<Line<'_>> = lines.map(|words| cut(paint::line(words, look.colour), width)).collect();
    frame.render_widget(Paragraph::new(lines), area);
}

fn tree(frame: &mut Frame<'_>, browser: &Browser, look: Look, area: Rect) {
    let rows = browser.tree.rows();
    let has_focus = browser.focus == Pane::Tree;
    let title = fitted(browser.scene.curriculum.title(), area);
    let place = match browser.tree.found() {
        Some(found) => format!(" {} found ", text::count(found, "topic")),
        None => format!(" {} of {} ", browser.tree.selected() + 1, rows.len()),
    };
    frame.render_widget(border(has_focus).title_top(title).title_bottom(Line::from(place).right_aligned()), area);
    let inner = inside(area);
    let width = usize::from(inner.width);
    if rows.is_empty() {
        let none = cut(paint::line(&painted(FAINT, "No topic matches."), look.colour), width);
        frame.render_widget(Paragraph::new(none), inner);
    }
    for (at, y) in (browser.top..rows.len()).zip(0..inner.height) {
        let is_selected = at == browser.tree.selected();
        let line = paint::line(&row(browser, look, rows[at], is_selected, width), look.colour);
        let place = Rect { y: inner.y + y, height: 1, ..inner };
        frame.render_widget(line, place);
        if is_selected {
            let marked = if has_focus { Modifier::REVERSED } else { Modifier::BOLD };
            frame.buffer_mut().set_style(place, Style::new().add_modifier(marked).remove_modifier(Modifier::DIM));
        }
    }
}

fn row(browser: &Browser, look: Look, row: Row, is_selected: bool, width: usize) -> String {
    let scene = &browser.scene;
    // Without colour and without focus the selection must still be seen.
    let point = if is_selected { "›" } else { " " };
    match row {
        Row::Phase(phase) => {
            let fold = if browser.tree.is_folded(phase) { "▸" } else { "▾" };
            let (done, total) = scene.tally[phase];
            let tally = format!("{done}/{total}");
            let room = width.saturating_sub(4 + tally.len());
            let title = text::line(&scene.curriculum.phases()[phase].title);
            let title = text::fit(&title, room);
            let gap = " ".repeat(room.saturating_sub(text::width(&title)) + 1);
            format!("{point}{fold} {}{gap}{}", painted(STRONG, title), painted(FAINT, tally))
        }
        Row::Topic(ix) => {
            let state = scene.states[ix.0 as usize];
            let title = text::line(&scene.curriculum.topic(ix).title);
            let words = format!("{} {}", sign(state), text::fit(&title, width.saturating_sub(5)));
            format!("{point}  {}", painted((look.of_state)(state), words))
        }
    }
}

fn topic(frame: &mut Frame<'_>, browser: &Browser, area: Rect) {
    let title = match browser.tree.current() {
        Some(Row::Topic(ix)) => browser.scene.curriculum.topic(ix).id.as_str(),
        Some(Row::Phase(phase)) => browser.scene.curriculum.phases()[phase].id.as_str(),
        None => "",
    };
    let inner = inside(area);
    let (page, seen) = (browser.page(), usize::from(inner.height));
    let mut block = border(browser.focus == Pane::Topic);
    if !title.is_empty() {
        block = block.title_top(fitted(title, area));
    }
    if page.len() > seen {
        let last = (browser.scroll + seen).min(page.len());
        let place = format!(" {}–{last} of {} ", browser.scroll + 1, page.len());
        block = block.title_bottom(Line::from(place).right_aligned());
    }
    frame.render_widget(block, area);
    let from = browser.scroll.min(page.len());
    let lines: Vec<Line<'_>> = page[from..].iter().take(seen).cloned().collect();
    // A column of air between border and words, where there is room.
    let air = u16::from(inner.width > 1);
    let inner = Rect { x: inner.x + air, width: inner.width - air, ..inner };
    frame.render_widget(Paragraph::new(lines), inner);
}

fn foot(frame: &mut Frame<'_>, browser: &Browser, look: Look, area: Rect) {
    let width = usize::from(area.width);
    if browser.mode == Mode::Search {
        let typed = text::line(&browser.typed);
        let found = browser.tree.found().map_or_else(String::new, |found| format!("   {found} found"));
        let keys = format!("{found}   Enter keep, Esc clear");
        let room = width.saturating_sub(3);
        // The end is what is being typed.
        let mut shown: &str = &typed;
        while text::width(shown) > room {
            let mut rest = shown.chars();
            rest.next();
            shown = rest.as_str();
        }
        let line = format!("{} {shown}{}", painted(STRONG, "/"), painted(FAINT, keys));
        frame.render_widget(cut(paint::line(&line, look.colour), width), area);
        if area.height > 0 && room > 0 {
            frame.set_cursor_position(Position::new(area.x + 2 + text::width(shown) as u16, area.y));
        }
        return;
    }
    if !browser.notice.is_empty() {
        let at = Rect { x: area.x + u16::from(area.width > 1), width: area.width.saturating_sub(1), ..area };
        frame.render_widget(Paragraph::new(browser.notice.clone()), at);
        return;
    }
    let mut line = String::new();
    let mut used = 1;
    if !browser.typed.is_empty() && browser.tree.found().is_some() {
        let words = text::fit(&text::line(&browser.typed), width / 3).into_owned();
        used += text::width(&words) + 14;
        line.push_str(&format!(" {} {words}  {} clear", painted(STRONG, "/"), painted(STRONG, "Esc")));
    }
    for (key, what) in HINTS {
        used += text::width(key) + what.len() + 3;
        if used <= width + 2 {
            line.push_str(&format!(
                "{}{} {}",
                if line.is_empty() { " " } else { "  " },
                painted(STRONG, key),
                painted(FAINT, what)
            ));
        }
    }
    frame.render_widget(cut(paint::line(&line, look.colour), width), area);
}

fn help(frame: &mut Frame<'_>, from: usize) {
    let keys = KEYS.iter().map(|(key, _)| text::width(key)).max().unwrap_or(0);
    let widest = KEYS.iter().map(|(_, what)| text::width(what)).max().unwrap_or(0) + keys + 6;
    let screen = frame.area();
    let width = screen.width.min(u16::try_from(widest).unwrap_or(u16::MAX));
    let height = screen.height.min(KEYS.len() as u16 + 2);
    let area = Rect { x: (screen.width - width) / 2, y: (screen.height - height) / 2, width, height };
    let inner = inside(area);
    let from = from.min(KEYS.len().saturating_sub(usize::from(inner.height)));
    let room = usize::from(inner.width);
    let lines = KEYS[from..].iter().map(|(key, what)| {
        let gap = " ".repeat(keys - text::width(key) + 2);
        cut(paint::line(&format!(" {}{gap}{what}", painted(STRONG, key)), false), room)
    });
    let lines: Vec<Line<'_>> = lines.take(usize::from(inner.height)).collect();
    let more =
        if KEYS.len() > usize::from(inner.height) { " ↑ ↓ more, any key closes " } else { " any key closes " };
    frame.render_widget(Clear, area);
    let block = border(true).title_top(" Keys ").title_bottom(Line::from(more).right_aligned());
    frame.render_widget(block, area);
    frame.render_widget(Paragraph::new(lines), inner);
}

fn border(has_focus: bool) -> Block<'static> {
    let kind = if has_focus { BorderType::Thick } else { BorderType::Plain };
    let style = if has_focus { Style::new() } else { Style::new().add_modifier(Modifier::DIM) };
    Block::bordered().border_type(kind).border_style(style)
}

/// Returns a title for the border of `area`.
fn fitted(title: &str, area: Rect) -> String {
    format!(" {} ", text::fit(&text::line(title), usize::from(area.width).saturating_sub(4)))
}

fn painted(style: Paint, words: impl std::fmt::Display) -> String {
    format!("{style}{words}{style:#}")
}

/// Returns a line that is at most `width` columns wide, with `…` where something was left out.
fn cut(mut line: Line<'static>, width: usize) -> Line<'static> {
    if line.width() <= width {
        return line;
    }
    let mut room = width;
    for span in &mut line.spans {
        let wide = span.width();
        if wide > room || (wide == room && room > 0) {
            // What follows is left out, so even what fits exactly gets its sign.
            let words = if wide > room { span.content.to_string() } else { format!("{} ", span.content) };
            span.content = if room == 0 { String::new().into() } else { text::fit(&words, room).into_owned().into() };
            room = 0;
        } else {
            room -= wide;
        }
    }
    line
}
