"""Measures how books are split, beside Tesseract's own layout pass in the same run.

    python3 bench/split/run.py [--pages N]

Needs Debian's tesseract-ocr and KAZI_REAL_DATA or ../shared/data; writes bench/results/split.json. Processor seconds of
one core, so that a busy machine changes little. Then a PDF of 250 MB (N pages of raw grey, 80 unless told) is given to a
server, and the most memory that the server itself took is read: splitting is done by a child of its own.
"""

import argparse
import json
import os
import pathlib
import re
import resource
import subprocess
import sys
import tempfile
import time

from book import Server, peak, write_pdf

ROOT = pathlib.Path(__file__).resolve().parents[2]
DATA = pathlib.Path(os.environ.get("KAZI_REAL_DATA", ROOT.parent / "shared" / "data")) / "book-pages"
WORK = ROOT / "bench" / ".work" / "split"
BOOKS = ["boy-apprenticed-to-an-enchanter_part1", "child-of-the-moat", "seat-weaving_ch6"]


def cpu(command, **more):
    """Runs a program; what it said and the processor seconds it took."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    done = subprocess.run(command, check=True, capture_output=True, text=True, **more)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return done.stdout, (after.ru_utime + after.ru_stime) - (before.ru_utime + before.ru_stime)


def split(program, book):
    """Our figures of a book, and how its lines agree with Tesseract's."""
    pages = sorted((DATA / book).glob("*.png"))
    _, seconds = cpu([program, *map(str, pages)])
    said, _ = cpu([program, "--tesseract", str(WORK / book), *map(str, pages)])
    found = {name: re.search(pattern, said) for name, pattern in {
        "lines": r"refused, (\d+) lines",
        "figures": r"lines, (\d+) figures",
        "pages_not_covered_exactly": r"(\d+) pages not covered exactly",
        "ink_outside_percent": r"borders: ([\d.]+) %",
        "rules": r"ink in (\d+) rules",
        "ink_in_rules_percent": r"rules: ([\d.]+) %",
        "tesseract_lines": r"reads words on (\d+) lines",
        "whole_percent": r"\(([\d.]+) %\) lie in exactly one",
        "pieces_percent": r"\(([\d.]+) %\) are pieces",
    }.items()}
    figures = {name: float(match.group(1)) for name, match in found.items()}
    memory = re.search(r"peak memory (\d+) kB", said)
    missed = [line.strip() for line in said.splitlines() if "not in one line" in line]
    return {
        "book": book,
        "pages": len(pages),
        "pages_a_cpu_second": round(len(pages) / seconds, 1),
        "peak_mib": round(int(memory.group(1)) / 1024, 1),
        **figures,
        "not_in_one_line": missed,
    }


def peer(book):
    """Tesseract's layout pass alone (no reading), one thread."""
    pages = sorted((DATA / book).glob("*.png"))
    seconds = 0.0
    for page in pages:
        # The layout pass takes no list of pages: each is a process of its own, its start included.
        command = ["tesseract", str(page), str(WORK / "layout"), "--psm", "2", "--dpi", "300"]
        seconds += cpu(command, env={**os.environ, "OMP_THREAD_LIMIT": "1"})[1]
    version = subprocess.run(["tesseract", "--version"], capture_output=True, text=True, check=True)
    return {"peer": version.stdout.split("\n")[0] + ", --psm 2", "peer_pages_a_cpu_second": round(len(pages) / seconds, 1)}


def large_pdf(path, pages, width=1500, height=2100):
    """A PDF of raw grey pages with lines of bars on them, written as it grows."""
    row = bytearray(b"\xff" * width)
    for x in range(150, width - 150, 30):
        row[x:x + 12] = b"\x20" * 12
    blank = bytes(b"\xff" * width)
    image = b"".join(bytes(row) if 200 < y < height - 200 and y % 60 < 22 else blank for y in range(height))
    write_pdf(path, [image], pages, (width, height), (360, 504))


def parent_memory(kazi, pages):
    """The most memory of a server while a child of it splits a large PDF."""
    with tempfile.TemporaryDirectory(prefix="kazi-split-") as folder:
        book = pathlib.Path(folder) / "large.pdf"
        large_pdf(book, pages)
        server = Server(kazi, pathlib.Path(folder) / "data")
        try:
            project = server.project("Large")
            began = time.monotonic()
            server.add(project, book)
            while True:
                source = server.call("GET", f"/api/v1/projects/{project}/sources")[0]
                if source["state"] in ("split", "refused"):
                    break
                time.sleep(0.5)
            return {"pdf_mib": round(book.stat().st_size / 2**20), "pages": pages, "state": source["state"],
                    "seconds": round(time.monotonic() - began, 1),
                    "parent_peak_mib": round(peak(server.process.pid), 1)}
        finally:
            server.end()


def main():
    options = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    options.add_argument("--pages", type=int, default=80)
    options.add_argument("--only-large", action="store_true", help="only the memory of the server")
    options.add_argument("--profile", default="release", choices=["release", "dev"])
    given = options.parse_args()
    if not DATA.is_dir():
        sys.exit(f"there are no books at {DATA}; name the folder of the real inputs in KAZI_REAL_DATA")
    WORK.mkdir(parents=True, exist_ok=True)
    profile = ["--profile", given.profile]
    subprocess.run(["cargo", "build", "--quiet", "--workspace", *profile, "--example", "split"], check=True, cwd=ROOT)
    subprocess.run(["cargo", "build", "--quiet", "--workspace", *profile, "--bin", "kazi"], check=True, cwd=ROOT)
    built = ROOT / "target" / ("release" if given.profile == "release" else "debug")
    results = {"profile": given.profile, "load_at_start": os.getloadavg()[0], "books": []}
    for book in [] if given.only_large else BOOKS:
        results["books"].append({**split(str(built / "examples" / "split"), book), **peer(book)})
        print(json.dumps(results["books"][-1], indent=1), flush=True)
    results["large"] = parent_memory(str(built / "kazi"), given.pages)
    print(json.dumps(results["large"], indent=1))
    if given.only_large:
        return
    place = ROOT / "bench" / "results" / "split.json"
    place.parent.mkdir(exist_ok=True)
    place.write_text(json.dumps(results, indent=1) + "\n")


if __name__ == "__main__":
    main()
