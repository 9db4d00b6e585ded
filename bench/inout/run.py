#!/usr/bin/env python3
"""Rows in and answers out over HTTP, Kazi beside Label Studio, in one run.

    bench/inout/run.py                     (about four minutes, most of them Label Studio's)
    bench/inout/run.py --no-peer           only Kazi
    bench/inout/run.py --million           also a million rows in and out, and a file of 2 GB: two minutes more
    bench/inout/run.py --kazi FILE         another program than target/release/kazi

In: one CSV with 100,000 rows (an id, a sentence, a link) is handed in; the time until every row is an item with an open
task. Out: 20,000 answered rows; the time until the delivered files are on the client's side, and of these the time
that assembling and downloading take. Kazi runs as it does by default: SQLite with synchronous=FULL. The million is
answered behind the server's back, for nobody waits for three million clicks. Results: bench/results/inout.json.
"""

import argparse
import atexit
import concurrent.futures
import http.client
import json
import os
import pathlib
import re
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time
import urllib.parse
import uuid

ROOT = pathlib.Path(__file__).resolve().parents[2]
WORK = ROOT / "bench" / ".work"
RESULTS = ROOT / "bench" / "results" / "inout.json"
EMAIL, PASSWORD, PIN = "operator@localhost", "water-the-mango-tree-7", "482915"
ROWS, ANSWERED, MILLION, PEOPLE = 100_000, 20_000, 1_000_000, 40


def say(text):
    print(text, flush=True)


def table(rows):
    lines = (f"{row},Does the sign in picture {row} stand?,https://x.example/{row}.jpg\n" for row in range(rows))
    return ("id,text,link\n" + "".join(lines)).encode()


class Kazi:
    def __init__(self, program, folder):
        self.program, self.folder = program, folder
        self.start()

    def start(self):
        self.log = open(self.folder / "log", "ab")
        command = [self.program, "serve", "--data", self.folder / "data", "--listen", "127.0.0.1:0",
                   "--operator-password", PASSWORD, "--log", "warn"]
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=self.log, text=True)
        atexit.register(self.process.kill)  # also when the bench breaks off
        line = self.process.stdout.readline()
        self.address = re.search(r"http://(\S+)", line).group(1)

    def memory(self, key):
        text = pathlib.Path(f"/proc/{self.process.pid}/status").read_text()
        return next(int(line.split()[1]) for line in text.splitlines() if line.startswith(key + ":")) // 1024

    def cpu(self):
        """Seconds of computing so far: what a busy machine does not falsify."""
        fields = pathlib.Path(f"/proc/{self.process.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def stop(self):
        self.process.terminate()
        self.process.wait(60)
        self.log.close()


class Peak:
    """The most memory of the server while something is done, sampled every 10 ms."""

    def __init__(self, kazi):
        self.kazi, self.mib, self.over = kazi, 0, threading.Event()

    def __enter__(self):
        self.before = self.kazi.memory("VmRSS")
        self.thread = threading.Thread(target=self.watch)
        self.thread.start()
        return self

    def watch(self):
        while not self.over.wait(0.01):
            self.mib = max(self.mib, self.kazi.memory("VmRSS"))

    def __exit__(self, *_):
        self.over.set()
        self.thread.join()


class Browser:
    def __init__(self, kazi, cookies=None):
        self.kazi, self.cookies = kazi, dict(cookies or {})
        self.line = http.client.HTTPConnection(kazi.address, timeout=600)

    def ask(self, method, path, body=None, kind="application/json", headers=()):
        sent = {"Content-Type": kind, "Accept": "application/json", **dict(headers)}
        if self.cookies:
            sent["Cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        self.line.request(method, path, body, sent)
        reply = self.line.getresponse()
        content = reply.read()
        for cookie in reply.headers.get_all("Set-Cookie") or []:
            name, _, value = cookie.split(";")[0].partition("=")
            self.cookies[name] = value
        if reply.status == 429:  # nobody may ask faster than a hundred times a second: wait and ask again, as a browser does
            self.line.close()
            time.sleep(0.1)
            return self.ask(method, path, body, kind, headers)
        if reply.status >= 400:
            raise SystemExit(f"{method} {path}: {reply.status} {content[:400]!r}")
        return reply, content

    def json(self, method, path, body=None):
        _, content = self.ask(method, path, None if body is None else json.dumps(body))
        return json.loads(content) if content else None

    def form(self, path, **fields):
        self.ask("POST", path, urllib.parse.urlencode(fields), "application/x-www-form-urlencoded")


class Office:
    def __init__(self, kazi):
        self.kazi, self.operator = kazi, Browser(kazi)
        self.operator.form("/sign-in", email=EMAIL, password=PASSWORD)
        partner = self.operator.json("POST", "/api/v1/organisations", {"name": "Bench", "kind": "partner"})["id"]
        self.centre = self.operator.json("POST", f"/api/v1/organisations/{partner}/centres", {"name": "Bench"})["id"]

    def project(self):
        new = {"service": "questions", "name": "Bench", "currency": "KES", "spec": {"answers": 1, "at_most": 1, "target": 0.5}}
        project = self.operator.json("POST", "/api/v1/projects", new)["id"]
        self.operator.json("PUT", f"/api/v1/projects/{project}/centres", [self.centre])
        return project

    def hand_in(self, project, body):
        """Hands rows in; seconds until they have been sent, and until each is a task."""
        begun = time.monotonic()
        self.operator.ask("POST", f"/api/v1/projects/{project}/sources?name=rows.csv", body, "text/csv")
        sent = time.monotonic() - begun
        while True:
            source = self.operator.json("GET", f"/api/v1/projects/{project}/sources")[-1]
            if source["state"] in ("split", "refused"):
                break
            time.sleep(0.01)
        done = time.monotonic() - begun
        if source["state"] != "split":
            raise SystemExit(source["problem"])
        return sent, done

    def people(self):
        """Browsers of people at a computer of the centre."""
        code = self.operator.json("POST", f"/api/v1/centres/{self.centre}/devices", {"name": "Desk"})["code"]
        computer = Browser(self.kazi)
        computer.form("/centre/enrol", code=code)
        all_ = []
        for number in range(PEOPLE):
            path = f"/api/v1/centres/{self.centre}/people"
            person = self.operator.json("POST", path, {"name": f"Person {number}", "pin": PIN, "roles": ["worker"]})["id"]
            self.operator.json("POST", f"{path}/{person}/certificates", {"service": "questions", "stage": "answer"})
            own = Browser(self.kazi, computer.cookies)
            own.form(f"/centre/{person}", pin=PIN)
            all_.append(own)
        return all_

    def delivered(self, project, names=("answers.csv", "answers.jsonl")):
        """Waits for the delivery and downloads it; the files and when they were there."""
        while True:
            found = self.operator.json("GET", f"/api/v1/projects/{project}/deliveries")
            if found:
                break
            time.sleep(0.01)
        begun = time.monotonic()
        path = f"/api/v1/projects/{project}/deliveries/{found[0]['id']}/"
        files = {name: self.operator.ask("GET", path + name)[1] for name in names}
        return files, time.monotonic() - begun

    def assembling(self):
        """Seconds that the last delivery took to assemble, as its job tells."""
        jobs = self.operator.json("GET", "/api/v1/jobs")["jobs"]
        job = next(job for job in jobs if job["kind"] == "assemble")
        return (job["ended_at"] - job["started_at"]) / 1e6


def answer(person, project):
    """One person answers until nothing is left."""
    given = 0
    while True:
        reply = person.json("GET", f"/work/{project}/answer/next?count=8")
        if not reply["tasks"]:
            return given
        for task in reply["tasks"]:
            name = "answer_" + uuid.uuid4().hex
            person.json("PUT", f"/work/answers/{name}", {"task": task["task"], "answer": {"choice": given % 2}, "seconds": 2})
            given += 1


def rows_in(office, rows):
    project = office.project()
    body = table(rows)
    cpu = office.kazi.cpu()
    with Peak(office.kazi) as peak:
        sent, done = office.hand_in(project, body)
    cpu = office.kazi.cpu() - cpu
    items = office.operator.json("GET", f"/api/v1/projects/{project}")["items"]
    if items != rows:
        raise SystemExit(f"{items} items instead of {rows}")
    result = {"rows": rows, "bytes": len(body), "seconds_to_send": round(sent, 3), "seconds": round(done, 3),
              "cpu_seconds": round(cpu, 2), "mib_before": peak.before, "peak_mib": peak.mib}
    say(f"  in: {result}")
    return project, result


def answers_out(office):
    project, _ = rows_in(office, ANSWERED)
    people = office.people()
    office.operator.json("POST", f"/api/v1/projects/{project}/start")
    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        given = sum(pool.map(lambda person: answer(person, project), people))
    last, cpu = time.monotonic(), office.kazi.cpu()
    with Peak(office.kazi) as peak:
        files, download = office.delivered(project)
    whole, cpu = time.monotonic() - last, office.kazi.cpu() - cpu
    lines = files["answers.csv"].count(b"\n")
    if given != ANSWERED or lines != ANSWERED + 1:
        raise SystemExit(f"{given} answers, {lines} lines instead of {ANSWERED}")
    assembling = office.assembling()
    result = {"rows": ANSWERED, "bytes": sum(map(len, files.values())), "seconds": round(assembling + download, 3),
              "of_these_assembling": round(assembling, 3), "of_these_downloading": round(download, 3),
              "seconds_after_the_last_answer": round(whole, 3),
              "cpu_seconds": round(cpu, 2), "peak_mib": peak.mib}
    say(f"  out: {result}")
    return result


FILL = """
insert into answer (id, item, stage, person, task, project, body, millis, pay, given_at, day, state, late, gold)
select randomblob(16), t.item, t.stage, randomblob(16), t.id, t.project, '{"choice":0}', 900, 1, 1, 1, 'accepted', 0, 0
from task t where t.project = ?1;
"""


def million(kazi, office):
    project, result = rows_in(office, MILLION)
    office.operator.json("POST", f"/api/v1/projects/{project}/start")
    kazi.stop()
    store = sqlite3.connect(kazi.folder / "data" / "kazi.db")
    key = bytes.fromhex(project.removeprefix("project_"))
    for _ in range(3):
        store.execute(FILL, (key,))
    store.execute("update item set state = 'finished', outcome = '{\"choice\":0}', confidence = 0.97 where project = ?1", (key,))
    store.execute("update stage_count set finished = items where project = ?1", (key,))
    store.commit()
    store.close()
    kazi.start()
    office.operator.line = http.client.HTTPConnection(kazi.address, timeout=600)
    with Peak(kazi) as peak:
        begun = time.monotonic()
        files, download = office.delivered(project, ("answers.csv",))
        whole = time.monotonic() - begun
    if files["answers.csv"].count(b"\n") != MILLION + 1:
        raise SystemExit("rows are missing in the delivery of a million")
    out = {"rows": MILLION, "answers": 3 * MILLION, "seconds": round(office.assembling() + download, 2),
           "seconds_from_the_start_of_the_server": round(whole, 2), "mib_before": peak.before, "peak_mib": peak.mib}
    say(f"  out: {out}")
    return {"in": result, "out": out}


def large_file(office):
    """Two gigabytes in one request."""
    project = office.operator.json("POST", "/api/v1/projects", {"service": "digitisation", "name": "Large", "currency": "KES"})["id"]
    length, chunk = (2 << 30) - 1, b"%" * (1 << 20)

    def body():
        left = length
        while left:
            part = chunk[:left] if left < len(chunk) else chunk
            left -= len(part)
            yield part

    with Peak(office.kazi) as peak:
        begun = time.monotonic()
        office.operator.ask("POST", f"/api/v1/projects/{project}/sources?name=large.pdf", body(), "application/pdf",
                            {"Content-Length": str(length)})
        seconds = time.monotonic() - begun
    result = {"bytes": length, "seconds": round(seconds, 2), "mib_before": peak.before, "peak_mib": peak.mib}
    say(f"  2 GB: {result}")
    return result


def peer():
    sys.path.insert(0, str(ROOT / "bench" / "peers"))
    from label_studio import CONFIG, LabelStudio, VERSION
    say(f"Label Studio {VERSION}, pip default")
    with LabelStudio("pip", people=1) as studio:
        owner = studio.client(0)
        new = lambda: owner.json("POST", "/api/projects/", {"title": "Bench", "label_config": CONFIG})["id"]
        rows = [{"id": row, "text": f"Does the sign in picture {row} stand?", "link": f"https://x.example/{row}.jpg"}
                for row in range(ROWS)]
        project, begun = new(), time.monotonic()
        owner.json("POST", f"/api/projects/{project}/import", rows)
        into = time.monotonic() - begun
        choice = [{"from_name": "answer", "to_name": "text", "type": "choices", "value": {"choices": ["Yes"]}}]
        project = new()
        for start in range(0, ANSWERED, 5_000):
            part = [{"data": row, "annotations": [{"result": choice}]} for row in rows[start:start + 5_000]]
            owner.json("POST", f"/api/projects/{project}/import", part)
        begun = time.monotonic()
        _, content = owner.ask("GET", f"/api/projects/{project}/export?exportType=JSON")
        out = time.monotonic() - begun
        if len(json.loads(content)) != ANSWERED:
            raise SystemExit("Label Studio did not export every row")
        result = {"version": VERSION, "import_seconds": round(into, 2), "export_seconds": round(out, 2), "peak_mib": studio.peak_mib()}
    say(f"  {result}")
    return result


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--kazi")
    parser.add_argument("--no-peer", action="store_true")
    parser.add_argument("--million", action="store_true")
    options = parser.parse_args()
    WORK.mkdir(parents=True, exist_ok=True)
    if not options.kazi:
        subprocess.run(["cargo", "build", "--release", "--quiet", "-p", "kazi"], cwd=ROOT, check=True)
    folder = pathlib.Path(tempfile.mkdtemp(prefix="inout-", dir=WORK))
    kazi = Kazi(pathlib.Path(options.kazi or ROOT / "target" / "release" / "kazi").resolve(), folder)
    office = Office(kazi)
    say("Kazi on SQLite, synchronous=FULL")
    runs = [rows_in(office, ROWS)[1] for _ in range(3)]
    result = {"load_at_start": os.getloadavg()[0], "processors": os.cpu_count(),
              "kazi": {"in": min(runs, key=lambda run: run["seconds"]), "in_runs": [run["seconds"] for run in runs],
                       "out": answers_out(office)}}
    if options.million:
        result["kazi"]["large_file"] = large_file(office)
        result["kazi"]["million"] = million(kazi, office)
    kazi.stop()
    shutil.rmtree(folder)
    if not options.no_peer:
        subprocess.run([ROOT / "scripts" / "need.sh", "python"], check=True)
        result["label_studio"] = peer()
        ratio = lambda theirs, ours: round(result["label_studio"][theirs] / result["kazi"][ours]["seconds"], 1)
        result["times_faster"] = {"in": ratio("import_seconds", "in"), "out": ratio("export_seconds", "out")}
        say(f"times faster: {result['times_faster']}")
    RESULTS.parent.mkdir(exist_ok=True)
    RESULTS.write_text(json.dumps(result, indent=2) + "\n")


if __name__ == "__main__":
    main()
