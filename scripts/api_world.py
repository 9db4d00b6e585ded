"""Makes a small world through the API of a running program, and says its ids and a key as lines for a shell."""

import http.cookiejar
import json
import os
import time
import urllib.parse
import urllib.request

base = os.environ["BASE"]
jar = http.cookiejar.CookieJar()
browser = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(jar))


def call(method, path, body=None, kind="application/json"):
    """The reply to one request, as JSON."""
    sent = body if body is None or isinstance(body, bytes) else json.dumps(body).encode()
    asked = urllib.request.Request(base + path, data=sent, method=method, headers={"content-type": kind})
    with browser.open(asked) as reply:
        text = reply.read()
    return json.loads(text) if text and reply.headers.get_content_type() == "application/json" else None


form = urllib.parse.urlencode({"email": "operator@localhost", "password": os.environ["PASSWORD"]}).encode()
call("POST", "/sign-in", form, "application/x-www-form-urlencoded")
partner = call("POST", "/api/v1/organisations", {"name": "Mfano", "kind": "partner"})["id"]
centre = call("POST", f"/api/v1/organisations/{partner}/centres", {"name": "Mfano Centre"})["id"]
worker = {"name": "Amina", "pin": "482915", "roles": ["worker"]}
person = call("POST", f"/api/v1/centres/{centre}/people", worker)["id"]
new = {"service": "questions", "name": "Shops", "spec": {"question": "Is it?"}, "currency": "KES"}
project = call("POST", "/api/v1/projects", new)["id"]
call("PUT", f"/api/v1/projects/{project}/centres", [centre])
rows = b"shop\nDuka\nSoko\nKiosk\n"
source = call("POST", f"/api/v1/projects/{project}/sources?name=a.csv", rows, "application/octet-stream")["id"]
while call("GET", f"/api/v1/projects/{project}/sources")[0]["state"] != "split":
    time.sleep(0.1)
job = call("GET", "/api/v1/jobs")["jobs"][0]["id"]
scopes = ["projects:read", "projects:write", "people", "jobs"]
key = call("POST", "/api/v1/keys", {"name": "Description", "scopes": scopes})["key"]
asked = {"subject": "A photo", "text": "Is it enough?"}
question = call("POST", f"/api/v1/projects/{project}/questions", asked)["id"]
# A name that leads nowhere: nobody is called.
told = {"address": "https://kazi.invalid/", "events": ["project.delivered"]}
hook = call("POST", "/api/v1/hooks", told)["id"]
sending = call("POST", f"/api/v1/hooks/{hook}/try")["id"]
item = "item_" + "0" * 32
there = {"project": project, "organisation": partner, "centre": centre, "person": person, "source": source}
there |= {"question": question, "message": question.replace("thread", "message"), "hook": hook, "sending": sending}
for name, value in {**there, "item": item, "job": job, "key": key}.items():
    print(f"{name}={value}")
