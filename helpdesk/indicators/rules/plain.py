"""Values as plain data and back, so that whatever keeps them keeps their kind and their print, to the letter."""

from typing import Any, TypeAlias, assert_never

from helpdesk.indicators.rules.counting import Beside, Counted, Definition, Register
from helpdesk.indicators.rules.progress import Aggregation
from helpdesk.indicators.rules.tree import Costs, Printing, Total
from helpdesk.indicators.rules.values import Amount, Continuous, Dash, Empty, Number, Text, Value

Plain: TypeAlias = dict[str, Any]
KINDS: dict[str, type[Continuous | Dash | Empty]] = {"continuous": Continuous, "dash": Dash, "empty": Empty}


def kind_of(value: Value) -> str:
    """The name of its kind: number, continuous, dash or empty (R-000-50)."""
    match value:
        case Number():
            return "number"
        case Continuous():
            return "continuous"
        case Dash():
            return "dash"
        case Empty():
            return "empty"
        case _:
            assert_never(value)


def plain_value(value: Value) -> Plain:
    return {"kind": kind_of(value), "raw": value.raw} | ({"count": value.count} if isinstance(value, Number) else {})


def value_from(plain: Plain) -> Value:
    """The value that was kept; its kind is not read out of the print again."""
    if plain["kind"] == "number":
        return Number(plain["raw"], plain["count"])
    return KINDS[plain["kind"]](plain["raw"])


def amount_from(plain: Plain) -> Amount:
    return Number(plain["raw"], plain["count"]) if plain["kind"] == "number" else Dash(plain["raw"])


def plain_costs(costs: Costs) -> Plain:
    return {name: plain_value(getattr(costs, name)) for name in ("total", "own", "other")}


def costs_from(plain: Plain) -> Costs:
    return Costs(*(amount_from(plain[name]) for name in ("total", "own", "other")))


def plain_total(total: Total) -> Plain:
    return {
        "label": total.label.raw,
        "year": total.year,
        "heading": total.heading,
        "columns": list(total.columns),
        "costs": plain_costs(total.costs),
        "gap": total.gap,
    }


def total_from(plain: Plain) -> Total:
    first, second, third = plain["columns"]
    costs = costs_from(plain["costs"])
    return Total(Text(plain["label"]), plain["year"], plain["heading"], (first, second, third), costs, plain["gap"])


def plain_printing(printing: Printing) -> Plain:
    return {name: getattr(printing, name) for name in Printing.__slots__}


def printing_from(plain: Plain) -> Printing:
    lists = {name: tuple(said) for name, said in plain.items() if isinstance(said, list | tuple)}
    return Printing(**(plain | lists))


def plain_definition(definition: Definition) -> Plain:
    """How an indicator is counted; the years' arithmetic stands apart."""
    return {
        "register": definition.register.value,
        "one": definition.one.value,
        "kinds": list(definition.kinds),
        "roles": sorted(definition.roles),
        "desks": sorted(definition.desks),
        "witness_optional": definition.witness_optional,
        "beside": definition.beside.value if definition.beside else None,
        "source": definition.source,
    }


def definition_from(plain: Plain, aggregation: Aggregation) -> Definition:
    return Definition(
        register=Register(plain["register"]),
        one=Counted(plain["one"]),
        aggregation=aggregation,
        source=plain["source"],
        kinds=tuple(plain["kinds"]),
        roles=frozenset(plain["roles"]),
        desks=frozenset(plain["desks"]),
        witness_optional=plain["witness_optional"],
        beside=Beside(plain["beside"]) if plain["beside"] else None,
    )
