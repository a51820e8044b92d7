//! Where things stand on the screen, for any size of it; knows nothing of what is drawn there.

use ratatui::layout::Rect;

use super::state::Pane;

/// Below so many columns there is room for one pane only.
const TWO_PANES: u16 = 72;

/// The parts of the screen. A part for which there is no room is empty.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Areas {
    /// What is next.
    pub(super) head: Rect,
    /// The tree with its border.
    pub(super) tree: Rect,
    /// The topic with its border.
    pub(super) topic: Rect,
    /// Keys, search or what was just done.
    pub(super) foot: Rect,
}

impl Areas {
    /// Returns the parts of a screen of this size, with `foot` lines wanted at the foot. Where there
    /// is room for one pane only, it is the one that has the `focus`.
    pub(super) fn new((width, height): (u16, u16), focus: Pane, foot: usize) -> Self {
        let wanted = match height {
            0..=4 => 0,
            5..=13 => 1,
            14..=19 => 2,
            _ => 3,
        };
        let foot = u16::try_from(foot).unwrap_or(u16::MAX).clamp(1, (height / 2).max(1)).min(height);
        let head = wanted.min(height - foot);
        let body = Rect::new(0, head, width, height - foot - head);
        let left = (width / 5 * 2).clamp(32, 64);
        let (tree, topic) = match focus {
            _ if width >= TWO_PANES => (Rect { width: left, ..body }, Rect { x: left, width: width - left, ..body }),
            Pane::Tree => (body, Rect::default()),
            Pane::Topic => (Rect::default(), body),
        };
        Self { head: Rect::new(0, 0, width, head), tree, topic, foot: Rect::new(0, height - foot, width, foot) }
    }
}

/// Returns what is inside a border.
pub(super) fn inside(area: Rect) -> Rect {
    if area.width < 2 || area.height < 2 {
        return Rect { width: 0, height: 0, ..area };
    }
    Rect { x: area.x + 1, y: area.y + 1, width: area.width - 2, height: area.height - 2 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_parts_fill_the_screen_and_never_overlap() {
        for width in (0..200).chain([u16::MAX]) {
            for height in (0..60).chain([u16::MAX]) {
                for (focus, foot) in [(Pane::Tree, 1), (Pane::Topic, 3), (Pane::Tree, usize::MAX)] {
                    let areas = Areas::new((width, height), focus, foot);
                    let cells = |area: Rect| u64::from(area.width) * u64::from(area.height);
                    let sum = cells(areas.head) + cells(areas.tree) + cells(areas.topic) + cells(areas.foot);
                    assert_eq!(sum, u64::from(width) * u64::from(height), "{width}x{height} {areas:?}");
                }
            }
        }
        let small = Areas::new((40, 10), Pane::Tree, 1);
        assert_eq!((small.head.height, inside(small.tree).height, small.topic.width), (1, 6, 0));
    }
}
