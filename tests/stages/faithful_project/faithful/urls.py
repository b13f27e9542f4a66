from django.urls import path, re_path

from . import views

urlpatterns = [
    path("cookies", views.cookies),
    path("stream", views.stream),
    path("endless", views.endless),
    path("held", views.held),
    path("raise", views.fail),
    path("raise-in-stream", views.fail_in_stream),
    path("big", views.big),
    path("empty", views.empty),
    path("async", views.asynchronous),
    path("status/<int:status>", views.status),
    re_path("^echo", views.echo),
]
