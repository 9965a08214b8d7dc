"""Reads for the officers' and the head's screens, one file a subject."""

from progress.queries.program_page import ProgramPage, read_program_page
from progress.queries.verification import updates_for_another_head, updates_to_verify
from progress.queries.versions import changes_since, milestone_version, recorded_since
from progress.queries.worklist import Task, Worklist, has_several_plans, task_on, worklist

__all__ = [
    "ProgramPage",
    "Task",
    "Worklist",
    "changes_since",
    "has_several_plans",
    "milestone_version",
    "read_program_page",
    "recorded_since",
    "task_on",
    "updates_for_another_head",
    "updates_to_verify",
    "worklist",
]
