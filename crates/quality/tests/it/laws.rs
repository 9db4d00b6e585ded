//! Laws that every method for classes keeps, and defects of other software that must not return.

use kazi_quality::classes::{Auto, ClassMethod, DawidSkene, METHODS, OneCoin, Profile, Smoothing, method};
use kazi_quality::online::{Posterior, WorkerModel};
use kazi_quality::{Answers, Error, Evidence, Fit, Gold, History, Random, Table};
use proptest::prelude::*;

type Rows = Vec<(u32, u32, u16)>;

fn table(rows: &Rows) -> Table {
    let task: Vec<u32> = rows.iter().map(|row| row.0).collect();
    let worker: Vec<u32> = rows.iter().map(|row| row.1).collect();
    let class: Vec<u16> = rows.iter().map(|row| row.2).collect();
    Table::from_ids(&task, &worker, &class).unwrap()
}

fn fit(method: &dyn ClassMethod, table: &Table) -> Fit {
    method.fit(&table.into()).unwrap()
}

/// A crowd of `workers` with the given confusion, `each` answers a task, and the truth.
fn simulate(
    tasks: u32,
    workers: u32,
    each: u32,
    confusion: &dyn Fn(u32) -> Vec<Vec<f64>>,
    shares: &[f64],
) -> (Rows, Vec<usize>) {
    let mut random = Random::new(u64::from(tasks * 31 + workers * 7 + each));
    let matrices: Vec<Vec<Vec<f64>>> = (0..workers).map(confusion).collect();
    let (mut rows, mut truth) = (Vec::new(), Vec::new());
    for task in 0..tasks {
        let class = random.pick(shares);
        truth.push(class);
        let first = u32::try_from(random.below(usize::try_from(workers).unwrap())).unwrap();
        for step in 0..each {
            let worker = (first + step) % workers;
            let given = random.pick(&matrices[usize::try_from(worker).unwrap()][class]);
            rows.push((task, worker, u16::try_from(given).unwrap()));
        }
    }
    (rows, truth)
}

fn accuracy(fit: &Fit, truth: &[usize]) -> f64 {
    fit.accuracy(truth.iter().copied().enumerate()).unwrap().value
}

fn honest(accuracy: f64, classes: usize) -> Vec<Vec<f64>> {
    let wrong = (1.0 - accuracy) / f64::from(u32::try_from(classes - 1).unwrap());
    (0..classes)
        .map(|truth| (0..classes).map(|given| if truth == given { accuracy } else { wrong }).collect())
        .collect()
}

fn answers() -> impl Strategy<Value = Rows> {
    prop::collection::vec((0_u32..8, 0_u32..6, 0_u16..3), 1..60)
}

/// Largest difference of two lists.
fn apart(one: &[f64], other: &[f64]) -> f64 {
    one.iter().zip(other).map(|(one, other)| (one - other).abs()).fold(0.0, f64::max)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn the_order_of_rows_changes_no_bit(rows in answers(), seed in any::<u64>()) {
        let mut shuffled = rows.clone();
        let mut random = Random::new(seed);
        for place in (1..shuffled.len()).rev() {
            shuffled.swap(place, random.below(place + 1));
        }
        prop_assert_eq!(table(&rows), table(&shuffled));
        let named = |rows: &Rows| Answers::from_rows(rows.iter().map(|row| (row.0.to_string(), row.1, row.2))).unwrap();
        let (one, other) = (named(&rows), named(&shuffled));
        for name in METHODS {
            let method = method(name).unwrap();
            let (one, other) = (fit(&*method, one.table()), fit(&*method, other.table()));
            prop_assert_eq!(one.posteriors(), other.posteriors(), "{}", name);
        }
    }

    #[test]
    fn probabilities_sum_to_one_and_skills_are_shares(rows in answers()) {
        let table = table(&rows);
        for name in METHODS {
            let fit = fit(&*method(name).unwrap(), &table);
            for task in 0..fit.tasks() {
                let sum: f64 = fit.posterior(task).iter().sum();
                prop_assert!((sum - 1.0).abs() < 1e-9, "{}: {:?}", name, fit.posterior(task));
                prop_assert!(fit.posterior(task).iter().all(|share| (0.0..=1.0 + 1e-12).contains(share)));
            }
            for skill in &fit.skills {
                prop_assert!(skill.accuracy.low <= skill.accuracy.value && skill.accuracy.value <= skill.accuracy.high);
            }
        }
    }

    /// Majority and Wawa have no iterations whose rounding could part ways, so the law is exact for them; iterative
    /// methods are compared after a few steps, before a tie can amplify rounding.
    #[test]
    fn other_names_give_the_same_result_under_other_names(rows in answers(), tasks in Just((0..8_u32).collect::<Vec<_>>()).prop_shuffle(), classes in Just(vec![0_u16, 1, 2]).prop_shuffle(), workers in Just((0..6_u32).collect::<Vec<_>>()).prop_shuffle()) {
        let place = |id: u32| usize::try_from(id).unwrap();
        let renamed: Rows = rows.iter().map(|row| (tasks[place(row.0)], workers[place(row.1)], classes[usize::from(row.2)])).collect();
        // All ids occur, so that both tables have the same size.
        let all: Rows = (0..8).map(|task| (task, task % 6, u16::try_from(task % 3).unwrap())).collect();
        let renamed_all: Rows = all.iter().map(|row| (tasks[place(row.0)], workers[place(row.1)], classes[usize::from(row.2)])).collect();
        let one = table(&[rows, all].concat());
        let other = table(&[renamed, renamed_all].concat());
        let few = DawidSkene { iterations: 3, smoothing: Smoothing::Counts { right: 1.0, wrong: 0.5 }, ..DawidSkene::default() };
        let methods: Vec<Box<dyn ClassMethod>> = vec![
            method("majority").unwrap(),
            method("wawa").unwrap(),
            Box::new(few),
            Box::new(OneCoin { iterations: 3, start: (1.0, 1.0), ..OneCoin::default() }),
        ];
        for method in methods {
            let (one, other) = (fit(&*method, &one), fit(&*method, &other));
            for task in 0..8_u32 {
                let there = other.posterior(place(tasks[place(task)]));
                let expected: Vec<f64> = classes.iter().map(|class| there[usize::from(*class)]).collect();
                prop_assert!(apart(one.posterior(place(task)), &expected) < 1e-6, "{}", method.name());
            }
        }
    }

    #[test]
    fn answers_one_by_one_give_the_batch_posterior(rows in answers()) {
        let table = table(&rows);
        if table.classes() < 2 { return Ok(()); }
        let fit = fit(&DawidSkene { smoothing: Smoothing::Counts { right: 1.0, wrong: 0.5 }, ..DawidSkene::default() }, &table);
        let confusion = fit.confusion.as_ref().unwrap();
        let workers: Vec<WorkerModel> = (0..table.workers()).map(|worker| WorkerModel::from_confusion(confusion, worker)).collect();
        for task in 0..table.tasks() {
            let mut online = Posterior::new(&fit.class_prior).unwrap();
            let (who, what) = table.task(task);
            for (worker, class) in who.iter().zip(what).rev() {
                online.update(&workers[usize::try_from(*worker).unwrap()], usize::from(*class)).unwrap();
            }
            prop_assert!(apart(online.probabilities(), fit.posterior(task)) < 1e-9);
        }
    }

    #[test]
    fn gold_stays_fixed(rows in answers(), truths in prop::collection::vec(0_usize..3, 8)) {
        let table = table(&rows).with_classes(3);
        let mut gold = Gold::new(&table);
        let known: Vec<(usize, usize)> = truths.iter().copied().enumerate().filter(|(task, _)| *task < table.tasks() && task % 2 == 0).collect();
        for (task, class) in &known {
            prop_assert!(gold.set(*task, *class));
        }
        for name in METHODS {
            let fit = method(name).unwrap().fit(&Evidence::from(&table).with_gold(&gold)).unwrap();
            for (task, class) in &known {
                prop_assert!((fit.posterior(*task)[*class] - 1.0).abs() < 1e-12, "{}", name);
            }
        }
    }
}

#[test]
fn a_worker_who_answers_at_random_changes_little() {
    let (rows, truth) =
        simulate(400, 12, 5, &|worker| honest(0.7 + 0.02 * f64::from(worker), 3), &[1.0, 1.0, 1.0]);
    let mut random = Random::new(5);
    let noise = (0..400).map(|task| (task, 12, u16::try_from(random.below(3)).unwrap()));
    let disturbed: Rows = rows.iter().copied().chain(noise).collect();
    for name in ["dawid-skene", "one-coin", "mace", "glad", "m-msr", "ibcc"] {
        let method = method(name).unwrap();
        let (before, after) = (
            accuracy(&fit(&*method, &table(&rows)), &truth),
            accuracy(&fit(&*method, &table(&disturbed)), &truth),
        );
        assert!(after > before - 0.02, "{name}: {before:.3} fell to {after:.3}");
    }
}

#[test]
fn majority_ties_do_not_depend_on_the_order_of_rows() {
    let one = fit(&*method("majority").unwrap(), &table(&vec![(0, 0, 0), (0, 1, 1)]));
    let other = fit(&*method("majority").unwrap(), &table(&vec![(0, 1, 1), (0, 0, 0)]));
    assert_eq!(one, other);
    assert_eq!(one.winners(0), (vec![0, 1], 0.5));
    assert_eq!(one.winner(0), None);
    assert!((one.accuracy([(0, 1)]).unwrap().value - 0.5).abs() < 1e-12);
}

/// Rare positives that workers often miss: with an estimated prior the one-coin model explains them away and calls
/// everything negative; with its default it stays at least as good as majority.
#[test]
fn one_coin_does_not_collapse_on_skewed_classes() {
    let miss = |_| vec![vec![0.99, 0.01], vec![0.3, 0.7]];
    let (rows, truth) = simulate(4000, 20, 3, &miss, &[0.97, 0.03]);
    let table = table(&rows);
    let majority = accuracy(&fit(&*method("majority").unwrap(), &table), &truth);
    let found = fit(&OneCoin::default(), &table);
    let positives: Vec<(usize, usize)> =
        truth.iter().copied().enumerate().filter(|(_, class)| *class == 1).collect();
    let recall = found.accuracy(positives).unwrap().value;
    println!(
        "majority {majority:.4}, one-coin {:.4}, recall of the rare class {recall:.2}",
        accuracy(&found, &truth)
    );
    assert!(accuracy(&found, &truth) >= majority - 0.001);
    assert!(recall > 0.7, "{recall}");
}

#[test]
fn evidence_is_used_or_refused_never_ignored() {
    // Two workers against one, on every task: without evidence the two win, with gold or history the one does.
    let rows: Rows = (0..30)
        .flat_map(|task| {
            let truth = u16::try_from(task % 2).unwrap();
            [(task, 0, truth), (task, 1, 1 - truth), (task, 2, 1 - truth)]
        })
        .collect();
    let table = table(&rows);
    let mut gold = Gold::new(&table);
    for task in 0..10 {
        gold.set(task, task % 2);
    }
    let mut history = History::new(&table);
    for class in 0..2 {
        history.observe(0, class, class, 200.0);
        history.observe(1, class, 1 - class, 200.0);
        history.observe(2, class, 1 - class, 200.0);
    }
    assert_eq!(fit(&DawidSkene::default(), &table).winner(21), Some(0));
    let both: [&dyn ClassMethod; 2] = [&DawidSkene::default(), &OneCoin::default()];
    for method in both {
        let with_gold = method.fit(&Evidence::from(&table).with_gold(&gold)).unwrap();
        assert!(with_gold.skills[0].accuracy.value > with_gold.skills[1].accuracy.value, "{}", method.name());
    }
    let with_history = DawidSkene::default().fit(&Evidence::from(&table).with_history(&history)).unwrap();
    assert_eq!(with_history.winner(21), Some(1));
    for name in METHODS {
        match method(name).unwrap().fit(&Evidence::from(&table).with_history(&history)) {
            Ok(fit) => assert!(["dawid-skene", "one-coin", "ibcc"].contains(&fit.method), "{name}"),
            Err(error) => {
                assert!(matches!(error, Error::NotUsed { what: "worker history", .. }), "{name}: {error}");
            }
        }
    }
}

#[test]
fn inputs_that_cannot_be_used_are_errors_that_say_why() {
    assert_eq!(Table::from_ids(&[], &[], &[]), Err(Error::Empty));
    assert!(matches!(Table::from_ids(&[0], &[0, 1], &[0]), Err(Error::Length { what: "worker", .. })));
    let answers = Answers::from_rows([("a", 1, "x"), ("b", 1, "y")]).unwrap();
    let unknown = answers.gold([(&"a", &"x"), (&"c", &"x")]).unwrap_err();
    assert_eq!(
        unknown.to_string(),
        "row 1: task \"c\" is not among the answers; check its spelling, or declare it before building"
    );
    let mut twice = Answers::builder().repeats(kazi_quality::Repeats::Refuse);
    for row in [("a", 1, "x"), ("b", 1, "x"), ("a", 1, "y")] {
        twice.push(row.0, &row.1, row.2);
    }
    assert_eq!(twice.build().unwrap_err(), Error::Duplicate { row: 2, first: 0 });
    // One worker only, one class only, all ties: a stated answer.
    for rows in
        [vec![(0, 0, 0)], vec![(0, 0, 0), (1, 0, 1)], vec![(0, 0, 0), (0, 1, 1), (1, 0, 1), (1, 1, 0)]]
    {
        for name in METHODS {
            let fit = fit(&*method(name).unwrap(), &table(&rows));
            assert!(fit.posteriors().iter().all(|share| share.is_finite()), "{name} {rows:?}");
        }
    }
}

/// The evidence behind the rule of `Auto`: where one-coin and Dawid–Skene cross, on workers who confuse classes in ways
/// of their own, five answers a task.
#[test]
fn auto_never_takes_a_matrix_below_the_crossing() {
    let classes = 4;
    let confusion = |worker: u32| -> Vec<Vec<f64>> {
        let mut random = Random::new(u64::from(worker) + 99);
        (0..classes)
            .map(|truth: usize| {
                let mut row: Vec<f64> = (0..classes).map(|_| random.unit().powi(3)).collect();
                let wrong: f64 = row.iter().sum::<f64>() - row[truth];
                let right = 0.4 + 0.4 * random.unit();
                for (given, value) in row.iter_mut().enumerate() {
                    *value = if given == truth { right } else { *value / wrong * (1.0 - right) };
                }
                row
            })
            .collect()
    };
    let even = |worker: u32| honest(0.5 + 0.4 * Random::new(u64::from(worker)).unit(), classes);
    let gains = |confusion: &dyn Fn(u32) -> Vec<Vec<f64>>| -> Vec<(f64, f64)> {
        let gain = |workers: u32| {
            let (rows, truth) = simulate(3200, workers, 5, confusion, &[1.0; 4]);
            let table = table(&rows);
            let cell = Profile::of(&table).answers_per_cell;
            let chosen = Auto::default().choose(&(&table).into()).name();
            assert!(cell >= 1.0 || chosen != "dawid-skene", "{cell}");
            let of = |method: &dyn ClassMethod| accuracy(&fit(method, &table), &truth);
            let gain = of(&DawidSkene::default()) - of(&OneCoin::default());
            println!("{cell:.2} answers a cell: Dawid–Skene {:+.2} points against one-coin", 100.0 * gain);
            (cell, gain)
        };
        [20_u32, 200, 800, 1600, 3000].map(gain).to_vec()
    };
    let confused = gains(&confusion);
    assert!(confused.iter().all(|(cell, gain)| (*gain > 0.0) == (*cell > 0.5)), "{confused:?}");
    let at = |gains: &[(f64, f64)], cell: f64| {
        let (_, gain) = gains.iter().find(|(found, _)| (found - cell).abs() < 0.05).unwrap();
        format!("{:.1}", 100.0 * gain)
    };
    // The figures in the docs of `Auto`.
    assert_eq!((at(&confused, 0.69), at(&confused, 0.38)), ("2.2".to_owned(), "-5.1".to_owned()));
    let even = gains(&even);
    assert_eq!((at(&even, 1.31), at(&even, 0.69)), ("-3.2".to_owned(), "-4.3".to_owned()));
    assert!(even.iter().all(|(cell, gain)| *cell > 1.0 || *gain < 0.0), "{even:?}");
}

/// Large enough for several shards: the result may not depend on how many threads share them.
#[test]
fn one_core_and_two_give_the_same_bits() {
    let (rows, _) =
        simulate(60_000, 50, 5, &|worker| honest(0.6 + 0.005 * f64::from(worker), 3), &[0.5, 0.3, 0.2]);
    let table = table(&rows);
    let on = |threads| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        pool.install(|| ["dawid-skene", "one-coin", "mace"].map(|name| fit(&*method(name).unwrap(), &table)))
    };
    assert_eq!(on(1), on(2));
}
