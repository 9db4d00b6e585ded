//! The assignment problem.

/// The assignment of rows to columns with the largest total gain (Kuhn 1955, in the shortest-augmenting-path form of
/// Jonker and Volgenant): for each row its column, or none when there are more rows than columns. Gains that are not
/// finite count as zero. Time: rows² × columns.
///
/// ```
/// use kazi_quality::geometry::assign;
/// // Taking the largest entry first (0.9) would force the 0.1: the best total is 0.8 + 0.8.
/// assert_eq!(assign(&[vec![0.9, 0.8], vec![0.8, 0.1]]), [Some(1), Some(0)]);
/// ```
pub fn assign(gains: &[Vec<f64>]) -> Vec<Option<usize>> {
    let columns = gains.iter().map(Vec::len).max().unwrap_or(0);
    let gain = |row: usize, column: usize| {
        let value = gains.get(row).and_then(|row| row.get(column)).copied().unwrap_or(0.0);
        if value.is_finite() { value } else { 0.0 }
    };
    if gains.len() > columns {
        let turned: Vec<Vec<f64>> =
            (0..columns).map(|column| (0..gains.len()).map(|row| gain(row, column)).collect()).collect();
        let mut result = vec![None; gains.len()];
        for (column, row) in assign(&turned).into_iter().enumerate() {
            if let Some(slot) = row.and_then(|row| result.get_mut(row)) {
                *slot = Some(column);
            }
        }
        return result;
    }
    let mut search = Search::new(gains.len(), columns);
    for row in 0..gains.len() {
        search.add_row(row + 1, &|row, column| -gain(row, column));
    }
    let mut result = vec![None; gains.len()];
    for (column, row) in search.row_of.iter().enumerate().skip(1) {
        if let Some(slot) = row.checked_sub(1).and_then(|row| result.get_mut(row)) {
            *slot = Some(column - 1);
        }
    }
    result
}

/// Rows and columns are counted from one; column zero is where a new row starts.
struct Search {
    row_price: Vec<f64>,
    column_price: Vec<f64>,
    row_of: Vec<usize>,
    came_from: Vec<usize>,
}

impl Search {
    fn new(rows: usize, columns: usize) -> Self {
        Self {
            row_price: vec![0.0; rows + 1],
            column_price: vec![0.0; columns + 1],
            row_of: vec![0; columns + 1],
            came_from: vec![0; columns + 1],
        }
    }

    fn row_at(&self, column: usize) -> usize {
        self.row_of.get(column).copied().unwrap_or(0)
    }

    /// Finds the cheapest augmenting path for one more row.
    fn add_row(&mut self, row: usize, cost: &impl Fn(usize, usize) -> f64) {
        let width = self.column_price.len();
        if let Some(start) = self.row_of.first_mut() {
            *start = row;
        }
        let mut least = vec![f64::INFINITY; width];
        let mut used = vec![false; width];
        let mut column = 0;
        loop {
            if let Some(mark) = used.get_mut(column) {
                *mark = true;
            }
            let here = self.row_at(column);
            let row_price = crate::num::at(&self.row_price, here);
            let (mut step, mut next) = (f64::INFINITY, 0);
            for (other, ((least, price), _)) in least
                .iter_mut()
                .zip(&self.column_price)
                .zip(&used)
                .enumerate()
                .skip(1)
                .filter(|(_, (_, used))| !**used)
            {
                let reduced = cost(here - 1, other - 1) - row_price - price;
                if reduced < *least {
                    *least = reduced;
                    if let Some(from) = self.came_from.get_mut(other) {
                        *from = column;
                    }
                }
                if *least < step {
                    (step, next) = (*least, other);
                }
            }
            for (other, (least, used)) in least.iter_mut().zip(&used).enumerate() {
                if *used {
                    crate::num::add(&mut self.row_price, self.row_of.get(other).copied().unwrap_or(0), step);
                    crate::num::add(&mut self.column_price, other, -step);
                } else {
                    *least -= step;
                }
            }
            column = next;
            if self.row_at(column) == 0 {
                break;
            }
        }
        while column != 0 {
            let from = self.came_from.get(column).copied().unwrap_or(0);
            let row = self.row_at(from);
            if let Some(slot) = self.row_of.get_mut(column) {
                *slot = row;
            }
            column = from;
        }
    }
}
