"""Reads for the officers' and the head's screens, one file a subject."""

from progress.queries.program_page import ProgramPage, read_program_page
from progress.queries.verification import (
    Brief,
    Queue,
    queue_of,
    read_brief,
    rows_of,
    updates_for_another_head,
    updates_seen_by_head,
    updates_to_verify,
    who_decided,
)
from progress.queries.versions import changes_since, milestone_version, recorded_since
from progress.queries.worklist import Task, Worklist, has_several_plans, task_on, worklist

__all__ = [
    "Brief",
    "ProgramPage",
    "Queue",
    "Task",
    "Worklist",
    "changes_since",
    "has_several_plans",
    "milestone_version",
    "queue_of",
    "read_brief",
    "read_program_page",
    "recorded_since",
    "rows_of",
    "task_on",
    "updates_for_another_head",
    "updates_seen_by_head",
    "updates_to_verify",
    "who_decided",
    "worklist",
]
