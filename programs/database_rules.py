"""What the database refuses in this room."""

from teras.database_rules import Rule

_OTHER_PLAN = (
    "NOT EXISTS (SELECT 1 FROM teras_strategy s JOIN teras_teras t ON t.id = s.teras_id"
    " WHERE s.id = NEW.strategy_id AND t.plan_id = NEW.plan_id)"
)
_OTHER_PLANS_AMENDMENT = (
    "NOT EXISTS (SELECT 1 FROM teras_amendment a JOIN programs_program p ON p.plan_id = a.plan_id"
    " WHERE a.id = NEW.amendment_id AND p.id = NEW.program_id)"
)

RULES = [
    Rule("program_strategy_of_its_plan_on_insert", "programs_program", "INSERT", _OTHER_PLAN),
    Rule("program_strategy_of_its_plan_on_update", "programs_program", "UPDATE", _OTHER_PLAN),
    Rule(
        "programdecision_amendment_of_its_plan",
        "programs_programdecision",
        "INSERT",
        _OTHER_PLANS_AMENDMENT,
    ),
]
