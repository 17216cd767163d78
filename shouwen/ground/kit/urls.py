"""Addresses of the kit."""

from django.urls import path

from . import views

app_name = "kit"
urlpatterns = [
    path("kit/prefer/", views.prefer, name="prefer"),
    path("console/components/", views.components, name="components"),
    path("kit/find/", views.find, name="find"),
    path("live/here/", views.here, name="here"),
    path("live/beside/<str:ref>/", views.neighbours, name="beside"),
    path("live/beside/<str:ref>/typing/", views.types, name="beside-typing"),
]
