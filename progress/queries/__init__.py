"""Reads for the officers' and the head's screens, one file a subject."""

from progress.queries.program_page import ProgramPage, read_program_page
from progress.queries.verification import updates_for_another_head, updates_to_verify
from progress.queries.versions import changes_since, milestone_version
from progress.queries.worklist import Task, Worklist, worklist

__all__ = [
    "ProgramPage",
    "Task",
    "Worklist",
    "changes_since",
    "milestone_version",
    "read_program_page",
    "updates_for_another_head",
    "updates_to_verify",
    "worklist",
]
