"""Text → category: learned, measured, packed without code, and on its screen."""

from __future__ import annotations

import io
from types import SimpleNamespace

import numpy as np
import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from naoso.domains.citizen_reports.models import Category, ClassifierVersion
from naoso.domains.citizen_reports.services import moves, training
from naoso.domains.citizen_reports.services.choosing_version import use
from naoso.domains.citizen_reports.services.suggesting import suggest
from naoso.domains.citizen_reports.suggestion.features import vector
from naoso.domains.citizen_reports.suggestion.model import Classifier, unpacked
from naoso.domains.citizen_reports.suggestion.training import Example, trained, usable
from naoso.domains.citizen_reports.tests.test_services import _files, category, send

__all__ = ["_files", "category"]


@pytest.fixture(scope="module")
def classifier() -> Classifier:
    return trained(usable(list(training.shipped())))[0]


def test_with_and_without_tone_marks_is_the_same() -> None:
    assert vector("Ống nước vỡ") == vector("ong nuoc vo")


def test_the_shipped_examples_teach_something() -> None:
    _classifier, score = trained(usable(list(training.shipped())))
    assert score.first > 0.5
    assert score.of_three > 0.8
    assert sum(total for _right, total in score.by_code.values()) == len(usable(list(training.shipped())))


@pytest.mark.parametrize(
    ("text", "code"),
    [("Ống nước vỡ tràn ra đường", "cap-thoat-nuoc"), ("den duong tat ca ngo toi om", "chieu-sang")],
)
def test_it_guesses_and_survives_packing(classifier: Classifier, text: str, code: str) -> None:
    assert classifier.guesses(text)[0].code == code
    again = unpacked(classifier.packed())
    assert again.guesses(text)[0].code == code
    assert again.guesses(text)[0].confidence == pytest.approx(
        classifier.guesses(text)[0].confidence, abs=0.01
    )


def test_nothing_is_guessed_from_nothing(classifier: Classifier) -> None:
    assert classifier.guesses("🙂🙂", 5) == []


def test_pickled_weights_are_refused() -> None:
    packed, out = np.array([{}], dtype=object), io.BytesIO()
    np.savez(out, codes=packed, weights=packed, bias=packed)
    with pytest.raises(ValueError, match="pickle"):
        unpacked(out.getvalue())


def test_too_few_examples_cannot_be_measured() -> None:
    assert usable([Example("a", "một hai")] * 9) == []


@pytest.mark.django_db
def test_trained_from_reports_used_and_changed_back(cast: SimpleNamespace, category: Category) -> None:
    cache.clear()
    assert suggest("nước tràn") == (False, [])
    for number in range(6):
        report = send(category, text=f"Ống nước rò số {number}")
        moves.answer(report=report, actor=cast.owner, text="Xong")
    first = training.train(actor=cast.chief)
    assert first.active
    assert first.from_reports == 6
    second = training.train()
    use(version=first, actor=cast.chief)
    assert list(ClassifierVersion.objects.filter(active=True)) == [first]
    assert second.pk != first.pk
    sure, found = suggest("ống nước rò")
    assert found[0].category == category
    assert len(found) == (1 if sure else len(found))


@pytest.mark.django_db
def test_the_citizens_page_and_the_keepers_screen(
    client: Client, cast: SimpleNamespace, category: Category
) -> None:
    cache.clear()
    empty = client.get(reverse("citizen_reports:suggest"), {"text": "nước", "lon": "x"}).json()
    assert empty == {"sure": False, "suggestions": []}
    category.code = "cap-thoat-nuoc"
    category.save()
    training.train()
    answer = client.get(
        reverse("citizen_reports:suggest"), {"text": "vỡ ống nước", "lon": 105.85, "lat": 21.47}
    )
    assert answer.json()["suggestions"][0]["id"] == category.pk
    client.force_login(cast.chief)
    page = client.get(reverse("citizen_reports:classifier"), {"text": "vỡ ống nước"}).content.decode()
    assert "cap-thoat-nuoc" not in page
    for _press in range(2):  # the second while the first still waits
        assert client.post(reverse("citizen_reports:train")).status_code == 302
