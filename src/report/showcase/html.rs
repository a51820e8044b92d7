//! The portfolio as one page: no script, no other file, readable in light, dark and print.
//!
//! askama escapes every value at compile time; only the style sheet, which is ours, goes in as it is.

use askama::Template;

use super::{SEAL, Showcase};
use crate::text;

/// The SHA-256 of [`STYLE`] in base 64: the only style that the page's security policy lets in.
const STYLE_HASH: &str = "Bfw+wjAAEboufgXSccc2umc+MZbhWG5o/M4mmTLlLpE=";
const STYLE: &str = include_str!("../../../templates/portfolio.css");

#[derive(Template)]
#[template(path = "portfolio.html")]
struct Page<'s> {
    show: &'s Showcase,
    seal: &'static str,
    style: &'static str,
    style_hash: &'static str,
}

impl Page<'_> {
    fn projects(&self) -> String {
        text::count(self.show.projects.len(), "project")
    }

    fn skills(&self) -> String {
        text::count(self.show.skills_shown, "skill")
    }
}

/// Returns the page.
pub fn render(showcase: &Showcase) -> String {
    let page = Page { show: showcase, seal: SEAL, style: STYLE, style_hash: STYLE_HASH };
    let mut html = page.render().expect("writing to a string cannot fail");
    html.push('\n');
    html
}

#[cfg(test)]
mod tests {
    use sha2::{Digest, Sha256};

    use super::*;

    #[test]
    fn the_policy_lets_our_style_in() {
        const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
        let mut base64 = String::new();
        for three in Sha256::digest(STYLE).chunks(3) {
            let number = (0..3).fold(0u32, |n, i| n << 8 | u32::from(*three.get(i).unwrap_or(&0)));
            let letters = (0..4).map(|i| char::from(LETTERS[(number >> (18 - 6 * i) & 63) as usize]));
            base64.extend(letters.enumerate().map(|(i, c)| if i <= three.len() { c } else { '=' }));
        }
        assert_eq!(base64, STYLE_HASH, "put this hash into STYLE_HASH");
    }
}
