#!/usr/bin/env python3
"""Fills a fresh server with a small demo organisation, through its API, and prints how to sign in.

usage: demo_seed.py http://127.0.0.1:8080 OPERATOR_EMAIL OPERATOR_PASSWORD BOOK.pdf
"""
import http.cookiejar
import json
import pathlib
import sys
import time
import urllib.parse
import urllib.request

BASE, EMAIL, PASSWORD, BOOK = sys.argv[1:5]
PIN, SECRET = "482915", "water the mango tree"
opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar()))


def call(method, path, body=None, raw=None):
    data = raw if raw is not None else (json.dumps(body).encode() if body is not None else None)
    headers = {"Content-Type": "application/json", "Accept": "application/json"}
    request = urllib.request.Request(BASE + path, data=data, method=method, headers=headers)
    with opener.open(request) as reply:
        text = reply.read()
    return json.loads(text) if text else None


def form(path, **fields):
    data = urllib.parse.urlencode(fields).encode()
    opener.open(urllib.request.Request(BASE + path, data=data, headers={"Accept": "application/json"}))


form("/sign-in", email=EMAIL, password=PASSWORD)
if call("GET", "/api/v1/projects")["projects"]:
    print("The demo organisation is there already.")
else:
    partner = call("POST", "/api/v1/organisations", {"name": "Mfano Partners", "kind": "partner"})["id"]
    client = call("POST", "/api/v1/organisations", {"name": "Sample Library Trust", "kind": "client"})["id"]
    call("POST", f"/api/v1/organisations/{client}/people",
         {"name": "Ruth Beispiel", "email": "client@localhost", "password": SECRET, "roles": ["client"]})
    centre = call("POST", f"/api/v1/organisations/{partner}/centres",
                  {"name": "Mfano Centre", "utc_offset_minutes": 180})["id"]
    people = f"/api/v1/centres/{centre}/people"
    call("POST", people, {"name": "Lulu Mfano", "email": "leader@localhost", "password": SECRET, "pin": PIN,
                          "roles": ["team_leader"]})
    staff = [("Amina Sampuli", "bird-fill", "en", "worker"), ("Baraka Mfano", "boat-fill", "sw", "worker"),
             ("Chausiku Sampuli", "moon-stars-fill", "en", "reviewer"), ("Danish Namoona", "tree-fill", "ur", "worker")]
    for name, picture, language, role in staff:
        call("POST", people, {"name": name, "picture": picture, "language": language, "pin": PIN, "roles": [role]})
    code = call("POST", f"/api/v1/centres/{centre}/devices", {"name": "Desk 1"})["code"]
    projects = [("digitisation", "The Well at the Crossroads", {"title": "The Well at the Crossroads"}, BOOK)]
    rows = pathlib.Path(BOOK).with_suffix(".csv")
    rows.write_text("id,text\n" + "".join(f"{n},{word}\n" for n, word in enumerate(
        "cat Monday goat seven mango river Nairobi blue table Kampala".split(), 1)))
    projects.append(("questions", "Animals", {"question": "Is this an animal?"}, str(rows)))
    for service, name, spec, file in projects:
        id = call("POST", "/api/v1/projects", {"organisation": client, "service": service, "name": name,
                                              "spec": spec, "currency": "KES"})["id"]
        call("PUT", f"/api/v1/projects/{id}/centres", [centre])
        source = urllib.parse.quote(pathlib.Path(file).name)
        call("POST", f"/api/v1/projects/{id}/sources?name={source}", raw=pathlib.Path(file).read_bytes())
        while any(s["state"] not in ("split", "refused") for s in call("GET", f"/api/v1/projects/{id}/sources")):
            time.sleep(0.2)
        call("POST", f"/api/v1/projects/{id}/start")
    print(f"A computer is enrolled at {BASE}/centre with the code {code} (it counts for 15 minutes).")

print(f"""
  who                where                          how
  operator           {BASE}/sign-in   {EMAIL} / {PASSWORD}
  client             {BASE}/sign-in   client@localhost / {SECRET}
  team leader        {BASE}/sign-in   leader@localhost / {SECRET}
  worker, reviewer   {BASE}/centre    enrol the computer, tap a tile, PIN {PIN}
""")
