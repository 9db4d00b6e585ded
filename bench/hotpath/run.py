#!/usr/bin/env python3
"""Next task and durable answer over HTTP, Kazi beside Label Studio, in one run.

    bench/hotpath/run.py                 (about fifteen minutes, most of them Label Studio's; --seconds 10 --peer-seconds 60)
    bench/hotpath/run.py --no-peer       only Kazi and its database layer; --only sqlite, --only postgres
    bench/hotpath/run.py --kazi FILE     another program than target/release/kazi

It builds Kazi as it is shipped, the load generator (bench/hotpath) and the bench of crates/db; starts `kazi serve` on an
empty folder with its own defaults (SQLite, synchronous=FULL), then on a PostgreSQL of its own with PostgreSQL's own
durable settings; loads it with 8 and 64 clients on projects of 100,000 open tasks; then does the same with 8 people on
Label Studio 1.23. Server, generator and database share the processors. Results: bench/results/hotpath.json.
"""

import argparse
import concurrent.futures
import json
import os
import pathlib
import re
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "bench" / "peers"))
WORK = ROOT / "bench" / ".work"
RESULTS = ROOT / "bench" / "results" / "hotpath.json"
PASSWORD = "water-the-mango-tree-7"
GENERATOR = ROOT / "target" / "hotpath" / "release" / "hotpath"
DB_BENCH = ROOT / "target" / "release" / "examples" / "bench"

TWICE = """select count(*) from (select a.task from answer a join task t on t.id = a.task where a.late = 0
           group by a.task, t.wanted having count(*) > t.wanted) over_asked"""
SAME_PERSON = "select count(*) from (select item, person from answer group by item, person having count(*) > 1) twice"
OVER = "select count(*) from task where answered > wanted or open < 0"
UNBALANCED = "select count(*) from (select posting from ledger group by posting having sum(amount) <> 0) odd"
ANSWERS = "select count(*) from answer"


def say(text):
    print(text, flush=True)


def build(options):
    cargo = ["cargo", "build", "--release", "--quiet"]
    if not options.kazi:
        subprocess.run([*cargo, "-p", "kazi"], cwd=ROOT, check=True)
    subprocess.run([*cargo, "-p", "kazi-db", "--example", "bench"], cwd=ROOT, check=True)
    subprocess.run([*cargo, "--manifest-path", "bench/hotpath/Cargo.toml", "--target-dir", "target/hotpath"], cwd=ROOT, check=True)
    return pathlib.Path(options.kazi or ROOT / "target" / "release" / "kazi")


class Kazi:
    """A running server."""

    def __init__(self, program, folder, database=None, more=()):
        command = [program, "serve", "--data", folder, "--listen", "127.0.0.1:0", "--operator-password", PASSWORD, *more]
        if database:
            command += ["--database", database]
        self.log = open(folder / "log", "wb")
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=self.log, text=True)
        line = self.process.stdout.readline()
        self.host = re.search(r"http://(\S+)", line).group(1)

    def load(self, options, *more):
        command = [GENERATOR, "--host", self.host, "--password", PASSWORD, "--watch", str(self.process.pid),
                   "--rows", str(options.rows), "--seconds", str(options.seconds), *more]
        rows = []
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as running:
            for line in running.stdout:
                rows.append(json.loads(line))
                say("  " + line.strip())
        if running.returncode:
            self.stop()
            raise SystemExit(f"the generator failed; the server's log: {self.log.name}")
        return rows

    def stop(self):
        self.process.terminate()
        self.process.wait(60)
        self.log.close()


def checked(ask):
    """What must hold after everything."""
    found = {"tasks_answered_beyond_what_was_asked": ask(TWICE), "items_answered_twice_by_one_person": ask(SAME_PERSON),
             "tasks_over_their_overlap": ask(OVER),
             "postings_out_of_balance": ask(UNBALANCED), "answers_kept": ask(ANSWERS)}
    say(f"  {found}")
    if any(count for what, count in found.items() if what != "answers_kept"):
        raise SystemExit("a promise is broken: see above")
    return found


def on_sqlite(program, options):
    say("Kazi on SQLite, synchronous=FULL")
    folder = pathlib.Path(tempfile.mkdtemp(prefix="kazi-", dir=WORK))
    kazi = Kazi(program, folder)
    rows = kazi.load(options, "--runs", options.runs)
    overlap = kazi.load(options, "--answers", "3", "--runs", "one:64", "--people", "64", "--email", "operator@localhost")
    kazi.stop()
    store = sqlite3.connect(folder / "kazi.db")
    result = {"runs": rows, "three_answers_a_task": overlap, "checks": checked(lambda text: store.execute(text).fetchone()[0])}
    store.close()
    shutil.rmtree(folder)
    return result


def on_postgres(program, options):
    say("Kazi on PostgreSQL, its own durable settings")
    server = dict(word.split("=", 1) for word in os.environ["KAZI_TEST_PG"].split())
    name = f"kazi_bench_{os.getpid()}"
    psql = ["psql", "-q", "-A", "-t", "-h", server["host"], "-U", server["user"]]
    subprocess.run([*psql, "-d", "postgres", "-c", f"create database {name}"], check=True)
    folder = pathlib.Path(tempfile.mkdtemp(prefix="kazi-", dir=WORK))
    kazi = Kazi(program, folder, f"host={server['host']} user={server['user']} dbname={name}")
    rows = kazi.load(options, "--runs", options.runs)
    kazi.stop()
    ask = lambda text: int(subprocess.run([*psql, "-d", name, "-c", text], check=True, capture_output=True, text=True).stdout)
    result = {"runs": rows, "checks": checked(ask)}
    subprocess.run([*psql, "-d", "postgres", "-c", f"drop database {name} with (force)"], check=True)
    shutil.rmtree(folder)
    return result


def database_alone(options):
    """What crates/db reaches by itself, on the same disk."""
    say("crates/db alone")
    told = subprocess.run([DB_BENCH, str(max(2, options.seconds // 2)), WORK], check=True, capture_output=True, text=True).stdout
    result, engine = {}, None
    for line in told.splitlines():
        say("  " + line)
        found = re.match(r"\s*(\d+) clients:\s+(\d+) tx/s\s+p50\s+([\d.]+) ms\s+p99\s+([\d.]+) ms", line)
        if found:
            clients, rate, p50, p99 = found.groups()
            result.setdefault(engine, {})[clients] = {"transactions_a_second": int(rate), "p50_ms": float(p50), "p99_ms": float(p99)}
        elif line.startswith(("SQLite", "PostgreSQL")):
            engine = "sqlite" if line.startswith("SQLite") else "postgres"
    return result


def peer(variant, options):
    from label_studio import LabelStudio, VERSION
    say(f"Label Studio, {variant}")
    with LabelStudio(variant, people=8) as studio:
        project = studio.project(options.peer_rows)
        until = time.monotonic() + options.peer_seconds

        def loop(number):
            client, times, answered, failed = studio.client(number), [], [], 0
            answer = {"result": [{"from_name": "answer", "to_name": "text", "type": "choices", "value": {"choices": ["Yes"]}}]}
            while time.monotonic() < until:
                begun = time.monotonic()
                status, text = client.ask("GET", f"/api/projects/{project}/next")
                if status != 200:
                    failed += 1
                    continue
                task = json.loads(text)["id"]
                status, text = client.ask("POST", f"/api/tasks/{task}/annotations/", answer)
                if status >= 300:
                    failed += 1
                    continue
                times.append(time.monotonic() - begun)
                answered.append(task)
            return times, answered, failed

        begun = time.monotonic()
        with concurrent.futures.ThreadPoolExecutor(8) as pool:
            done = list(pool.map(loop, range(8)))
        seconds = time.monotonic() - begun
        times = sorted(one for times, _, _ in done for one in times)
        tasks = [task for _, answered, _ in done for task in answered]
        if not times:
            raise SystemExit("Label Studio answered nothing")
        at = lambda part: round(times[min(len(times) - 1, int(len(times) * part))] * 1000, 1)
        result = {"version": VERSION, "server": studio.front(), "database": "SQLite" if variant == "pip" else "PostgreSQL",
                  "clients": 8, "open_tasks": options.peer_rows, "tasks": len(tasks), "seconds": round(seconds, 1),
                  "tasks_a_second": round(len(tasks) / seconds, 2), "p50_ms": at(0.5), "p99_ms": at(0.99), "max_ms": at(1),
                  "refused": sum(failed for _, _, failed in done), "answered_twice": len(tasks) - len(set(tasks)),
                  "peak_mib": studio.peak_mib()}
    say(f"  {result}")
    return result


def best(rows, clients):
    return max((row["tasks_a_second"] for row in rows if row["clients"] == clients), default=None)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--kazi")
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--seconds", type=int, default=10)
    parser.add_argument("--runs", default="two:8,two:64,one:8,one:64")
    parser.add_argument("--peer-rows", type=int, default=5_000)
    parser.add_argument("--peer-seconds", type=int, default=60)
    parser.add_argument("--no-peer", action="store_true")
    parser.add_argument("--only", choices=["sqlite", "postgres"])
    options = parser.parse_args()
    if not os.environ.get("KAZI_TEST_PG") and options.only != "sqlite":
        command = [ROOT / "scripts" / "postgres-for-tests.sh", sys.executable, __file__, *sys.argv[1:]]
        subprocess.run([ROOT / "scripts" / "need.sh", "postgres", "python"], check=True)
        os.execve(command[0], [str(part) for part in command], os.environ | {"KAZI_PG_DURABLE": "1"})
    WORK.mkdir(exist_ok=True)
    program = build(options)
    load = os.getloadavg()[0]
    result = {"when": time.strftime("%Y-%m-%d"), "processors": os.cpu_count(), "load_before": round(load, 1),
              "command": "bench/hotpath/run.py"}
    result["database_alone"] = database_alone(options)
    result["kazi"] = {}
    if options.only != "postgres":
        result["kazi"]["sqlite"] = on_sqlite(program, options)
    if options.only != "sqlite":
        result["kazi"]["postgres"] = on_postgres(program, options)
    if not options.no_peer:
        result["label_studio"] = {}
        times = {}
        for ours, variant in (("sqlite", "pip"), ("postgres", "postgres")):
            if ours in result["kazi"]:
                row = result["label_studio"][variant] = peer(variant, options)
                times[ours] = {str(clients): round(best(result["kazi"][ours]["runs"], clients) / row["tasks_a_second"])
                               for clients in (8, 64) if best(result["kazi"][ours]["runs"], clients)}
        result["times_label_studio"] = times
        say(f"times Label Studio: {times}")
        RESULTS.write_text(json.dumps(result, indent=1) + "\n")
    else:
        (WORK / "hotpath.json").write_text(json.dumps(result, indent=1) + "\n")


if __name__ == "__main__":
    main()
