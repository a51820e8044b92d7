//! The graph for Graphviz: a cluster for each phase.

use super::look::{Stroke, look};
use super::{GraphView, sign};

/// Returns the graph in the DOT language.
pub fn render(view: &GraphView) -> String {
    let mut out = format!("digraph roadmap {{\n  label={}; labelloc=t; fontsize=20;\n", quote(&view.title));
    out.push_str("  rankdir=LR; newrank=true; bgcolor=white; fontname=\"Helvetica\";\n");
    out.push_str("  node [shape=box, fontname=\"Helvetica\", fontsize=11, margin=\"0.12,0.06\"];\n");
    out.push_str("  edge [color=\"#5b6b80\", arrowsize=0.6];\n");
    for (at, phase) in view.phases.iter().enumerate() {
        out.push_str(&format!("\n  subgraph cluster_{at} {{\n    label={};", quote(&phase.title)));
        out.push_str(" labeljust=l; fontsize=14; style=\"rounded,filled\"; color=\"#f1f4f8\";\n");
        for node in &view.nodes[phase.nodes.clone()] {
            let look = look(node.state);
            let style = match look.stroke {
                Stroke::Solid => "rounded,filled",
                Stroke::Bold => "rounded,filled,bold",
                Stroke::Dashed => "rounded,filled,dashed",
                Stroke::Dotted => "rounded,filled,dotted",
            };
            let lines: Vec<String> = node.lines.iter().map(|line| escape(line)).collect();
            out.push_str(&format!(
                "    {} [label=\"{} {}\", tooltip={}, class=\"{}\", style=\"{style}\", fillcolor=\"{}\", color=\"{}\", \
                 fontcolor=\"{}\"];\n",
                quote(&node.id),
                sign(node.state),
                lines.join("\\n"),
                quote(&node.words),
                node.state.name(),
                look.fill,
                look.line,
                look.ink,
            ));
        }
        out.push_str("  }\n");
    }
    out.push('\n');
    for edge in &view.edges {
        out.push_str(&format!("  {} -> {}", quote(&edge.from), quote(&edge.to)));
        if !edge.reason.is_empty() {
            out.push_str(&format!(" [tooltip={}]", quote(&edge.reason)));
        }
        out.push_str(";\n");
    }
    out + "}\n"
}

fn quote(text: &str) -> String {
    format!("\"{}\"", escape(text))
}

/// Makes `text` fit between double quotes: Graphviz reads `\` escapes and HTML entities there.
fn escape(text: &str) -> String {
    text.replace('\\', "\\\\").replace('"', "\\\"").replace('&', "&amp;")
}
