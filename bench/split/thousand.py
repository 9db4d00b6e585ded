"""Splits a PDF of a thousand scanned pages through the program, calls it off half way, and lets it go on.

    python3 bench/split/thousand.py KAZI [--pages N]

KAZI is the program. Needs Debian's python3-pil and fonts-dejavu-core. Prints what was seen: progress, the most memory of
the server and of the child that splits, and that each page is there once in the end.
"""

import argparse
import json
import pathlib
import tempfile
import time
import zlib

from PIL import Image, ImageDraw, ImageFont

from book import Server, peak, write_pdf

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


def children(pid):
    try:
        return pathlib.Path(f"/proc/{pid}/task/{pid}/children").read_text().split() + [
            child for task in pathlib.Path(f"/proc/{pid}/task").iterdir()
            for child in (task / "children").read_text().split()]
    except OSError:
        return []


def main():
    options = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    options.add_argument("kazi")
    options.add_argument("--pages", type=int, default=1_000)
    given = options.parse_args()
    with tempfile.TemporaryDirectory(prefix="kazi-thousand-") as folder:
        book = pathlib.Path(folder) / "thousand.pdf"
        write_pdf(book, [zlib.compress(scan, 1) for scan in scans()], given.pages, (WIDTH, HEIGHT), (595, 844), packed=True)
        server = Server(given.kazi, pathlib.Path(folder) / "data")
        try:
            print(json.dumps(run(server, book, given.pages), indent=1))
        finally:
            server.end()


def run(server, book, pages):
    project = server.project("Thousand")
    server.add(project, book)
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
