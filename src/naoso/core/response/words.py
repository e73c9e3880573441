"""What an incident is found by: number and title, lower case and without tone marks, indexed by trigrams."""

from __future__ import annotations

from django.db.models import Func, TextField


class Words(Func):
    """`Words("number", "title")`; a migration makes the function, because an index needs it immutable."""

    function = "response_words"
    arity = 2
    output_field = TextField()
