"""The grammar of number plates, by examples of the circular and by whatever hypothesis thinks of."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from naoso.kernel.plates import (
    CODES,
    FIRST,
    NEVER_ISSUED,
    PROVINCES,
    SECOND,
    SPECIAL,
    TRAFFIC_POLICE,
    Family,
    clean,
    folded,
    is_local,
    parse,
    repaired,
)

codes = st.sampled_from(sorted(CODES))
first, second = st.sampled_from(FIRST), st.sampled_from(SECOND)
five = st.integers(1, 99999).map("{:05d}".format)
four = st.integers(1, 9999).map("{:04d}".format)
plates = st.one_of(
    st.builds("{}{}-{}".format, codes, first, five | four),
    st.builds("{}{}{}".format, codes, first, five | four),
    st.builds("{}-{}{} {}".format, codes, first, st.integers(1, 9), five),
    st.builds("{}-{}{} {}".format, codes, first, second, five),
    st.builds("{}-MĐ{} {}".format, codes, st.sampled_from(["", "1", "7"]), five),
    st.builds("{}{}-{}".format, codes, st.sampled_from(SPECIAL), five | four),
    st.builds("{}-{}-{}".format, codes, st.sampled_from(["NG", "QT", "NN", "CV"]), five),
    st.builds("{}|019-{}{}".format, codes, first, second),
    st.builds("{}-{}".format, st.sampled_from(["TM", "AA", "QA", "KB"]), four),
)


@pytest.mark.parametrize(
    ("written", "text", "family", "shown"),
    [
        ("20a-123.45", "20A12345", Family.CAR, "20A-123.45"),
        ("20A|123.45", "20A12345", Family.CAR, "20A-123.45"),
        ("20A-1234", "20A1234", Family.CAR, "20A-1234"),
        ("30A12345", "30A12345", Family.EITHER, "30A12345"),
        ("30A02345", "30A02345", Family.CAR, "30A-023.45"),
        ("20-A1 2345", "20A12345", Family.MOTORBIKE, "20-A1 2345"),
        ("20-B1\n234.56", "20B123456", Family.MOTORBIKE, "20-B1 234.56"),
        ("97-AR 123.45", "97AR12345", Family.MOTORBIKE, "97-AR 123.45"),
        ("20-mđ1 123.45", "20MĐ112345", Family.MOTORBIKE, "20-MĐ1 123.45"),
        ("20-MĐ 123.45", "20MĐ12345", Family.MOTORBIKE, "20-MĐ 123.45"),
        ("29TĐ-123.45", "29TĐ12345", Family.SPECIAL, "29TĐ-123.45"),
        ("29LD-1234", "29LD1234", Family.SPECIAL, "29LD-1234"),
        ("29-LD 123.45", "29LD12345", Family.MOTORBIKE, "29-LD 123.45"),
        ("51RM-123.45", "51RM12345", Family.SPECIAL, "51RM-123.45"),
        ("49|019-BD", "49019BD", Family.MOPED, "49-019 BD"),
        ("80-NG-011-01", "80NG01101", Family.DIPLOMATIC, "80-NG-011-01"),
        ("80-011-NG-01", "80NG01101", Family.DIPLOMATIC, "80-NG-011-01"),
        ("TM 12-34", "TM1234", Family.MILITARY, "TM-12-34"),
    ],
)
def test_what_people_and_readers_write_is_one_plate(
    written: str, text: str, family: Family, shown: str
) -> None:
    plate = parse(written)
    assert plate is not None
    assert (plate.text, plate.family, plate.shown) == (text, family, shown)


@pytest.mark.parametrize(
    "written",
    [
        *[f"{code}A-123.45" for code in sorted(NEVER_ISSUED)], "10A-123.45", "01A-123.45",
        *[f"20{letter}-123.45" for letter in "IJOQWRĐ"],
        "20-AG 123.45", "20-RA 123.45", "20-A1 234", "20A1|234",
        "20-A0 123.45", "20A-123", "20A-000.00", "20A-1234567",
        "", "-", "0912 345 678", "20A-12345; DROP TABLE plates", "'; DROP", "20A1234５", "20A\x0012345",
        "A" * 10_000,
    ],
)  # fmt: skip
def test_what_was_never_issued_is_no_plate(written: str) -> None:
    assert parse(written) is None


def test_codes_are_the_81_in_use_and_each_but_the_police_has_a_province() -> None:
    assert len(CODES) == 81
    assert set(PROVINCES) == CODES - {TRAFFIC_POLICE}
    assert len(set(PROVINCES.values())) == 34


@pytest.mark.parametrize(
    ("written", "local"),
    [
        ("20A-123.45", True), ("97-B1 234.56", True), ("29A-123.45", False), ("80A-123.45", None),
        ("TK-45-21", None),
    ],
)  # fmt: skip
def test_both_codes_of_the_merged_province_are_home(written: str, local: bool | None) -> None:
    plate = parse(written)
    assert plate is not None
    assert is_local(plate) is local


@given(plates)
def test_what_is_shown_reads_as_the_same_plate(written: str) -> None:
    plate = parse(written)
    if written[:2] in {"TM", "AA", "QA", "KB"} or plate is not None:
        assert plate is not None
        assert parse(plate.shown) == plate
        again = parse(plate.text)
        assert again is not None
        assert again.text == plate.text
        assert clean(plate.shown) == plate.text or plate.family is Family.MOPED


@given(plates)
def test_every_form_of_the_circular_is_taken(written: str) -> None:
    plate = parse(written)
    assert plate is not None
    assert plate.text in {found.text for found in repaired(written)}


@given(st.text(max_size=60) | st.text("0123456789ABDGOQZIĐ-. |'", max_size=14))
def test_no_text_is_too_strange(text: str) -> None:
    plate = parse(text)
    assert plate is None or parse(plate.shown) == plate
    assert clean(clean(text)) == clean(text)
    assert all(parse(found.shown) == found for found in repaired(text))
    assert unicodedata.is_normalized("NFC", folded(text))


@pytest.mark.parametrize(
    ("read", "meant"),
    [
        ("2OA-I2345", "20A12345"), ("204-123.45", "20A12345"), ("20B1-Z3456", "20B123456"),
        ("51688Z2", "51G8822"),
        ("20-MD1 123.45", "20MĐ112345"), ("Z0A12345", "20A12345"), ("20-8123456", "20B123456"),
    ],
)  # fmt: skip
def test_signs_mistaken_for_one_another_are_put_right_by_their_place(read: str, meant: str) -> None:
    assert meant in [plate.text for plate in repaired(read)]


def test_what_is_right_already_comes_first_and_what_is_no_plate_stays_none() -> None:
    assert [plate.text for plate in repaired("20-MD 123.45")] == ["20MD12345", "20MĐ12345"]
    assert repaired("20A-123.45")[0] == parse("20A-123.45")
    assert repaired("HELLO") == repaired("0912345678") == repaired("OOOOOOOO") == []


def test_texts_that_are_easily_mistaken_fold_to_one() -> None:
    assert folded("20-MĐ1 80.123") == folded("2O-MDI B0.l23") == "20M018O123".replace("O", "0")
    assert folded("20A-123.45") != folded("20C-123.45")


def test_d_with_a_stroke_is_kept_however_it_is_encoded() -> None:
    assert clean("20-mđ1 Ð") == "20MĐ1Đ"
    assert clean(unicodedata.normalize("NFD", "29tđ-123.45")) == "29TĐ12345"
