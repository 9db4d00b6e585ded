//! Loads a running Kazi with workers: next task, durable answer, next task… Prints a line of JSON for each run.
//!
//! `hotpath --host 127.0.0.1:8080 --password … [--email …] [--rows 100000] [--answers 1] [--people 192]
//!  [--seconds 10] [--runs two:8,two:64,one:8,one:64] [--watch PID] [--accept-encoding gzip]`
//!
//! A client is a connection on which one request is always under way. It serves several people in turn, because the
//! server lets one person ask a hundred times a second and no more. `two` asks for the task and sends the answer in two
//! requests, as Label Studio is asked; `one` sends the answer and gets the next task in its reply, as the task screen does.
//! Each run has a project of its own with `rows` open tasks.

mod http;
mod office;

use std::hash::{BuildHasher, RandomState};
use std::time::{Duration, Instant};

use http::{Connection, Error};
use office::Office;
use serde_json::json;

struct Options {
    host: String,
    email: String,
    password: String,
    rows: usize,
    answers: u32,
    people: usize,
    seconds: f64,
    runs: String,
    watch: Option<u32>,
    accept_encoding: Option<String>,
}

fn options() -> Result<Options, Error> {
    let mut options = Options {
        host: String::new(),
        email: "operator@localhost".to_owned(),
        password: String::new(),
        rows: 100_000,
        answers: 1,
        people: 192,
        seconds: 10.0,
        runs: "two:8,two:64,one:8,one:64".to_owned(),
        watch: None,
        accept_encoding: None,
    };
    let mut arguments = std::env::args().skip(1);
    while let Some(flag) = arguments.next() {
        let value = arguments.next().ok_or_else(|| format!("{flag} wants a value"))?;
        match flag.as_str() {
            "--host" => options.host = value,
            "--email" => options.email = value,
            "--password" => options.password = value,
            "--rows" => options.rows = value.parse()?,
            "--answers" => options.answers = value.parse()?,
            "--people" => options.people = value.parse()?,
            "--seconds" => options.seconds = value.parse()?,
            "--runs" => options.runs = value,
            "--watch" => options.watch = Some(value.parse()?),
            "--accept-encoding" => options.accept_encoding = Some(value),
            other => return Err(format!("no such flag: {other}").into()),
        }
    }
    Ok(options)
}

/// Numbers that never repeat (Steele, Lea & Flood 2014, SplitMix64).
struct Dice(u64);

impl Dice {
    fn roll(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }
}

/// The id of the first task in a reply.
fn first_task(body: &[u8]) -> Option<String> {
    let text = std::str::from_utf8(body).ok()?;
    let from = text.find("\"task\":\"")? + 8;
    Some(text[from..from + text[from..].find('"')?].to_owned())
}

struct Client {
    line: Connection,
    project: String,
    people: Vec<(String, Option<String>)>,
    dice: Dice,
    until: Instant,
    times: Vec<u32>,
}

impl Client {
    async fn next(&mut self, person: usize) -> Result<Option<String>, Error> {
        let request = format!("GET /work/{}/answer/next?count=1", self.project);
        let reply = self.line.ask(&request, &self.people[person].0, b"").await?;
        if reply.status != 200 {
            return Err(
                format!("{request}: {} {}", reply.status, String::from_utf8_lossy(&reply.body)).into()
            );
        }
        Ok(first_task(&reply.body))
    }

    async fn answer(&mut self, person: usize, task: &str, query: &str) -> Result<Vec<u8>, Error> {
        // An id as UUIDv7 makes it: the time in front, so that answers lie in the order in which they came.
        let millis = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH)?.as_millis();
        let (high, low) = (self.dice.roll() & 0xfff, self.dice.roll() >> 2);
        let request =
            format!("PUT /work/answers/answer_{millis:012x}7{high:03x}{:016x}{query}", low | (1 << 63));
        let body = format!("{{\"task\":\"{task}\",\"answer\":{{\"choice\":0}},\"seconds\":5}}");
        let reply = self.line.ask(&request, &self.people[person].0, body.as_bytes()).await?;
        if reply.status != 200 {
            return Err(
                format!("{request}: {} {}", reply.status, String::from_utf8_lossy(&reply.body)).into()
            );
        }
        Ok(reply.body)
    }

    /// One cycle of a person; whether there was a task.
    async fn turn(&mut self, person: usize, one: bool) -> Result<bool, Error> {
        let begun = Instant::now();
        if one {
            let Some(task) = self.people[person].1.take() else { return Ok(false) };
            let body = self.answer(person, &task, "?next=1").await?;
            self.people[person].1 =
                body.windows(9).any(|part| part == b"\"tasks\":[").then(|| first_task(&body)).flatten();
        } else {
            let Some(task) = self.next(person).await? else { return Ok(false) };
            self.answer(person, &task, "").await?;
        }
        self.times.push(u32::try_from(begun.elapsed().as_micros())?);
        Ok(true)
    }

    async fn work(mut self, one: bool) -> Result<Vec<u32>, Error> {
        let mut in_vain = 0;
        while in_vain < self.people.len() {
            for person in 0..self.people.len() {
                if Instant::now() >= self.until {
                    return Ok(self.times);
                }
                in_vain = if self.turn(person, one).await? { 0 } else { in_vain + 1 };
            }
        }
        Ok(self.times)
    }
}

/// What a process has had of the processors, in seconds, and the most memory it had, in bytes.
fn watched(pid: u32) -> Option<(f64, u64)> {
    let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    let ticks: f64 = stat
        .rsplit(')')
        .next()?
        .split_whitespace()
        .skip(11)
        .take(2)
        .filter_map(|tick| tick.parse::<f64>().ok())
        .sum();
    let status = std::fs::read_to_string(format!("/proc/{pid}/status")).ok()?;
    let peak = status
        .lines()
        .find_map(|line| line.strip_prefix("VmHWM:"))?
        .trim()
        .trim_end_matches(" kB")
        .parse::<u64>()
        .ok()?;
    Some((ticks / 100.0, peak * 1024))
}

async fn run(
    options: &Options,
    people: &[String],
    project: &str,
    (one, clients): (bool, usize),
) -> Result<serde_json::Value, Error> {
    let mut ready = Vec::new();
    let far = Instant::now() + Duration::from_secs(3600);
    for number in 0..clients {
        let own = people.iter().skip(number).step_by(clients).map(|cookie| (cookie.clone(), None)).collect();
        let dice = Dice(RandomState::new().hash_one(number));
        let line = Connection::open(&options.host).await?;
        let mut client = Client {
            line,
            project: project.to_owned(),
            people: own,
            dice,
            until: far,
            times: Vec::with_capacity(1 << 16),
        };
        if one {
            for person in 0..client.people.len() {
                client.people[person].1 = client.next(person).await?;
            }
        }
        ready.push(client);
    }
    let before = options.watch.and_then(watched);
    let begun = Instant::now();
    let mut working = Vec::new();
    for mut client in ready {
        client.until = begun + Duration::from_secs_f64(options.seconds);
        working.push(tokio::task::spawn_local(client.work(one)));
    }
    let mut times = Vec::new();
    for client in working {
        times.extend(client.await??);
    }
    let seconds = begun.elapsed().as_secs_f64();
    times.sort_unstable();
    let at = |part: usize| {
        f64::from(
            times.get((times.len() * part / 10_000).min(times.len().saturating_sub(1))).copied().unwrap_or(0),
        ) / 1000.0
    };
    let after = options.watch.and_then(watched);
    let processor = before.zip(after).map(|(before, after)| (after.0 - before.0) * 1e6 / times.len() as f64);
    Ok(json!({
        "requests_a_task": if one { 1 } else { 2 }, "clients": clients, "open_tasks": options.rows,
        "answers_wanted": options.answers, "tasks": times.len(), "seconds": (seconds * 100.0).round() / 100.0,
        "tasks_a_second": (times.len() as f64 / seconds).round(),
        "p50_ms": at(5_000), "p99_ms": at(9_900), "p999_ms": at(9_990), "max_ms": at(10_000),
        "server_processor_us_a_task": processor.map(f64::round),
        "server_peak_mib": after.map(|(_, peak)| peak >> 20),
    }))
}

async fn all(options: Options) -> Result<(), Error> {
    let mut office = Office::open(&options.host, &options.email, &options.password).await?;
    let mut people = office.people(options.people).await?;
    if let Some(accepted) = &options.accept_encoding {
        people.iter_mut().for_each(|cookie| cookie.push_str(&format!("accept-encoding: {accepted}\r\n")));
    }
    for asked in options.runs.split(',') {
        let (mode, clients) = asked.split_once(':').ok_or("runs are written two:8")?;
        let project = office.project(options.rows, options.answers).await?;
        let done = run(&options, &people, &project, (mode == "one", clients.parse()?)).await?;
        println!("{done}");
        // What is left of this project is nobody's business in the next run.
        office.json(&format!("POST /api/v1/projects/{project}/pause"), &serde_json::Value::Null).await?;
    }
    Ok(())
}

fn main() -> Result<(), Error> {
    let options = options()?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    tokio::task::LocalSet::new().block_on(&runtime, all(options))
}
