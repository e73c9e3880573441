"""Addresses of incidents."""

from __future__ import annotations

from django.urls import path, re_path

from naoso.core.response import parts, procedures, review, views
from naoso.core.response.actions import ACTIONS

app_name = "response"
urlpatterns = [
    path("", views.incident_list, name="list"),
    path("new/", views.incident_new, name="new"),
    path("handover/", views.handover, name="handover"),
    path("calendar/", views.working_calendar, name="calendar"),
    path("calendar/holidays/<int:year>/", views.add_holidays, name="holidays"),
    path("calendar/<int:pk>/remove/", views.remove_day, name="remove_day"),
    path("procedures/", procedures.procedure_list, name="procedures"),
    path("procedures/new/", procedures.procedure_edit, name="procedure_new"),
    path("procedures/<int:pk>/", procedures.procedure_edit, name="procedure_edit"),
    path("kinds/<int:pk>/", procedures.kind_edit, name="kind_edit"),
    path("from-alert/<int:alert_pk>/", views.open_from_alert, name="from_alert"),
    path("tasks/<int:pk>/done/", views.task_done, name="task_done"),
    path("tasks/<int:pk>/skip/", views.task_skip, name="task_skip"),
    path("<int:pk>/", views.incident_page, name="page"),
    path("<int:pk>/panel/", views.incident_panel, name="panel"),
    path("<int:pk>/parts/<slug:slug>/", parts.part, name="part"),
    path("<int:pk>/review/", review.review_page, name="review"),
    path("<int:pk>/review.pdf", review.review_pdf, name="review_pdf"),
    path("<int:pk>/join/<int:alert_pk>/", views.join_alert, name="join"),
    re_path(rf"^(?P<pk>\d+)/(?P<action>{'|'.join(ACTIONS)})/$", views.act, name="act"),
]
