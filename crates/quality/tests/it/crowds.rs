//! Accuracy on real crowds, against what the best-known peer reaches with its defaults.

use crate::support::crowd;
use kazi_quality::classes::{ClassMethod, ClassPrior, DawidSkene, Majority, OneCoin, Wawa, ZeroBasedSkill};

const SETS: [&str; 6] = ["rte", "product", "sentiment_1k", "dog", "web", "sp"];

#[test]
fn show() {
    let methods: Vec<Box<dyn ClassMethod>> = vec![
        Box::new(Majority::default()),
        Box::new(Wawa::default()),
        Box::new(ZeroBasedSkill::default()),
        Box::new(DawidSkene::default()),
        Box::new(OneCoin::default()),
        Box::new(OneCoin { class_prior: ClassPrior::Estimated, ..OneCoin::default() }),
        Box::new(OneCoin { start: (1.0, 1.0), ..OneCoin::default() }),
        Box::new(OneCoin { class_prior: ClassPrior::Estimated, start: (1.0, 1.0), ..OneCoin::default() }),
    ];
    for set in SETS {
        let Some(crowd) = crowd(set) else { continue };
        for method in &methods {
            let fit = method.fit(&crowd.answers.table().into()).unwrap();
            let accuracy = fit.accuracy(crowd.truth.iter().copied()).unwrap();
            println!("{set} {} {:.2} {}", method.name(), accuracy.value * 100.0, fit.iterations);
        }
    }
}
