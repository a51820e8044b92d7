//! The graph for Mermaid: a flowchart with a subgraph for each phase.
//!
//! Ids are `t` and `p` with a number, for topic ids may be words of Mermaid's own such as `end`, and a
//! short text stays longer below Mermaid's limits.

use super::look::{Stroke, look};
use super::{GraphView, sign};

/// What Mermaid draws where nobody changed its settings: edges, and characters of text.
pub const LIMITS: (usize, usize) = (500, 50_000);

/// Returns the graph as a Mermaid flowchart.
pub fn render(view: &GraphView) -> String {
    let mut out = "flowchart LR\n".to_owned();
    for (at, phase) in view.phases.iter().enumerate() {
        out.push_str(&format!("  subgraph p{at}[\"{}\"]\n", escape(&phase.title)));
        for (node, n) in view.nodes[phase.nodes.clone()].iter().zip(phase.nodes.clone()) {
            let (sign, state) = (sign(node.state), node.state.name());
            out.push_str(&format!("    t{n}[\"{sign} {}\"]:::{state}\n", escape(&node.title)));
        }
        out.push_str("  end\n");
    }
    for edge in &view.edges {
        out.push_str(&format!("  t{} --> t{}\n", edge.ends.0, edge.ends.1));
    }
    for &(state, _) in &view.states {
        let look = look(state);
        let stroke = match look.stroke {
            Stroke::Solid => "",
            Stroke::Bold => ",stroke-width:3px",
            Stroke::Dashed => ",stroke-dasharray:5 3",
            Stroke::Dotted => ",stroke-dasharray:2 3",
        };
        let name = state.name();
        out.push_str(&format!(
            "  classDef {name} fill:{},stroke:{},color:{}{stroke}\n",
            look.fill, look.line, look.ink
        ));
    }
    out
}

/// Makes `text` fit between double quotes: what could be syntax, markup or the sign of a Markdown
/// list becomes the number of its character, as Mermaid writes entities.
fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut before = None;
    for c in text.chars() {
        let in_a_list = match c {
            '-' | '+' => before.is_none(),
            '.' | ')' => before.is_some_and(|c: char| c.is_ascii_digit()),
            _ => false,
        };
        let plain = !c.is_ascii() || c.is_ascii_alphanumeric() || " .,:()-+/'?!".contains(c);
        if plain && !in_a_list {
            out.push(c);
        } else {
            out.push_str(&format!("#{};", u32::from(c)));
        }
        before = Some(c);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_in_a_title_is_syntax() {
        assert_eq!(escape("C++, (a) and 50:50?"), "C++, (a) and 50:50?");
        assert_eq!(escape("1. \"x\"]"), "1#46; #34;x#34;#93;");
        assert_eq!(escape("- a"), "#45; a");
        assert_eq!(escape("<script>#quot;`%%{"), "#60;script#62;#35;quot#59;#96;#37;#37;#123;");
    }
}
