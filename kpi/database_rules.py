"""What the database refuses in this room."""

from teras.database_rules import Rule

_PLAN_OF_KPI = (
    "SELECT 1 FROM kpi_kpi k JOIN programs_program p ON p.id = k.program_id"
    " JOIN teras_plan n ON n.id = p.plan_id WHERE k.id = NEW.kpi_id"
)


def _year(value: str) -> str:
    # Dates are ISO text in SQLite and dates in PostgreSQL; both give ISO text when cast.
    return f"CAST(substr(CAST({value} AS varchar), 1, 4) AS integer)"


_OUTSIDE_PLAN = (
    f"NOT EXISTS ({_PLAN_OF_KPI}"
    f" AND {_year('NEW.baseline_due')} BETWEEN n.first_year AND n.last_year"
    f" AND {_year('NEW.due')} BETWEEN n.first_year AND n.last_year)"
)
_OTHER_PLANS_AMENDMENT = (
    "NOT EXISTS (SELECT 1 FROM teras_amendment a JOIN programs_program p ON p.plan_id = a.plan_id"
    " JOIN kpi_kpi k ON k.program_id = p.id JOIN kpi_milestone m ON m.kpi_id = k.id"
    " WHERE a.id = NEW.amendment_id AND m.id = NEW.milestone_id)"
)

RULES = [
    Rule("milestone_inside_plan_on_insert", "kpi_milestone", "INSERT", _OUTSIDE_PLAN),
    Rule("milestone_inside_plan_on_update", "kpi_milestone", "UPDATE", _OUTSIDE_PLAN),
    Rule(
        "milestone_first_date_frozen",
        "kpi_milestone",
        "UPDATE",
        f"NEW.baseline_due <> OLD.baseline_due AND EXISTS ({_PLAN_OF_KPI} AND n.state <> 'draft')",
    ),
    Rule("revision_amendment_of_its_plan", "kpi_revision", "INSERT", _OTHER_PLANS_AMENDMENT),
]
