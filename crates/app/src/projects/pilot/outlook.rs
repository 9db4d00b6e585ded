//! What all items will cost, from what those of a pilot have cost.

/// What a whole project will cost, in millionths.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Outlook {
    /// What it will cost if the rest is as the pilot was.
    pub cost: i64,
    /// Very likely it is no less than this.
    pub low: i64,
    /// And no more than this.
    pub high: i64,
    /// From so many items.
    pub from: i64,
}

/// From fewer items nothing is told.
const ENOUGH: usize = 5;

/// The cost of `items` items, of which those that cost `costs` were drawn at random: their mean for each, with the usual
/// 95 % interval of a mean of draws without replacement (Cochran, Sampling Techniques, 3rd ed. 1977, section 2.8):
/// N·m ± 1.96·s·√(N·(N − n)/n). What is spent is spent: it is never less than the sum of `costs`.
pub fn outlook(costs: &[i64], items: i64) -> Option<Outlook> {
    let n = i128::try_from(costs.len()).ok()?;
    let whole = i128::from(items).max(n);
    if costs.len() < ENOUGH {
        return None;
    }
    let spent: i128 = costs.iter().map(|cost| i128::from(*cost)).sum();
    let mean = spent / n;
    let square = |sum: i128, cost: &i64| sum.checked_add((i128::from(*cost) - mean).checked_pow(2)?);
    let squares = costs.iter().try_fold(0, square)?;
    // 1.96² = 3.8416, in whole numbers.
    let half = squares.checked_div(n - 1)?.checked_mul(whole)?.checked_mul(whole - n)?;
    let half = half.checked_div(n)?.checked_mul(38_416)? / 10_000;
    let half = half.max(0).isqrt();
    let cost = whole.checked_mul(spent)? / n;
    let told = |amount: i128| i64::try_from(amount).ok();
    Some(Outlook {
        cost: told(cost)?,
        low: told((cost - half).max(spent).min(cost))?,
        high: told(cost + half)?,
        from: i64::try_from(n).ok()?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn equal_items_leave_no_doubt_and_few_tell_nothing() {
        assert_eq!(outlook(&[8; 4], 100), None);
        assert_eq!(outlook(&[8; 20], 100), Some(Outlook { cost: 800, low: 800, high: 800, from: 20 }));
        assert_eq!(outlook(&[], 0), None);
    }

    #[test]
    fn the_interval_is_that_of_the_textbook() {
        // Ten items of 1 and ten of 3: m = 2, s² = 20/19; N = 120: 1.96·√(20/19 · 120 · 100/20) = 49.25…
        let costs: Vec<i64> = [1_000_000, 3_000_000].into_iter().cycle().take(20).collect();
        let told = outlook(&costs, 120).unwrap();
        assert_eq!(told.cost, 240_000_000);
        assert!(
            (told.high - 289_256_000).abs() < 20_000 && (told.low - 190_744_000).abs() < 20_000,
            "{told:?}"
        );
    }

    proptest! {
        #[test]
        fn it_holds_what_is_spent_and_its_middle(
            costs in proptest::collection::vec(0i64..1_000_000_000, 0..60), items in 0i64..5_000_000,
        ) {
            let Some(told) = outlook(&costs, items) else {
                prop_assert!(costs.len() < ENOUGH);
                return Ok(());
            };
            prop_assert!(costs.iter().sum::<i64>() <= told.low + 1);
            prop_assert!(told.low <= told.cost && told.cost <= told.high, "{:?}", told);
        }

        #[test]
        fn no_numbers_make_it_fail(costs in proptest::collection::vec(any::<i64>(), 0..20), items: i64) {
            let _ = outlook(&costs, items);
        }
    }
}
