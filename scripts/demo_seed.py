#!/usr/bin/env python3
"""Fills a fresh server with a small demo organisation, through its API, and prints how to sign in.

usage: demo_seed.py http://127.0.0.1:8080 OPERATOR_EMAIL OPERATOR_PASSWORD BOOK.pdf FOLDER [TRUTH]

FOLDER is for what the demo must remember. TRUTH is a folder with one NNNN.gt.txt a page. With it a few simulated colleagues do a part of the work, so that at each
stage something waits for a person. Safe to run twice: what is there stays, and a computer can be enrolled again.
"""
import http.cookiejar
import json
import pathlib
import sys
import time
import urllib.error
import urllib.parse
import urllib.request
import uuid

BASE, EMAIL, PASSWORD, BOOK = sys.argv[1:5]
FOLDER = pathlib.Path(sys.argv[5])
TRUTH = pathlib.Path(sys.argv[6]) if len(sys.argv) > 6 else None
PIN, SECRET = "482915", "water the mango tree"
FORM = "application/x-www-form-urlencoded"


class Browser:
    """A browser of its own: cookies, forms and JSON."""

    def __init__(self):
        self.opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar()))

    def call(self, method, path, body=None, raw=None, kind="application/json"):
        data = raw if raw is not None else (json.dumps(body).encode() if body is not None else None)
        headers = {"Content-Type": kind, "Accept": "application/json"}
        request = urllib.request.Request(BASE + path, data=data, method=method, headers=headers)
        with self.opener.open(request) as reply:
            text, told = reply.read(), reply.headers.get_content_type()
        return json.loads(text) if text and told == "application/json" else None

    def form(self, path, **fields):
        self.call("POST", path, raw=urllib.parse.urlencode(fields).encode(), kind=FORM)

    def next(self, project, stage):
        """The next task, or nothing."""
        tasks = self.call("GET", f"/work/{project}/{stage}/next?count=1")["tasks"]
        return tasks[0] if tasks else None

    def answer(self, task, answer):
        body = {"task": task["task"], "answer": answer, "seconds": 14}
        self.call("PUT", f"/work/answers/answer_{uuid.uuid4().hex}", body)


def split(office, project, file):
    """Hands a file in and waits until it is split."""
    name = urllib.parse.quote(pathlib.Path(file).name)
    office.call("POST", f"/api/v1/projects/{project}/sources?name={name}", raw=pathlib.Path(file).read_bytes(),
                kind="application/octet-stream")
    while True:
        sources = office.call("GET", f"/api/v1/projects/{project}/sources")
        if all(source["state"] in ("split", "refused") for source in sources):
            break
        time.sleep(0.3)
    refused = [source["problem"] for source in sources if source["state"] == "refused"]
    if refused:
        sys.exit(f"{file} was refused: {refused[0]}")


def line_of(key, page):
    """What stands on a line, from its key, such as p0001/l003; the lines of the truth are those of the page."""
    number = int(key.split("/l")[1]) - 1
    return page[number] if number < len(page) else ""


def type_lines(project, typists):
    """All lines of the first page are typed and settled, so that it can be proofread; on the second page two lines are
    left on which nobody agrees; the rest waits to be typed."""
    pages = {path.stem.split(".")[0]: path.read_text(encoding="utf-8").splitlines() for path in TRUTH.glob("*.gt.txt")}
    for number, typist in enumerate(typists):
        while (task := typist.next(project, "type")) is not None:
            page, line = task["key"].removeprefix("p").split("/l")
            if int(page) > 2 or (int(page) == 2 and int(line) > 6):
                break
            text = line_of(task["key"], pages.get(page, []))
            if int(page) == 2 and int(line) in (3, 5):
                # A slip at the same place, another one for each.
                text = text[:6] + "kqz"[number] + text[7:]
            typist.answer(task, {"is": "line", "text": text, "mark": "none" if text else "blank"})


def ask_rows(project, people):
    """Each skips the first row, which is then stuck, and answers half of the others."""
    for person in people:
        task = person.next(project, "answer")
        person.call("POST", f"/work/tasks/{task['task']}/skip", {"reason": "not_clear"})
        for _ in range(5):
            if (task := person.next(project, "answer")) is not None:
                person.answer(task, {"choice": 0 if int(task["key"]) in (1, 3) else 1})


def book_name():
    return "The Well at the Crossroads" if TRUTH is not None else pathlib.Path(BOOK).stem


def project(office, client, centre, service, called, spec, file):
    """A running project with one file."""
    made = office.call("POST", "/api/v1/projects", {
        "organisation": client, "service": service, "name": called, "spec": spec, "currency": "KES"})["id"]
    office.call("PUT", f"/api/v1/projects/{made}/centres", [centre])
    split(office, made, file)
    office.call("POST", f"/api/v1/projects/{made}/start")
    return made


def fill(office):
    partner = office.call("POST", "/api/v1/organisations", {"name": "Mfano Partners", "kind": "partner"})["id"]
    client = office.call("POST", "/api/v1/organisations", {"name": "Sample Library Trust", "kind": "client"})["id"]
    office.call("POST", f"/api/v1/organisations/{client}/people",
                {"name": "Ruth Beispiel", "email": "client@localhost", "password": SECRET, "roles": ["client"]})
    centre = office.call("POST", f"/api/v1/organisations/{partner}/centres",
                         {"name": "Mfano Centre", "utc_offset_minutes": 180})["id"]
    people = f"/api/v1/centres/{centre}/people"

    def person(name, picture, language, role, *learnt, **more):
        made = office.call("POST", people, {"name": name, "picture": picture, "language": language, "pin": PIN,
                                            "roles": [role], **more})["id"]
        for service, stage in learnt:
            office.call("POST", f"{people}/{made}/certificates", {"service": service, "stage": stage})
        return made

    both = [("digitisation", "type"), ("questions", "answer")]
    person("Lulu Mfano", "sun-fill", "en", "team_leader", email="leader@localhost", password=SECRET)
    # Amina and Danish begin with practice; Baraka has learnt to type; Chausiku decides, proofreads and describes.
    person("Amina Sampuli", "bird-fill", "en", "worker")
    person("Baraka Mfano", "boat-fill", "sw", "worker", *both)
    person("Chausiku Sampuli", "moon-stars-fill", "en", "reviewer", *both)
    person("Danish Namoona", "tree-fill", "ur", "worker")
    crew = [person(name, picture, "en", "worker", *both)
            for name, picture in [("Esi Mfano", "cup-fill"), ("Farid Sampuli", "star-fill"), ("Grace Mfano", "house-fill")]]

    rows = FOLDER / "animals.csv"
    words = "cat Monday goat seven mango river Nairobi blue table Kampala".split()
    rows.write_text("id,text\n" + "".join(f"{number},{word}\n" for number, word in enumerate(words, 1)))
    name = book_name()
    projects = {service: project(office, client, centre, service, called, spec, file) for service, called, spec, file in [
        ("digitisation", name, {"title": name}, BOOK),
        ("questions", "Animals", {"question": "Is this an animal?"}, rows)]}

    colleagues = []
    for one in crew:
        browser = Browser()
        browser.form("/centre/enrol", code=office.call("POST", f"/api/v1/centres/{centre}/devices", {"name": "Desk 2"})["code"])
        browser.form(f"/centre/{one}", pin=PIN)
        colleagues.append(browser)
    ask_rows(projects["questions"], colleagues)
    if TRUTH is not None:
        type_lines(projects["digitisation"], colleagues)
    else:
        print("The text of this book is not known, so nobody has typed any of it yet.")
    return centre


def stages(office):
    """What waits for a person, stage by stage."""
    for row in office.call("GET", "/api/v1/projects")["projects"]:
        view = office.call("GET", f"/api/v1/projects/{row['id']}")
        waiting = [f"{stage['key']} {stage['tasks'] - stage['settled'] - stage['sent_on'] - stage['stuck']}"
                   for stage in view["stages"]]
        stuck = sum(stage["stuck"] for stage in view["stages"])
        print(f"  {row['name']}: waiting to {', '.join(waiting)}; stuck {stuck}")


def main():
    office = Browser()
    office.form("/sign-in", email=EMAIL, password=PASSWORD)
    if there := office.call("GET", "/api/v1/projects")["projects"]:
        print("The demo organisation is there already.")
        centre = (FOLDER / "centre").read_text()
        if book_name() not in [one["name"] for one in there]:
            print(f"{book_name()} is added; nobody has typed any of it yet.")
            client = office.call("GET", f"/api/v1/projects/{there[0]['id']}")["organisation"]
            project(office, client, centre, "digitisation", book_name(), {"title": book_name()}, BOOK)
    else:
        centre = fill(office)
        (FOLDER / "centre").write_text(centre)
    code = office.call("POST", f"/api/v1/centres/{centre}/devices", {"name": "Desk 1"})["code"]
    stages(office)
    print(f"""
  who                where                          how
  operator           {BASE}/sign-in   {EMAIL} / {PASSWORD}
  client             {BASE}/sign-in   client@localhost / {SECRET}
  team leader        {BASE}/sign-in   leader@localhost / {SECRET}
  worker, reviewer   {BASE}/centre    enrol the computer with the code {code} (it counts for 15 minutes), tap a tile, PIN {PIN}

  Amina and Danish begin with practice, Baraka types, Chausiku decides, proofreads and describes.
""")


main()
