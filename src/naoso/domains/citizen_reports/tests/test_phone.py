"""The app on the phone: what it keeps, and that it keeps nobody's data."""

from __future__ import annotations

import json
import re
from types import SimpleNamespace

import pytest
from django.test import Client
from django.urls import reverse

from naoso.domains.citizen_reports.models import Category, Citizen
from naoso.domains.citizen_reports.pages import phone
from naoso.domains.citizen_reports.tests.test_pages import _no_limits_left_over
from naoso.domains.citizen_reports.tests.test_services import category

pytestmark = pytest.mark.django_db
__all__ = ["_no_limits_left_over", "category"]
built = pytest.mark.skipif(not (phone.DIST / phone.WORKER).exists(), reason="the front end is not built")


def status_of(url: str) -> int:
    """Asked by a stranger; a file is read to its end, which closes it."""
    answer = Client().get(url)
    if answer.streaming:
        assert b"".join(answer.streaming_content)  # type: ignore[attr-defined]
    return answer.status_code


def told(client: Client) -> dict[str, dict[str, str]]:
    """The list at the head of the worker."""
    source = client.get(reverse("citizen_reports:worker")).content.decode()
    found = re.match(r"self\.NAOSO = (.*);\n", source)
    assert found
    answer: dict[str, dict[str, str]] = json.loads(found[1])
    return answer


def test_the_manifest_starts_the_report_page(client: Client) -> None:
    answer = client.get(reverse("citizen_reports:manifest"))
    assert answer["Content-Type"] == "application/manifest+json"
    given = answer.json()
    assert (given["name"], given["scope"]) == ("Não Số – Phản ánh", "/reports/")
    assert given["start_url"] == reverse("citizen_reports:new")
    for icon in given["icons"]:
        assert status_of(icon["src"]) == 200


@built
def test_the_worker_keeps_files_and_shells_and_no_page_of_a_person(
    client: Client, category: Category
) -> None:
    answer = client.get(reverse("citizen_reports:worker"))
    assert answer["Service-Worker-Allowed"] == "/reports/"
    assert answer["Cache-Control"] == "no-cache"
    kept = told(client)
    shells = [url for shell in kept["shells"].values() for url in shell.values()]  # type: ignore[attr-defined]
    assert set(kept["shells"]) == {"/reports/new/", "/reports/mine/"}
    for url in (*kept["keep"].values(), *shells):
        assert status_of(url) == 200, url
    personal = ("/account/", "/follow", "/photos/", "/near/")
    assert not [url for url in kept["keep"] if any(part in url for part in personal)]


@built
def test_the_worker_is_another_one_after_another_build(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = told(client)["version"]
    assert told(client)["version"] == before
    monkeypatch.setattr(phone, "built_files", lambda _folder: ("/static/ui/dist/assets/main-AAAAAAAA.js",))
    assert told(client)["version"] != before


@built
def test_the_worker_has_all_that_the_two_pages_ask_for(client: Client, category: Category) -> None:
    kept = set(told(client)["keep"])
    for name, language in (("new", "vi"), ("mine", "en")):
        page = client.get(reverse("citizen_reports:shell", args=[name, language])).content.decode()
        asked = set(re.findall(r'(?:src|href)="(/(?:static|i18n)/[^"]+)"', page))
        asked = {url for url in asked if "apple-touch" not in url}
        assert asked
        assert asked <= kept


@pytest.mark.parametrize(("language", "words"), [("vi", "Phản ánh"), ("en", "Report a problem")])
def test_a_shell_speaks_its_language_and_knows_nobody(
    client: Client, cast: SimpleNamespace, category: Category, language: str, words: str
) -> None:
    citizen = Citizen.objects.create(email="dan@example.vn", name="Người dân")
    client.force_login(cast.owner)
    session = client.session
    session["citizen"] = str(citizen.key)
    session.save()
    page = client.get(reverse("citizen_reports:shell", args=["new", language])).content.decode()
    assert words in page
    assert f'lang="{language}"' in page
    for personal in ("Người dân", "dan@example.vn", str(cast.owner)):
        assert personal not in page
    catalogue = client.get(reverse("js_words_of", args=[language])).content.decode()
    assert (r"\u0110ang g\u1eedi" in catalogue) == (language == "vi")  # JSON in ASCII


@pytest.mark.parametrize("path", ["shell/new/xx/", "shell/account/vi/", "words/xx.js"])
def test_there_is_nothing_else_to_keep(client: Client, path: str) -> None:
    assert client.get(f"/reports/{path}").status_code == 404
