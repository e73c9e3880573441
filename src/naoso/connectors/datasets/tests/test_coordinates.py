"""Coordinates as people write them."""

from __future__ import annotations

import pytest

from naoso.connectors.datasets import coordinates
from naoso.kernel.errors import BadInput


@pytest.mark.parametrize(
    ("x", "y", "expected"),
    [
        ("105.83", "21.59", (105.83, 21.59)),
        ("105,83", "21,59", (105.83, 21.59)),
        (" 105°50'12\"Đ ", "21°35'12\"B", (105.836667, 21.586667)),
        ("105°50′12.5″ E", "21° 35′ 12,5″ N", (105.836806, 21.586806)),
        ("105°50,2'", "21°35.2'", (105.836667, 21.586667)),
        ("105,83 Đông", "21,59 Bắc", (105.83, 21.59)),
        ("-43.2", "22.9 S", (-43.2, -22.9)),
        ("58,38 T", "34,6 Nam", (-58.38, -34.6)),
        ("586.123,45", "2.388.123,45", (586123.45, 2388123.45)),
        ("586,123.45", "2,388,123", (586123.45, 2388123.0)),
        ("105º50'12''E", "21º35'12''N", (105.836667, 21.586667)),
    ],
)
def test_read(x: str, y: str, expected: tuple[float, float]) -> None:
    assert coordinates(x, y) == pytest.approx(expected, abs=1e-6)


@pytest.mark.parametrize(
    ("x", "y", "field", "rule"),
    [
        ("", "21,59", "x", "required"),
        ("105,83", "   ", "y", "required"),
        ("105,83", "hai mươi", "y", "coordinate"),
        ("105,83", "nan", "y", "coordinate"),
        ("1" * 100, "1", "x", "required"),
        ("105°61'12\"Đ", "21,59", "x", "range"),
        ("105°50'60\"Đ", "21,59", "x", "range"),
        ("105,83", "91°0'0\"B", "y", "range"),
        ("21°35'12\"B", "105°50'12\"Đ", "x", "axes"),
        ("105°50'12\"Đ", "21°35'12\"N", "y", "side"),
        ("-105.83 W", "21.59", "x", "side"),
        ("105.83 km", "21.59", "x", "side"),
    ],
)
def test_refused_by_name(x: str, y: str, field: str, rule: str) -> None:
    with pytest.raises(BadInput) as caught:
        coordinates(x, y)
    (error,) = caught.value.errors
    assert (error.field, error.rule) == (field, rule)
