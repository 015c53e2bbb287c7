"""The last steps of a coordinator at a desk, kept with the browser so that each can be taken back until it is published."""

from typing import Any

from flask import session as browser

from helpdesk.roster.models import Draft
from helpdesk.roster.service.undoing import Step

_KEY = "roster-steps"
MOST = 20


def remember(desk_id: str, draft: Draft | None, before: dict[str, Any] | None, version_before: int = 0) -> None:
    """Keep a step: the draft as it is now, or none if it was discarded, and what it said before.

    Earlier steps on this draft stay only if nobody else changed it since, or taking them back would undo another's work.
    """
    if draft is None:
        _keep(desk_id, [*_steps(desk_id), Step("", 0, before).stored()])
        return
    earlier = [
        each for each in _steps(desk_id) if each["draft_id"] != str(draft.id) or each["version"] == version_before
    ]
    moved_on = [_at(each, draft) if each["draft_id"] == str(draft.id) else each for each in earlier]
    _keep(desk_id, [*moved_on, Step(str(draft.id), draft.version, before).stored()])


def last(desk_id: str) -> Step | None:
    """The step that would be taken back next."""
    found = _steps(desk_id)
    return Step.of(found[-1]) if found else None


def forget_last(desk_id: str, left: Draft | None) -> None:
    """Let go of the last step; those before it on the same draft go with the version in which it is left."""
    before = _steps(desk_id)[:-1]
    if left is not None:
        before = [_at(each, left) if each["draft_id"] == str(left.id) else each for each in before]
    _keep(desk_id, before)


def forget_all(desk_id: str) -> None:
    """What is published or discarded cannot be taken back step by step."""
    _keep(desk_id, [])


def _at(step: dict[str, Any], draft: Draft) -> dict[str, Any]:
    return {**step, "version": draft.version}


def _steps(desk_id: str) -> list[dict[str, Any]]:
    return list(browser.get(_KEY, {}).get(desk_id, []))


def _keep(desk_id: str, steps: list[dict[str, Any]]) -> None:
    if steps or desk_id in browser.get(_KEY, {}):
        browser[_KEY] = {**browser.get(_KEY, {}), desk_id: steps[-MOST:]}
