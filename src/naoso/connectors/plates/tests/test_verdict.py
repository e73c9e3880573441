"""What two readers' texts become."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from naoso.connectors.plates.verdict import near, verdict
from naoso.kernel.plates import Family


@pytest.mark.parametrize(
    ("first", "second", "text", "agreed"),
    [
        ("51G-688.82", "51G68882", "51G68882", True),
        ("49-E1|644.81", "49E1|64481", "49E164481", True),
        ("49-E1|644.81", "49E1|64487", "49E164481", False),
        ("49-E1|644.81", "", "49E164481", False),
        ("49|019-BD", "49|019BD", "49019BD", True),
        ("20-MD1|123.45", "20MĐ1|12345", "20MĐ112345", True),
        ("80-011-NG-01", "80011NG01", "80NG01101", True),
        ("20-BI|123.45", "20B1|12345", "20B112345", True),
        ("20-MD|123.45", "20MD|12345", "20MD12345", True),
        ("20-MD|123.45", "20MĐ|12345", "20MĐ12345", True),
        ("29TĐ-123.45", "29TĐ12345", "29TĐ12345", True),
        ("51G-68O.82", "51G12345", "51G68082", False),
        ("519-688.82", "51G68882", None, False),
        ("51G-B8O.8Z", "51G88082", "51G88082", False),
        ("86-B1|374", "86B1|374", None, False),
        ("81-AA|1.92", "81AA|192", None, False),
        ("49-E1|44.81", "49E1|4481", None, False),
        ("49-E1|4481", "49E1|4481", "49E14481", True),
    ],
)
def test_the_first_reads_and_the_second_backs(
    first: str, second: str, text: str | None, agreed: bool
) -> None:
    said = verdict(first, 0.95, second, 0.5, whole=True)
    assert (said.plate.text if said.plate else None, said.agreed) == (text, agreed)


@pytest.mark.parametrize(
    "first", ["0912 345 678", "29.12.2023", "12:45:07", "20112345", "HONDA", "1-K8|3876", "2-D1|60.97"]
)
def test_telephones_dates_and_halves_are_no_plates(first: str) -> None:
    assert verdict(first, 0.99, "", 0.5, whole=False).plate is None
    assert verdict(first, 0.99, "", 0.5, whole="|" not in first).plate is None


def test_a_text_that_the_reader_is_not_sure_of_is_none_and_its_candidates_are_kept() -> None:
    said = verdict("51G-688.82", 0.4, "51G68882", 0.5, whole=True)
    assert said.plate is None
    assert said.candidates[0].text == "51G68882"


def test_where_the_edge_of_the_picture_cuts_a_plate_nothing_is_mended() -> None:
    assert verdict("51G-68O.82", 0.99, "51G68082", 0.5, whole=False).plate is None
    assert verdict("51G-688.8", 0.99, "51G6888", 0.5, whole=False).plate is None
    assert verdict("51G-688.82", 0.99, "51G68882", 0.5, whole=False).agreed


@pytest.mark.parametrize(
    ("first", "family"),
    [
        ("30A12345", Family.CAR),
        ("30A|12345", Family.CAR),
        ("30A1|2345", Family.MOTORBIKE),
        ("30-A1|2345", Family.MOTORBIKE),
    ],
)
def test_rows_tell_a_car_from_an_old_motorbike(first: str, family: Family) -> None:
    plate = verdict(first, 0.99, first, 0.5, whole=True).plate
    assert plate is not None
    assert plate.family is family


@given(st.text("0123456789ABDĐGOQ|-. ", max_size=16), st.text("0123456789ABDĐ|", max_size=16), st.booleans())
def test_whatever_is_read_there_is_a_verdict(first: str, second: str, whole: bool) -> None:
    said = verdict(first, 0.9, second, 0.5, whole=whole)
    assert not said.agreed or said.plate is not None
    assert said.plate not in said.candidates


def test_near_texts_may_be_of_one_plate() -> None:
    assert near("20A12345", "2OA1234S")
    assert near("20A12345", "20A1234")
    assert not near("20A12345", "51G68882")


def test_where_the_first_makes_no_plate_a_near_one_of_the_second_stands_but_does_not_count_as_agreed() -> (
    None
):
    said = verdict("43-1AD9|714.13", 0.9, "43MĐ9|71413", 0.97, whole=True)
    assert (said.plate.text if said.plate else None, said.agreed) == ("43MĐ971413", False)
    assert verdict("43-1AD9|714.13", 0.9, "43MĐ9|71413", 0.5, whole=True).plate is None
    assert verdict("HONDA 125", 0.9, "43MĐ971413", 0.97, whole=True).plate is None
