//! Workers who answer as fast as they can while servers die, and the reckoning afterwards.

use std::collections::{BTreeMap, HashMap};

use kazi_db::{Db, DbError, Options, Read, sql};
use serde_json::{Value, json};

use super::http::{Client, Reply};
use super::made;
use super::office::Office;
use super::program::Program;

/// A project of questions that a few people work on.
pub struct Shift {
    pub project: String,
    workers: Vec<Worker>,
    /// How many rows each acknowledged file holds, by its id.
    pub files: BTreeMap<String, i64>,
}

/// Somebody who answers, and remembers what was acknowledged.
pub struct Worker {
    pub browser: Client,
    project: String,
    dice: u64,
    waiting: Vec<String>,
    /// Sent, and not known to have been taken.
    open: Option<(String, String)>,
    /// The bodies of acknowledged answers, by their ids.
    pub acknowledged: HashMap<String, String>,
    /// How often an answer was sent again.
    pub again: u64,
    /// The server did not answer the last time.
    pub away: bool,
}

impl Shift {
    /// Makes a running project and its people.
    pub fn begin(office: &mut Office, people: usize, rows: usize) -> Self {
        let project = office.project("questions", &json!({ "answers": 3, "at_most": 5 }));
        let source = office.hand_in(&project, "first.csv", made::table(rows));
        assert_eq!(office.settled(&project)[0].state, "split");
        office.start(&project);
        let computer = office.computer();
        let workers = (0..people)
            .map(|number| {
                let browser = office.worker(&computer, number, ("questions", &["answer"]));
                Worker::new(browser, &project, number)
            })
            .collect();
        Self { project, workers, files: BTreeMap::from([(source, i64::try_from(rows).unwrap())]) }
    }

    pub fn take_workers(&mut self) -> Vec<Worker> {
        std::mem::take(&mut self.workers)
    }

    pub fn give_workers(&mut self, workers: Vec<Worker>) {
        self.workers = workers;
    }

    /// The server was started anew, perhaps at another address.
    pub fn again(&mut self, program: &Program) {
        for worker in &mut self.workers {
            worker.browser.moved_to(&program.base);
            worker.away = false;
        }
    }

    /// Sends once more what is not known to have been taken.
    pub fn finish(&mut self) {
        for worker in &mut self.workers {
            while worker.open.is_some() {
                if let Some(reply) = worker.one_turn() {
                    panic!("{} {}", reply.status, reply.text());
                }
                assert!(!worker.away, "the server is there");
            }
        }
    }

    pub fn resent(&self) -> u64 {
        self.workers.iter().map(|worker| worker.again).sum()
    }

    /// Compares what was acknowledged with what the database holds, and the books with each other; how many
    /// answers those are. All answers have been acknowledged in the end, and all files split.
    pub fn check(&mut self, database: &str) -> usize {
        self.finish();
        let db = Db::open(&Options::from_url_or_path(database).unwrap()).unwrap();
        let stored = db.read_blocking(answers).unwrap();
        let mut acknowledged = 0;
        for (id, body) in self.workers.iter().flat_map(|worker| &worker.acknowledged) {
            let kept = stored.get(id).unwrap_or_else(|| panic!("{id} was acknowledged and is lost"));
            assert_eq!(kept, body, "{id}");
            acknowledged += 1;
        }
        assert_eq!(stored.len(), acknowledged, "there are answers that nobody gave");
        let files = db.read_blocking(files).unwrap();
        for (id, rows) in &self.files {
            assert_eq!(files.get(id), Some(&(*rows, *rows)), "the rows of {id}");
        }
        balanced(&db, self.files.values().sum(), acknowledged);
        acknowledged
    }

    /// The server does not know any more what people had taken to do.
    pub fn forget_tasks(&mut self) {
        self.workers.iter_mut().for_each(|worker| worker.waiting.clear());
    }

    /// The answers that were acknowledged so far, by their ids.
    pub fn acknowledged(&self) -> HashMap<String, String> {
        self.workers.iter().flat_map(|worker| worker.acknowledged.clone()).collect()
    }
}

/// Compares the books of a database with each other, and with so many rows and answers.
#[track_caller]
pub fn balanced(db: &Db, rows: i64, answers: usize) {
    let answers = i64::try_from(answers).unwrap();
    let mut wrong = Vec::new();
    for (what, sql, wanted) in reckoning(rows, answers) {
        let found: i64 =
            db.read_blocking(move |read: &mut Read<'_>| read.query_one(sql, &[], |row| row.get(0))).unwrap();
        if found != wanted {
            wrong.push(format!("{what}: {found} instead of {wanted}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

fn id_of(kind: &str, bytes: [u8; 16]) -> String {
    format!("{kind}_{:032x}", u128::from_be_bytes(bytes))
}

/// Every answer's body, by its id.
pub fn answers(read: &mut Read<'_>) -> Result<HashMap<String, String>, DbError> {
    let sql = sql!("select id, body from answer");
    let all = read.query_all(sql, &[], |row| Ok((id_of("answer", row.get(0)?), row.get(1)?)))?;
    Ok(all.into_iter().collect())
}

/// The rows of each file, and how many of them are different.
fn files(read: &mut Read<'_>) -> Result<HashMap<String, (i64, i64)>, DbError> {
    let sql = sql!("select source, count(*), count(distinct key) from item group by source");
    let all =
        read.query_all(sql, &[], |row| Ok((id_of("source", row.get(0)?), (row.get(1)?, row.get(2)?))))?;
    Ok(all.into_iter().collect())
}

/// What must be true of the books, with what each question must give.
fn reckoning(rows: i64, answers: i64) -> Vec<(&'static str, &'static kazi_db::Sql, i64)> {
    vec![
        ("the ledger's sum", sql!("select cast(coalesce(sum(amount), 0) as bigint) from ledger"), 0),
        (
            "postings that do not sum to zero",
            sql!(
                "select count(*) from (select posting from ledger group by posting having sum(amount) <> 0) unequal"
            ),
            0,
        ),
        (
            "answers that the ledger pays otherwise than once",
            sql!(
                "select count(*) from answer a left join (select l.answer, sum(case when l.kind = 'answer' then 1 else 0 end) as paid, \
                 sum(l.amount) as amount from ledger l where l.account in ('held', 'accepted') group by l.answer) p \
                 on p.answer = a.id where p.paid is null or p.paid <> 1 or p.amount <> a.pay"
            ),
            0,
        ),
        (
            "what purses hold beside the pay of answers",
            sql!(
                "select cast((select coalesce(sum(held + accepted), 0) from purse) - (select coalesce(sum(pay), 0) from answer) as bigint)"
            ),
            0,
        ),
        (
            "counted answers",
            sql!("select cast(coalesce(sum(answers), 0) as bigint) from stage_count"),
            answers,
        ),
        (
            "answers in people's records",
            sql!("select cast(coalesce(sum(answers), 0) as bigint) from tally"),
            answers,
        ),
        (
            "counted rows",
            sql!("select cast(coalesce(sum(items), 0) as bigint) from stage_count where stage = ''"),
            rows,
        ),
        (
            "tasks whose answers are counted wrongly",
            sql!(
                "select count(*) from task t left join (select a.task, count(*) as given from answer a where a.late = 0 \
                 group by a.task) g on g.task = t.id where t.answered <> coalesce(g.given, 0)"
            ),
            0,
        ),
        (
            "rows without a first task, or with two",
            sql!(
                "select count(*) from item i where 1 <> (select count(*) from task t where t.item = i.id and t.stage = 'answer')"
            ),
            0,
        ),
        ("answers that are there under two names", sql!("select count(*) from answer_kept"), 0),
    ]
}

impl Worker {
    fn new(browser: Client, project: &str, number: usize) -> Self {
        Self {
            browser,
            project: project.to_owned(),
            dice: 0x5eed + number as u64,
            waiting: Vec::new(),
            open: None,
            acknowledged: HashMap::new(),
            again: 0,
            away: false,
        }
    }

    /// Asks for tasks, or sends an answer; gives the reply when it is a refusal.
    pub fn one_turn(&mut self) -> Option<Reply> {
        if let Some((id, body)) = self.open.take() {
            self.again += 1;
            return self.send(id, body);
        }
        let Some(task) = self.waiting.pop() else { return self.fetch() };
        let id = id_of("answer", (u128::from(self.roll()) << 64 | u128::from(self.roll())).to_be_bytes());
        // Now and then people differ.
        let choice = u8::from(self.roll().is_multiple_of(10));
        let body = json!({ "task": task, "answer": { "choice": choice }, "seconds": 3 }).to_string();
        self.send(id, body)
    }

    fn fetch(&mut self) -> Option<Reply> {
        let path = format!("/work/{}/answer/next?count=8", self.project);
        let Ok(reply) = self.browser.try_ask("GET", &path, &[], "") else {
            self.away = true;
            return None;
        };
        if reply.status != 200 {
            return Some(reply);
        }
        let tasks = reply.json()["tasks"].as_array().cloned().unwrap_or_default();
        self.waiting = tasks.iter().map(|task| task["task"].as_str().unwrap().to_owned()).collect();
        if self.waiting.is_empty() {
            std::thread::sleep(std::time::Duration::from_millis(30));
        }
        None
    }

    fn send(&mut self, id: String, body: String) -> Option<Reply> {
        let kind = [("content-type", "application/json")];
        match self.browser.try_ask("PUT", &format!("/work/answers/{id}"), &kind, body.clone()) {
            Err(_) => {
                self.away = true;
                self.open = Some((id, body));
                None
            }
            Ok(reply) if reply.status == 200 => {
                let given: Value = serde_json::from_str(&body).unwrap();
                self.acknowledged.insert(id, given["answer"].to_string());
                None
            }
            Ok(reply) if reply.status == 429 => {
                self.open = Some((id, body));
                std::thread::sleep(std::time::Duration::from_millis(100));
                None
            }
            Ok(reply) => {
                self.open = Some((id, body));
                Some(reply)
            }
        }
    }

    /// The next throw of the dice (Steele, Lea & Flood 2014, `SplitMix64`).
    pub fn roll(&mut self) -> u64 {
        self.dice = self.dice.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.dice ^ (self.dice >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }
}
