"""The addresses of GeoReport v2; each ends in .json or .xml."""

from __future__ import annotations

from uuid import UUID

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from naoso.connectors.open311 import writing
from naoso.connectors.open311.types import Receipt
from naoso.domains.citizen_reports.models import ApiKey, Report
from naoso.domains.citizen_reports.open311 import catalogue, filters, telling
from naoso.domains.citizen_reports.open311.progress import progressed
from naoso.domains.citizen_reports.open311.speaking import Refused, spoken, told
from naoso.domains.citizen_reports.open311.taking import key_required, taken
from naoso.domains.citizen_reports.selectors.directory import desk
from naoso.domains.citizen_reports.services.api_keys import key_of
from naoso.ui.limits import address_of, require_within

SPECIFICATION = "http://wiki.open311.org/GeoReport_v2"
READS_AN_HOUR = 3600
CHANGED = "2026-11-22T00:00:00+07:00"


@spoken("GET", "HEAD")
def discovery(_request: HttpRequest, *, form: str) -> HttpResponse:
    """Where the server is, what it speaks, how to get a key."""
    root = settings.SITE_URL + reverse("open311:services", args=[form]).rpartition("/")[0]
    formats = ["application/json", "text/xml"]
    own = {
        "specification": SPECIFICATION, "url": root, "changeset": CHANGED, "type": "production",
        "formats": formats,
    }  # fmt: skip
    value = {
        "changeset": CHANGED,
        "contact": f"{settings.SITE_TITLE}, {settings.SITE_URL}",
        "key_service": _("The centre's administrator gives keys: Citizen reports, API keys."),
        "jurisdiction_id": desk().jurisdiction,
        "endpoints": [own],
    }
    return told("discovery", value, form)


@spoken("GET", "HEAD")
def services(_request: HttpRequest, *, form: str) -> HttpResponse:
    """What can be reported."""
    return told("services", writing.services(catalogue.services()), form)


@spoken("GET", "HEAD")
def definition(_request: HttpRequest, *, code: str, form: str) -> HttpResponse:
    """What is asked beyond the description."""
    return told("service_definition", writing.definition(catalogue.definition(code)), form)


@spoken("GET", "HEAD", "POST")
def requests(request: HttpRequest, *, form: str) -> HttpResponse:
    """A list by filters; by POST, a new one."""
    if request.method == "POST":
        return posted(request, form)
    asked = filters.asked(request.GET.dict(), timezone.now())
    rows = telling.found(asked, known(request))
    return told("service_requests", writing.requests([telling.request_of(row) for row in rows]), form)


def posted(request: HttpRequest, form: str) -> HttpResponse:
    """201 for a new report, 200 when the same draft came again."""
    submission, fresh = taken(request, key_required(request))
    report = submission.report
    words = {
        "code": report.code,
        "url": settings.SITE_URL + reverse("citizen_reports:follow", args=[report.code]),
    }
    receipt = Receipt(
        service_request_id=str(report.pk),
        service_notice=_("Follow it with the code %(code)s at %(url)s") % words,
        account_id=submission.account_id,
    )
    return told("service_requests", writing.receipts([receipt]), form, 201 if fresh else 200)


@spoken("GET", "HEAD")
def request(request: HttpRequest, *, pk: str, form: str) -> HttpResponse:
    """One of them."""
    rows = telling.with_photos(telling.visible(known(request)))
    row = get_object_or_404(rows, pk=filters.number_of_report(pk))
    return told("service_requests", writing.requests([telling.request_of(row)]), form)


@spoken("GET", "HEAD")
def token(_request: HttpRequest, *, token: UUID, form: str) -> HttpResponse:
    """Our ids are given at once, so a token is only asked for by clients that keep one: the draft's."""
    row = Report.objects.filter(draft=token, submission__isnull=False).only("pk").first()
    if row is None:
        raise Http404
    return told("service_requests", writing.tokens([Receipt(str(row.pk), str(token))]), form)


@spoken("GET", "HEAD", "POST")
def updates(request: HttpRequest, *, form: str) -> HttpResponse:
    """The extension: what was said since; by POST, what an outside body did."""
    if request.method == "POST":
        update_id = progressed(request.POST, key_required(request))
        return told("service_request_updates", [{"update_id": update_id}], form, 201)
    given, now = request.GET.dict(), timezone.now()
    ids = tuple(filters.number_of_report(one) for one in filters.several(given, "service_request_id"))
    start, end = filters.window(given, now, bounded=not ids)
    rows = telling.updates(ids=ids, start=start, end=end, key=known(request))
    return told("service_requests_updates", writing.updates(rows), form)


def known(request: HttpRequest) -> ApiKey | None:
    """Reading needs no key, but is bounded without one; a wrong one is refused rather than ignored."""
    text = request.GET.get("api_key", "")
    key = key_of(text)
    if key is None:
        require_within("open311", address_of(request), most=READS_AN_HOUR, per_s=3600)
    if text and key is None:
        raise Refused(403, "invalid api_key")
    return key
