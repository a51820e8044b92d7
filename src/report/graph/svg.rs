//! The graph as a picture that stands alone: the map with titles, states and a legend.
//!
//! No script, no link, no font and no file from elsewhere. States have a colour, a stroke and a sign.

use super::look::{Look, Stroke, look};
use super::{GraphView, sign};
use crate::progress::State;
use crate::report::map::Map;
use crate::report::map::words::measure;
use crate::text;

/// The strip above the map, for title and legend.
const HEAD: f64 = 64.0;
const LEFT: f64 = 16.0;

/// Returns the picture of a graph whose map was made of the same topics.
pub fn render(view: &GraphView, map: &Map) -> String {
    let title = escape(&view.title);
    let counts: Vec<String> = view.states.iter().map(|(state, n)| format!("{n} {}", state.name())).collect();
    let counted = format!("{} ({})", text::count(view.nodes.len(), "topic"), counts.join(", "));
    let (width, height) = (map.width.max(head_width(view)), map.height + HEAD);
    let mut out = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width} {height}\" width=\"{width}\" \
         height=\"{height}\" role=\"img\" aria-labelledby=\"title desc\">\n<title id=\"title\">{title}</title>\n\
         <desc id=\"desc\">{counted} in bands by phase; lines lead from left to right or down, from what is needed to \
         what needs it.</desc>\n"
    );
    out.push_str(&style(view, map.font_size));
    out.push_str(
        "<defs><marker id=\"tip\" viewBox=\"0 0 6 6\" refX=\"6\" refY=\"3\" markerWidth=\"6\" markerHeight=\"6\" \
         markerUnits=\"userSpaceOnUse\" orient=\"auto\"><path d=\"M0 0.5L6 3L0 5.5z\" fill=\"#4d5b6e\"/></marker></defs>\n",
    );
    out.push_str(&format!("<rect width=\"{width}\" height=\"{height}\" fill=\"#ffffff\"/>\n"));
    out.push_str(&format!("<text class=\"head\" x=\"{LEFT}\" y=\"28\">{title}</text>\n"));
    out.push_str(&legend(view));
    out.push_str(&format!("<g transform=\"translate(0 {HEAD})\">\n"));
    for band in &map.bands {
        let (x, y, w, h) = (band.x, band.y, band.w, band.h);
        out.push_str(&format!("<rect class=\"band\" x=\"{x}\" y=\"{y}\" width=\"{w}\" height=\"{h}\" rx=\"8\"/>\n"));
    }
    // Lines between phases lie below those inside of one, which are read more.
    for across in [true, false] {
        for (edge, reason) in map.edges.iter().zip(&view.edges).filter(|(edge, _)| edge.across == across) {
            let class = if across { "far" } else { "near" };
            let from_to = format!("{} → {}", view.nodes[reason.ends.0].title, view.nodes[reason.ends.1].title);
            let words = [from_to.as_str(), &reason.reason].map(escape);
            let words = if reason.reason.is_empty() { words[0].clone() } else { words.join(": ") };
            out.push_str(&format!("<path class=\"{class}\" d=\"{}\"><title>{words}</title></path>\n", edge.path));
        }
    }
    for band in &map.bands {
        let (x, y) = (band.title_x, band.title_y);
        out.push_str(&format!("<text class=\"phase\" x=\"{x}\" y=\"{y}\">{}</text>\n", escape(&band.title)));
    }
    for (node, topic) in map.nodes.iter().zip(&view.nodes) {
        out.push_str(&format!(
            "<g class=\"{}\"><title>{}</title><rect x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\" rx=\"5\"/>",
            topic.state.name(),
            escape(&topic.words),
            node.x,
            node.y,
            node.w,
            node.h
        ));
        out.push_str(&mark(topic.state, node.sign_x, node.sign_y));
        for line in &node.lines {
            out.push_str(&format!("<text x=\"{}\" y=\"{}\">{}</text>", line.x, line.y, escape(&line.text)));
        }
        out.push_str("</g>\n");
    }
    out + "</g>\n</svg>\n"
}

fn style(view: &GraphView, font_size: f64) -> String {
    let mut out = format!(
        "<style>\ntext{{font:{font_size}px Helvetica,Arial,'Liberation Sans',sans-serif;fill:#1d2733}}\n\
         .head{{font-size:20px;font-weight:bold}}\n\
         .phase{{font-size:14px;font-weight:bold;stroke:#f1f4f8;stroke-width:4px;paint-order:stroke}}\n\
         .band{{fill:#f1f4f8}}\n.mark{{text-anchor:middle;font-weight:bold}}\n\
         .near,.far{{fill:none;stroke:#4d5b6e;stroke-width:1.2px;marker-end:url(#tip)}}\n\
         .far{{stroke:#7b8798;stroke-width:0.9px}}\n.near:hover,.far:hover{{stroke:#b3154a;stroke-width:2.5px}}\n"
    );
    for &(state, _) in &view.states {
        let Look { fill, line, ink, stroke } = look(state);
        let stroke = match stroke {
            Stroke::Solid => "stroke-width:1.2px",
            Stroke::Bold => "stroke-width:2.2px",
            Stroke::Dashed => "stroke-width:1.2px;stroke-dasharray:5 3",
            Stroke::Dotted => "stroke-width:1.2px;stroke-dasharray:1.5 2.5",
        };
        let name = state.name();
        out.push_str(&format!(".{name} rect{{fill:{fill};stroke:{line};{stroke}}}.{name} text{{fill:{ink}}}\n"));
        out.push_str(&format!(".{name} .mark{{fill:{line}}}\n"));
    }
    out + "</style>\n"
}

/// How wide the legend's entry for a state is.
fn entry_width(state: State, count: usize) -> f64 {
    44.0 + 11.0 * measure(&format!("{} {count}", state.name()))
}

fn head_width(view: &GraphView) -> f64 {
    let legend: f64 = view.states.iter().map(|&(state, count)| entry_width(state, count)).sum();
    (2.0 * LEFT + legend.max(21.0 * measure(&view.title))).ceil()
}

fn legend(view: &GraphView) -> String {
    let mut out = String::new();
    let mut x = LEFT;
    for &(state, count) in &view.states {
        let name = state.name();
        out.push_str(&format!("<g class=\"{name}\"><rect x=\"{x:.1}\" y=\"40\" width=\"20\" height=\"16\" rx=\"4\"/>"));
        out.push_str(&mark(state, x + 10.0, 48.0));
        out.push_str(&format!("<text x=\"{:.1}\" y=\"52\">{name} {count}</text></g>\n", x + 26.0));
        x += entry_width(state, count);
    }
    out
}

/// Returns the sign of a state around a point.
fn mark(state: State, x: f64, y: f64) -> String {
    format!("<text class=\"mark\" x=\"{x:.1}\" y=\"{:.1}\">{}</text>", y + 4.0, sign(state))
}

/// Makes `text`, which is safe to print, fit into XML.
fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            c => out.push(c),
        }
    }
    out
}
