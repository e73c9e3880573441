"""Every address: the modules bring their own; what is left is signing in and the catalogue of words."""

from __future__ import annotations

from django.contrib.auth.decorators import login_not_required
from django.urls import include, path
from django.views.generic import RedirectView
from django.views.i18n import JavaScriptCatalog, set_language

from naoso.config.modules import registry
from naoso.core.people.views.first import claim
from naoso.ui.phone import words

urlpatterns = [
    path("account/first/", claim, name="first_administrator"),
    # an administrator keeps the e-mail addresses, so allauth's page for them leads elsewhere
    path("account/email/", RedirectView.as_view(pattern_name="notify:preferences")),
    path("account/", include("allauth.urls")),
    path("i18n/set/", login_not_required(set_language), name="set_language"),
    path("i18n/words.js", login_not_required(JavaScriptCatalog.as_view()), name="js_words"),
    path("i18n/words/<str:language>.js", words, name="js_words_of"),
    path("api/", include("naoso.api.urls")),
    *(path(module.url_prefix, include(module.urls)) for module in registry if module.urls),
    *(path(prefix, include(urls)) for module in registry for prefix, urls in module.mounts),
]
