"""What people type about accounts, organisations, roles and grants."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from django import forms
from django.conf import settings
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from naoso.core.people.models import Account, AuditAction, Organisation, OrganisationKind, Role
from naoso.core.people.scope import ALL_PERMISSIONS, scope_of
from naoso.core.places.models import AdminUnit, ServiceArea
from naoso.kernel.errors import BadInput, Conflict

EVERYTHING_HELP = _("Holds every permission there is, today's and tomorrow's.")


class ServiceForm(forms.Form):
    """A form whose write may still refuse: the refusal appears at its field."""

    def carry_out(self, write: Callable[..., Any], **more: Any) -> Any:
        """The write's result; None when it refused."""
        try:
            return write(**self.cleaned_data, **more)
        except BadInput as error:
            for broken in error.errors:
                self.add_error(broken.field if broken.field in self.fields else None, broken.message)
        except Conflict as error:
            self.add_error(None, str(error))
        return None


class OrganisationField(forms.ModelChoiceField[Organisation]):
    """The tree as a list, each body set in below the one it reports to."""

    def label_from_instance(self, obj: Organisation) -> str:
        """Depth shown by dashes: a select keeps no blanks."""
        return "– " * getattr(obj, "tree_depth", 0) + str(obj)


def manageable(actor: Account, permission: str = "people.manage") -> QuerySet[Organisation]:
    """Bodies for which the actor holds the permission whole, in the order of the tree."""
    ids = scope_of(actor, permission).q("pk", "")
    return Organisation.objects.with_tree_fields().filter(ids)  # type: ignore[no-any-return]


class AccountForm(ServiceForm):
    """Who someone is, where they work, how to reach them."""

    username = forms.CharField(label=_("Sign-in name"), max_length=150)
    last_name = forms.CharField(label=_("Family and middle name"), max_length=150, required=False)
    first_name = forms.CharField(label=_("Given name"), max_length=150, required=False)
    email = forms.EmailField(label=_("E-mail"))
    organisation = OrganisationField(Organisation.objects.none(), label=_("Organisation"))
    job_title = forms.CharField(label=_("Job title"), max_length=120, required=False)
    phone = forms.CharField(label=_("Phone"), max_length=20, required=False)
    language = forms.ChoiceField(label=_("Language"), choices=settings.LANGUAGES, initial="vi")

    def __init__(self, *args: Any, actor: Account, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["organisation"].queryset = manageable(actor)  # type: ignore[attr-defined]


class NewAccountForm(AccountForm):
    """The same, and whether to send the letter at once."""

    invite = forms.BooleanField(label=_("Send the link to set a password"), required=False, initial=True)


class OrganisationForm(ServiceForm):
    """A body of the tree."""

    parent = OrganisationField(Organisation.objects.none(), label=_("Reports to"), required=False)
    code = forms.SlugField(label=_("Code"))
    name = forms.CharField(label=_("Name"), max_length=200)
    name_en = forms.CharField(label=_("English name"), max_length=200, required=False)
    kind = forms.ChoiceField(label=_("Kind"), choices=OrganisationKind.choices)
    unit = forms.ModelChoiceField(AdminUnit.objects.none(), label=_("Administrative unit"), required=False)
    service_area = forms.ModelChoiceField(ServiceArea.objects.all(), label=_("Service area"), required=False)
    email = forms.EmailField(label=_("E-mail"), required=False)
    phone = forms.CharField(label=_("Phone"), max_length=20, required=False)

    def __init__(self, *args: Any, actor: Account, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["parent"].queryset = manageable(actor)  # type: ignore[attr-defined]
        self.fields["unit"].queryset = AdminUnit.objects.on(timezone.localdate())  # type: ignore[attr-defined]


class RoleForm(forms.Form):
    """A role's name and its permissions, one group of boxes for each module."""

    name = forms.CharField(label=_("Name"), max_length=120)
    name_en = forms.CharField(label=_("English name"), max_length=120, required=False)
    code = forms.SlugField(label=_("Code"))
    everything = forms.BooleanField(label=_("Everything"), required=False, help_text=EVERYTHING_HELP)

    def __init__(self, *args: Any, role: Role | None = None, **kwargs: Any) -> None:
        held = set(role.permissions) if role else set()
        initial: dict[str, Any] = {f"in_{module.slug}": sorted(held) for module in settings.MODULES}
        initial["everything"] = ALL_PERMISSIONS in held
        if role:
            initial |= {"name": role.name, "name_en": role.name_en, "code": role.code}
        kwargs["initial"] = initial
        super().__init__(*args, **kwargs)
        for module in settings.MODULES:
            if module.permissions:
                self.fields[f"in_{module.slug}"] = forms.MultipleChoiceField(
                    label=module.title,
                    choices=[(p.code, p.title) for p in module.permissions],
                    widget=forms.CheckboxSelectMultiple,
                    required=False,
                )

    @property
    def permissions(self) -> list[str]:
        """All boxes ticked, of all modules."""
        if self.cleaned_data["everything"]:
            return [ALL_PERMISSIONS]
        return [code for name, codes in self.cleaned_data.items() if name.startswith("in_") for code in codes]


class GrantForm(ServiceForm):
    """Which role, for which body and all below it, in which area, for which domain, how long."""

    role = forms.ModelChoiceField(Role.objects.all(), label=_("Role"))
    organisation = OrganisationField(
        Organisation.objects.none(), label=_("Organisation"), help_text=_("And all that report to it.")
    )
    unit = forms.ModelChoiceField(
        AdminUnit.objects.none(),
        label=_("Only in this unit"),
        required=False,
        help_text=_("And all below it; old units count with what they became."),
    )
    domain = forms.ChoiceField(label=_("Only for this system"), required=False)
    valid_from = forms.DateField(label=_("From"), required=False)
    valid_to = forms.DateField(label=_("Until (not included)"), required=False)
    reason = forms.CharField(label=_("Reason"), max_length=200)

    def __init__(self, *args: Any, actor: Account, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        bodies = Organisation.objects.with_tree_fields()
        scope = scope_of(actor, "people.grant")
        if not scope.everything:
            bodies = bodies.filter(pk__in={pk for owners, _units in scope.bindings for pk in owners})
        self.fields["organisation"].queryset = bodies  # type: ignore[attr-defined]
        self.fields["unit"].queryset = AdminUnit.objects.on(timezone.localdate()).order_by("kind", "name")  # type: ignore[attr-defined]
        self.fields["domain"].choices = [("", _("All systems"))] + [  # type: ignore[attr-defined]
            (module.slug, module.title) for module in settings.MODULES if module.permissions
        ]
        self.fields["valid_from"].initial = timezone.localdate()


class ReasonForm(ServiceForm):
    """A step that the trail should be able to explain."""

    reason = forms.CharField(label=_("Reason"), max_length=200)


class AccountFilter(forms.Form):
    """Narrows the list of accounts."""

    q = forms.CharField(label=_("Name, e-mail"), required=False)
    organisation = OrganisationField(Organisation.objects.none(), label=_("Organisation"), required=False)
    state = forms.ChoiceField(
        label=_("State"),
        required=False,
        choices=[("", _("All")), ("active", _("Active")), ("off", _("Switched off"))],
    )

    def __init__(self, *args: Any, actor: Account, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["organisation"].queryset = manageable(actor, "people.view")  # type: ignore[attr-defined]


class AuditFilter(forms.Form):
    """Narrows the trail."""

    q = forms.CharField(label=_("Words"), required=False)
    actor = forms.CharField(label=_("Who"), required=False)
    table = forms.ChoiceField(label=_("What"), required=False)
    row = forms.CharField(label=_("Row"), required=False)
    action = forms.ChoiceField(
        label=_("Action"), required=False, choices=[("", _("All")), *AuditAction.choices]
    )
    since = forms.DateField(label=_("From"), required=False)
    until = forms.DateField(label=_("To"), required=False)

    def __init__(self, *args: Any, tables: Iterable[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["table"].choices = [("", _("All")), *tables]  # type: ignore[attr-defined]


class FirstForm(ServiceForm):
    """Whoever holds the code that the start printed becomes the first administrator."""

    code = forms.CharField(
        label=_("One-time code"), max_length=20, widget=forms.TextInput(attrs={"autocomplete": "off"})
    )
    organisation_name = forms.CharField(label=_("Name of your authority"), max_length=200)
    last_name = forms.CharField(label=_("Family and middle name"), max_length=150)
    first_name = forms.CharField(label=_("Given name"), max_length=150)
    username = forms.CharField(label=_("Sign-in name"), max_length=150)
    email = forms.EmailField(label=_("E-mail"))
    password = forms.CharField(
        label=_("Password"), widget=forms.PasswordInput(attrs={"autocomplete": "new-password"})
    )
