"""Simple floor plans for the demonstration: walls, doors, stairs; drawn the same for the same seed."""

from __future__ import annotations

import io
import random

from PIL import Image, ImageDraw

WIDTH, HEIGHT = 1200, 760
MARGIN = 60
PAPER, WALL, ROOM, STAIR, EXIT = "#fbfaf6", "#30343b", "#eef1f5", "#9aa3af", "#1b7f4b"
# middles of rooms in percent of the picture: three above, two below, with a corridor between
SPOTS = ((20.0, 25.0), (50.0, 25.0), (80.0, 25.0), (27.0, 76.0), (72.0, 76.0))
ROOMS = (
    (60, 60, 420, 340), (420, 60, 780, 340), (780, 60, 1140, 340), (60, 440, 600, 700), (600, 440, 1140, 700),
)  # fmt: skip
DOOR = 70


def drawn_plan(rooms: int, *, seed: str) -> bytes:
    """A PNG."""
    dice = random.Random(seed)  # noqa: S311
    image = Image.new("RGB", (WIDTH, HEIGHT), PAPER)
    pen = ImageDraw.Draw(image)
    for index, (left, top, right, bottom) in enumerate(ROOMS):
        fill = ROOM if index < rooms else PAPER
        pen.rectangle((left, top, right, bottom), fill=fill, outline=WALL, width=6)
        door(pen, left, right, bottom if bottom < HEIGHT / 2 else top, dice)
        furniture(pen, (left, top, right, bottom), dice)
    stairs(pen, 1070, 350)
    for x in (MARGIN - 14, WIDTH - MARGIN - 6):
        pen.rectangle((x, 360, x + 20, 420), fill=EXIT)
    pen.rectangle((MARGIN, MARGIN, WIDTH - MARGIN, HEIGHT - MARGIN), outline=WALL, width=10)
    for x in (MARGIN - 5, WIDTH - MARGIN - 5):
        pen.rectangle((x, 360, x + 10, 420), fill=EXIT)
    out = io.BytesIO()
    image.save(out, "PNG")
    return out.getvalue()


def door(pen: ImageDraw.ImageDraw, left: int, right: int, wall: int, dice: random.Random) -> None:
    """A gap in the wall towards the corridor."""
    x = dice.randint(left + 30, right - DOOR - 30)
    pen.rectangle((x, wall - 5, x + DOOR, wall + 5), fill=PAPER)


def furniture(pen: ImageDraw.ImageDraw, box: tuple[int, int, int, int], dice: random.Random) -> None:
    """Shelves or tables along the walls."""
    left, top, right, bottom = box
    for _piece in range(dice.randint(2, 5)):
        x, y = dice.randint(left + 20, right - 130), dice.choice([top + 22, bottom - 62])
        pen.rectangle((x, y, x + 100, y + 34), outline=STAIR, width=3)


def stairs(pen: ImageDraw.ImageDraw, left: int, top: int) -> None:
    """Steps at the end of the corridor."""
    for step in range(7):
        pen.line((left + step * 9, top, left + step * 9, top + 80), fill=STAIR, width=3)
