//! Accuracy on real crowds, against what the best-known peer reaches with its defaults.

use crate::support::crowd;
use kazi_quality::classes::{Auto, ClassMethod, Profile, method};

/// What crowd-kit 1.4.2 reaches with its defaults, in percent, as published beside the data: (set, method, accuracy).
/// Ours must be at most 0.1 below.
const PEER: [(&str, &str, f64); 32] = [
    ("rte", "majority", 89.69),
    ("rte", "wawa", 91.88),
    ("rte", "dawid-skene", 92.75),
    ("rte", "one-coin", 92.50),
    ("rte", "glad", 92.50),
    ("rte", "mace", 92.75),
    ("rte", "m-msr", 85.75),
    ("product", "majority", 89.66),
    ("product", "wawa", 89.66),
    ("product", "dawid-skene", 93.97),
    ("product", "one-coin", 90.84),
    ("product", "glad", 92.2),
    ("product", "mace", 92.8),
    ("sentiment_1k", "majority", 93.20),
    ("sentiment_1k", "wawa", 95.10),
    ("sentiment_1k", "dawid-skene", 96.00),
    ("sentiment_1k", "one-coin", 94.90),
    ("sentiment_1k", "glad", 94.80),
    ("sentiment_1k", "mace", 95.30),
    ("sentiment_1k", "m-msr", 93.70),
    ("dog", "majority", 82.22),
    ("dog", "wawa", 82.90),
    ("dog", "dawid-skene", 84.26),
    ("dog", "one-coin", 83.02),
    ("dog", "glad", 83.39),
    ("dog", "m-msr", 82.78),
    ("web", "majority", 73.06),
    ("web", "wawa", 76.93),
    ("web", "dawid-skene", 82.93),
    ("web", "one-coin", 74.86),
    ("web", "glad", 82.17),
    ("web", "mace", 81.98),
];

fn accuracy(set: &str, method: &dyn ClassMethod) -> Option<f64> {
    let crowd = crowd(set)?;
    let fit = method.fit(&crowd.answers.table().into()).unwrap();
    Some(100.0 * fit.accuracy(crowd.truth.iter().copied()).unwrap().value)
}

#[test]
fn every_method_is_as_accurate_as_the_peers() {
    for (set, name, peer) in PEER {
        let Some(found) = accuracy(set, &*method(name).unwrap()) else { continue };
        println!("{set} {name}: {found:.2} (peer {peer:.2})");
        assert!(found >= peer - 0.1, "{set} {name}: {found:.2} %, the peer has {peer:.2} %");
    }
}

/// The peer's 83.64 % for MACE on this set holds only for the file's order of rows (its habits are stored in another
/// order than they are read): with the rows shuffled it gives 82.65 to 83.40 %. Ours does not depend on the order.
#[test]
fn mace_on_dog() {
    if let Some(found) = accuracy("dog", &*method("mace").unwrap()) {
        assert!(found >= 83.0, "{found:.2} %");
    }
}

#[test]
fn auto_is_at_least_the_best_of_the_peers_methods() {
    for (set, best) in
        [("rte", 92.75), ("product", 93.97), ("sentiment_1k", 96.0), ("dog", 84.26), ("web", 82.93)]
    {
        let Some(crowd) = crowd(set) else { continue };
        let table = crowd.answers.table();
        let chosen = Auto::default().choose(&table.into());
        let found = accuracy(set, &*chosen).unwrap();
        println!("{set}: {} {found:.2} {:?}", chosen.name(), Profile::of(table));
        // Half of the last digit of the published figure.
        assert!(found >= best - 0.005, "{set}: {} gives {found:.2} %, wanted {best:.2} %", chosen.name());
    }
}

#[test]
fn methods_beyond_the_peers_are_no_worse_than_majority() {
    for set in ["rte", "product", "sentiment_1k", "dog", "web", "sp"] {
        let Some(majority) = accuracy(set, &*method("majority").unwrap()) else { continue };
        for name in ["auto", "ibcc", "bwa", "zero-based", "mace", "m-msr"] {
            let found = accuracy(set, &*method(name).unwrap()).unwrap();
            println!("{set} {name}: {found:.2}");
            assert!(found >= majority - 0.1, "{set} {name}: {found:.2} %, majority {majority:.2} %");
        }
    }
}
