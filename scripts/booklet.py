#!/usr/bin/env python3
"""Makes a scanned booklet from a text of our own: typeset, then skewed, speckled and blurred like a real scan.

usage: booklet.py OUT.pdf TRUTH_DIR [--lines N] [--figure]
Writes the PDF, and one NNNN.gt.txt a page with what stands on it; with --figure there is a drawing after
the last line. Needs Pillow and a serif font of Debian's.
"""
import argparse
import pathlib
import random
import sys
import textwrap

from PIL import Image, ImageDraw, ImageFilter, ImageFont

TITLE = "THE WELL AT THE CROSSROADS"
STORY = """
Long before the road was tarred, a woman named Wema sold water at the crossroads. She drew it from a well
that her grandmother had dug, and she gave the first cup of every morning away. Drivers who could not pay
promised to come back, and most of them did.

One dry season a trader came with a lorry full of plastic bottles. "Your well is old," he said, "and mine
has never seen the ground." People looked at the clear bottles and then at Wema's clay jars. For a week
nobody stopped at the well but the goats, who have never cared much for fashion.

On the eighth day the lorry did not come. The bridge beyond the hill had been carried off by a flood in
another country, for rivers do not ask where the rain has fallen. By noon the queue at the well was longer
than the shadow of the fig tree, and the trader himself stood in it with a borrowed cup.

Wema filled it without a word. "Why do you help me?" he asked. She answered that a well which chooses
whom it refreshes soon forgets how to be a well. The trader laughed, but he stayed to carry jars until
the evening, and the next morning, and the one after that.

When the bridge was mended he sold the lorry and bought a pump. The two of them wrote an account of every
cup in a school book: so many sold, so many given, so many owed. Years later a teacher found the book and
read it to her class. "Count the cups that were given," she said, "and you will know how the village
came to have a school, a road and a well that has never once run dry."

The children counted. There were three thousand six hundred and fifty, one for every morning of ten
years; and on the last page, in a different hand, somebody had written: the first cup is still free.
"""
WIDTH, HEIGHT, MARGIN = 1240, 1754, 150
LEADING = 50


def font(size):
    for place in ("/usr/share/fonts", "/usr/local/share/fonts"):
        for name in ("DejaVuSerif.ttf", "LiberationSerif-Regular.ttf", "NotoSerif-Regular.ttf"):
            for found in pathlib.Path(place).rglob(name):
                return ImageFont.truetype(str(found), size)
    sys.exit("no serif font was found: install fonts-dejavu-core")


def lines():
    for number, paragraph in enumerate(STORY.strip().split("\n\n")):
        wrapped = textwrap.wrap(" ".join(paragraph.split()), 54)
        for place, line in enumerate(wrapped):
            yield ("    " if place == 0 and number else "", line)


def scanned(page, dice):
    page = page.rotate(dice.uniform(-1.2, 1.2), resample=Image.Resampling.BICUBIC, fillcolor=250)
    page = page.filter(ImageFilter.GaussianBlur(0.8))
    pixels = page.load()
    for _ in range(900):
        x, y = dice.randrange(WIDTH), dice.randrange(HEIGHT)
        pixels[x, y] = dice.choice((0, 60, 120))
    return page


def drawing(draw, left, top):
    """A well under its roof, for somebody to describe."""
    for side in (0, 240):
        draw.rectangle((left + 40 + side, top + 90, left + 56 + side, top + 260), fill=30)
    draw.polygon([(left, top + 100), (left + 168, top), (left + 336, top + 100)], outline=30, fill=120)
    draw.rectangle((left + 40, top + 260, left + 296, top + 380), outline=30, fill=170, width=6)
    draw.line((left + 168, top + 100, left + 168, top + 220), fill=30, width=5)
    draw.rectangle((left + 146, top + 220, left + 190, top + 256), fill=40)


def main():
    options = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    options.add_argument("out", type=pathlib.Path)
    options.add_argument("truth", type=pathlib.Path)
    options.add_argument("--lines", type=int, default=26, help="on a page")
    options.add_argument("--figure", action="store_true")
    given = options.parse_args()
    out, truth = given.out, given.truth
    truth.mkdir(parents=True, exist_ok=True)
    dice, body, head = random.Random(7), font(32), font(26)
    rows, pages = list(lines()), []
    for start in range(0, len(rows), given.lines):
        number = start // given.lines + 1
        page = Image.new("L", (WIDTH, HEIGHT), 252)
        draw = ImageDraw.Draw(page)
        draw.text((WIDTH / 2, 110), TITLE, font=head, fill=20, anchor="mm")
        draw.text((WIDTH / 2, HEIGHT - 110), str(number), font=head, fill=20, anchor="mm")
        text = [TITLE]
        for row, (indent, line) in enumerate(rows[start : start + given.lines]):
            draw.text((MARGIN + 18 * len(indent), 200 + row * LEADING), line, font=body, fill=20)
            text.append(line)
        if given.figure and start + given.lines >= len(rows) and len(text) < 19:
            drawing(draw, (WIDTH - 336) // 2, 260 + (len(text) - 1) * LEADING)
        text.append(str(number))
        (truth / f"{number:04}.gt.txt").write_text("\n".join(text) + "\n", encoding="utf-8")
        pages.append(scanned(page, dice))
    pages[0].save(out, save_all=True, append_images=pages[1:], resolution=150)
    print(f"{out}: {len(pages)} pages")


main()
