//! How a state looks in a drawing: colours with enough contrast on white, and a stroke that tells
//! them apart without colour. The sign does so too.

use crate::progress::State;

/// Colours and stroke of a box.
#[derive(Clone, Copy, Debug)]
pub(super) struct Look {
    pub(super) fill: &'static str,
    pub(super) line: &'static str,
    pub(super) ink: &'static str,
    pub(super) stroke: Stroke,
}

/// The line around a box.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Stroke {
    Solid,
    Bold,
    Dashed,
    Dotted,
}

/// Returns how a state looks.
pub(super) fn look(state: State) -> Look {
    let (fill, line, ink, stroke) = match state {
        State::Locked => ("#ffffff", "#76808f", "#4a5361", Stroke::Dashed),
        State::Ready => ("#e3f0ff", "#0b5cad", "#0b2e55", Stroke::Bold),
        State::Started => ("#fff1d6", "#9a5b00", "#4a2c00", Stroke::Bold),
        State::Done => ("#d8f2de", "#1d7a3a", "#0d3b1c", Stroke::Solid),
        State::Known => ("#dcf3f1", "#11766b", "#0a3b36", Stroke::Solid),
        State::Due => ("#fde5ec", "#b3154a", "#5a0a26", Stroke::Bold),
        State::Skipped => ("#ffffff", "#767676", "#595959", Stroke::Dotted),
    };
    Look { fill, line, ink, stroke }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    /// Returns the contrast of two colours, as WCAG 2.2 defines it.
    pub(in crate::report::graph) fn contrast(a: &str, b: &str) -> f64 {
        let luminance = |colour: &str| {
            let part = |at: usize| {
                let value = f64::from(u8::from_str_radix(&colour[at..at + 2], 16).expect("a colour")) / 255.0;
                if value <= 0.04045 { value / 12.92 } else { ((value + 0.055) / 1.055).powf(2.4) }
            };
            0.2126 * part(1) + 0.7152 * part(3) + 0.0722 * part(5)
        };
        let (a, b) = (luminance(a), luminance(b));
        (a.max(b) + 0.05) / (a.min(b) + 0.05)
    }

    #[test]
    fn words_and_boxes_stand_out() {
        for state in State::ALL {
            let look = look(state);
            assert!(contrast(look.ink, look.fill) >= 4.5, "words, {}", state.name());
            assert!(contrast(look.line, look.fill) >= 3.0, "line, {}", state.name());
            assert!(contrast(look.line, "#f1f4f8") >= 3.0, "line on a band, {}", state.name());
        }
    }
}
