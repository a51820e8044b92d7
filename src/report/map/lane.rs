//! The inside of a band: boxes and bends in columns, in an order with few crossings, at heights that
//! make lines straight.
//!
//! A line that passes a column gets a bend there, a place of its own between the boxes; the lines of
//! one prerequisite share theirs. A line that would pass more columns than [`REACH`] goes through
//! the corridor instead, so that the number of bends stays in proportion to that of lines.

use std::collections::HashMap;

use super::order;

/// Columns that a line passes at most inside a band.
const REACH: usize = 10;
const BEND: f64 = 4.0;
const SPACE: f64 = 8.0;

/// A band's boxes and bends. The first `topics` cells are the band's topics.
pub(super) struct Lane {
    /// How many topics it has.
    pub(super) topics: usize,
    pub(super) cells: Vec<Cell>,
    /// Cells by column, each from top to bottom.
    pub(super) columns: Vec<Vec<usize>>,
    /// Height of its contents.
    pub(super) height: f64,
    bends: HashMap<(usize, usize), usize>,
}

/// A box, or a bend.
pub(super) struct Cell {
    pub(super) column: usize,
    pub(super) height: f64,
    /// Upper side, from the top of the lane's contents.
    pub(super) top: f64,
    /// Cells of the column to the left that lines come from.
    pub(super) left: Vec<usize>,
    /// Cells of the column to the right that lines go to.
    pub(super) right: Vec<usize>,
}

impl Cell {
    pub(super) fn new(column: usize, height: f64) -> Self {
        Self { column, height, top: 0.0, left: Vec::new(), right: Vec::new() }
    }

    /// Returns the middle between its upper and lower side.
    pub(super) fn middle(&self) -> f64 {
        self.top + self.height / 2.0
    }
}

impl Lane {
    /// Returns the lane of the topics with these columns, edges and heights.
    pub(super) fn new(columns: &[usize], edges: &[(usize, usize)], heights: &[f64]) -> Self {
        let count = columns.iter().max().map_or(0, |last| last + 1);
        let cells = columns.iter().zip(heights).map(|(&column, &height)| Cell::new(column, height)).collect();
        let topics = columns.len();
        let mut lane = Self { topics, cells, columns: vec![Vec::new(); count], height: 0.0, bends: HashMap::new() };
        for &(from, to) in edges {
            if lane.is_within_reach(from, to) {
                lane.connect(from, to);
            }
        }
        for (at, cell) in lane.cells.iter().enumerate() {
            lane.columns[cell.column].push(at);
        }
        order::sweep(&lane.cells, &mut lane.columns);
        lane.stack();
        lane
    }

    /// Returns whether the line between two topics of this lane stays inside of it.
    pub(super) fn is_within_reach(&self, from: usize, to: usize) -> bool {
        self.cells[to].column - self.cells[from].column <= REACH
    }

    /// Returns the cells on the line between two topics of this lane, both included.
    pub(super) fn line(&self, from: usize, to: usize) -> Vec<usize> {
        let between = self.cells[from].column + 1..self.cells[to].column;
        let bends = between.map(|column| self.bends[&(from, column)]);
        std::iter::once(from).chain(bends).chain([to]).collect()
    }

    fn connect(&mut self, from: usize, to: usize) {
        let mut last = from;
        for column in self.cells[from].column + 1..self.cells[to].column {
            last = match self.bends.get(&(from, column)) {
                Some(&bend) => bend,
                None => {
                    let bend = self.cells.len();
                    self.cells.push(Cell::new(column, BEND));
                    self.bends.insert((from, column), bend);
                    self.join(last, bend);
                    bend
                }
            };
        }
        self.join(last, to);
    }

    fn join(&mut self, left: usize, right: usize) {
        self.cells[left].right.push(right);
        self.cells[right].left.push(left);
    }

    /// Gives every cell its height: near the middle of its neighbours, in order and apart.
    fn stack(&mut self) {
        let total =
            |cells: &[Cell], column: &[usize]| column.iter().map(|&at| cells[at].height + SPACE).sum::<f64>() - SPACE;
        self.height = self.columns.iter().map(|column| total(&self.cells, column)).fold(0.0, f64::max);
        for column in &self.columns {
            let mut top = (self.height - total(&self.cells, column)) / 2.0;
            for &at in column {
                self.cells[at].top = top;
                top += self.cells[at].height + SPACE;
            }
        }
        const SWEEPS: usize = 12;
        for sweep in 0..SWEEPS {
            let count = self.columns.len();
            for step in 0..count {
                let column = if sweep % 2 == 0 { step } else { count - 1 - step };
                self.settle(column, sweep);
            }
        }
    }

    fn settle(&mut self, column: usize, sweep: usize) {
        let column = &self.columns[column];
        let mut offset = 0.0;
        let wishes: Vec<(f64, f64)> = column
            .iter()
            .map(|&at| {
                let cell = &self.cells[at];
                let mean = |of: &[usize]| of.iter().map(|&n| self.cells[n].middle()).sum::<f64>() / of.len() as f64;
                let middle = match (sweep, cell.left.is_empty(), cell.right.is_empty()) {
                    (_, true, true) => cell.middle(),
                    (_, false, true) => mean(&cell.left),
                    (_, true, false) => mean(&cell.right),
                    (0 | 2, ..) => mean(&cell.left),
                    (1 | 3, ..) => mean(&cell.right),
                    _ => (mean(&cell.left) + mean(&cell.right)) / 2.0,
                };
                let wish = middle - cell.height / 2.0 - offset;
                offset += cell.height + SPACE;
                // A bend out of line is seen more than a box out of line.
                let weight = if at < self.topics { 1.0 } else { 3.0 };
                (wish, weight)
            })
            .collect();
        let free = self.height - (offset - SPACE);
        let mut offset = 0.0;
        for (&at, shift) in column.iter().zip(rising(&wishes)) {
            self.cells[at].top = shift.clamp(0.0, free.max(0.0)) + offset;
            offset += self.cells[at].height + SPACE;
        }
    }
}

/// Returns the numbers nearest to the wishes (value, weight) that never fall: neighbours that would
/// are pooled at their mean.
fn rising(wishes: &[(f64, f64)]) -> Vec<f64> {
    let mut pools: Vec<(f64, f64, usize)> = Vec::new();
    for &(value, weight) in wishes {
        let mut pool = (value, weight, 1);
        while let Some(&(before, heavy, count)) = pools.last()
            && before >= pool.0
        {
            pools.pop();
            let weight = heavy + pool.1;
            pool = ((before * heavy + pool.0 * pool.1) / weight, weight, count + pool.2);
        }
        pools.push(pool);
    }
    pools.into_iter().flat_map(|(value, _, count)| std::iter::repeat_n(value, count)).collect()
}
