"""Splits a PDF of a thousand scanned pages through the program, calls it off half way, and lets it go on.

    python3 bench/split/thousand.py KAZI [--pages N]

KAZI is the program. Needs Debian's python3-pil and fonts-dejavu-core. Prints what was seen: progress, the most memory of
the server and of the child that splits, and that each page is there once in the end.
"""

import argparse
import http.cookiejar
import json
import pathlib
import re
import subprocess
import tempfile
import time
import urllib.parse
import urllib.request
import zlib

from PIL import Image, ImageDraw, ImageFont

FONT = "/usr/share/fonts/truetype/dejavu/DejaVuSerif.ttf"
WIDTH, HEIGHT, LINES = 620, 880, 16


def scans():
    """Four grey pages at about 75 dpi, a little turned and speckled, as raw bytes."""
    font = ImageFont.truetype(FONT, 19)
    for number in range(4):
        page = Image.new("L", (WIDTH, HEIGHT), 244)
        draw = ImageDraw.Draw(page)
        for row in range(LINES):
            draw.text((60, 90 + row * 42), f"Line {row} of a page which says very little, {number}.", font=font, fill=24)
        page = page.rotate(0.3 * (number - 1.5), fillcolor=244, resample=Image.Resampling.BILINEAR)
        noise = Image.effect_noise((WIDTH, HEIGHT), 24).point(lambda shade: min(255, 128 + shade))
        yield Image.blend(page, noise, 0.08).tobytes()


def write(path, pages):
    """The pages over and over, each with a picture of its own."""
    streams = [zlib.compress(scan, 1) for scan in scans()]
    places = []
    with open(path, "wb") as out:
        def put(number, body):
            places.append(out.tell())
            out.write(b"%d 0 obj\n" % number + body + b"\nendobj\n")
        out.write(b"%PDF-1.4\n")
        put(1, b"<</Type/Catalog/Pages 2 0 R>>")
        kids = b" ".join(b"%d 0 R" % (3 + 3 * page) for page in range(pages))
        put(2, b"<</Type/Pages/Count %d/Kids[%s]>>" % (pages, kids))
        for page in range(pages):
            at, stream = 3 + 3 * page, streams[page % len(streams)]
            put(at, b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 844]/Contents %d 0 R/Resources<</XObject<</I %d 0 R>>>>>>"
                % (at + 1, at + 2))
            put(at + 1, b"<</Length 27>>stream\n595 0 0 844 0 0 cm /I Do   \nendstream")
            put(at + 2, b"<</Type/XObject/Subtype/Image/Width %d/Height %d/ColorSpace/DeviceGray/BitsPerComponent 8"
                b"/Filter/FlateDecode/Length %d>>stream\n%s\nendstream" % (WIDTH, HEIGHT, len(stream), stream))
        start = out.tell()
        out.write(b"xref\n0 %d\n0000000000 65535 f \n" % (len(places) + 1))
        for place in places:
            out.write(b"%010d 00000 n \n" % place)
        out.write(b"trailer<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n" % (len(places) + 1, start))


def peak(pid):
    """The most memory a process took, in MiB; 0 when it is gone."""
    try:
        status = pathlib.Path(f"/proc/{pid}/status").read_text()
    except OSError:
        return 0.0
    found = re.search(r"VmHWM:\s+(\d+) kB", status)
    return int(found.group(1)) / 1024 if found else 0.0


def children(pid):
    try:
        return pathlib.Path(f"/proc/{pid}/task/{pid}/children").read_text().split() + [
            child for task in pathlib.Path(f"/proc/{pid}/task").iterdir()
            for child in (task / "children").read_text().split()]
    except OSError:
        return []


class Server:
    """A fresh server, and its operator."""

    def __init__(self, kazi, folder):
        password = "measure a thousand pages"
        command = [kazi, "serve", "--data", str(folder), "--listen", "127.0.0.1:0", "--log", "warn",
                   "--operator-password", password]
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        self.base = next(found.group(0) for line in self.process.stdout
                         if (found := re.search(r"http://[\d.]+:\d+", line)))
        self.opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar()))
        form = urllib.parse.urlencode({"email": "operator@localhost", "password": password}).encode()
        self.call("POST", "/sign-in", form, "application/x-www-form-urlencoded")

    def call(self, method, path, body=None, kind="application/json", length=None):
        data = json.dumps(body).encode() if isinstance(body, dict) else body
        headers = {"Content-Type": kind, "Accept": "application/json"}
        if length is not None:
            headers["Content-Length"] = str(length)
        with self.opener.open(urllib.request.Request(self.base + path, data=data, method=method, headers=headers)) as reply:
            text, told = reply.read(), reply.headers.get_content_type()
        return json.loads(text) if told == "application/json" and text else None


def main():
    options = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    options.add_argument("kazi")
    options.add_argument("--pages", type=int, default=1_000)
    given = options.parse_args()
    with tempfile.TemporaryDirectory(prefix="kazi-thousand-") as folder:
        book = pathlib.Path(folder) / "thousand.pdf"
        write(book, given.pages)
        server = Server(given.kazi, pathlib.Path(folder) / "data")
        try:
            print(json.dumps(run(server, book, given.pages), indent=1))
        finally:
            server.process.terminate()
            server.process.wait()


def run(server, book, pages):
    client = server.call("POST", "/api/v1/organisations", {"name": "Client", "kind": "client"})["id"]
    project = server.call("POST", "/api/v1/projects", {
        "organisation": client, "service": "digitisation", "name": "Thousand", "currency": "KES"})["id"]
    with open(book, "rb") as file:
        server.call("POST", f"/api/v1/projects/{project}/sources?name=thousand.pdf", file, "application/pdf",
                    book.stat().st_size)
    began, child, seen, off = time.monotonic(), 0.0, [], None
    while True:
        child = max([child, *(peak(pid) for pid in children(server.process.pid))])
        source = server.call("GET", f"/api/v1/projects/{project}/sources")[0]
        jobs = server.call("GET", "/api/v1/jobs")["jobs"]
        job = next(job for job in jobs if job["kind"] == "split")
        seen.append((round(time.monotonic() - began, 1), source["state"], job["state"], job["done"], job["parts"],
                     round(peak(server.process.pid))))
        if off is None and pages * 0.4 <= job["done"] < pages * 0.9:
            server.call("POST", f"/api/v1/jobs/{job['id']}/cancel")
            off = time.monotonic()
        elif off and job["state"] in ("cancelled", "failed"):
            print("called off after", round(time.monotonic() - off, 1), "s:", source)
            server.call("POST", f"/api/v1/jobs/{job['id']}/retry")
            off = 0
        elif source["state"] == "split" or (source["state"] == "refused" and off is None):
            break
        time.sleep(0.5)
    view = server.call("GET", f"/api/v1/projects/{project}")
    steps = max(1, len(seen) // 20)
    return {"pdf_mib": round(book.stat().st_size / 2**20), "pages": pages, "state": source["state"], "items": view["items"],
            "seconds": round(time.monotonic() - began, 1), "server_peak_mib": round(peak(server.process.pid), 1),
            "child_peak_mib": round(child, 1), "seen": seen[::steps]}


main()
