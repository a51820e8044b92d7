//! Where everything comes to lie: corridors and gaps as wide as their lines need, and every path.
//!
//! A line that leaves its band runs on tracks: one down the gap beside its prerequisite, which the
//! prerequisite's other lines share; one through the corridor above the band it goes to, shared in the
//! same way; one down the gap beside its topic, which the topic's other lines share. Tracks that do
//! not meet lie on top of each other, as in a channel router.

use std::collections::BTreeMap;

use super::lane::Lane;
use super::{BOX_WIDTH, FOOT, MARGIN, TITLE, round};

/// Where everything lies. Boxes and paths are in the order of topics and edges.
pub(super) struct Plan {
    pub(super) width: f64,
    pub(super) height: f64,
    /// Upper side and height of each band.
    pub(super) bands: Vec<(f64, f64)>,
    /// Left side, upper side and height of each box.
    pub(super) boxes: Vec<(f64, f64, f64)>,
    pub(super) paths: Vec<String>,
}

/// Space between lines side by side, where there is enough of it.
const APART: f64 = 3.0;
/// Corridors and gaps grow with their lines up to this; then the lines move together.
const WIDEST: f64 = 120.0;
const BETWEEN_BANDS: f64 = 10.0;
const NARROWEST: f64 = 30.0;
/// From a box to the nearest track beside it; the side of arrowheads is the right one of a gap.
const OUT: f64 = 7.0;
const IN: f64 = 12.0;
const RADIUS: f64 = 6.0;

/// A topic's place among the lanes.
#[derive(Clone, Copy)]
struct Spot {
    lane: usize,
    cell: usize,
    column: usize,
}

/// Tracks of a corridor or gap: which one each owner has, and how many there are.
#[derive(Default)]
struct Tracks {
    of: BTreeMap<usize, usize>,
    count: usize,
}

impl Tracks {
    /// Gives each owner the first track that is free all along its stretch.
    fn pack(stretches: BTreeMap<usize, (f64, f64)>) -> Self {
        let mut sorted: Vec<(usize, (f64, f64))> = stretches.into_iter().collect();
        sorted.sort_by(|a, b| a.1.0.total_cmp(&b.1.0).then(a.0.cmp(&b.0)));
        let mut ends: Vec<f64> = Vec::new();
        let mut of = BTreeMap::new();
        for (owner, (start, end)) in sorted {
            let track = ends.iter().position(|&taken| taken < start).unwrap_or(ends.len());
            if track == ends.len() {
                ends.push(end);
            }
            ends[track] = end;
            of.insert(owner, track);
        }
        Self { of, count: ends.len() }
    }
}

/// Returns the space between `count` lines.
fn apart(count: usize) -> f64 {
    if count == 0 { 0.0 } else { APART.min(WIDEST / count as f64) }
}

fn stretch(stretches: &mut BTreeMap<usize, (f64, f64)>, owner: usize, over: [f64; 2]) {
    let (low, high) = (over[0].min(over[1]), over[0].max(over[1]));
    let known = stretches.entry(owner).or_insert((low, high));
    *known = (known.0.min(low), known.1.max(high));
}

/// Lays everything out: `lanes` from top to bottom, `edges` as pairs of topics.
pub(super) fn plan(lanes: &[Lane], edges: &[(usize, usize)]) -> Plan {
    let spots: Vec<Spot> = lanes
        .iter()
        .enumerate()
        .flat_map(|(lane, l)| (0..l.topics).map(move |cell| Spot { lane, cell, column: l.cells[cell].column }))
        .collect();
    let stays = |&(from, to): &(usize, usize)| {
        let (from, to) = (spots[from], spots[to]);
        from.lane == to.lane && lanes[to.lane].is_within_reach(from.cell, to.cell)
    };
    let outer: Vec<(usize, usize)> = edges.iter().copied().filter(|edge| !stays(edge)).collect();
    // Gap `n` is left of column `n`. A line whose ends share a gap needs no corridor.
    let gaps = |from: usize, to: usize| (spots[from].column + 1, spots[to].column);

    let mut corridors = vec![BTreeMap::new(); lanes.len()];
    for &(from, to) in &outer {
        let (out, into) = gaps(from, to);
        if out != into {
            stretch(&mut corridors[spots[to].lane], from, [out as f64, into as f64]);
        }
    }
    let corridors: Vec<Tracks> = corridors.into_iter().map(Tracks::pack).collect();
    let mut y = MARGIN;
    let mut bands = Vec::new();
    for (lane, corridor) in lanes.iter().zip(&corridors) {
        if !bands.is_empty() || corridor.count > 0 {
            y += BETWEEN_BANDS + apart(corridor.count) * corridor.count as f64;
        }
        let height = TITLE + lane.height + FOOT;
        bands.push((y, height));
        y += height;
    }
    let height = y + MARGIN;
    let middle = |topic: usize| {
        let Spot { lane, cell, .. } = spots[topic];
        bands[lane].0 + TITLE + lanes[lane].cells[cell].middle()
    };
    let corridor = |from: usize, to: usize| {
        let lane = spots[to].lane;
        let tracks = &corridors[lane];
        bands[lane].0 - BETWEEN_BANDS / 2.0 - apart(tracks.count) * (tracks.of[&from] as f64 + 0.5)
    };

    let columns = lanes.iter().map(|lane| lane.columns.len()).max().unwrap_or(0);
    let (mut outs, mut ins) = (vec![BTreeMap::new(); columns + 1], vec![BTreeMap::new(); columns + 1]);
    for &(from, to) in &outer {
        let (out, into) = gaps(from, to);
        if out == into {
            stretch(&mut outs[out], from, [middle(from), middle(to)]);
        } else {
            let y = corridor(from, to);
            stretch(&mut outs[out], from, [middle(from), y]);
            stretch(&mut ins[into], to, [y, middle(to)]);
        }
    }
    let outs: Vec<Tracks> = outs.into_iter().map(Tracks::pack).collect();
    let ins: Vec<Tracks> = ins.into_iter().map(Tracks::pack).collect();
    let (mut lefts, mut rights) = (Vec::new(), Vec::new());
    let mut x = MARGIN;
    for gap in 0..=columns {
        lefts.push(x);
        let count = outs[gap].count + ins[gap].count;
        let at_the_side = gap == 0 || gap == columns;
        let least = if at_the_side { 0.0 } else { NARROWEST };
        x += (OUT + IN + apart(count) * count as f64).max(least);
        rights.push(x);
        x += if gap == columns { MARGIN } else { BOX_WIDTH };
    }
    let width = x;
    let out_track = |gap: usize, from: usize| {
        lefts[gap] + OUT + apart(outs[gap].count + ins[gap].count) * (outs[gap].of[&from] as f64 + 0.5)
    };
    let in_track = |gap: usize, to: usize| {
        rights[gap] - IN - apart(outs[gap].count + ins[gap].count) * (ins[gap].of[&to] as f64 + 0.5)
    };

    let path = |&(from, to): &(usize, usize)| {
        if stays(&(from, to)) {
            let lane = &lanes[spots[from].lane];
            let top = bands[spots[from].lane].0 + TITLE;
            let at = |cell: usize| (rights[lane.cells[cell].column], top + lane.cells[cell].middle());
            return waves(&lane.line(spots[from].cell, spots[to].cell).into_iter().map(at).collect::<Vec<_>>());
        }
        let (out, into) = gaps(from, to);
        let (start, end) = ((lefts[out], middle(from)), (rights[into], middle(to)));
        let x = out_track(out, from);
        if out == into {
            return corners(&[start, (x, start.1), (x, end.1), end]);
        }
        let (y, last) = (corridor(from, to), in_track(into, to));
        corners(&[start, (x, start.1), (x, y), (last, y), (last, end.1), end])
    };
    let paths = edges.iter().map(path).collect();
    let boxes = (0..spots.len())
        .map(|topic| {
            let Spot { lane, cell, column } = spots[topic];
            let cell = &lanes[lane].cells[cell];
            (rights[column], bands[lane].0 + TITLE + cell.top, cell.height)
        })
        .collect();
    Plan { width, height, bands, boxes, paths }
}

/// Returns the path through cells, given their left sides and middles: a wave across each gap,
/// straight past each column.
fn waves(cells: &[(f64, f64)]) -> String {
    let mut path = String::new();
    for pair in cells.windows(2) {
        let ((left, y), (next, down)) = (pair[0], pair[1]);
        let right = left + BOX_WIDTH;
        let word = if path.is_empty() { 'M' } else { 'L' };
        path.push_str(&format!("{word}{} {}", round(right), round(y)));
        let half = (right + next) / 2.0;
        path.push_str(&format!(
            "C{} {} {} {} {} {}",
            round(half),
            round(y),
            round(half),
            round(down),
            round(next),
            round(down)
        ));
    }
    path
}

/// Returns the path along these points, every second stretch upright, with round corners.
fn corners(points: &[(f64, f64)]) -> String {
    let mut path = format!("M{} {}", round(points[0].0), round(points[0].1));
    for three in points.windows(3) {
        let [before, corner, after] = [three[0], three[1], three[2]];
        let length = |other: (f64, f64)| (other.0 - corner.0).abs() + (other.1 - corner.1).abs();
        let radius = RADIUS.min(length(before) / 2.0).min(length(after) / 2.0);
        if radius < 0.05 {
            // Two points in one: there is no corner.
            continue;
        }
        let toward = |other: (f64, f64), by: f64| {
            let share = by / length(other);
            let along = |from: f64, to: f64| round(from + (to - from) * share);
            format!("{} {}", along(corner.0, other.0), along(corner.1, other.1))
        };
        // 0.448 of the radius from the corner makes a quarter of a circle.
        path.push_str(&format!(
            "L{}C{} {} {}",
            toward(before, radius),
            toward(before, radius * 0.448),
            toward(after, radius * 0.448),
            toward(after, radius)
        ));
    }
    let last = points[points.len() - 1];
    path + &format!("L{} {}", round(last.0), round(last.1))
}
