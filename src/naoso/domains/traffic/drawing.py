"""Pictures for the demonstration: a plate as a camera would crop it, and a scene around it. Nobody's car."""

from __future__ import annotations

import io
import random

from PIL import Image, ImageDraw, ImageFilter, ImageFont

GROUNDS = {"white": ("#f3f4f6", "#111827"), "yellow": ("#eab308", "#111827"), "blue": ("#1d4ed8", "#f9fafb")}
PAINTS = ("#334155", "#7f1d1d", "#1e3a5f", "#3f3f46", "#57534e", "#e5e7eb")


def plate_image(text: str, colour: str = "white", *, blur: float = 0.6) -> Image.Image:
    """One line of a long car plate, 4.73 : 1 (QCVN 08:2024/BCA)."""
    ground, ink = GROUNDS.get(colour, GROUNDS["white"])
    image = Image.new("RGB", (378, 80), ground)
    draw = ImageDraw.Draw(image)
    draw.rounded_rectangle((3, 3, 374, 76), radius=10, outline=ink, width=3)
    draw.text((189, 40), text, fill=ink, font=ImageFont.load_default(52), anchor="mm")
    return image.filter(ImageFilter.GaussianBlur(blur))


def crop_jpeg(text: str, colour: str = "white", *, blur: float = 0.6) -> bytes:
    """What a reader cuts out."""
    return encoded(plate_image(text, colour, blur=blur))


def scene_jpeg(text: str, colour: str = "white") -> bytes:
    """A road, a car from behind, its plate."""
    dice = random.Random(text)  # noqa: S311
    image = Image.new("RGB", (960, 540), "#94a3b8")
    draw = ImageDraw.Draw(image)
    draw.rectangle((0, 200, 960, 540), fill="#4b5563")
    for x in range(40, 960, 180):
        draw.rectangle((x, 470, x + 90, 480), fill="#e5e7eb")
    draw.rounded_rectangle((300, 170, 660, 430), radius=40, fill=dice.choice(PAINTS))
    draw.rounded_rectangle((345, 190, 615, 270), radius=20, fill="#1f2937")
    for x in (315, 595):
        draw.rounded_rectangle((x, 300, x + 50, 330), radius=8, fill="#b91c1c")
    image.paste(plate_image(text, colour).resize((170, 36)), (395, 350))
    return encoded(image.filter(ImageFilter.GaussianBlur(0.8)))


def encoded(image: Image.Image) -> bytes:
    """Small enough to travel in a message."""
    out = io.BytesIO()
    image.save(out, "JPEG", quality=80)
    return out.getvalue()
