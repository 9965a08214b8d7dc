"""The programme page."""

from dataclasses import dataclass

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.permissions import Permission
from accounts.requests import PortalRequest
from programs.models import Program
from progress.actions import may_correct, may_record, may_verify, why_not_recordable
from progress.choices import UpdateState
from progress.forms import ReturnForm
from progress.models import ProgressUpdate
from progress.queries import read_program_page
from teras.as_at import as_at
from teras.dates import today
from teras.queries import plan_for


@dataclass(frozen=True)
class Entry:
    """An update in the history, with what the person may do to it."""

    update: ProgressUpdate
    may_verify: bool
    may_correct: bool

    @property
    def shows_state(self) -> bool:
        """Its state in the head; that it was verified is said below, by whom and when."""
        return self.update.state is not UpdateState.VERIFIED

    @property
    def is_void(self) -> bool:
        return self.update.state in {UpdateState.RETURNED, UpdateState.CORRECTED}


def program(request: PortalRequest, agency: str, plan: str, code: str) -> HttpResponse:
    """What was promised, what became of it and who said so, as at the date asked for."""
    the_plan = plan_for(request.user, Permission.SEE_PLAN, agency, plan)
    the_program = get_object_or_404(
        Program.objects.select_related("strategy__teras").prefetch_related(
            "sub_items", "assignments__user"
        ),
        plan=the_plan,
        code=code,
    )
    the_program.plan = the_plan
    bar = as_at(request, the_plan)
    page = read_program_page(the_program, bar.day)
    records = may_record(request.user, the_program)
    return render(
        request,
        "progress/program.html",
        {
            "agency": the_plan.agency,
            "plan": the_plan,
            "program": the_program,
            "breadcrumbs": [
                (_("Dashboard"), f"{the_plan.get_absolute_url()}{bar.query}"),
                (_("Plan"), f"{reverse('plan_tree', args=the_plan.address)}{bar.query}"),
                (the_program.code, ""),
            ],
            "page": page,
            "as_at": bar,
            "as_of": page.as_of,
            "today": today(),
            "entries": [_entry(request, update) for update in page.updates],
            "recordable": {
                part.milestone.pk
                for kpi in page.kpis
                for part in kpi.milestones
                if records and why_not_recordable(part.milestone) is None
            },
            "return_form": ReturnForm(auto_id=False),
        },
    )


def _entry(request: PortalRequest, update: ProgressUpdate) -> Entry:
    is_waiting = update.state is UpdateState.UNVERIFIED
    return Entry(
        update,
        may_verify=is_waiting and may_verify(request.user, update),
        may_correct=update.state is not UpdateState.CORRECTED and may_correct(request.user, update),
    )
