"""A PDF of pages that are each one grey picture, and a fresh server that splits it: for the benches in this folder."""

import http.cookiejar
import json
import pathlib
import re
import subprocess
import urllib.parse
import urllib.request


def write_pdf(path, pictures, pages, size, points, packed=False):
    """Writes the pictures over and over, a page each, as the file grows.

    pictures: grey bytes, row by row, compressed with zlib where `packed`; size: width and height in pixels; points: of
    the page.
    """
    (width, height), (wide, high) = size, points
    places = []
    with open(path, "wb") as out:
        def put(number, body):
            places.append(out.tell())
            out.write(b"%d 0 obj\n" % number + body + b"\nendobj\n")
        out.write(b"%PDF-1.4\n")
        put(1, b"<</Type/Catalog/Pages 2 0 R>>")
        kids = b" ".join(b"%d 0 R" % (3 + 3 * page) for page in range(pages))
        put(2, b"<</Type/Pages/Count %d/Kids[%s]>>" % (pages, kids))
        draw = b"%d 0 0 %d 0 0 cm /I Do" % (wide, high)
        for page in range(pages):
            at, picture = 3 + 3 * page, pictures[page % len(pictures)]
            put(at, b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 %d %d]/Contents %d 0 R/Resources<</XObject<</I %d 0 R>>>>>>"
                % (wide, high, at + 1, at + 2))
            put(at + 1, b"<</Length %d>>stream\n%s\nendstream" % (len(draw), draw))
            put(at + 2, b"<</Type/XObject/Subtype/Image/Width %d/Height %d/ColorSpace/DeviceGray/BitsPerComponent 8"
                b"%s/Length %d>>stream\n%s\nendstream"
                % (width, height, b"/Filter/FlateDecode" if packed else b"", len(picture), picture))
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

    def project(self, name):
        """A project of digitisation, of a client of its own."""
        client = self.call("POST", "/api/v1/organisations", {"name": "Client", "kind": "client"})["id"]
        return self.call("POST", "/api/v1/projects", {
            "organisation": client, "service": "digitisation", "name": name, "spec": {}, "currency": "KES"})["id"]

    def add(self, project, book):
        """Hands in a PDF."""
        with open(book, "rb") as file:
            self.call("POST", f"/api/v1/projects/{project}/sources?name={book.name}", file, "application/pdf",
                      book.stat().st_size)

    def end(self):
        self.process.terminate()
        self.process.wait()
