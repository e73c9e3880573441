"""What the citizens' interface takes and gives; its description is made of these."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from ninja import Field, Schema


class ChoiceOut(Schema):
    """One answer that can be chosen."""

    key: str
    label: str


class QuestionOut(Schema):
    """What a category asks beyond words and photos."""

    code: str
    label: str
    kind: str = Field(description="text, number, date, yes_no, choice or multi")
    required: bool
    choices: list[ChoiceOut]


class CategoryOut(Schema):
    """A node of the tree; only one without children can be chosen."""

    code: str
    title: str
    icon: str
    questions: list[QuestionOut]
    children: list[CategoryOut]


class SuggestionOut(Schema):
    """A category with its confidence, 0 to 1."""

    code: str
    title: str
    icon: str
    confidence: float


class SuggestionsOut(Schema):
    """One where the classifier is sure, else up to three."""

    sure: bool
    suggestions: list[SuggestionOut]


class NearOut(Schema):
    """A public report near a place."""

    id: int
    category: str
    state: str
    state_label: str
    text: str
    received_at: datetime
    metres: int
    me_too: int = Field(description="how many said that they saw the same")
    photo: str | None = Field(description="address of the blurred photo")


class SendIn(Schema):
    """A report; photos (at most five) and one short film travel beside it as files called `photos`."""

    draft: str = Field("", description="a UUID of your own for this sending; or the header Idempotency-Key")
    category: str = Field(description="code of a category without children")
    lon: float
    lat: float
    text: str = ""
    place_text: str = ""
    answers: str = Field("", description="JSON object: code of the question → answer")
    name: str = Field("", max_length=120)
    email: str = Field("", max_length=254)
    phone: str = Field("", max_length=20)
    device: str = Field("", max_length=200, description="a random name of the phone, the same each time")


class SentOut(Schema):
    """The code follows the report: who has it may reply and rate."""

    code: str
    title: str
    url: str


class StepOut(Schema):
    """One line of the history."""

    at: datetime
    kind: str
    text: str


class PhotoOut(Schema):
    """Addresses of a photo."""

    url: str
    thumbnail: str
    shows: str
    video: str | None = Field(None, description="address of the film whose picture this is")


class ReportOut(Schema):
    """A report as the one who sent it sees it."""

    code: str
    category: str
    title: str
    state: str
    state_label: str
    text: str
    lon: float
    lat: float
    unit: str
    owner: str
    received_at: datetime
    due_at: datetime
    ended_at: datetime | None
    answer: str
    solved: bool | None
    rating: int | None
    waits_for_reply: bool
    can_rate: bool
    steps: list[StepOut]
    photos: list[PhotoOut]


class ReplyIn(Schema):
    """The answer to the officer's question; photos travel beside it."""

    text: str


class RateIn(Schema):
    """Is it solved? "no" opens the report again."""

    solved: bool
    rating: int | None = Field(None, ge=1, le=5)
    text: str = ""


class DeviceIn(Schema):
    """Which phone it is: the same phone twice counts once."""

    device: str = Field(min_length=8, max_length=200)


class FollowingOut(Schema):
    """The token changes or ends how this phone hears of the report."""

    token: UUID
    title: str


class WishesIn(Schema):
    """How to be told; what is left out stays as it is."""

    email: str | None = None
    push: dict[str, Any] | None = Field(None, description="W3C push subscription; {} ends it")


class BrokenOut(Schema):
    """One broken rule."""

    field: str
    value: str
    rule: str
    message: str


class ProblemOut(Schema):
    """An error as application/problem+json (RFC 9457)."""

    type: str
    title: str
    status: int
    detail: str
    errors: list[BrokenOut] = []
