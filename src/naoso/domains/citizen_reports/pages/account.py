"""The citizen's own account: in by a code, own reports on every phone, own data."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import wraps

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from naoso.domains.citizen_reports.models import Citizen
from naoso.domains.citizen_reports.pages.visitor import citizen_of, device_of, enter, leave, limit_key, named
from naoso.domains.citizen_reports.selectors import reports as selectors
from naoso.domains.citizen_reports.selectors.own import followed_by, sent_by
from naoso.domains.citizen_reports.services import following, signing_in
from naoso.kernel.errors import BadInput
from naoso.ui.limits import limited

HOUR = 3600
ADDRESS_KEY = "citizen_address"
MOST_SHOWN = 100
MOST_TAKEN_OVER = 50
OwnView = Callable[[HttpRequest, Citizen], HttpResponseBase]


def own(view: OwnView) -> Callable[[HttpRequest], HttpResponseBase]:
    """For somebody who proved an address; others are led to do so."""

    @login_not_required
    @never_cache
    @wraps(view)
    def guarded(request: HttpRequest) -> HttpResponseBase:
        citizen = citizen_of(request)
        return view(request, citizen) if citizen else redirect("citizen_reports:sign_in")

    return guarded


@login_not_required
@never_cache
@limited("citizen-code", most=20, per_s=HOUR, key=limit_key)
@limited("citizen-code-address", most=100, per_s=HOUR)
def sign_in(request: HttpRequest) -> HttpResponseBase:
    """Type an address; a code goes there. Whether the address is known is not told."""
    if request.method == "POST":
        typed = request.POST.get("address", "")
        try:
            request.session[ADDRESS_KEY] = signing_in.send_code(address=typed)
        except BadInput as error:
            return sign_in_page(request, typed, error.errors[0].message, 422)
        return redirect("citizen_reports:sign_in_code")
    return sign_in_page(request, "")


def sign_in_page(request: HttpRequest, typed: str, problem: str = "", status: int = 200) -> HttpResponseBase:
    """The address, with the same words for a first and for a second one."""
    context = {
        "title": _("Sign in"),
        "typed": typed,
        "problem": problem,
        "phones": signing_in.phones_reachable(),
        "citizen": citizen_of(request),
    }
    page = render(request, "citizen_reports/citizen/sign_in.html", context, status=status)
    return named(request, page)


@login_not_required
@never_cache
@limited("citizen-try", most=60, per_s=HOUR)
def sign_in_code(request: HttpRequest) -> HttpResponse:
    """Type the six digits. Somebody who is signed in proves a further address with them."""
    address = request.session.get(ADDRESS_KEY, "")
    if not address:
        return redirect("citizen_reports:sign_in")
    problem = ""
    if request.method == "POST":
        try:
            enter(request, proven(request, address, request.POST.get("code", "")))
        except BadInput as error:
            problem = error.errors[0].message
        else:
            request.session.pop(ADDRESS_KEY, None)
            return redirect("citizen_reports:account")
    context = {"title": _("Type the code"), "address": address, "problem": problem}
    template = "citizen_reports/citizen/sign_in_code.html"
    return render(request, template, context, status=422 if problem else 200)


def proven(request: HttpRequest, address: str, code: str) -> Citizen:
    """The citizen of the code. Raises BadInput."""
    citizen = citizen_of(request)
    if citizen is None:
        return signing_in.sign_in(address=address, code=code)
    return signing_in.add_address(citizen=citizen, address=address, code=code)


@own
def account(request: HttpRequest, citizen: Citizen) -> HttpResponse:
    """Own reports, followed ones, name and addresses."""
    context = {
        "title": _("My account"),
        "citizen": citizen,
        "reports": list(sent_by(citizen)[:MOST_SHOWN]),
        "followed": followed_by(citizen),
        "phones": signing_in.phones_reachable(),
    }
    return render(request, "citizen_reports/citizen/account.html", context)


@require_POST
@own
def account_name(request: HttpRequest, citizen: Citizen) -> HttpResponse:
    """How officers may address one."""
    signing_in.rename(citizen=citizen, name=request.POST.get("name", ""))
    messages.success(request, _("Your name is saved."))
    return redirect("citizen_reports:account")


@require_POST
@own
def account_leave(request: HttpRequest, _citizen: Citizen) -> HttpResponse:
    """Sign out; what this phone remembers stays on the phone."""
    leave(request)
    messages.success(request, _("You are signed out."))
    return redirect("citizen_reports:mine")


@require_POST
@own
@limited("take-over", most=10, per_s=HOUR)
def take_over(request: HttpRequest, citizen: Citizen) -> HttpResponse:
    """The codes that this phone remembers join the account: whoever has the code may do that."""
    try:
        codes = json.loads(request.body)["codes"]
    except (ValueError, KeyError, TypeError):
        return JsonResponse({"title": "no codes", "status": 422}, status=422)
    joined = 0
    for code in list(codes)[:MOST_TAKEN_OVER]:
        report = selectors.followed(str(code))
        if report is not None:
            following.follow(report=report, device=device_of(request), citizen=citizen)
            joined += 1
    return JsonResponse({"joined": joined}, status=201)


urlpatterns = [
    path("sign-in/", sign_in, name="sign_in"),
    path("sign-in/code/", sign_in_code, name="sign_in_code"),
    path("account/", account, name="account"),
    path("account/name/", account_name, name="account_name"),
    path("account/leave/", account_leave, name="account_leave"),
    path("account/take-over/", take_over, name="take_over"),
]
