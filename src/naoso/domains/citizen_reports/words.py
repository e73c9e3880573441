"""The words of a report as the search reads them."""

from __future__ import annotations

from django.db.models import Func, TextField


class Words(Func):
    """Code and text without tone marks: what the search compares and its index holds."""

    function = "citizen_reports_words"
    output_field = TextField()
