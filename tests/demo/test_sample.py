import numpy as np
import pandas as pd
import pytest
from pandas.testing import assert_frame_equal
from sklearn.feature_extraction import DictVectorizer
from sklearn.linear_model import LinearRegression
from sklearn.metrics import root_mean_squared_error

from shelduck.demo.sample import COLUMNS, sample_trips


def minutes(trips):
    return (trips.lpep_dropoff_datetime - trips.lpep_pickup_datetime).dt.total_seconds() / 60


def test_a_month_is_the_same_every_time():
    assert_frame_equal(sample_trips("2021-01"), sample_trips("2021-01"))


def test_months_differ():
    assert not sample_trips("2021-01").trip_distance.equals(sample_trips("2021-02").trip_distance)


def test_columns_are_those_of_the_tlc():
    trips = sample_trips("2021-01", rows=10)
    assert list(trips.columns) == COLUMNS
    assert str(trips.lpep_pickup_datetime.dtype) == "datetime64[us]"
    assert {str(trips[name].dtype) for name in ("PULocationID", "DOLocationID")} == {"int64"}
    assert str(trips.trip_distance.dtype) == "float64"


@pytest.mark.parametrize("month", ["2021-01", "2021-02", "2021-03"])
def test_trips_begin_within_the_month(month):
    pickups = sample_trips(month).lpep_pickup_datetime
    assert (pickups.dt.to_period("M") == pd.Period(month)).all()


def test_some_durations_are_to_be_left_out():
    inside = minutes(sample_trips("2021-01")).between(1, 60).mean()
    assert 0.95 < inside < 1


def test_a_line_learns_from_distance_and_zones():
    def features(trips):
        zones = trips.PULocationID.astype(str) + "_" + trips.DOLocationID.astype(str)
        return trips[["trip_distance"]].assign(PU_DO=zones).to_dict("records")

    train, val = (
        trips[minutes(trips).between(1, 60)] for trips in map(sample_trips, ("2021-01", "2021-02"))
    )
    vectorizer = DictVectorizer()
    model = LinearRegression().fit(vectorizer.fit_transform(features(train)), minutes(train))
    predicted = model.predict(vectorizer.transform(features(val)))
    baseline = root_mean_squared_error(minutes(val), predicted)
    mean = root_mean_squared_error(minutes(val), np.full(len(val), minutes(train).mean()))
    assert baseline < 0.8 * mean
