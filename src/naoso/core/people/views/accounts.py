"""Accounts and what they hold."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from naoso.core.people import selectors, services
from naoso.core.people.access import account_of, permission_required
from naoso.core.people.audit import note_read
from naoso.core.people.forms import AccountFilter, AccountForm, GrantForm, NewAccountForm, ReasonForm
from naoso.core.people.models import Account, Grant
from naoso.core.people.rights import covers
from naoso.core.people.scope import allowed, read_held

PAGE = 50


@permission_required("people.view")
def listing(request: HttpRequest) -> HttpResponse:
    """Accounts of the bodies in scope."""
    form = AccountFilter(request.GET or None, actor=account_of(request))
    found = selectors.accounts(account_of(request)).order_by("username")
    if form.is_valid():
        found = selectors.search_accounts(found, form.cleaned_data["q"])
        found = selectors.in_state(found, form.cleaned_data["state"])
        if form.cleaned_data["organisation"]:
            found = found.filter(organisation=form.cleaned_data["organisation"])
    page = Paginator(found, PAGE).get_page(request.GET.get("page"))
    may_create = allowed(account_of(request), "people.manage")
    words = {"title": _("Accounts"), "page": page, "filter": form, "may_create": may_create}
    return render(request, "people/accounts.html", words)


@permission_required("people.view")
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One account: who it is, what it holds, in plain sentences."""
    account, viewer = _account(request, pk), account_of(request)
    if viewer.pk != account.pk:
        note_read(viewer, f"people:account:{pk}", "")
    grants = [
        {"grant": grant, "words": selectors.in_words(grant), "state": selectors.state_of(grant)}
        for grant in selectors.grants_of(account)
    ]
    words = {
        "title": str(account),
        "account": account,
        "grants": grants,
        "may_manage": _may_manage(viewer, account),
        "may_grant": allowed(viewer, "people.grant"),
        "reason": ReasonForm(),
    }
    return render(request, "people/account.html", words)


@permission_required("people.manage")
def create(request: HttpRequest) -> HttpResponse:
    """A new account; by default its owner is sent the link at once."""
    form = NewAccountForm(request.POST or None, actor=account_of(request))
    if request.method == "POST" and form.is_valid():
        account = form.carry_out(services.create_account, actor=account_of(request))
        if account:
            messages.success(request, _("The account was created."))
            return redirect("people:account", pk=account.pk)
    return _form(request, _("New account"), form)


@permission_required("people.manage")
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Changes who someone is and where they work."""
    account = _account(request, pk)
    initial = {name: getattr(account, name) for name in AccountForm.base_fields}
    form = AccountForm(request.POST or None, initial=initial, actor=account_of(request))
    if request.method == "POST" and form.is_valid():
        if form.carry_out(services.change_account, account=account, actor=account_of(request)):
            messages.success(request, _("Saved."))
            return redirect("people:account", pk=pk)
        account.refresh_from_db()
    return _form(request, str(account), form)


@require_POST
@permission_required("people.manage")
def switch(request: HttpRequest, pk: int, on: bool) -> HttpResponse:
    """Switches an account off, or on again."""
    account, form = _account(request, pk), ReasonForm(request.POST)
    write = services.reactivate_account if on else services.deactivate_account
    if form.is_valid():
        form.carry_out(write, account=account, actor=account_of(request))
    _say(request, form, _("Saved."))
    return redirect("people:account", pk=pk)


@require_POST
@permission_required("people.manage")
def invite(request: HttpRequest, pk: int) -> HttpResponse:
    """Sends the link to set a password."""
    services.invite(account=_account(request, pk), actor=account_of(request))
    messages.success(request, _("The letter is on its way."))
    return redirect("people:account", pk=pk)


@permission_required("people.grant")
def give(request: HttpRequest, pk: int) -> HttpResponse:
    """Gives a role."""
    account = _account(request, pk)
    form = GrantForm(request.POST or None, actor=account_of(request))
    if request.method == "POST" and form.is_valid():
        grant = form.carry_out(services.give, account=account, actor=account_of(request))
        if grant:
            messages.success(request, selectors.in_words(grant))
            return redirect("people:account", pk=pk)
    return _form(request, _("Give a role to %(account)s") % {"account": account}, form)


@require_POST
@permission_required("people.grant")
def withdraw(request: HttpRequest, pk: int, grant: int) -> HttpResponse:
    """Takes a grant back."""
    account, form = _account(request, pk), ReasonForm(request.POST)
    given = get_object_or_404(Grant.objects.select_related("role"), pk=grant, account=account)
    if form.is_valid():
        form.carry_out(services.withdraw, grant=given, actor=account_of(request))
    _say(request, form, _("The role was withdrawn."))
    return redirect("people:account", pk=pk)


def _account(request: HttpRequest, pk: int) -> Account:
    return get_object_or_404(selectors.accounts(account_of(request)), pk=pk)


def _may_manage(actor: Any, account: Account) -> bool:
    if not allowed(actor, "people.manage", owner_id=account.organisation_id or -1):
        return False
    return actor.pk == account.pk or all(covers(actor, held) for held in read_held(account))


def _say(request: HttpRequest, form: ReasonForm, done: str) -> None:
    if not form.errors:
        messages.success(request, done)
    for errors in form.errors.values():
        for error in errors:
            messages.error(request, str(error))


def _form(request: HttpRequest, title: str, form: Any) -> HttpResponse:
    status = 422 if form.errors else 200
    return render(request, "people/form.html", {"title": title, "form": form}, status=status)
