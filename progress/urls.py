"""Addresses of the progress room: a person's own pages, and those of a plan's programmes."""

from django.urls import URLPattern, path

from progress.views import evidence, program, recording, tasks, verification

PLAN = "<slug:agency>/<slug:plan>/"
UPDATE = f"{PLAN}kemas-kini/<int:pk>/"

urlpatterns: list[URLPattern] = [
    path("tugasan/", tasks.tasks, name="tasks"),
    path("tugasan/pengesahan/", verification.verify_queue, name="verify_queue"),
    path("tugasan/pengesahan/<int:pk>/", verification.verify_queue, name="verify_queue_update"),
    path("bukti/<int:pk>/", evidence.evidence, name="evidence"),
    path("bukti/<int:pk>/muka/<int:page>/", evidence.evidence_page, name="evidence_page"),
    path(f"{PLAN}program/<str:code>/", program.program, name="program"),
    path(f"{PLAN}sasaran/<int:pk>/kemas-kini/", recording.record_update, name="record_update"),
    path(f"{UPDATE}betulkan/", recording.correct_update, name="correct_update"),
    path(f"{UPDATE}sahkan/", verification.verify_update, name="verify_update"),
    path(f"{UPDATE}kembalikan/", verification.return_update, name="return_update"),
]
