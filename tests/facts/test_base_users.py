from __future__ import annotations

import pytest

from goldenpath.facts.base_users import user_of


@pytest.mark.parametrize(
    ("image", "user"),
    [
        ("apache/airflow:3.1.0", "airflow"),
        ("docker.io/apache/airflow", "airflow"),
        ("quay.io/astronomer/astro-runtime:10.1.0", "astro"),
        ("astrocrpublic.azurecr.io/runtime:3.0-1", "astro"),
        ("registry.example.org/mirror/apache/airflow:2", "airflow"),
        ("gcr.io/distroless/static:nonroot", "nonroot"),
        ("gcr.io/distroless/python3-debian12:debug-nonroot", "nonroot"),
        ("gcr.io/distroless/python3-debian12", None),
        ("cgr.dev/chainguard/python:latest", "nonroot"),
        ("cgr.dev/chainguard/wolfi-base", "root"),
        ("dhi.io/python:3.13", "nonroot"),
        ("dhi.io/python:3.13-dev", "root"),
        ("bitnamilegacy/spark:3", "1001"),
        ("bitnami/minideb:bookworm", "root"),
        ("registry.access.redhat.com/ubi9/python-311:1", "1001"),
        ("registry.access.redhat.com/ubi9/ubi-minimal", None),
        ("quay.io/jupyter/scipy-notebook:2026-01-01", "jovyan"),
        ("jupyterhub/jupyterhub:5", "root"),
        ("public.ecr.aws/lambda/python:3.12", "sbx_user1051"),
        ("nginxinc/nginx-unprivileged:1", "101"),
        ("elasticsearch:9", "1000"),
        ("library/elasticsearch:9", "1000"),
        ("acme/elasticsearch:9", None),
        ("mcr.microsoft.com/dotnet/aspnet:9.0-noble-chiseled", "app"),
        ("python:3.12-slim", None),
        ("acme/base:1", None),
        ("localhost:5000/rayproject/ray:2", "ray"),
        ("", None),
    ],
)
def test_whom_an_image_starts_as_is_known_by_its_name(image: str, user: str | None) -> None:
    assert user_of(image) == user
    assert user_of(f"{image}@sha256:{'a' * 64}" if image else "") == user
