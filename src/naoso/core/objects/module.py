"""What the house knows of city objects."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from naoso.kernel.modules import MenuItem, Module, Permission, SearchSpec

MODULE = Module(
    slug="objects",
    title=_("City objects"),
    app="naoso.core.objects.apps.Config",
    permissions=(
        Permission("objects.view", _("See city objects")),
        Permission("objects.suggest", _("Suggest edits of city objects")),
        Permission("objects.edit", _("Add, change and remove city objects; decide suggestions")),
        Permission("objects.import", _("Import city objects")),
        Permission("objects.manage_kinds", _("Declare kinds of objects")),
    ),
    menu=(
        MenuItem(_("City objects"), "objects:kinds", "building-community", "objects.view", 55),
        MenuItem(_("Suggested edits"), "objects:suggestions", "edit", "objects.edit", 56),
    ),
    search=(SearchSpec(_("City objects"), "naoso.core.objects.selectors.search", "objects.view"),),
    urls="naoso.core.objects.urls",
    url_prefix="objects/",
    audited=(
        "objects.ObjectKind",
        "objects.Suggestion",
        "objects.Relation",
        "objects.ObjectPhoto",
        "objects.NamedView",
    ),
)
