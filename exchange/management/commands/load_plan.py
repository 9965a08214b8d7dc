from argparse import ArgumentParser
from pathlib import Path

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from exchange.actions import NeedsAmendment, changes_by, load_plan
from exchange.plan_diff import Change
from exchange.plan_entries import PlanFile
from exchange.plan_file import PlanFileError, read_plan_file

YES, NO = "ya", "tidak"


class Command(BaseCommand):
    help = "Loads a plan file; loading it again shows what changed in it and asks first."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument(
            "--draft", action="store_true", help="leave a new plan as a draft, not in force"
        )
        parser.add_argument(
            "--no-input",
            action="store_true",
            help="ask nothing: a changed file is shown, and refused unless --yes is given",
        )
        parser.add_argument("--yes", action="store_true", help="make the changes without asking")

    def handle(
        self, *, file: Path, draft: bool, no_input: bool, yes: bool, **_options: object
    ) -> None:
        with translation.override(settings.LANGUAGE_CODE):
            try:
                self._load(read_plan_file(file), file, draft=draft, ask=not no_input, yes=yes)
            except PlanFileError as error:
                count = len(error.problems)
                heading = ngettext(
                    "The plan was not loaded; there is %(count)d problem:",
                    "The plan was not loaded; there are %(count)d problems:",
                    count,
                )
                raise CommandError(f"{heading % {'count': count}}\n{error}") from None
            except NeedsAmendment as error:
                raise CommandError(_refusal(error)) from None
            except ValidationError as error:
                words = "\n".join(error.messages)
                raise CommandError(f"{_('The plan was not loaded:')}\n{words}") from None

    def _load(self, plan_file: PlanFile, file: Path, *, draft: bool, ask: bool, yes: bool) -> None:
        changes = changes_by(plan_file, put_in_force=not draft)
        if changes == []:
            self.stdout.write(_("%(plan)s: nothing to change.") % {"plan": plan_file.code})
            return
        if changes:
            self._show(changes)
            if not (yes or self._agree(ask=ask)):
                self.stdout.write(_("Nothing was changed."))
                return
        loading = load_plan(
            by=None,
            plan_file=plan_file,
            put_in_force=not draft,
            reason=_("Plan file %(file)s loaded") % {"file": file.name},
        )
        words = {
            "plan": loading.plan.code,
            "state": loading.plan.get_state_display(),
            "teras": len(plan_file.teras),
            "strategies": len(plan_file.strategies),
            "programs": len(plan_file.programs),
            "kpis": len(plan_file.kpis),
            "milestones": plan_file.milestone_count,
        }
        self.stdout.write(
            _(
                "%(plan)s loaded (%(state)s): %(teras)d thrusts, %(strategies)d strategies, "
                "%(programs)d programmes, %(kpis)d KPIs, %(milestones)d milestones."
            )
            % words
        )

    def _show(self, changes: list[Change]) -> None:
        self.stdout.write(_("The file differs from the plan in the portal:"))
        for change in changes:
            self.stdout.write(f"- {change.text}")

    def _agree(self, *, ask: bool) -> bool:
        """Whether the person wants the changes; raises ``CommandError`` where none can answer."""
        refusal = _("Nothing was changed. To make these changes, repeat the command with --yes.")
        if not ask:
            raise CommandError(refusal)
        question = _("Make these changes? (%(yes)s/%(no)s) ") % {"yes": YES, "no": NO}
        try:
            answer = input(question)
        except EOFError:
            raise CommandError(refusal) from None
        return answer.strip().lower() in {YES, "y", "yes"}


def _refusal(error: NeedsAmendment) -> str:
    listed = "\n".join(f"- {change.text}" for change in error.changes)
    advice = _(
        "The plan is in force, so nothing was changed. Record an amendment (pindaan) in the portal, "
        "with the committee and the meeting that decided it, and move, add or drop under it."
    )
    return f"{advice}\n{listed}"
