"""Label Studio 1.23 as a peer: installs it from the package index, starts it, makes people and projects.

    from label_studio import LabelStudio
    with LabelStudio("pip") as peer:            # what `pip install label-studio && label-studio start` gives: SQLite
        project = peer.project(rows=2000)
        ...
    with LabelStudio("postgres") as peer:       # PostgreSQL (KAZI_TEST_PG names it) and uWSGI, or gunicorn without it

Everything lies in bench/.work; nothing is left running. The server listens on this computer only.
"""

import http.client
import json
import os
import pathlib
import shutil
import signal
import socket
import subprocess
import tempfile
import time
import urllib.parse

ROOT = pathlib.Path(__file__).resolve().parents[2]
WORK = ROOT / "bench" / ".work"
VENV = WORK / "label-studio"
VERSION = "1.23.0"
USER, PASSWORD = "operator@example.org", "water-the-mango-tree-7"
CONFIG = """<View><Text name="text" value="$text"/><Choices name="answer" toName="text" choice="single">
<Choice value="Yes"/><Choice value="No"/></Choices></View>"""

SETUP = """
import django, json, sys
django.setup()
from django.conf import settings
from users.models import User
from organizations.models import Organization
from rest_framework.authtoken.models import Token
count = int(sys.argv[1])
owner = User.objects.filter(email=%r).first()
if owner is None:
    owner = User.objects.create_user(email=%r, password=%r)
    Organization.create_organization(created_by=owner, title='Bench')
    owner.active_organization = Organization.objects.first(); owner.save()
organization = owner.active_organization or Organization.objects.first()
try:
    from jwt_auth.models import JWTSettings
    jwt, _ = JWTSettings.objects.get_or_create(organization=organization)
    jwt.legacy_api_tokens_enabled = True; jwt.save()
except ImportError:
    pass
tokens = []
for number in range(count):
    email = owner.email if number == 0 else 'person%%d@example.org' %% number
    user = User.objects.filter(email=email).first() or User.objects.create_user(email=email, password=%r)
    organization.add_user(user) if number else None
    user.active_organization = organization; user.save()
    tokens.append(Token.objects.get_or_create(user=user)[0].key)
print('TOKENS ' + json.dumps(tokens))
""" % (USER, USER, PASSWORD, PASSWORD)


def install():
    """Installs the peer once; says so."""
    if (VENV / "installed").exists():
        return
    print(f"installing label-studio {VERSION} into {VENV}", flush=True)
    subprocess.run(["python3", "-m", "venv", VENV], check=True)
    pip = [VENV / "bin" / "pip", "install", "--quiet", "--disable-pip-version-check"]
    subprocess.run([*pip, f"label-studio=={VERSION}", "gunicorn", "psycopg2-binary"], check=True)
    # What its own images run it with; it has to be compiled, and where that fails gunicorn stands in.
    subprocess.run([*pip, "uwsgi"], check=False, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    (VENV / "installed").touch()


def free_port():
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


class Client:
    """One person: a connection that is kept where the server keeps it."""

    def __init__(self, port, token):
        self.port, self.headers, self.line = port, {"Authorization": f"Token {token}", "Content-Type": "application/json"}, None

    def ask(self, method, path, body=None):
        data = None if body is None else json.dumps(body).encode()
        for attempt in (1, 2):
            try:
                self.line = self.line or http.client.HTTPConnection("127.0.0.1", self.port, timeout=120)
                self.line.request(method, path, data, self.headers)
                reply = self.line.getresponse()
                text = reply.read()
                break
            except (http.client.HTTPException, ConnectionError):
                self.line = None
                if attempt == 2:
                    raise
        if reply.getheader("Connection", "").lower() == "close":
            self.line.close()
            self.line = None
        return reply.status, text

    def json(self, method, path, body=None):
        status, text = self.ask(method, path, body)
        if status >= 300:
            raise RuntimeError(f"{method} {path}: {status} {text[:300]!r}")
        return json.loads(text) if text else None


class LabelStudio:
    def __init__(self, variant="pip", people=8, workers=4):
        self.variant, self.people, self.workers = variant, people, workers

    def __enter__(self):
        install()
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="label-studio-", dir=WORK))
        self.port = free_port()
        own = {k: v for k, v in os.environ.items() if not k.startswith(("POSTGRE", "DJANGO", "LABEL_STUDIO"))}
        self.env = own | {
            "PATH": f"{VENV}/bin:{os.environ['PATH']}",
            "LABEL_STUDIO_BASE_DATA_DIR": str(self.folder),
            "BASE_DATA_DIR": str(self.folder),
            "COLLECT_ANALYTICS": "0",
            "SENTRY_DSN": "", "FRONTEND_SENTRY_DSN": "",
            "LATEST_VERSION_CHECK": "0",
            "LABEL_STUDIO_ENABLE_LEGACY_API_TOKEN": "true",
            "DJANGO_SETTINGS_MODULE": "core.settings.label_studio",
        }
        if self.variant == "pip":
            self.env["DJANGO_DB"] = "sqlite"
        else:
            server = dict(word.split("=", 1) for word in os.environ["KAZI_TEST_PG"].split())
            self.database = f"label_studio_{os.getpid()}"
            subprocess.run(["psql", "-q", "-h", server["host"], "-U", server["user"], "-d", "postgres", "-c",
                            f"create database {self.database}"], check=True)
            self.env |= {"DJANGO_DB": "default", "POSTGRE_NAME": self.database, "POSTGRE_USER": server["user"],
                         "POSTGRE_PASSWORD": "", "POSTGRE_HOST": server["host"], "POSTGRE_PORT": "5432"}
        self.home = next((VENV / "lib").glob("python3*/site-packages/label_studio"))
        self.env["PYTHONPATH"] = str(self.home)
        self.run_django("manage.py", "migrate", "--no-color", "-v", "0")
        told = self.run_django("-c", SETUP, str(self.people))
        line = next(line for line in told.splitlines() if line.startswith("TOKENS "))
        self.tokens = json.loads(line[7:])
        self.log = open(self.folder / "server.log", "wb")
        self.server = subprocess.Popen(self.command(), cwd=self.home, env=self.env, stdout=self.log, stderr=self.log,
                                       start_new_session=True)
        self.wait()
        return self

    def run_django(self, *arguments):
        done = subprocess.run([VENV / "bin" / "python", *arguments], cwd=self.home, env=self.env, text=True,
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        if done.returncode:
            raise RuntimeError(done.stdout[-2000:] + done.stderr[-4000:])
        return done.stdout

    def command(self):
        if self.variant == "pip":
            return [VENV / "bin" / "label-studio", "start", "--no-browser", "--internal-host", "127.0.0.1",
                    "--port", str(self.port), "--data-dir", str(self.folder)]
        if self.front() == "uWSGI":
            return [VENV / "bin" / "uwsgi", "--http-socket", f"127.0.0.1:{self.port}", "--module", "core.wsgi:application",
                    "--master", "--processes", str(self.workers), "--http-keepalive", "--single-interpreter",
                    "--die-on-term", "--buffer-size", "32768"]
        return [VENV / "bin" / "gunicorn", "--bind", f"127.0.0.1:{self.port}", "--workers", str(self.workers),
                "--keep-alive", "60", "core.wsgi:application"]

    def front(self):
        """What answers HTTP."""
        if self.variant == "pip":
            return "its own server"
        return "uWSGI" if (VENV / "bin" / "uwsgi").exists() else "gunicorn"

    def wait(self):
        for _ in range(600):
            if self.server.poll() is not None:
                raise RuntimeError((self.folder / "server.log").read_text()[-3000:])
            try:
                if self.client(0).ask("GET", "/api/projects/")[0] == 200:
                    return
            except OSError:
                pass
            time.sleep(0.5)
        raise RuntimeError("Label Studio did not start: " + (self.folder / "server.log").read_text()[-3000:])

    def client(self, number):
        return Client(self.port, self.tokens[number])

    def project(self, rows, answers=1):
        """A project with so many open tasks, each of which wants so many answers."""
        owner = self.client(0)
        made = owner.json("POST", "/api/projects/", {"title": "Bench", "label_config": CONFIG, "maximum_annotations": answers})
        for start in range(0, rows, 5000):
            part = [{"text": f"Is shop number {row} open on Sundays?"} for row in range(start, min(start + 5000, rows))]
            owner.json("POST", f"/api/projects/{made['id']}/import", part)
        return made["id"]

    def processes(self):
        """The server and its workers."""
        group = os.getpgid(self.server.pid)
        pids = [int(entry) for entry in os.listdir("/proc") if entry.isdigit()]
        def of_group(pid):
            try:
                return os.getpgid(pid) == group
            except ProcessLookupError:
                return False
        return [pid for pid in pids if of_group(pid)]

    def peak_mib(self):
        def peak(pid):
            try:
                text = pathlib.Path(f"/proc/{pid}/status").read_text()
            except OSError:
                return 0
            return next((int(line.split()[1]) for line in text.splitlines() if line.startswith("VmHWM:")), 0)
        return sum(peak(pid) for pid in self.processes()) // 1024

    def __exit__(self, *_):
        try:
            os.killpg(os.getpgid(self.server.pid), signal.SIGTERM)
            self.server.wait(20)
        except (ProcessLookupError, subprocess.TimeoutExpired):
            self.server.kill()
        self.log.close()
        shutil.rmtree(self.folder, ignore_errors=True)
