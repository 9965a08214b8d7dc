"""Opens the form of an update, fills it in and sends it, as a browser would."""

import re
from collections.abc import Iterable
from html import unescape
from typing import TYPE_CHECKING

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from accounts.models import User
from kpi.models import Milestone
from progress.models import ProgressUpdate

if TYPE_CHECKING:
    from django.test.client import _MonkeyPatchedWSGIResponse

GOOD = {"claim": "achieved", "effective_on": "2021-06-01", "narrative": "Siap dipasang."}


def address(milestone: Milestone) -> str:
    return reverse("record_update", args=[*milestone.kpi.program.plan.address, milestone.pk])


def correction(update: ProgressUpdate) -> str:
    return reverse("correct_update", args=[*update.milestone.kpi.program.plan.address, update.pk])


def hidden(text: str, name: str) -> list[str]:
    """Values of the hidden fields of that name, in order."""
    fields = re.findall(rf'<input type="hidden" name="{name}"[^>]*value="([^"]*)"', text)
    return [unescape(value) for value in fields]


def send(
    client: Client,
    user: User,
    url: str,
    files: Iterable[SimpleUploadedFile] = (),
    **said: str | list[str],
) -> "_MonkeyPatchedWSGIResponse":
    """Open the form, fill it in and send it, as a browser would."""
    client.force_login(user)
    seen = hidden(client.get(url).text, "seen")
    fields = {"seen": seen[0] if seen else "", **GOOD, **said}
    return client.post(url, {**fields, "uploads": list(files)})
