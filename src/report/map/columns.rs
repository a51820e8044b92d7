//! Which column each topic of a band stands in: right of everything it needs there.

/// Bands of fewer rows than this are not made flatter by more columns.
const LOW: usize = 3;

/// Returns the number of topics on the longest path of a band with `nodes` topics.
pub(super) fn longest(nodes: usize, edges: &[(usize, usize)]) -> usize {
    ranks(nodes, edges, |edge| edge).into_iter().max().map_or(0, |rank| rank + 1)
}

/// Returns each topic's column, at most `most` of them, which must be no less than [`longest`].
///
/// The band is as flat as a list schedule makes it: column by column, the topics whose prerequisites
/// stand further left, those with the longest way before them first (Hu's rule). A second pass moves
/// topics right, next to what needs them, where that makes lines shorter.
pub(super) fn columns(nodes: usize, edges: &[(usize, usize)], most: usize) -> Vec<usize> {
    let ahead = ranks(nodes, edges, |(from, to)| (to, from));
    let (parents, children) = neighbours(nodes, edges);
    let mut rows = nodes.div_ceil(most).max(LOW);
    let mut columns = loop {
        let columns = schedule(&parents, &children, &ahead, rows);
        // With as many rows as topics nobody waits, and the longest path decides.
        if rows >= nodes || columns.iter().all(|&column| column < most) {
            break columns;
        }
        rows += 1 + rows / 16;
    };
    let mut taken = vec![0; most];
    for &column in &columns {
        taken[column] += 1;
    }
    let mut rightmost_first: Vec<usize> = (0..nodes).collect();
    rightmost_first.sort_by_key(|&node| std::cmp::Reverse(columns[node]));
    for node in rightmost_first {
        let Some(next) = children[node].iter().map(|&child| columns[child]).min() else { continue };
        if children[node].len() <= parents[node].len() {
            continue;
        }
        if let Some(free) = (columns[node] + 1..next).rev().find(|&column| taken[column] < rows) {
            taken[columns[node]] -= 1;
            taken[free] += 1;
            columns[node] = free;
        }
    }
    columns
}

/// Moves bands that have fewer columns than the widest to the right, as far as brings their topics
/// nearest to the columns behind their prerequisites in the bands above.
pub(super) fn shift(starts: &[usize], edges: &[(usize, usize)], bands: &mut [Vec<usize>]) {
    let count = |band: &[usize]| band.iter().max().map_or(0, |last| last + 1);
    let widest = bands.iter().map(|band| count(band)).max().unwrap_or(0);
    let mut columns: Vec<usize> = bands.concat();
    let mut from_above: Vec<Vec<(usize, usize)>> = vec![Vec::new(); bands.len()];
    for &(from, to) in edges {
        let band = starts.partition_point(|&start| start <= to) - 1;
        if from < starts[band] {
            from_above[band].push((from, to));
        }
    }
    for (at, band) in bands.iter_mut().enumerate() {
        let far = |by: usize| -> usize {
            from_above[at].iter().map(|&(from, to)| (columns[to] + by).abs_diff(columns[from] + 1)).sum()
        };
        let by = (0..=widest - count(band)).min_by_key(|&by| far(by)).unwrap_or(0);
        for (topic, column) in band.iter_mut().enumerate() {
            *column += by;
            columns[starts[at] + topic] = *column;
        }
    }
}

fn schedule(parents: &[Vec<usize>], children: &[Vec<usize>], ahead: &[usize], rows: usize) -> Vec<usize> {
    let mut waits: Vec<usize> = parents.iter().map(Vec::len).collect();
    let mut ready: Vec<usize> = (0..waits.len()).filter(|&node| waits[node] == 0).collect();
    let mut columns = vec![0; waits.len()];
    let mut column = 0;
    while !ready.is_empty() {
        ready.sort_by_key(|&node| (std::cmp::Reverse(ahead[node]), node));
        let later = ready.split_off(rows.min(ready.len()));
        for node in std::mem::replace(&mut ready, later) {
            columns[node] = column;
            for &child in &children[node] {
                waits[child] -= 1;
                if waits[child] == 0 {
                    ready.push(child);
                }
            }
        }
        column += 1;
    }
    columns
}

/// Returns the length of the longest path to each topic along the edges as `turn` gives them.
fn ranks(nodes: usize, edges: &[(usize, usize)], turn: impl Fn((usize, usize)) -> (usize, usize)) -> Vec<usize> {
    let turned: Vec<(usize, usize)> = edges.iter().map(|&edge| turn(edge)).collect();
    let (parents, children) = neighbours(nodes, &turned);
    let mut waits: Vec<usize> = parents.iter().map(Vec::len).collect();
    let mut ready: Vec<usize> = (0..nodes).filter(|&node| waits[node] == 0).collect();
    let mut ranks = vec![0; nodes];
    while let Some(node) = ready.pop() {
        for &child in &children[node] {
            ranks[child] = ranks[child].max(ranks[node] + 1);
            waits[child] -= 1;
            if waits[child] == 0 {
                ready.push(child);
            }
        }
    }
    ranks
}

fn neighbours(nodes: usize, edges: &[(usize, usize)]) -> (Vec<Vec<usize>>, Vec<Vec<usize>>) {
    let (mut parents, mut children) = (vec![Vec::new(); nodes], vec![Vec::new(); nodes]);
    for &(from, to) in edges {
        parents[to].push(from);
        children[from].push(to);
    }
    (parents, children)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_band_is_no_wider_than_asked_for_and_every_line_leads_right() {
        let chain: Vec<(usize, usize)> = (1..6).map(|to| (to - 1, to)).collect();
        assert_eq!(columns(6, &chain, 8), [0, 1, 2, 3, 4, 5]);
        assert_eq!(longest(6, &chain), 6);
        let mut random = fastrand::Rng::with_seed(7);
        for _ in 0..200 {
            let nodes = random.usize(1..40);
            let edges: Vec<(usize, usize)> =
                (1..nodes).flat_map(|to| [(random.usize(..to), to), (random.usize(..to), to)]).collect();
            let most = longest(nodes, &edges).max(8);
            let columns = columns(nodes, &edges, most);
            assert!(columns.iter().all(|&column| column < most));
            assert!(edges.iter().all(|&(from, to)| columns[from] < columns[to]));
        }
    }

    #[test]
    fn topics_without_lines_fill_a_rectangle() {
        let columns = columns(24, &[], 8);
        assert!((0..8).all(|column| columns.iter().filter(|&&c| c == column).count() == 3), "{columns:?}");
    }

    #[test]
    fn a_short_band_moves_below_what_it_needs() {
        let mut bands = [vec![0, 1, 2, 3], vec![0, 1], vec![0]];
        shift(&[0, 4, 6, 7], &[(1, 4), (2, 5), (3, 6)], &mut bands);
        assert_eq!(bands, [vec![0, 1, 2, 3], vec![2, 3], vec![3]], "the last would stand right of all columns");
    }

    #[test]
    fn a_topic_stands_next_to_what_needs_it() {
        // 4 is needed by the end of the chain only.
        assert_eq!(columns(5, &[(0, 1), (1, 2), (2, 3), (4, 3)], 8), [0, 1, 2, 3, 2]);
    }
}
