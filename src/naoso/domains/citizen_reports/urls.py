"""Addresses of reports: the citizens' are short, the officers' stand beside them."""

from __future__ import annotations

from django.urls import path, re_path

from naoso.domains.citizen_reports import admin_pages, public, views

app_name = "citizen_reports"
urlpatterns = [
    path("new/", public.report_new, name="new"),
    path("follow/", public.find, name="find"),
    path("follow/<str:code>/", public.follow, name="follow"),
    path("follow/<str:code>/rate/", public.rate, name="rate"),
    re_path(
        r"^follow/(?P<code>[\w-]+)/(?P<key>[0-9a-f-]{36})-(?P<size>small|full)\.jpg$",
        public.citizen_photo,
        name="citizen_photo",
    ),
    re_path(r"^photos/(?P<key>[0-9a-f-]{36})-(?P<size>small|full)\.jpg$", public.officer_photo, name="photo"),
    path("", views.report_list, name="list"),
    path("<int:pk>/", views.report_page, name="page"),
    path("<int:pk>/panel/", views.report_panel, name="panel"),
    path("<int:pk>/accept/", views.report_accept, name="accept"),
    path("<int:pk>/answer/", views.report_answer, name="answer"),
    path("<int:pk>/forward/", views.report_forward, name="forward"),
    path("<int:pk>/note/", views.report_note, name="note"),
    path("<int:pk>/contact/", views.report_contact, name="contact"),
    path("categories/", admin_pages.category_list, name="categories"),
    path("categories/new/", admin_pages.category_edit, name="category_new"),
    path("categories/<int:pk>/", admin_pages.category_edit, name="category"),
    path("categories/<int:pk>/routes/", admin_pages.route_add, name="route_add"),
    path("routes/<int:pk>/remove/", admin_pages.route_remove, name="route_remove"),
]
