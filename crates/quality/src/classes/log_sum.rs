//! Sums of logarithms without a logarithm for each of them.

/// A running product outside of 1e-200 to 1e200 is turned into its logarithm.
const FLUSH: f64 = 1e-200;
/// A factor outside of 1e-100 to 1e100 is turned into its logarithm at once, so that no product can overflow.
const EXTREME: f64 = 1e-100;

/// A sum of logarithms of positive numbers, as the logarithm of running products.
#[derive(Debug)]
pub(crate) struct LogSum {
    total: f64,
    product: f64,
}

impl LogSum {
    pub(crate) fn new() -> Self {
        Self { total: 0.0, product: 1.0 }
    }

    #[inline]
    pub(crate) fn push(&mut self, factor: f64) {
        if (EXTREME..1.0 / EXTREME).contains(&factor) {
            self.product *= factor;
            if !(FLUSH..1.0 / FLUSH).contains(&self.product) {
                self.total += logarithm(self.product);
                self.product = 1.0;
            }
        } else {
            self.total += logarithm(factor);
        }
    }

    pub(crate) fn finish(self) -> f64 {
        self.total + logarithm(self.product)
    }
}

/// A number that has underflowed to zero stands for the smallest number there is.
#[cold]
#[inline(never)]
fn logarithm(number: f64) -> f64 {
    number.clamp(f64::MIN_POSITIVE, f64::MAX).ln()
}

#[cfg(test)]
mod tests {
    use super::LogSum;

    #[test]
    fn products_of_any_size_give_the_sum_of_logarithms() {
        let many = vec![0.5; 3000];
        for factors in [&many[..], &[1e-150; 40], &[1e150; 7], &[1e-99, 1e99, 3.0], &[], &[2.0]] {
            let mut sum = LogSum::new();
            for factor in factors {
                sum.push(*factor);
            }
            let wanted: f64 = factors.iter().map(|factor| factor.ln()).sum();
            assert!((sum.finish() - wanted).abs() < 1e-9 * wanted.abs().max(1.0));
        }
    }
}
