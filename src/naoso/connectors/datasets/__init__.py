"""Files and web addresses of city objects → a description and a stream of frozen rows, and rows → files.

Half a million rows in constant memory, from any row on. Everything that is wrong with the bytes is BadInput
or a row's own problem.
"""

from naoso.connectors.datasets.address import describe_address, rows_of_address
from naoso.connectors.datasets.coordinates import coordinates
from naoso.connectors.datasets.fetching import fetcher
from naoso.connectors.datasets.reading import describe, rows
from naoso.connectors.datasets.types import LIMITS, Column, Description, Fetched, Fetcher, Limits, Row, Value
from naoso.connectors.datasets.write import write

__all__ = [
    "LIMITS",
    "Column",
    "Description",
    "Fetched",
    "Fetcher",
    "Limits",
    "Row",
    "Value",
    "coordinates",
    "describe",
    "describe_address",
    "fetcher",
    "rows",
    "rows_of_address",
    "write",
]
