"""Addresses of the OGC APIs."""

from __future__ import annotations

from django.urls import path

from naoso.api.ogc import views

app_name = "ogc"
urlpatterns = [
    path("", views.landing, name="landing"),
    path("conformance", views.conformance, name="conformance"),
    path("api", views.openapi, name="openapi"),
    path("collections", views.collections, name="collections"),
    path("collections/<str:slug>", views.collection, name="collection"),
    path("collections/<str:slug>/queryables", views.queryables, name="queryables"),
    path("collections/<str:slug>/items", views.item_list, name="items"),
    path("collections/<str:slug>/items/<str:number>", views.item, name="item"),
    path("collections/<str:slug>/tiles", views.tilesets, name="tilesets"),
    path("collections/<str:slug>/tiles/WebMercatorQuad", views.tileset, name="tileset"),
    path(
        "collections/<str:slug>/tiles/WebMercatorQuad/<int:z>/<int:row>/<int:column>", views.tile, name="tile"
    ),
    path("tileMatrixSets", views.matrix_sets, name="matrix_sets"),
    path("tileMatrixSets/WebMercatorQuad", views.matrix_set, name="matrix_set"),
]
