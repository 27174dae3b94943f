"""Places bars and lines on a drawing board; templates draw them as SVG.

No scripts and no inline styles: each shape has a class, its colours are the style
sheet's. The figures stand beside every picture as a table.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dunning.rules.effect import Dso, LevelEffect

WIDTH, ROW, BAR = 360, 46, 10
BOARD_HEIGHT, LEFT, RIGHT, TOP, BOTTOM = 150, 28, 350, 12, 126


@dataclass(frozen=True, slots=True)
class LevelBar:
    """What a level claimed and recovered, as lengths of two bars from the left."""

    effect: LevelEffect
    top: int
    claimed: int
    recovered: int

    @property
    def text_at(self) -> int:
        """The line of its words, above the bars."""
        return self.top + 12

    @property
    def bar_at(self) -> int:
        """The upper edge of its bars."""
        return self.top + 20

    @property
    def second_at(self) -> int:
        """The upper edge of the second bar."""
        return self.bar_at + BAR


@dataclass(frozen=True, slots=True)
class LevelChart:
    """The bars of one currency, and how high they stand together."""

    bars: list[LevelBar]
    height: int


@dataclass(frozen=True, slots=True)
class Point:
    """A figure of a day on the board."""

    x: int
    y: int
    dso: Dso


@dataclass(frozen=True, slots=True)
class DsoChart:
    """Days sales outstanding over the months: lines, and where the words stand."""

    simple: str
    counted_back: str
    points: list[Point]
    highest: int

    @property
    def first(self) -> Dso:
        """The oldest day."""
        return self.points[0].dso

    @property
    def last(self) -> Dso:
        """The newest day."""
        return self.points[-1].dso


def level_chart(levels: Sequence[LevelEffect]) -> LevelChart:
    """Bars of what each level claimed and recovered; the longest fills the board."""
    most = max(
        (max(e.claimed.amount, e.recovered.amount) for e in levels), default=Decimal(0)
    )
    bars = [
        LevelBar(
            effect,
            place * ROW,
            _length(effect.claimed.amount, most),
            _length(effect.recovered.amount, most),
        )
        for place, effect in enumerate(levels)
    ]
    return LevelChart(bars, len(bars) * ROW)


def dso_chart(history: Sequence[Dso]) -> DsoChart:
    """Two lines over the same days; where nothing is to say a line is broken."""
    every = [n for day in history for n in (day.simple, day.counted_back) if n]
    highest = max(every, default=0)
    return DsoChart(
        _path([day.simple for day in history], highest),
        _path([day.counted_back for day in history], highest),
        [
            Point(_x(place, len(history)), _y(day.simple or 0, highest), day)
            for place, day in enumerate(history)
        ],
        highest,
    )


def _length(amount: Decimal, most: Decimal) -> int:
    return int(max(amount, Decimal(0)) * WIDTH / most) if most else 0


def _path(numbers: Sequence[int | None], highest: int) -> str:
    """The line as SVG writes it: M begins, L goes on; None lifts the pen."""
    found, pen = [], "M"
    for place, number in enumerate(numbers):
        if number is None:
            pen = "M"
            continue
        found.append(f"{pen}{_x(place, len(numbers))} {_y(number, highest)}")
        pen = "L"
    return "".join(found)


def _x(place: int, count: int) -> int:
    return LEFT + (RIGHT - LEFT) * place // max(count - 1, 1)


def _y(number: int, highest: int) -> int:
    return BOTTOM - (BOTTOM - TOP) * number // max(highest, 1)
