"""Categories, questions, templates, outside bodies and the desk, as those edit them who keep them."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db.models import ProtectedError
from django.forms import ModelForm
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from naoso.core.people.access import account_of, permission_required
from naoso.core.people.audit import recorded
from naoso.core.webhooks.signing import seal
from naoso.domains.citizen_reports.forms import setup as forms
from naoso.domains.citizen_reports.forms.inbox import tree
from naoso.domains.citizen_reports.models import AnswerTemplate, Category, Desk, OutsideBody, Question

EDIT = "citizen_reports.edit_categories"
SETTINGS = "citizen_reports.edit_settings"


@permission_required(EDIT)
def category_list(request: HttpRequest) -> HttpResponse:
    """The tree with its clocks and owners."""
    rows = list(Category.objects.select_related("owner", "parent"))
    known = {row.pk: row for row in rows}
    shown = [(label.count("— "), known[pk]) for pk, label in tree(rows)]
    context = {"title": _("Report categories"), "rows": shown, "tab": "categories"}
    return render(request, "citizen_reports/setup/categories.html", context)


@permission_required(EDIT)
def category_edit(request: HttpRequest, pk: int | None = None) -> HttpResponse:
    """One category with its questions."""
    category = get_object_or_404(Category, pk=pk) if pk else None
    form = forms.CategoryForm(request.POST or None, instance=category)
    questions = category.questions.all() if category else []
    return edited(
        request,
        form,
        back="citizen_reports:category",
        back_to_row=True,
        questions=questions,
        tab="categories",
    )


@permission_required(EDIT)
def question_edit(request: HttpRequest, category: int, pk: int | None = None) -> HttpResponse:
    """One question of a category."""
    of = get_object_or_404(Category, pk=category)
    question = get_object_or_404(Question, pk=pk, category=of) if pk else Question(category=of)
    form = forms.QuestionForm(request.POST or None, instance=question)
    remove = reverse("citizen_reports:question_remove", args=[pk]) if pk else ""
    return edited(
        request,
        form,
        back=reverse("citizen_reports:category", args=[of.pk]),
        heading=_("Question of “%(category)s”") % {"category": of},
        remove=remove,
        tab="categories",
    )


@require_POST
@permission_required(EDIT)
def question_remove(request: HttpRequest, pk: int) -> HttpResponse:
    """The question goes; answers that were given stay in their reports."""
    question = get_object_or_404(Question, pk=pk)
    return removed(request, question, reverse("citizen_reports:category", args=[question.category_id]))


@permission_required(EDIT)
def template_list(request: HttpRequest) -> HttpResponse:
    """Ready words by category."""
    rows = AnswerTemplate.objects.select_related("category").order_by("kind", "category__title", "order")
    context = {"title": _("Templates of answers"), "rows": rows, "tab": "templates"}
    return render(request, "citizen_reports/setup/templates.html", context)


@permission_required(EDIT)
def template_edit(request: HttpRequest, pk: int | None = None) -> HttpResponse:
    """One template."""
    row = get_object_or_404(AnswerTemplate, pk=pk) if pk else None
    form = forms.TemplateForm(request.POST or None, instance=row)
    remove = reverse("citizen_reports:template_remove", args=[pk]) if pk else ""
    return edited(request, form, back=reverse("citizen_reports:templates"), remove=remove, tab="templates")


@require_POST
@permission_required(EDIT)
def template_remove(request: HttpRequest, pk: int) -> HttpResponse:
    """The template goes."""
    return removed(request, get_object_or_404(AnswerTemplate, pk=pk), reverse("citizen_reports:templates"))


@permission_required(SETTINGS)
def body_list(request: HttpRequest) -> HttpResponse:
    """Bodies outside the house."""
    context = {"title": _("Outside bodies"), "rows": OutsideBody.objects.all(), "tab": "bodies"}
    return render(request, "citizen_reports/setup/bodies.html", context)


@permission_required(SETTINGS)
def body_edit(request: HttpRequest, pk: int | None = None) -> HttpResponse:
    """One body; its key is sealed before it is stored."""
    row = get_object_or_404(OutsideBody, pk=pk) if pk else None
    form = forms.OutsideBodyForm(request.POST or None, instance=row)
    if form.is_bound and form.is_valid() and form.cleaned_data["key"]:
        form.instance.secret = seal(form.cleaned_data["key"])
    return edited(request, form, back=reverse("citizen_reports:bodies"), tab="bodies")


@permission_required(EDIT)
def desk_edit(request: HttpRequest) -> HttpResponse:
    """The fallback queue and what else holds for all."""
    row = Desk.objects.filter(pk=1).first() or Desk(pk=1)
    form = forms.DeskForm(request.POST or None, instance=row)
    return edited(
        request,
        form,
        back=reverse("citizen_reports:desk"),
        heading=_("What holds for all reports"),
        tab="desk",
    )


def edited(
    request: HttpRequest,
    form: ModelForm[Any],
    *,
    back: str,
    back_to_row: bool = False,
    heading: str = "",
    remove: str = "",
    **more: Any,
) -> HttpResponse:
    """Show a form of one row; save it with the actor's name."""
    meta, fresh = form.instance._meta, form.instance.pk is None  # noqa: SLF001
    if request.method == "POST" and form.is_valid():
        with recorded(account_of(request)):
            saved = form.save()
        messages.success(request, _("“%(what)s” is saved.") % {"what": saved})
        return redirect(back, saved.pk) if back_to_row else redirect(back)
    words = {"what": str(meta.verbose_name)}
    title = heading or (_("New: %(what)s") % words if fresh else str(form.instance))
    context = {
        "title": title,
        "form": form,
        "row": None if fresh else form.instance,
        "remove": remove,
        **more,
    }
    status = 422 if form.is_bound else 200
    return render(request, "citizen_reports/setup/edit.html", context, status=status)


def removed(request: HttpRequest, row: Any, back: str) -> HttpResponse:
    """Delete one row that nothing needs."""
    try:
        with recorded(account_of(request)):
            row.delete()
    except ProtectedError:
        messages.error(request, _("This is in use and cannot be removed."))
    else:
        messages.success(request, _("“%(what)s” is removed.") % {"what": row})
    return redirect(back)


urlpatterns = [
    path("categories/", category_list, name="categories"),
    path("categories/new/", category_edit, name="category_new"),
    path("categories/<int:pk>/", category_edit, name="category"),
    path("categories/<int:category>/questions/new/", question_edit, name="question_new"),
    path("categories/<int:category>/questions/<int:pk>/", question_edit, name="question"),
    path("questions/<int:pk>/remove/", question_remove, name="question_remove"),
    path("templates/", template_list, name="templates"),
    path("templates/new/", template_edit, name="template_new"),
    path("templates/<int:pk>/", template_edit, name="template"),
    path("templates/<int:pk>/remove/", template_remove, name="template_remove"),
    path("bodies/", body_list, name="bodies"),
    path("bodies/new/", body_edit, name="body_new"),
    path("bodies/<int:pk>/", body_edit, name="body"),
    path("desk/", desk_edit, name="desk"),
]
