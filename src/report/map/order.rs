//! The order of cells in their columns: few crossings, by barycentres and by swapping neighbours.

use super::lane::Cell;

const SWEEPS: usize = 24;

/// Puts the cells of each column in an order with few crossings of lines between the columns.
pub(super) fn sweep(cells: &[Cell], columns: &mut Vec<Vec<usize>>) {
    let mut place = vec![0; cells.len()];
    for column in columns.iter() {
        note(column, &mut place);
    }
    let mut best = (crossings(cells, columns, &place), columns.clone());
    for sweep in 0..SWEEPS {
        if best.0 == 0 {
            break;
        }
        let count = columns.len();
        for step in 0..count {
            let (column, leftwards) = if sweep % 2 == 0 { (step, false) } else { (count - 1 - step, true) };
            let near = |at: usize| if leftwards { &cells[at].right } else { &cells[at].left };
            let centre = |at: usize| match near(at).len() {
                // Nothing pulls at it: it stays about where it is.
                0 => place[at] as f64,
                n => near(at).iter().map(|&other| place[other]).sum::<usize>() as f64 / n as f64,
            };
            let mut keyed: Vec<(f64, usize)> = columns[column].iter().map(|&at| (centre(at), at)).collect();
            keyed.sort_by(|a, b| a.0.total_cmp(&b.0));
            columns[column] = keyed.into_iter().map(|(_, at)| at).collect();
            note(&columns[column], &mut place);
        }
        swap(cells, columns, &mut place);
        let now = crossings(cells, columns, &place);
        if now < best.0 {
            best = (now, columns.clone());
        }
    }
    *columns = best.1;
}

fn note(column: &[usize], place: &mut [usize]) {
    for (at, &cell) in column.iter().enumerate() {
        place[cell] = at;
    }
}

/// Swaps neighbours as long as that takes crossings away, a few rounds at most.
fn swap(cells: &[Cell], columns: &mut [Vec<usize>], place: &mut [usize]) {
    const ROUNDS: usize = 4;
    for _ in 0..ROUNDS {
        let mut changed = false;
        for column in columns.iter_mut() {
            for at in 1..column.len() {
                let (upper, lower) = (&cells[column[at - 1]], &cells[column[at]]);
                let (now, swapped) = [(&upper.left, &lower.left), (&upper.right, &lower.right)]
                    .map(|(upper, lower)| between(upper, lower, place))
                    .into_iter()
                    .fold((0, 0), |sum, pair| (sum.0 + pair.0, sum.1 + pair.1));
                if swapped < now {
                    place.swap(column[at - 1], column[at]);
                    column.swap(at - 1, at);
                    changed = true;
                }
            }
        }
        if !changed {
            break;
        }
    }
}

/// Returns the crossings between the lines of two neighbours, as they stand and when swapped.
fn between(upper: &[usize], lower: &[usize], place: &[usize]) -> (usize, usize) {
    let sorted = |of: &[usize]| {
        let mut places: Vec<usize> = of.iter().map(|&other| place[other]).collect();
        places.sort_unstable();
        places
    };
    let (upper, lower) = (sorted(upper), sorted(lower));
    let pairs =
        |above: &[usize], below: &[usize]| above.iter().map(|&a| below.partition_point(|&b| b < a)).sum::<usize>();
    (pairs(&upper, &lower), pairs(&lower, &upper))
}

/// Returns how often lines between neighbouring columns cross.
pub(super) fn crossings(cells: &[Cell], columns: &[Vec<usize>], place: &[usize]) -> usize {
    let between = |pair: &[Vec<usize>]| {
        // Lines in the order of their upper ends; each crosses the earlier ones that end below it.
        let mut ends: Vec<usize> = vec![0; pair[1].len() + 1];
        let (mut seen, mut crossed) = (0, 0);
        for &cell in &pair[0] {
            let mut targets: Vec<usize> = cells[cell].right.iter().map(|&other| place[other]).collect();
            targets.sort_unstable();
            for target in targets {
                crossed += seen - prefix(&ends, target);
                add(&mut ends, target);
                seen += 1;
            }
        }
        crossed
    };
    columns.windows(2).map(between).sum()
}

/// Counts into a Fenwick tree.
fn add(tree: &mut [usize], place: usize) {
    let mut at = place + 1;
    while at < tree.len() {
        tree[at] += 1;
        at += at & at.wrapping_neg();
    }
}

/// Returns how many were counted at `place` or before it.
fn prefix(tree: &[usize], place: usize) -> usize {
    let (mut at, mut sum) = (place + 1, 0);
    while at > 0 {
        sum += tree[at];
        at &= at - 1;
    }
    sum
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Returns cells in columns of these sizes, joined by lines (column, upper, lower place).
    fn cells(sizes: &[usize], lines: &[(usize, usize, usize)]) -> (Vec<Cell>, Vec<Vec<usize>>) {
        let mut cells = Vec::new();
        let mut columns = Vec::new();
        for (column, &size) in sizes.iter().enumerate() {
            columns.push((cells.len()..cells.len() + size).collect::<Vec<_>>());
            cells.extend((0..size).map(|_| Cell::new(column, 1.0)));
        }
        for &(column, left, right) in lines {
            let (left, right) = (columns[column][left], columns[column + 1][right]);
            cells[left].right.push(right);
            cells[right].left.push(left);
        }
        (cells, columns)
    }

    fn count(cells: &[Cell], columns: &[Vec<usize>]) -> usize {
        let mut place = vec![0; cells.len()];
        columns.iter().for_each(|column| note(column, &mut place));
        crossings(cells, columns, &place)
    }

    #[test]
    fn what_can_be_uncrossed_is() {
        let (cells, mut columns) = cells(&[3, 3], &[(0, 0, 2), (0, 1, 1), (0, 2, 0)]);
        assert_eq!(count(&cells, &columns), 3);
        sweep(&cells, &mut columns);
        assert_eq!(count(&cells, &columns), 0);
    }

    #[test]
    fn crossings_are_those_of_all_pairs_and_sweeping_makes_no_more() {
        let mut random = fastrand::Rng::with_seed(3);
        for _ in 0..100 {
            let sizes: Vec<usize> = (0..4).map(|_| random.usize(1..9)).collect();
            let mut lines: Vec<(usize, usize, usize)> = (0..random.usize(..30))
                .map(|_| {
                    let column = random.usize(..3);
                    (column, random.usize(..sizes[column]), random.usize(..sizes[column + 1]))
                })
                .collect();
            lines.sort_unstable();
            lines.dedup();
            let (cells, mut columns) = cells(&sizes, &lines);
            let cross = |a: &(usize, usize, usize), b: &(usize, usize, usize)| a.0 == b.0 && a.1 < b.1 && a.2 > b.2;
            let pairs = lines.iter().map(|a| lines.iter().filter(|b| cross(a, b)).count()).sum::<usize>();
            assert_eq!(count(&cells, &columns), pairs);
            sweep(&cells, &mut columns);
            assert!(count(&cells, &columns) <= pairs);
        }
    }
}
