"""What the database refuses in this room: changing what was recorded, verifying one's own."""

from teras.database_rules import Rule

_UPDATE_IS_SAMPLE = "(SELECT u.is_sample FROM progress_progressupdate u WHERE u.id = OLD.update_id)"
_BY_SAMPLE = "(SELECT p.is_sample FROM accounts_user p WHERE p.id = OLD.decided_by_id)"

RULES = [
    Rule("progressupdate_never_changed", "progress_progressupdate", "UPDATE", "TRUE"),
    Rule("progressupdate_never_deleted", "progress_progressupdate", "DELETE", "NOT OLD.is_sample"),
    Rule(
        "progressupdate_corrects_its_own_milestone",
        "progress_progressupdate",
        "INSERT",
        "NEW.corrects_id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM progress_progressupdate u"
        " WHERE u.id = NEW.corrects_id AND u.milestone_id = NEW.milestone_id)",
    ),
    Rule("verification_never_changed", "progress_verification", "UPDATE", "TRUE"),
    Rule(
        "verification_never_deleted",
        "progress_verification",
        "DELETE",
        f"NOT ({_UPDATE_IS_SAMPLE} OR {_BY_SAMPLE})",
    ),
    Rule(
        "verification_not_by_author",
        "progress_verification",
        "INSERT",
        "EXISTS (SELECT 1 FROM progress_progressupdate u"
        " WHERE u.id = NEW.update_id AND u.recorded_by_id = NEW.decided_by_id)",
    ),
    Rule("evidence_never_changed", "progress_evidence", "UPDATE", "TRUE"),
    Rule("evidence_never_deleted", "progress_evidence", "DELETE", f"NOT {_UPDATE_IS_SAMPLE}"),
]
