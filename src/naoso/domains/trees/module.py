"""What the house knows of trees."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from naoso.domains.trees.kinds import PLANTING_SITE, TREE
from naoso.kernel.modules import MenuItem, Module, ObjectLink, Permission

MODULE = Module(
    slug="trees",
    title=_("Trees"),
    app="naoso.domains.trees.apps.Config",
    permissions=(
        Permission("trees.view", _("See the inventory of trees")),
        Permission("trees.inspect", _("Inspect trees")),
        Permission("trees.classify", _("Class trees and set their value")),
        Permission("trees.permit", _("Apply for felling permits")),
        Permission("trees.approve_felling", _("Decide felling permits")),
        Permission("trees.edit_species", _("Edit species and prices")),
    ),
    menu=(
        MenuItem(_("Trees"), "trees:inventory", "trees", "trees.view", 57),
        MenuItem(_("Trees to inspect"), "trees:field", "tree", "trees.inspect", 58),
    ),
    kinds=(TREE, PLANTING_SITE),
    object_links=(
        ObjectLink("tree", _("Inspect"), "eye-check", "trees:field_tree", "trees.inspect"),
        ObjectLink("tree", _("Inspections"), "clipboard-list", "trees:inspections", "trees.view"),
        ObjectLink("tree", _("Apply to fell"), "certificate", "trees:permit_new", "trees.permit"),
    ),
    seed="naoso.domains.trees.seed.seed",
    urls="naoso.domains.trees.urls",
    url_prefix="trees/",
    audited=("trees.Species", "trees.Programme", "trees.Inspection", "trees.FellingPermit"),
)
