"""A column of the runs that are compared: numbers, times, or texts as places of categories."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable

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


def of_param(kinds: Array, texts: Array, numbers: Array) -> Column:
    """Return a column of a param, of whose values ``kinds`` says the types; None for no value.

    It is of numbers if all values are; where some are not, such as None, it is of texts while
    there are few different ones, else those are left out. Truth values are texts.
    """
    import numpy as np

    present = np.array([kind is not None for kind in kinds], bool)
    there = {kind for kind in kinds if kind is not None}
    if there and there <= {"date", "datetime"}:
        return of_numbers(np.array([_milliseconds(t) for t in texts], float), present, True)
    measured = present & (kinds != "bool") & np.array([n is not None for n in numbers], bool)
    is_number = there != {"bool"} and measured.any()
    if is_number and (measured == present).all():
        return of_numbers(np.array([np.nan if n is None else n for n in numbers], float), present)
    mixed = is_number and len(set(texts[present])) > _FEW and 2 * measured.sum() > present.sum()
    if mixed:
        values = [n if m else np.nan for n, m in zip(numbers, measured, strict=True)]
        return of_numbers(np.array(values, float), measured)
    return of_texts(texts)


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
    moment: date = datetime.fromisoformat(text)
    assert isinstance(moment, datetime)
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp() * 1000
