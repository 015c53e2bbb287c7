"""The pages of the form, one after the other."""

from enum import StrEnum


class Step(StrEnum):
    """The pages of the form, in their order."""

    NEED = "need"
    STORY = "story"
    SAFETY = "safety"
    HELP = "help"
    TIME = "time"
    MORE = "more"
    CHECK = "check"


def after(step: Step, *, has_times: bool) -> Step:
    """The next page; after the last one, the last one. Times are asked for only where one is free."""
    order = _order(step, has_times=has_times)
    return order[min(order.index(step) + 1, len(order) - 1)]


def before(step: Step, *, has_times: bool) -> Step | None:
    """The page before, if there is one."""
    order = _order(step, has_times=has_times)
    return order[order.index(step) - 1] if step is not order[0] else None


def _order(here: Step, *, has_times: bool) -> list[Step]:
    """Whoever stands on the page of times when the last one is taken goes on from there."""
    return [step for step in Step if has_times or step is not Step.TIME or step is here]
