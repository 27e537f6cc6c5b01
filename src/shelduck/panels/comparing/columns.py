"""A column of the runs that are compared: numbers, times, or texts as places of categories."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    import numpy as np

    Array = np.ndarray[Any, Any]

LONGEST = 100  # characters of a category; those that begin alike so far are one
_FEW = 30  # different values up to which numbers among texts are texts too


@dataclass(frozen=True, slots=True, eq=False)
class Column:
    """One param, metric, tag or attribute of all runs."""

    values: Array
    """Floats, NaN where a run has none; of texts the place among the categories, of times
    milliseconds since 1970."""
    present: Array
    """Whether a run has one; it may be a NaN."""
    categories: tuple[str, ...] | None = None
    is_time: bool = False

    @property
    def type(self) -> str:
        """What an axis of it is: ``number``, ``time`` or ``text``."""
        return "text" if self.categories is not None else "time" if self.is_time else "number"

    @property
    def finite(self) -> Array:
        """Whether a run has a value that can be shown."""
        import numpy as np

        found: Array = np.isfinite(self.values)
        return found

    @property
    def odd(self) -> Array | None:
        """What a run has instead of a number: 0 none of these, 1 NaN, 2 ∞, 3 −∞; None if no run."""
        import numpy as np

        infinite = np.where(self.values > 0, 2.0, 3.0)
        codes = np.where(np.isnan(self.values), 1.0, np.where(self.finite, 0.0, infinite))
        codes = np.where(self.present, codes, 0.0)
        return codes if codes.any() else None

    def is_like(self, other: Column) -> bool:
        """Return whether it has the same values; a NaN is like another."""
        import numpy as np

        same = self.categories == other.categories and self.is_time == other.is_time
        return (
            same
            and np.array_equal(self.present, other.present)
            and np.array_equal(self.values, other.values, equal_nan=True)
        )

    def take(self, rows: Array) -> Column:
        """Return the column of some runs."""
        return Column(self.values[rows], self.present[rows], self.categories, self.is_time)


def of_numbers(values: Array, present: Array, is_time: bool = False) -> Column:
    """Return a column of numbers."""
    import numpy as np

    return Column(np.where(present, values, np.nan), present, None, is_time)


def of_texts(texts: Iterable[str | None]) -> Column:
    """Return a column of texts, whose categories are in the order to show them."""
    import numpy as np

    short = [None if t is None else _cut(t) for t in texts]
    categories = sorted({t for t in short if t is not None}, key=_natural)
    place: dict[str | None, float] = {text: float(i) for i, text in enumerate(categories)}
    place[None] = np.nan
    values = np.fromiter(map(place.__getitem__, short), float, len(short))
    return Column(values, ~np.isnan(values), tuple(categories))


def of_param(values: Array, present: Array, types: Collection[type]) -> Column:
    """Return a column of a param, as the store gives it, of numbers or texts.

    ``types`` are those that its values have: truth values are texts, dates are times. Where
    some are numbers and some are not, such as None, it is of texts while there are few
    different ones, else of the numbers alone.
    """
    import numpy as np

    if values.dtype.kind == "f":
        is_truth = {bool} == set(types)
        return _of_truths(values, present) if is_truth else of_numbers(values, present)
    if types and all(issubclass(kind, date) for kind in types):
        return of_numbers(np.array([_milliseconds(t) for t in values], float), present, True)
    if {int, float}.intersection(types) and len(set(values[present])) > _FEW:
        numbers = np.array([_number(text) for text in values], float)
        return of_numbers(numbers, present & ~np.isnan(numbers))
    return of_texts(values)


def _of_truths(values: Array, present: Array) -> Column:
    return of_texts(
        ("True" if value else "False") if there else None
        for value, there in zip(values.tolist(), present.tolist(), strict=True)
    )


def _number(text: str | None) -> float:
    try:
        return float(text or "nan")
    except ValueError:
        return float("nan")


def _cut(text: str) -> str:
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"


def _natural(text: str) -> tuple[int, float, str]:
    """Numbers by value, then texts."""
    try:
        number = float(text)
    except ValueError:
        return 1, 0.0, text
    return (0, number, text) if number == number else (1, 0.0, text)


def _milliseconds(text: str | None) -> float:
    """A date or time as the store writes it; without a zone it is taken for UTC."""
    if text is None:
        return float("nan")
    moment = datetime.fromisoformat(text)
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp() * 1000
