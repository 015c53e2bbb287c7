"""What a published table hides, and whether somebody who can calculate finds it all the same."""

from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from helpdesk.consultations.rules.suppression import LEAST, suppressed, with_totals

Table = list[list[int]]
Shown = list[list[int | None]]


def computed(shown: Shown) -> dict[tuple[int, int], Fraction]:
    """What follows from a table of which each row and column makes its total: all hidden entries with but one solution."""
    unknown = [(r, c) for r, row in enumerate(shown) for c, value in enumerate(row) if value is None]
    lines = [[(r, c) for c in range(len(shown[0]))] for r in range(len(shown))]
    lines += [[(r, c) for r in range(len(shown))] for c in range(len(shown[0]))]
    system = []
    for line in lines:
        signs = [(each, Fraction(-1 if each == line[-1] else 1)) for each in line]
        known = sum((sign * (shown[r][c] or 0) for (r, c), sign in signs), Fraction(0))
        coefficients = dict(signs)
        system.append([coefficients.get(each, Fraction(0)) for each in unknown] + [-known])
    done = 0
    for column in range(len(unknown)):
        pivot = next((n for n in range(done, len(system)) if system[n][column]), None)
        if pivot is None:
            continue
        system[done], system[pivot] = system[pivot], system[done]
        system[done] = [each / system[done][column] for each in system[done]]
        for n, row in enumerate(system):
            if n != done and row[column]:
                system[n] = [a - row[column] * b for a, b in zip(row, system[done], strict=True)]
        done += 1
    solved = {}
    for row in system:
        used = [n for n, each in enumerate(row[:-1]) if each]
        if len(used) == 1:
            solved[unknown[used[0]]] = row[-1]
    return solved


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        ([[7, 9]], [[7, 9, 16], [7, 9, 16]]),
        ([[0, 0]], [[0, 0, 0], [0, 0, 0]]),
        ([[3]], [[None, None], [None, None]]),
        # One small number needs a second one beside it in its row, in its column, and where those two cross.
        ([[3, 10, 20], [10, 11, 30]], [[None, None, 20, 33], [None, None, 30, 51], [13, 21, 50, 84]]),
    ],
)
def test_as_much_is_hidden_as_must_be(cells: Table, expected: Shown) -> None:
    assert suppressed(cells) == expected


def test_two_small_ones_that_make_a_small_sum_need_a_third() -> None:
    shown = suppressed([[1, 2, 30, 40], [10, 20, 30, 40]])
    assert shown[0].count(None) >= 3


TABLES = st.integers(1, 4).flatmap(
    lambda width: st.lists(
        st.lists(st.one_of(st.just(0), st.integers(0, 12), st.integers(0, 400)), min_size=width, max_size=width),
        min_size=1,
        max_size=6,
    )
)


@given(TABLES)
@settings(max_examples=300)
def test_nobody_can_compute_what_is_hidden(cells: Table) -> None:
    shown = suppressed(cells)
    assert computed(shown) == {}


@given(TABLES)
def test_no_small_number_is_shown_and_what_is_shown_is_true(cells: Table) -> None:
    for row, true in zip(suppressed(cells), with_totals(cells), strict=True):
        for value, real in zip(row, true, strict=True):
            assert value in {None, real}
            assert value is None or not 0 < value < LEAST


@given(TABLES)
def test_what_is_missing_from_a_total_that_is_shown_is_never_small(cells: Table) -> None:
    shown, true = suppressed(cells), with_totals(cells)
    columns = zip(zip(*shown, strict=True), zip(*true, strict=True), strict=True)
    for line, real in [*zip(shown, true, strict=True), *columns]:
        missing = sum(b for a, b in zip(line[:-1], real[:-1], strict=True) if a is None)
        assert line[-1] is None or missing == 0 or missing >= LEAST
