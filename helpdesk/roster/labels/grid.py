"""Words for the grid: what a draft does, what stands against a duty, how long it lasts."""

from collections.abc import Iterable, Mapping
from datetime import timedelta

from helpdesk.kernel.errors import Refusal
from helpdesk.roster.rules.fitness import Judgement, Unfit
from helpdesk.roster.rules.overlay import Mark
from helpdesk.roster.rules.rest import Finding, Rule
from helpdesk.web import labels
from helpdesk.web.i18n import LazyText, lazy, localnumber

HOUR = timedelta(hours=1)

# As short as a bar needs; a published duty carries no word.
MARKS: Mapping[Mark, LazyText] = {
    Mark.ADDED: lazy("draft: new"),
    Mark.CHANGED: lazy("draft: changed"),
    Mark.REMOVED: lazy("draft: cancelled"),
}

FINDINGS: Mapping[Rule, LazyText] = {
    Rule.DAILY_REST: lazy("Only %(found)s hours of rest in a day; the rules ask for %(hours)s."),
    Rule.WEEKLY_REST: lazy("Only %(found)s hours of rest in one piece in a week; the rules ask for %(hours)s."),
    Rule.LONGEST_DUTY: lazy("%(found)s hours of duty in one piece; the rules allow %(hours)s."),
    Rule.WEEK_HOURS: lazy("%(found)s hours of duty in a week; the rules allow %(hours)s."),
    Rule.MONTH_HOURS: lazy("%(found)s hours of duty in a month; the rules allow %(hours)s."),
}


def hours(length: timedelta) -> str:
    """A length in hours, to half an hour or whatever it is to two places."""
    return localnumber(round(length / HOUR, 2))


def finding(found: Finding) -> str:
    return str(FINDINGS[found.rule]) % {"found": hours(found.found), "hours": found.hours}


def reasons(judgement: Judgement | None) -> list[str]:
    """Everything that stands against a duty, each once: what rules the person out first, then what should be known."""
    if judgement is None:
        return []
    ruled_out = [labels.sentence(Refusal(unfit)) for unfit in judgement.unfit if unfit is not Unfit.REST]
    return _once([*ruled_out, *(finding(each) for each in judgement.findings)])


def _once(sentences: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(sentences))
