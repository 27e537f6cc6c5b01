"""A made-up month of taxi trips, for when the real ones cannot be had."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd
    from numpy.typing import NDArray

    Array = NDArray[Any]

# The columns of the TLC's files, in their order; these hold one value throughout the sample.
SAME: dict[str, Any] = {
    "store_and_fwd_flag": "N",
    "RatecodeID": 1.0,
    "extra": 0.5,
    "mta_tax": 0.5,
    "tolls_amount": 0.0,
    "ehail_fee": None,
    "improvement_surcharge": 0.3,
    "trip_type": 1.0,
    "congestion_surcharge": 0.0,
}
COLUMNS = [
    "VendorID",
    "lpep_pickup_datetime",
    "lpep_dropoff_datetime",
    "store_and_fwd_flag",
    "RatecodeID",
    "PULocationID",
    "DOLocationID",
    "passenger_count",
    "trip_distance",
    "fare_amount",
    "extra",
    "mta_tax",
    "tip_amount",
    "tolls_amount",
    "ehail_fee",
    "improvement_surcharge",
    "total_amount",
    "payment_type",
    "trip_type",
    "congestion_surcharge",
]

ZONES = 263
SEED = 2021


def sample_trips(month: str, rows: int = 25_000) -> pd.DataFrame:
    """Make the trips of a month: the same ones every time, in the TLC's columns.

    Durations follow the distance and the pair of zones, so that a model has something to learn;
    nothing else in them says anything about New York.

    Parameters
    ----------
    month
        As ``"2021-01"``.
    rows
        How many trips.
    """
    import numpy as np
    import pandas as pd

    rng = np.random.default_rng([SEED, int(month.replace("-", ""))])
    city = City.made()
    start = rng.choice(ZONES, rows, p=city.demand)
    end = city.destinations(start, rng)
    miles = np.round(city.miles(start, end) * rng.lognormal(0.0, 0.2, rows), 2)
    minutes = city.minutes(start, end, miles) * rng.lognormal(0.0, 0.2, rows)
    # As in the real trips some meters are never stopped, and some count miles nobody drove.
    minutes += rng.choice([0.0, 600.0], rows, p=[0.99, 0.01])
    miles *= rng.choice([1.0, 10.0], rows, p=[0.998, 0.002])
    pickup = _moments(month, rows, rng)
    fare = np.round(2.5 + 2.5 * miles + 0.5 * minutes, 2)
    tip = np.round(fare * rng.choice([0.0, 0.15, 0.2], rows), 2)
    trips = pd.DataFrame(
        {
            "VendorID": rng.choice([1, 2], rows, p=[0.1, 0.9]),
            "lpep_pickup_datetime": pickup,
            "lpep_dropoff_datetime": pickup + _seconds(minutes * 60),
            "PULocationID": start + 1,
            "DOLocationID": end + 1,
            "passenger_count": rng.choice([1.0, 2.0, 3.0], rows, p=[0.85, 0.1, 0.05]),
            "trip_distance": miles,
            "fare_amount": fare,
            "tip_amount": tip,
            "total_amount": np.round(fare + tip + 1.3, 2),
            "payment_type": np.where(tip > 0, 1.0, 2.0),
        }
    )
    return trips.assign(**SAME)[COLUMNS]


@dataclass(frozen=True, slots=True)
class City:
    """Zones on a map with their demand and traffic: one city for all months."""

    demand: Array
    """Share of the pickups in each zone."""
    apart: Array
    """Miles along the streets from zone to zone."""
    delay: Array
    """Minutes lost from zone to zone, whatever the distance."""

    @classmethod
    def made(cls) -> City:
        """Draw the city."""
        import numpy as np

        rng = np.random.default_rng(SEED)
        position = rng.uniform(0.0, 12.0, (ZONES, 2))
        demand = rng.permutation(1.0 / np.arange(1, ZONES + 1))
        delay = rng.gamma(2.0, 1.5, (ZONES, 1)) + rng.gamma(2.0, 1.5, ZONES)
        return cls(
            demand=demand / demand.sum(),
            apart=np.abs(position[:, None] - position).sum(axis=2),
            delay=np.maximum(delay + rng.normal(0.0, 2.0, (ZONES, ZONES)), 0.0),
        )

    def destinations(self, start: Array, rng: np.random.Generator) -> Array:
        """Draw where each trip ends: the nearer, the likelier."""
        import numpy as np

        reach = np.cumsum(np.exp(-self.apart / 2.0), axis=1)
        drawn = rng.random(len(start)) * reach[start, -1]
        zones: Array = (reach[start] <= drawn[:, None]).sum(axis=1)
        return zones

    def miles(self, start: Array, end: Array) -> Array:
        """Return the way from zone to zone; within a zone there is a little of it too."""
        return 0.5 + self.apart[start, end]

    def minutes(self, start: Array, end: Array, miles: Array) -> Array:
        """Return how long the trips take: the longer ones go faster."""
        import numpy as np

        miles_per_hour = 8.0 + 3.0 * np.sqrt(miles)
        return 60.0 * miles / miles_per_hour + self.delay[start, end]


def _moments(month: str, rows: int, rng: np.random.Generator) -> pd.DatetimeIndex:
    import pandas as pd

    first = pd.Timestamp(month)
    length = pd.Timedelta(days=first.days_in_month)
    return first.as_unit("us") + _seconds(rng.uniform(0, length.total_seconds(), rows))


def _seconds(seconds: Array) -> pd.TimedeltaIndex:
    import pandas as pd

    return pd.to_timedelta(seconds.round().astype("int64"), unit="s").as_unit("us")
