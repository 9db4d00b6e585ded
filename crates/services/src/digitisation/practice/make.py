#!/usr/bin/env python3
"""Makes the pictures of the practice lines: our own sentences in a free typeface, a little turned and
speckled like a scan, as 1-bit PNG. The same run gives the same bytes.

Needs Pillow and Debian's fonts-dejavu-core: python3 make.py
"""

import pathlib
import random

from PIL import Image, ImageDraw, ImageFont

FONT = "/usr/share/fonts/truetype/dejavu/DejaVuSerif.ttf"
LINES = {
    "exact": "She alwayes carryed two baskets to the market,",
    "hyphen": "for the road to the lake was long, and un-",
    "marks": "“Wait,” he said, “not yet; the rain will stop.”",
    "digits": "In 1863 the bridge had 27 arches; now it has 21.",
    "dash": "The old boat—his father’s—lay on the sand.",
    "blank": "",
}


def make(name: str, text: str) -> None:
    chance = random.Random(name)
    font = ImageFont.truetype(FONT, 40)
    width = int(font.getlength(text)) + 80 if text else 900
    picture = Image.new("L", (width, 84), 255)
    draw = ImageDraw.Draw(picture)
    if text:
        draw.text((40, 16), text, font=font, fill=0)
    else:
        draw.line((300, 42, 600, 44), fill=0, width=3)
    picture = picture.rotate(chance.uniform(-0.25, 0.25), Image.Resampling.BICUBIC, fillcolor=255)
    draw = ImageDraw.Draw(picture)
    for _ in range(width // 12):
        x, y = chance.randrange(width), chance.randrange(84)
        draw.point((x, y), fill=0)
    picture = picture.point(lambda grey: 255 if grey > 150 else 0).convert("1")
    picture.save(pathlib.Path(__file__).parent / f"{name}.png", optimize=True)


for key, line in LINES.items():
    make(key, line)
