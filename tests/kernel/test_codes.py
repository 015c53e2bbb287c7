from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpdesk.kernel.codes import Code, CodeList, CodeListError, codes, list_names, parse

# The codes of the domain report, part D, in its order.
PART_D = {
    "forms": "PHY PSY SEX ECO DIG NEG STK FOR UNK OTH",
    "relations": "SPO XSP PAR XPA PRT STP CHD CHA SIB GRP GRC INL OFM COH CAR EMP AGY LND OFF KNW STR GRO UNK OTH",
    "roles": "VIC CHV REL WIT PRO PER FVC INS UNK OTH",
    "help-kinds": "INF PSY LEG SOC MDC VOC CRI SUP MED THR REP INT ACC DOC UNK OTH",
    "referrals": "E112 POL OPS MOP PCP ZIN GDP GKR SOW OWS OIK DSM PRK SAD KUR NPP FSP KCI PIP STG UWC UDS SOR POZ CZP "
    "TUZ PPP SZK PKE PPT NLO T11 NGO KON RPO RPD KPN PPC UNK OTH",
    "referral-states": "INFO CONS DUTY ACK DECL",
    "professional-groups": "ZI GKR EDU KUR POL SOC INN-SW INN-OW SED PRK ADW RPR LEK PIE PLZ NGO PKE JST MED APL SPG "
    "UNK INN",
    "crimes": "TRA LAB DOC FRD DOM SXC BOD THR HAT THF EXT SMU FAL CYB PUB MIS PRV UNK OTH",
    "residence-statuses": "EU UKR NUE CUK VIS WAI TMP PER LTR APP REF SUB HUM TOL AZL ASY TRV RET IRR STL PLC NAS "
    "UNK OTH",
    "legal-stages": "NON NKA NKZ NOT PRE DIS REF IND TRI VER APL EXE NAK CIV FAM LAB ADM UNK OTH",
    "channels": "PHO EML WEB VIS VID CHT LET ITV UNK OTH",
    "outcomes": "ADV SIL DRP WRN JOK TEC CBK NOS CAN RFD UNK OTH",
    "first-contact": "FST RPT UNK",
    "safety-flags": "DNG CHI WEA STR ESC SUI PRG DEP DIS MON UNK OTH",
    "safe-contact": "SPH SEM SNO SHR SWD SNM UNK OTH",
    "sexes": "K M N",
    "ages": "A06 A12 A15 A17 A29 A44 A59 A60 UNK",
    "official-classes": "WOM MEN CHD DIS OLD",
    "disabilities": "NO PHY SEN INT MEN UNK OTH",
    "pke-referred-by": "ZI GDP SAD PRK KUR OPS POL ZK POW DOB UNK OTH",
    "pke-states": "REF WAI QUA CON JOI CMP INS BRK STO NAD OUT",
    "pke-refusals": "ADD PSZ CAP ABS UNK OTH",
    "pke-forms": "IND GRP MIX REM",
    "grant-states": "DEM ALL PAI SET RET",
    "pke-costs": "WYN SUP MAT NAJ SPO INN",
    "pke-documents": "ZZG ZUK PO1 PO2 POC KTR LOB IKP",
    "nk-states": "NON OPN INF FWD UNK",
}
NEW_LAW = date(2023, 6, 22)
HEADER = "code,pl,en,valid_from,valid_to"
days = st.dates(min_value=date(2010, 1, 1), max_value=date(2040, 1, 1))
lists = st.sampled_from(sorted(PART_D)).map(codes)


def _codes(rows: tuple[Code, ...]) -> list[str]:
    return [row.code for row in rows]


def test_every_list_of_the_domain_report_is_there_and_no_other() -> None:
    assert list_names() == tuple(sorted(PART_D))


@pytest.mark.parametrize("name", PART_D)
def test_a_list_has_the_codes_of_the_domain_report_in_its_order(name: str) -> None:
    assert list(dict.fromkeys(_codes(codes(name).rows))) == PART_D[name].split()


@pytest.mark.parametrize(
    ("name", "code", "before", "after"),
    [
        ("crimes", "DOM", "przemoc w rodzinie", "przemoc domowa"),
        ("referrals", "GDP", "grupa robocza", "grupa diagnostyczno-pomocowa"),
        ("pke-referred-by", "GDP", "grupa robocza", "grupa diagnostyczno-pomocowa"),
        ("roles", "VIC", "osoba dotknięta przemocą w rodzinie", "osoba doznająca przemocy"),
    ],
)
def test_words_follow_the_law_of_the_day(name: str, code: str, before: str, after: str) -> None:
    assert codes(name).label(code, "pl", NEW_LAW - timedelta(days=1)) == before
    assert codes(name).label(code, "pl", NEW_LAW) == after
    assert codes(name).label(code, "pl") == after


def test_no_choice_offered_today_speaks_of_violence_in_the_family() -> None:
    today = [row.label("pl") for name in list_names() for row in codes(name).current(date(2026, 11, 1))]
    assert not [label for label in today if "w rodzinie" in label or "robocz" in label]


def test_five_forms_of_violence_are_in_the_act_since_2023() -> None:
    forms = codes("forms")
    statutory = [row.code for row in forms.current(NEW_LAW) if row.holds("statutory", "yes")]
    assert statutory == ["PHY", "PSY", "SEX", "ECO", "DIG"]
    earlier = [row.code for row in forms.current(date(2023, 6, 21)) if row.holds("statutory", "yes")]
    assert earlier == ["PHY", "PSY", "SEX"]


@pytest.mark.parametrize(
    ("day", "offered"),
    [
        (date(2022, 2, 23), set()),
        (date(2022, 2, 24), {"UKR"}),
        (date(2026, 3, 4), {"UKR"}),
        (date(2026, 3, 5), {"UKR", "CUK"}),
        (date(2026, 9, 1), {"UKR", "CUK", "NUE"}),
        (date(2027, 3, 4), {"UKR", "CUK", "NUE"}),
        (date(2027, 3, 5), {"CUK", "NUE"}),
    ],
)
def test_residence_statuses_come_and_go_with_the_law(day: date, offered: set[str]) -> None:
    assert set(_codes(codes("residence-statuses").current(day))) & {"UKR", "CUK", "NUE"} == offered


def test_employers_to_groups_are_offered_at_the_help_point_only() -> None:
    relations, only_there = codes("relations"), {"EMP", "AGY", "LND", "OFF", "KNW", "STR", "GRO"}
    assert only_there.isdisjoint(_codes(relations.current(NEW_LAW, "blue-line")))
    assert only_there <= set(_codes(relations.current(NEW_LAW, "help-point")))
    assert only_there <= set(_codes(relations.current(NEW_LAW)))


def test_a_desk_is_not_referred_to_itself() -> None:
    assert "KPN" not in _codes(codes("referrals").current(NEW_LAW, "blue-line"))
    assert "PPC" not in _codes(codes("referrals").current(NEW_LAW, "help-point"))


@pytest.mark.parametrize(
    ("name", "column", "value", "expected"),
    [
        ("roles", "indicator", "3.1.b", {"VIC", "CHV", "REL"}),
        ("roles", "indicator", "1.10.a", {"PRO"}),
        ("outcomes", "advice", "yes", {"ADV"}),
        ("outcomes", "one_key", "yes", {"SIL", "WRN", "JOK", "DRP"}),
        ("help-kinds", "official", "prawne", {"LEG", "DOC"}),
        ("professional-groups", "where", "S003", {"SPG"}),
        ("professional-groups", "parent", "", {"ZI", "GKR", "EDU", "KUR", "POL", "SOC", "INN"}),
        ("official-classes", "kind", "class", {"WOM", "MEN", "CHD"}),
        ("roles", "indicator", "9.9", set()),
    ],
)
def test_rows_are_found_by_their_own_columns(name: str, column: str, value: str, expected: set[str]) -> None:
    assert set(_codes(codes(name).where(column, value))) == expected


def test_the_official_kinds_of_counselling_are_five() -> None:
    kinds = {row.extra["official"] for row in codes("help-kinds").rows} - {""}
    assert kinds == {"psychologiczne", "prawne", "socjalne", "medyczne", "zawodowe i rodzinne"}


def test_age_bands_follow_one_another_without_gap() -> None:
    bands = [row.extra for row in codes("ages").rows if row.code != "UNK"]
    assert [int(band["years_from"]) for band in bands[1:]] == [int(band["years_to"]) + 1 for band in bands[:-1]]


def test_every_parent_of_a_group_is_a_group() -> None:
    groups = codes("professional-groups")
    assert all(not row.extra["parent"] or groups.known(row.extra["parent"]) for row in groups.rows)


def test_an_unknown_list_code_or_column_is_named() -> None:
    with pytest.raises(KeyError, match="'no-such'"):
        codes("no-such")
    with pytest.raises(KeyError, match="secrets"):
        codes("../secrets")
    with pytest.raises(KeyError, match=r"'roles'.*'XYZ'"):
        codes("roles").label("XYZ", "pl")
    with pytest.raises(KeyError, match=r"'roles'.*'colour'"):
        codes("roles").where("colour", "red")


def test_a_list_is_read_once() -> None:
    assert codes("roles") is codes("roles")


def test_a_language_without_labels_gets_english() -> None:
    assert codes("sexes").label("K", "uk") == codes("sexes").label("K", "en-GB") == "woman"
    assert codes("sexes").label("K", "pl-PL") == "kobieta"


def test_a_language_with_labels_gets_its_own() -> None:
    some = parse("some", f"{HEADER},uk,zh-Hans,note\nK,kobieta,woman,,,жінка,女,x\n")
    assert [some.label("K", tag) for tag in ("uk", "zh-Hans", "ar")] == ["жінка", "女", "woman"]
    assert dict(some.rows[0].extra) == {"note": "x"}


def test_what_was_stored_before_or_after_its_time_can_still_be_read() -> None:
    some = parse("some", f"{HEADER}\nA,dwa,two,2021-01-01,2022-01-01\nA,jeden,one,2020-01-01,2020-06-01\n")
    asked = [date(2019, 1, 1), date(2020, 1, 1), date(2020, 7, 1), date(2021, 1, 1), date(2030, 1, 1)]
    assert [some.label("A", "en", day) for day in asked] == ["one", "one", "one", "two", "two"]
    assert some.label("A", "en") == "two"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "some.csv:1: the columns"),
        ("code,en,pl,valid_from,valid_to\n", "some.csv:1: the columns"),
        (f"{HEADER},x,x\n", "some.csv:1: the columns"),
        (f"{HEADER}\n", "some.csv:1: no rows"),
        (f"{HEADER}\nA,a,a,,\nB,b,b,\n", "some.csv:3: 4 cells instead of 5"),
        (f"{HEADER}\n\n", "some.csv:2: 0 cells"),
        (f"{HEADER}\na,a,a,,\n", "some.csv:2: not a code: 'a'"),
        (f"{HEADER}\nA,,a,,\n", "some.csv:2: the label in 'pl'"),
        (f"{HEADER}\nA,a,a ,,\n", "some.csv:2: the label in 'en'"),
        (f"{HEADER},uk\nA,a,a,,,\n", "some.csv:2: the label in 'uk'"),
        (f"{HEADER}\nA,a,a,2023-02-30,\n", "some.csv:2: day is out of range"),
        (f"{HEADER}\nA,a,a,22.06.2023,\n", "some.csv:2: Invalid isoformat"),
        (f"{HEADER}\nA,a,a,2023-06-22,2023-06-22\n", "some.csv:2: ends on 2023-06-22"),
        (f"{HEADER}\nA,a,a,,\nB,b,b,,\nA,c,c,,\n", "some.csv:4: A has two rows"),
        (f"{HEADER}\nA,a,a,,2023-06-23\nA,b,b,2023-06-22,\n", "some.csv:3: A has two rows"),
    ],
)
def test_a_wrong_file_is_refused_with_its_line(text: str, message: str) -> None:
    with pytest.raises(CodeListError) as error:
        parse("some", text)
    assert str(error.value).startswith(message)


@given(lists, days)
def test_a_code_is_offered_at_most_once_on_any_day(code_list: CodeList, day: date) -> None:
    offered = _codes(code_list.current(day))
    assert len(offered) == len(set(offered))


@given(lists, days, st.sampled_from(["pl", "en", "uk", "ar"]))
def test_every_code_can_be_read_on_every_day(code_list: CodeList, day: date, locale_tag: str) -> None:
    assert all(code_list.label(row.code, locale_tag, day) for row in code_list.rows)


@given(lists, days)
def test_the_label_of_a_day_is_the_one_offered_on_it(code_list: CodeList, day: date) -> None:
    assert all(code_list.row(row.code, day) == row for row in code_list.current(day))


@given(lists, days, st.sampled_from(["blue-line", "help-point", "corrective-torun"]))
def test_a_desk_is_offered_a_part_of_what_all_are(code_list: CodeList, day: date, desk_id: str) -> None:
    assert set(_codes(code_list.current(day, desk_id))) <= set(_codes(code_list.current(day)))


@given(lists)
def test_only_what_stands_in_a_list_is_known(code_list: CodeList) -> None:
    assert all(code_list.known(row.code) for row in code_list.rows)
    assert not code_list.known("NOPE")
