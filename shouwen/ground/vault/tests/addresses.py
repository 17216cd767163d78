"""Addresses for the vault's own tests."""

from django.urls import include, path

urlpatterns = [path("vault/", include("shouwen.ground.vault.urls"))]
