"""A picture for every product of the demo shop, drawn here: a soft ground and one simple shape per category."""

import hashlib
import io
import math
from collections.abc import Callable
from colorsys import hls_to_rgb

from PIL import Image, ImageDraw

from local.demo.catalogue import DemoProduct

SIZE = 400
CONTENT_TYPE = "image/webp"
# Drawn larger and scaled down: Pillow's shapes have hard edges.
_SCALE = 2
_SIDE = SIZE * _SCALE
_HUES = {
    "engine-parts": 0.58,
    "electronics": 0.66,
    "textbooks": 0.04,
    "home-and-kitchen": 0.09,
    "clothing": 0.92,
    "sports": 0.50,
    "beauty": 0.80,
    "toys": 0.14,
    "garden": 0.33,
    "stationery": 0.45,
}

Colour = tuple[int, int, int]
Box = tuple[float, float, float, float]


class _Canvas:
    """Shapes in a square from 0 to 1, in a dark, a middle and a light tone of one hue."""

    def __init__(self, hue: float) -> None:
        self.dark, self.middle, self.light = (_colour(hue, light, 0.45) for light in (0.32, 0.55, 0.93))
        ground = Image.linear_gradient("L").resize((_SIDE, _SIDE))
        self.image = Image.composite(
            Image.new("RGB", (_SIDE, _SIDE), _colour(hue, 0.80, 0.5)),
            Image.new("RGB", (_SIDE, _SIDE), self.light),
            ground,
        )
        self._draw = ImageDraw.Draw(self.image)

    def block(self, box: Box, fill: Colour, radius: float = 0.0) -> None:
        self._draw.rounded_rectangle([edge * _SIDE for edge in box], radius * _SIDE, fill)

    def disc(self, x: float, y: float, radius: float, fill: Colour) -> None:
        self._draw.ellipse([edge * _SIDE for edge in (x - radius, y - radius, x + radius, y + radius)], fill)

    def ring(self, x: float, y: float, radius: float, width: float, fill: Colour) -> None:
        box = [edge * _SIDE for edge in (x - radius, y - radius, x + radius, y + radius)]
        self._draw.ellipse(box, outline=fill, width=round(width * _SIDE))

    def shape(self, points: list[tuple[float, float]], fill: Colour) -> None:
        self._draw.polygon([(x * _SIDE, y * _SIDE) for x, y in points], fill)


def _gear(canvas: _Canvas) -> None:
    for tooth in range(10):
        angle = math.tau * tooth / 10
        canvas.disc(0.5 + 0.25 * math.cos(angle), 0.5 + 0.25 * math.sin(angle), 0.05, canvas.dark)
    canvas.disc(0.5, 0.5, 0.25, canvas.dark)
    canvas.disc(0.5, 0.5, 0.17, canvas.middle)
    canvas.disc(0.5, 0.5, 0.08, canvas.light)


def _device(canvas: _Canvas) -> None:
    canvas.block((0.34, 0.18, 0.66, 0.82), canvas.dark, 0.05)
    canvas.block((0.36, 0.23, 0.64, 0.74), canvas.middle, 0.02)
    canvas.disc(0.5, 0.78, 0.02, canvas.light)


def _book(canvas: _Canvas) -> None:
    canvas.block((0.28, 0.20, 0.72, 0.80), canvas.dark, 0.02)
    canvas.block((0.33, 0.20, 0.72, 0.77), canvas.middle, 0.02)
    canvas.block((0.40, 0.30, 0.65, 0.34), canvas.light)
    canvas.block((0.40, 0.38, 0.58, 0.41), canvas.light)


def _pot(canvas: _Canvas) -> None:
    canvas.block((0.66, 0.44, 0.86, 0.50), canvas.dark, 0.03)
    canvas.block((0.24, 0.38, 0.70, 0.72), canvas.dark, 0.06)
    canvas.block((0.22, 0.36, 0.72, 0.43), canvas.middle, 0.03)
    canvas.disc(0.47, 0.33, 0.03, canvas.dark)


def _shirt(canvas: _Canvas) -> None:
    canvas.shape([(0.36, 0.24), (0.16, 0.36), (0.24, 0.50), (0.36, 0.43)], canvas.dark)
    canvas.shape([(0.64, 0.24), (0.84, 0.36), (0.76, 0.50), (0.64, 0.43)], canvas.dark)
    canvas.block((0.33, 0.24, 0.67, 0.80), canvas.middle, 0.03)
    canvas.disc(0.5, 0.24, 0.08, canvas.light)


def _wheel(canvas: _Canvas) -> None:
    canvas.ring(0.5, 0.5, 0.30, 0.05, canvas.dark)
    for spoke in range(6):
        angle = math.tau * spoke / 12
        dx, dy = 0.26 * math.cos(angle), 0.26 * math.sin(angle)
        nx, ny = 0.006 * math.sin(angle), -0.006 * math.cos(angle)
        ends = [(0.5 + dx + nx, 0.5 + dy + ny), (0.5 + dx - nx, 0.5 + dy - ny)]
        ends += [(0.5 - dx - nx, 0.5 - dy - ny), (0.5 - dx + nx, 0.5 - dy + ny)]
        canvas.shape(ends, canvas.middle)
    canvas.disc(0.5, 0.5, 0.05, canvas.dark)


def _bottle(canvas: _Canvas) -> None:
    canvas.block((0.45, 0.18, 0.55, 0.30), canvas.dark, 0.01)
    canvas.block((0.36, 0.30, 0.64, 0.82), canvas.middle, 0.08)
    canvas.block((0.36, 0.48, 0.64, 0.66), canvas.light)


def _blocks(canvas: _Canvas) -> None:
    canvas.block((0.24, 0.54, 0.48, 0.78), canvas.dark, 0.01)
    canvas.block((0.52, 0.54, 0.76, 0.78), canvas.middle, 0.01)
    canvas.shape([(0.5, 0.24), (0.66, 0.51), (0.34, 0.51)], canvas.dark)


def _plant(canvas: _Canvas) -> None:
    canvas.shape([(0.34, 0.58), (0.66, 0.58), (0.61, 0.82), (0.39, 0.82)], canvas.dark)
    for x, y, radius in ((0.42, 0.42, 0.10), (0.58, 0.42, 0.10), (0.5, 0.31, 0.11)):
        canvas.disc(x, y, radius, canvas.middle)
    canvas.block((0.49, 0.36, 0.51, 0.58), canvas.dark)


def _pen(canvas: _Canvas) -> None:
    canvas.block((0.26, 0.22, 0.66, 0.80), canvas.middle, 0.01)
    for line in range(5):
        canvas.block((0.32, 0.32 + line * 0.09, 0.60, 0.335 + line * 0.09), canvas.light)
    canvas.shape([(0.76, 0.24), (0.82, 0.28), (0.60, 0.66), (0.55, 0.69), (0.54, 0.62)], canvas.dark)


_SHAPES: dict[str, Callable[[_Canvas], None]] = {
    "engine-parts": _gear,
    "electronics": _device,
    "textbooks": _book,
    "home-and-kitchen": _pot,
    "clothing": _shirt,
    "sports": _wheel,
    "beauty": _bottle,
    "toys": _blocks,
    "garden": _plant,
    "stationery": _pen,
}


def key_of(product: DemoProduct) -> str:
    """Where the picture lies in the media bucket."""
    return f"demo/{product.slug}.webp"


def picture(product: DemoProduct) -> bytes:
    """The product's picture as WebP: the category's shape, in a tone of the product's own."""
    shade = hashlib.sha256(product.name.encode()).digest()[0] / 255
    canvas = _Canvas((_HUES[product.category] + (shade - 0.5) * 0.12) % 1)
    _SHAPES[product.category](canvas)
    buffer = io.BytesIO()
    canvas.image.reduce(_SCALE).save(buffer, "WEBP", quality=80, method=2)
    return buffer.getvalue()


def _colour(hue: float, light: float, saturation: float) -> Colour:
    red, green, blue = hls_to_rgb(hue, light, saturation)
    return round(red * 255), round(green * 255), round(blue * 255)
