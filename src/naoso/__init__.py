"""Não Số: the operations centre of a province and its cities."""

__version__ = "0.1.0"
