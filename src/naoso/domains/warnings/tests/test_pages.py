"""Pages: the desk from sheet to publication, what citizens read, what machines read."""

from __future__ import annotations

import datetime as dt
import json
from types import SimpleNamespace
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone, translation
from lxml import etree

from naoso.connectors.cap import feeds
from naoso.connectors.cap.reading import parse
from naoso.connectors.cap.writing import schema
from naoso.core.response.tests import factories as incidents
from naoso.domains.warnings import actions, layers, panels
from naoso.domains.warnings.models import Device, PublicWarning, Template
from naoso.domains.warnings.selectors import desk
from naoso.domains.warnings.tests import factories as make
from naoso.kernel.errors import BadInput

pytestmark = pytest.mark.django_db


def sheet(cast: SimpleNamespace, **more: Any) -> dict[str, Any]:
    later = timezone.localtime() + dt.timedelta(hours=4)
    return {
        "owner": cast.department.pk,
        "hazard": "flood",
        "status": "Actual",
        "category": "Met",
        "severity": "4",
        "urgency": "Immediate",
        "certainty": "Likely",
        "responses": ["Evacuate"],
        "seen": "1",
        "expires": f"{later:%d/%m/%Y %H:%M}",
        "event": "Lũ quét",
        "headline": "Lũ quét Sông Công",
        "units": [cast.ward.pk],
        "polygon": "21.4,105.8 21.4,105.9\n21.5,105.9",
        "lon": "105.85",
        "lat": "21.47",
        "radius_km": "2.5",
        "headline_other": "Nặm thuốm",
        "event_other": "Nặm",
        "language_other": "tyz",
    } | more


def test_from_the_sheet_to_the_public(client: Client, cast: SimpleNamespace) -> None:
    client.force_login(cast.owner)
    answer = client.post(reverse("warnings:new") + "?plain=1", sheet(cast))
    warning = PublicWarning.objects.get()
    assert answer["Location"] == reverse("warnings:warning", args=[warning.pk])
    assert (warning.polygon is not None, warning.radius_km, warning.texts.count()) == (True, 2.5, 2)
    act = [reverse("warnings:act", args=[warning.pk, name]) for name in ("submit", "release")]
    client.post(act[0])
    refused = client.post(act[1])
    assert refused.status_code == 422
    assert "người thứ hai" in refused.content.decode()
    client.force_login(cast.chief)
    page = client.get(answer["Location"]).content.decode()
    assert "Duyệt và phát hành" in page
    assert client.post(act[1], {"seen": "1"}).status_code == 422  # an old page
    warning.refresh_from_db()
    client.post(act[1], {"seen": warning.version})
    public = Client().get(reverse("warnings:public")).content.decode()
    assert "Lũ quét Sông Công" in public


def test_what_is_wrong_stands_at_its_field_and_nothing_is_lost(client: Client, cast: SimpleNamespace) -> None:
    client.force_login(cast.owner)
    for wrong in (
        {"polygon": "21.4;105.8"}, {"polygon": "91,105 21,105 21,106"}, {"radius_km": ""},
        {"expires": "01/01/2020 00:00"},
    ):  # fmt: skip
        answer = client.post(reverse("warnings:new") + "?plain=1", sheet(cast, **wrong))
        assert answer.status_code == 422, wrong
        assert "Lũ quét Sông Công" in answer.content.decode()
    assert not PublicWarning.objects.exists()


def test_an_edit_and_a_conflict(client: Client, cast: SimpleNamespace) -> None:
    warning = make.draft(cast)
    path = reverse("warnings:edit", args=[warning.pk])
    client.force_login(cast.owner)
    assert "Cảnh báo ngập lụt" in client.get(path).content.decode()
    assert client.post(path, sheet(cast)).status_code == 302
    assert client.post(path, sheet(cast)).status_code == 422


def test_update_and_cancel_by_one_click(client: Client, cast: SimpleNamespace) -> None:
    warning = make.published(cast)
    client.force_login(cast.owner)
    client.post(reverse("warnings:act", args=[warning.pk, "cancel"]), {"text": "Nước rút"})
    cancel = PublicWarning.objects.get(message_type="Cancel")
    assert cancel.state == "review"
    client.force_login(cast.chief)
    client.post(reverse("warnings:act", args=[cancel.pk, "release"]))
    warning.refresh_from_db()
    assert warning.state == "cancelled"
    page = Client().get(reverse("warnings:public_one", args=[warning.identifier])).content.decode()
    assert "Hủy cảnh báo: Cảnh báo ngập lụt" in page
    other = make.published(cast)
    client.post(reverse("warnings:act", args=[other.pk, "update"]))
    assert PublicWarning.objects.filter(message_type="Update", state="draft", predecessor=other).exists()


def test_what_machines_read(cast: SimpleNamespace) -> None:
    warning, nobody = make.published(cast), Client()
    make.published(cast, status="Test")
    cap = nobody.get(reverse("warnings:cap", args=[warning.identifier]))
    assert cap["Content-Type"].startswith("application/cap+xml")
    assert parse(cap.content).identifier == warning.identifier
    assert schema().validate(etree.fromstring(cap.content))
    for name in ("feed_atom", "feed_rss"):
        answer = nobody.get(reverse(f"warnings:{name}"))
        (link,) = feeds.contents_of(answer.content).links
        assert link.endswith(reverse("warnings:cap", args=[warning.identifier]))
        assert "public" in answer["Cache-Control"]
    (listed,) = nobody.get(reverse("warnings:active")).json()["warnings"]
    assert listed["info"]["en"]["headline"] == "Flood warning Song Cong"
    assert nobody.get(reverse("warnings:cap_json", args=[warning.identifier])).json() == listed
    (area,) = nobody.get(reverse("warnings:shape", args=[warning.identifier])).json()["features"]
    assert area["geometry"]["type"] in {"Polygon", "MultiPolygon"}
    assert len(nobody.get(reverse("warnings:active_shapes")).json()["features"]) == 1


def test_a_citizen_reads_in_english_and_after_the_end(cast: SimpleNamespace) -> None:
    warning, citizen = make.published(cast, status="Exercise"), Client(headers={"Accept-Language": "en"})
    path = reverse("warnings:public_one", args=[warning.identifier])
    page = citizen.get(path).content.decode()
    assert "Flood warning Song Cong" in page
    assert "EXERCISE" in page
    PublicWarning.objects.update(expires=timezone.now())
    assert "Flood warning" not in citizen.get(reverse("warnings:active")).content.decode()
    assert "Was in force until" in citizen.get(path).content.decode()


def test_budgets(client: Client, cast: SimpleNamespace, django_assert_max_num_queries: Any) -> None:
    for _n in range(3):
        warning = make.published(cast)
    client.force_login(cast.owner)
    for path, most in (
        (reverse("warnings:desk"), 9), (reverse("warnings:warning", args=[warning.pk]), 16),
        (reverse("warnings:public"), 8), (reverse("warnings:statistics"), 8),
    ):  # fmt: skip
        client.get(path)
        with django_assert_max_num_queries(most):
            assert client.get(path).status_code == 200


def subscription(cast: SimpleNamespace, **more: Any) -> dict[str, Any]:
    given = {"endpoint": "https://push.example/1", "keys": {"p256dh": "B" + "A" * 86, "auth": "A" * 22}}
    return {
        "units": [cast.ward.pk],
        "language": "vi",
        "consent": "on",
        "subscription": json.dumps(given),
    } | more


def test_a_browser_subscribes_changes_and_ends(client: Client, cast: SimpleNamespace) -> None:
    follow = reverse("warnings:follow")
    assert client.get(follow).status_code == 200
    first = client.post(follow, subscription(cast))
    client.post(follow, subscription(cast, units=[cast.other_ward.pk]))
    device = Device.objects.get()
    assert device.units == [cast.other_ward.pk]
    assert first["Location"] == reverse("warnings:device", args=[device.token])
    place = {"units": [], "lon": "105.85", "lat": "21.47", "language": "en", "consent": "on"}
    client.post(first["Location"], place)
    device.refresh_from_db()
    assert (device.point_unit, device.language) == (cast.ward.pk, "en")
    assert client.get(first["Location"]).status_code == 200
    client.post(reverse("warnings:device_stop", args=[device.token]))
    assert not Device.objects.exists()


@pytest.mark.parametrize(
    "wrong",
    [
        {"consent": ""}, {"units": []}, {"subscription": "{"}, {"subscription": '{"endpoint": "http://x"}'},
        {"subscription": '{"endpoint": "https://x", "keys": {"p256dh": "a", "auth": "b"}}'},
        {"subscription": "", "phone": "12"}, {"language": "xx"}, {"lon": "0", "lat": "0"},
    ],
)  # fmt: skip
def test_nothing_is_kept_of_a_broken_wish(
    client: Client, cast: SimpleNamespace, wrong: dict[str, Any]
) -> None:
    assert client.post(reverse("warnings:follow"), subscription(cast, **wrong)).status_code == 422
    assert not Device.objects.exists()


def test_a_procedure_drafts_around_the_incident_once(cast: SimpleNamespace, client: Client) -> None:
    make.template()
    incident = incidents.incident(cast, kind=incidents.kind("fire"), title="Cháy kho giấy")
    with translation.override("vi"):  # a page that another test read in English left its language behind
        said = actions.draft_warning(incident, SimpleNamespace(argument=""))
    again = actions.draft_warning(incident, SimpleNamespace(argument="chay"))
    warning = PublicWarning.objects.get()
    assert "Cháy tại phường Sông Công" in said
    assert said != again
    assert (warning.author, warning.radius_km, warning.incident) == (
        None,
        2,
        f"response:incident:{incident.pk}",
    )
    assert warning.unit == cast.ward
    panel = panels.of_incident(cast.owner, incident)
    assert panel is not None
    assert (panel["warnings"], panel["may_write"]) == ([warning], True)
    assert panels.of_incident(cast.stranger, incident) is None
    with pytest.raises(BadInput):
        actions.draft_warning(incidents.incident(cast), SimpleNamespace(argument="unknown"))
    client.force_login(cast.owner)
    page = client.get(reverse("warnings:new"), {"incident": incident.pk, "template": "chay"}).content.decode()
    assert "Cháy tại phường Sông Công" in page
    chosen = client.get(reverse("warnings:new"), {"incident": incident.pk}).content.decode()
    assert "Cháy tại phường Sông Công" in chosen
    assert "{place}" not in chosen


def test_a_title_among_sentences_ends_with_a_stop_and_english_names_the_place_in_english(
    cast: SimpleNamespace,
) -> None:
    make.template(description="{details} Khói có thể độc.", headline_en="Fire at {place}")
    cast.ward.name_en = "Song Cong"
    cast.ward.save()
    incident = incidents.incident(cast, kind=incidents.kind("fire"), title="Cháy kho giấy")
    actions.draft_warning(incident, SimpleNamespace(argument=""))
    words = {row.language: row for row in PublicWarning.objects.get().texts.all()}
    assert words["vi"].description == "Cháy kho giấy. Khói có thể độc."
    assert words["en"].headline == "Fire at Song Cong"


def test_an_incident_without_a_template_or_a_place(cast: SimpleNamespace) -> None:
    incident = incidents.incident(cast)
    actions.draft_warning(incident, SimpleNamespace())
    assert PublicWarning.objects.get().hazard == "other"
    lost = incidents.incident(cast, place=None, unit_id=None)
    with pytest.raises(BadInput, match=r"vị trí|place"):
        actions.draft_warning(lost, SimpleNamespace())


def test_the_map_and_the_search_find_it(cast: SimpleNamespace) -> None:
    warning = make.published(cast, units=(), centre=make.HERE, radius_km=2.0)
    make.draft(cast)
    (feature,) = layers.warnings_layer(cast.owner, (105.0, 21.0, 106.0, 22.0))["features"]
    assert feature["geometry"]["coordinates"] == pytest.approx([105.85, 21.47], abs=0.001)
    assert layers.warnings_layer(cast.owner, (1.0, 1.0, 2.0, 2.0))["features"] == []
    assert layers.warnings_layer(cast.stranger, None)["features"] == []
    assert desk.search(cast.owner, "canh bao ngap")[0]["title"] == warning.headline
    assert desk.search(cast.stranger, "canh bao ngap") == []


def test_templates_are_edited_and_unknown_gaps_named(client: Client, cast: SimpleNamespace) -> None:
    row = make.template()
    client.force_login(cast.chief)
    path = reverse("warnings:template", args=[row.pk])
    form = {
        name: getattr(row, name)
        for name in ("code", "title", "hazard", "category", "severity", "urgency", "certainty", "hours",
                     "radius_km", "event", "headline", "description", "instruction")
    } | {"incident_kinds": "fire,rescue", "responses": ["Avoid"]}  # fmt: skip
    assert client.post(path, form | {"headline": "Cháy ở {where}"}).status_code == 422
    assert client.post(path, form).status_code == 302
    assert Template.objects.get().incident_kinds == ["fire", "rescue"]
    pace = reverse("warnings:pace", args=["push"])
    assert client.post(pace, {"per_second": "0"}).status_code == 422
    assert client.post(pace, {"per_second": "900"}).status_code == 302
    incidents.kind("fire", title="Cháy, nổ")
    page = client.get(reverse("warnings:templates")).content.decode()
    assert "900" in page
    assert "Cháy, nổ, rescue" in page


def test_a_space_for_exercises_offers_an_exercise(
    client: Client, cast: SimpleNamespace, settings: Any
) -> None:
    make.template()
    client.force_login(cast.owner)
    for chosen in ({"plain": "1"}, {"template": "chay"}):
        assert client.get(reverse("warnings:new"), chosen).context["form"]["status"].value() == "Actual"
    settings.EXERCISE = True
    for chosen in ({"plain": "1"}, {"template": "chay"}):
        assert client.get(reverse("warnings:new"), chosen).context["form"]["status"].value() == "Exercise"
