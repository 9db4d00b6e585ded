//! Times one method of the quality library and prints what it took, as JSON.
//!
//! `measure FILE METHOD [ITERATIONS]`: the file holds little-endian u32 triples of task, worker and class, as
//! `run.py` writes them, and FILE.truth an i64 for each task; `measure texts FILE` reads tab-separated task, worker,
//! text; `measure online` times single updates; `measure stream` times reading memory in order.

use std::error::Error;
use std::time::Instant;

use kazi_quality::classes::{ClassMethod, DawidSkene, Mace, method};
use kazi_quality::online::{Posterior, WorkerModel};
use kazi_quality::text::{Rover, Transcripts};
use kazi_quality::{Fit, Table};
use serde_json::{Value, json};

type Outcome<T> = Result<T, Box<dyn Error>>;

fn main() -> Outcome<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let result = match arguments.iter().map(String::as_str).collect::<Vec<_>>().as_slice() {
        ["online"] => online()?,
        ["stream"] => stream(),
        ["texts", file] => texts(file)?,
        [file, name] => labels(file, name, None)?,
        [file, name, iterations] => labels(file, name, Some(iterations.parse()?))?,
        _ => return Err("measure FILE METHOD [ITERATIONS] | texts FILE | online | stream".into()),
    };
    println!("{result}");
    Ok(())
}

/// Nanoseconds of processor time of all threads so far, in seconds.
fn cpu() -> f64 {
    let Ok(threads) = std::fs::read_dir("/proc/self/task") else { return 0.0 };
    let of = |thread: std::fs::DirEntry| -> Option<f64> {
        std::fs::read_to_string(thread.path().join("schedstat")).ok()?.split(' ').next()?.parse().ok()
    };
    threads.flatten().filter_map(of).sum::<f64>() / 1e9
}

/// The largest memory that the process has held, in MiB.
fn peak() -> f64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    line.and_then(|line| line.trim().trim_end_matches(" kB").parse::<f64>().ok()).unwrap_or(0.0) / 1024.0
}

fn triples(file: &str) -> Outcome<(Vec<u32>, Vec<u32>, Vec<u16>)> {
    use std::io::Read;
    let length = usize::try_from(std::fs::metadata(file)?.len())? / 12;
    let mut reader = std::io::BufReader::with_capacity(1 << 20, std::fs::File::open(file)?);
    let mut arrays = (Vec::with_capacity(length), Vec::with_capacity(length), Vec::with_capacity(length));
    let mut bytes = [0; 12];
    while reader.read_exact(&mut bytes).is_ok() {
        let (words, _) = bytes.as_chunks::<4>();
        let [task, worker, class] = words else { break };
        arrays.0.push(u32::from_le_bytes(*task));
        arrays.1.push(u32::from_le_bytes(*worker));
        arrays.2.push(u16::try_from(u32::from_le_bytes(*class))?);
    }
    Ok(arrays)
}

fn labels(file: &str, name: &str, iterations: Option<usize>) -> Outcome<Value> {
    let (task, worker, class) = triples(file)?;
    let (start, wall) = (cpu(), Instant::now());
    let table = Table::from_ids(&task, &worker, &class)?;
    let (built, built_wall) = (cpu() - start, wall.elapsed().as_secs_f64());
    drop((task, worker, class));
    let method: Box<dyn ClassMethod> = match (name, iterations) {
        ("dawid-skene", Some(iterations)) => {
            Box::new(DawidSkene { iterations, tolerance: 0.0, ..DawidSkene::default() })
        }
        ("mace", Some(iterations)) => Box::new(Mace { iterations, starts: 1, tolerance: 0.0, ..Mace::default() }),
        _ => method(name).ok_or("no such method")?,
    };
    // The clock of the processor ticks in milliseconds: what is over sooner is done again, and the mean is told.
    let (start, wall) = (cpu(), Instant::now());
    let mut fit: Fit = method.fit(&(&table).into())?;
    let mut runs = 1.0;
    while runs < 50.0 && cpu() - start < 0.1 {
        fit = method.fit(&(&table).into())?;
        runs += 1.0;
    }
    let (fitted, fitted_wall) = ((cpu() - start) / runs, wall.elapsed().as_secs_f64() / runs);
    let truth = std::fs::read(format!("{file}.truth"))?;
    let (truth, _) = truth.as_chunks::<8>();
    let truth = truth.iter().map(|bytes| usize::try_from(i64::from_le_bytes(*bytes))).collect::<Result<Vec<_>, _>>()?;
    // A tie of m classes that holds the truth counts 1/m.
    let accuracy = fit.accuracy(truth.into_iter().enumerate()).map(|accuracy| accuracy.value);
    Ok(json!({
        "build_cpu": built, "build_wall": built_wall, "fit_cpu": fitted, "fit_wall": fitted_wall,
        "runs": runs, "iterations": fit.iterations, "peak_mib": peak(), "accuracy": accuracy,
    }))
}

fn texts(file: &str) -> Outcome<Value> {
    let text = std::fs::read_to_string(file)?;
    let rows = text.lines().filter_map(|line| {
        let mut fields = line.splitn(3, '\t');
        Some((fields.next()?, fields.next()?, fields.next()?.to_owned()))
    });
    let crowd = Transcripts::from_rows(rows)?;
    let (start, wall) = (cpu(), Instant::now());
    let voted = crowd.vote(&Rover::words(), 1, &str::to_owned)?;
    let result = json!({ "fit_cpu": cpu() - start, "fit_wall": wall.elapsed().as_secs_f64(), "peak_mib": peak(), "iterations": 1 });
    let lines: Vec<String> =
        crowd.tasks().names().iter().zip(voted.lines).map(|(task, line)| format!("{task}\t{}\n", line.text)).collect();
    std::fs::write(format!("{file}.rover"), lines.concat())?;
    Ok(result)
}

/// The time of one online update for ten classes, in microseconds.
fn online() -> Outcome<Value> {
    let worker = WorkerModel::from_accuracy(0.8, 10)?;
    let mut task = Posterior::new(&[1.0; 10])?;
    let updates = 2_000_000_u32;
    let start = cpu();
    for update in 0..updates {
        if update % 16 == 0 {
            task = Posterior::new(&[1.0; 10])?;
        }
        task.update(&worker, usize::try_from(update % 10)?)?;
    }
    Ok(json!({ "microseconds": (cpu() - start) * 1e6 / f64::from(updates), "classes": 10, "check": task.best().1 }))
}

/// How many bytes a second one core reads from memory in order: a sum over 512 MiB, best of five.
fn stream() -> Value {
    let words = vec![1_u64; 1 << 26];
    let mut best = f64::INFINITY;
    let mut total = 0;
    for _ in 0..5 {
        let start = Instant::now();
        total += words.iter().sum::<u64>();
        best = best.min(start.elapsed().as_secs_f64());
    }
    json!({ "bytes_per_second": f64::from(1_u32 << 29) / best, "check": total })
}
