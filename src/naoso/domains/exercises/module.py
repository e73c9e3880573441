"""What the house knows of exercises."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from naoso.kernel.modules import MenuItem, Module, Permission

MODULE = Module(
    slug="exercises",
    title=_("Exercises"),
    app="naoso.domains.exercises.apps.Config",
    permissions=(
        Permission("exercises.view", _("See exercises and their scores")),
        Permission("exercises.run", _("Start and stop exercises")),
    ),
    menu=(MenuItem(_("Exercises"), "exercises:home", "flag-3", "exercises.view", 840),),
    urls="naoso.domains.exercises.urls",
    url_prefix="exercises/",
    audited=("exercises.Run",),
)
