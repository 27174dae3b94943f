"""The lines of the Swiss payment part as operators of a PDF page.

Millimetres from the lower left corner of the page; the part is its lowest 105.
Drawn rather than laid out: boxes are what costs time, and a form does not move.
"""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING

from qrbill.bill import SCISSORS_SVG_PATH

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

POINTS = 72 / 25.4
WIDTH, HEIGHT, RECEIPT = 210.0, 105.0, 62.0
QR_LEFT, QR_TOP, QR_SIZE = 67.0, 88.0, 46.0
# The Swiss cross, 7 mm: white frame, black field, white bars.
FRAME, FIELD, BAR_LONG, BAR_SHORT = 7.0, 6.0, 3.889, 1.1667
# The scissors of the library's drawing, in millimetres a unit.
SCISSORS = 1.9 / 3.543307


def slip_drawing(rows: Sequence[bytes] | None) -> bytes:
    """The form, with a QR code where there is one."""
    scale = f"q {POINTS:.6f} 0 0 {POINTS:.6f} 0 0 cm"
    code = qr_code(rows) if rows else ""
    return "\n".join([scale, frame(), code, "Q"]).encode("ascii")


@cache
def frame() -> str:
    """Where to cut: a line above, a line between receipt and payment part."""
    return "\n".join(
        [
            "0 G 0 g 0.15 w [1 1] 0 d",
            f"0 {HEIGHT} m {WIDTH} {HEIGHT} l S",
            f"{RECEIPT} 0 m {RECEIPT} {HEIGHT} l S",
            "[] 0 d",
            scissors(f"{SCISSORS:.5f} 0 0 {-SCISSORS:.5f} 8 {HEIGHT + 1.25:.2f}"),
            scissors(f"0 {-SCISSORS:.5f} {-SCISSORS:.5f} 0 {RECEIPT + 1.25:.2f} 97"),
        ]
    )


def scissors(matrix: str) -> str:
    """A pair of scissors, put somewhere by a matrix."""
    return f"q {matrix} cm {outline(SCISSORS_SVG_PATH)} f Q"


def outline(path: str) -> str:
    """An SVG path of relative moves and curves as operators."""
    x = y = 0.0
    parts = []
    for letter, text in re.findall(r"([mcz])([^mcz]*)", path):
        numbers = [float(n) for n in re.findall(r"-?\d+(?:\.\d+)?(?:e-?\d+)?", text)]
        if letter == "z":
            parts.append("h")
            continue
        step = 2 if letter == "m" else 6
        for at in range(0, len(numbers), step):
            points = [
                (x + dx, y + dy)
                for dx, dy in zip(
                    numbers[at : at + step : 2],
                    numbers[at + 1 : at + step : 2],
                    strict=True,
                )
            ]
            x, y = points[-1]
            words = " ".join(f"{px:.4f} {py:.4f}" for px, py in points)
            parts.append(f"{words} {letter}")
    return " ".join(parts)


def qr_code(rows: Sequence[bytes]) -> str:
    """The modules, side by side ones as one rectangle, and the cross over them."""
    side = QR_SIZE / len(rows)
    middle = QR_LEFT + QR_SIZE / 2, QR_TOP - QR_SIZE / 2
    modules = [
        f"{QR_LEFT + start * side:.4f} {QR_TOP - (y + 1) * side:.4f} "
        f"{length * side:.4f} {side:.4f} re"
        for y, row in enumerate(rows)
        for start, length in runs(row)
    ]
    cross = [
        ("1 g", FRAME, FRAME),
        ("0 g", FIELD, FIELD),
        ("1 g", BAR_LONG, BAR_SHORT),
        ("1 g", BAR_SHORT, BAR_LONG),
    ]
    return "\n".join(
        [
            *modules,
            "f",
            *(f"{colour} {centred(middle, w, h)} f" for colour, w, h in cross),
        ]
    )


def runs(row: bytes) -> Iterator[tuple[int, int]]:
    """Where dark modules begin in a row, and how many stand together."""
    for found in re.finditer(b"\x01+", row):
        yield found.start(), found.end() - found.start()


def centred(middle: tuple[float, float], width: float, height: float) -> str:
    """A rectangle around a point."""
    x, y = middle
    return f"{x - width / 2:.4f} {y - height / 2:.4f} {width} {height} re"
