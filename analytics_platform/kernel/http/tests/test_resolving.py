"""Resolving: a path leads where Django's own resolving leads it, the first time and every time after."""

from __future__ import annotations

import pytest
from django.http import HttpRequest, HttpResponse
from django.urls import Resolver404, include, path, re_path, reverse

from analytics_platform.kernel.http.resolving import remembering


def all_of_them(request: HttpRequest) -> HttpResponse:
    return HttpResponse()


def one_of_them(request: HttpRequest, id: int) -> HttpResponse:
    return HttpResponse()


urlpatterns = [
    remembering(
        [path("v1/", include([path("things", all_of_them, name="all"), path("things/<int:id>", one_of_them)])), re_path("^x", all_of_them)]
    )
]


def test_a_path_leads_to_the_same_view_every_time() -> None:
    found = [urlpatterns[0].resolve("v1/things") for _ in range(3)]
    assert [(match.func, match.route, match.kwargs) for match in found] == [(all_of_them, "v1/things", {})] * 3


def test_a_parameter_is_read_from_each_path_anew() -> None:
    assert [urlpatterns[0].resolve(f"v1/things/{id}").kwargs for id in (1, 2, 1)] == [{"id": 1}, {"id": 2}, {"id": 1}]


def test_a_path_that_leads_nowhere_does_so_again() -> None:
    for _ in range(2):
        with pytest.raises(Resolver404):
            urlpatterns[0].resolve("v1/nothing")


def test_remembers_only_so_many_where_a_pattern_takes_any_path() -> None:
    resolver = remembering([re_path("^x", all_of_them)])
    assert {resolver.resolve(f"x{number}").func for number in range(1_100)} == {all_of_them}
    assert len(resolver._known) == 1_000


def test_names_lead_back_to_their_paths() -> None:
    assert reverse("all", urlconf=__name__) == "/v1/things"
