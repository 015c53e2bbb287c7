"""The table as a document of a word processor, from which the marshal's office pastes it into its own."""

import io
import re
from collections.abc import Iterable, Sequence
from datetime import UTC
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from docx import Document
from docx.document import Document as Book
from docx.enum.section import WD_ORIENT
from docx.enum.table import WD_CELL_VERTICAL_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_TAB_ALIGNMENT
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.oxml.xmlchemy import BaseOxmlElement
from docx.shared import Length, Mm, Pt, RGBColor
from docx.styles.style import ParagraphStyle
from docx.table import Table, _Cell
from docx.text.paragraph import Paragraph

from helpdesk.indicators.exports.grid import BOLD, WIDTHS, Spot, spots_of
from helpdesk.indicators.rules.layout import RowKind
from helpdesk.indicators.rules.table import WIDTH
from helpdesk.indicators.rules.values import SUPERSCRIPTS
from helpdesk.indicators.service import Taken
from helpdesk.web.documents import PAGE, PAGES, Frame, polish_frame

FONT = "Calibri"
SIZE, TITLE_SIZE, FOOT_SIZE = Pt(8), Pt(12), Pt(7)
LONG, SHORT, MARGIN, CELL_MARGIN = Mm(297), Mm(210), Mm(12), Mm(1)
INSIDE = Length(LONG - 2 * MARGIN)
SHADES = {RowKind.HEADING: "E7E6E6", RowKind.DIRECTION: "F2F2F2"}
FIELDS = {PAGE: "PAGE", PAGES: "NUMPAGES"}
DIGITS = {raised: digit for digit, raised in SUPERSCRIPTS.items()}
RAISED = re.compile(f"([{''.join(map(chr, DIGITS))}]+)")
# What no XML may hold.
UNSAYABLE = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
LONGEST_PROPERTY = 255
THE_SAME_DAY = (1980, 1, 1, 0, 0, 0)


def to_docx(taken: Taken) -> bytes:
    """One table on A4, lying, laid out as on paper: merged cells, footnotes in place with raised marks, everything as text.

    The heading is repeated on each page, no row is torn apart, and no direction stands alone at the end of a page. The foot says the day, the
    hour and the person, in Polish as the table is. The same table taken at the same instant gives the same bytes.
    """
    frame = polish_frame(taken.schedule.title.plain, made=taken.made, by=taken.by, as_of=taken.as_of)
    spots = [spot for spot in spots_of(taken.schedule) if spot.kind is not RowKind.TITLE]
    book = Document()
    _prepare(book, frame)
    book.add_paragraph(_sayable(frame.title), "Heading 1")
    first = spots[0].place.top
    _fill(book.add_table(spots[-1].place.bottom - first + 1, WIDTH, "Table Grid"), spots, first)
    _write_foot(book, frame)
    target = io.BytesIO()
    book.save(target)
    return _undated(target.getvalue())


def _prepare(book: Book, frame: Frame) -> None:
    about, section = book.core_properties, book.sections[0]
    about.title, about.language = _sayable(frame.title)[:LONGEST_PROPERTY], frame.language
    about.author = about.comments = ""
    about.created = about.modified = frame.made.astimezone(UTC).replace(microsecond=0, tzinfo=None)
    section.orientation, section.page_width, section.page_height = WD_ORIENT.LANDSCAPE, LONG, SHORT
    section.left_margin = section.right_margin = section.top_margin = section.bottom_margin = MARGIN
    section.header_distance = section.footer_distance = Mm(6)
    _look(book, "Normal", SIZE)
    _look(book, "Footer", FOOT_SIZE).paragraph_format.tab_stops.clear_all()
    title = _look(book, "Heading 1", TITLE_SIZE)
    title.font.bold, title.font.color.rgb = True, RGBColor(0, 0, 0)
    title.paragraph_format.alignment = WD_ALIGN_PARAGRAPH.CENTER
    title.paragraph_format.space_after = Pt(8)
    for language in book.styles.element.iter(qn("w:lang")):
        language.set(qn("w:val"), "pl-PL")


def _look(book: Book, name: str, size: Length) -> ParagraphStyle:
    """A style of ours: one face, whatever the theme says, and no space between paragraphs."""
    style = book.styles[name]
    assert isinstance(style, ParagraphStyle)  # noqa: S101  the template of the library has these three
    style.font.name, style.font.size = FONT, size
    for face in style.element.iter(qn("w:rFonts")):
        for theme in [key for key in face.attrib if str(key).endswith("Theme")]:
            del face.attrib[theme]
    style.paragraph_format.space_before = style.paragraph_format.space_after = Pt(0)
    style.paragraph_format.line_spacing = 1
    return style


def _fill(table: Table, spots: Sequence[Spot], first: int) -> None:
    """The spots into a table whose first row is the row `first` of the paper."""
    cells = [list(row.cells) for row in table.rows]
    _set_up(table, cells)
    for row in table.rows:
        row._tr.get_or_add_trPr().append(OxmlElement("w:cantSplit"))  # noqa: SLF001  the library has no word for it
    for spot in spots:
        cell = cells[spot.place.top - first][spot.place.left]
        if spot.height * spot.width > 1:
            cell.merge(cells[spot.place.bottom - first][spot.place.right])
        _write(cell, spot)
        if spot.kind is RowKind.HEADING and spot.place.left == 0:
            _repeat(table, range(spot.place.top - first, spot.place.bottom - first + 1))


def _set_up(table: Table, cells: Iterable[Sequence[_Cell]]) -> None:
    table.autofit = False
    widths = [Length(INSIDE * share // sum(WIDTHS)) for share in WIDTHS]
    for column, width in zip(table.columns, widths, strict=True):
        column.width = width
    for row in cells:
        for cell, width in zip(row, widths, strict=True):
            cell.width = width
    properties = table._tbl.tblPr  # noqa: SLF001
    margins = OxmlElement("w:tblCellMar")
    for side in ("left", "right"):
        margins.append(_element(f"w:{side}", w=str(CELL_MARGIN.twips), type="dxa"))
    properties.find(qn("w:tblLook")).addprevious(margins)


def _repeat(table: Table, rows: range) -> None:
    for place in rows:
        table.rows[place]._tr.get_or_add_trPr().append(OxmlElement("w:tblHeader"))  # noqa: SLF001


def _write(cell: _Cell, spot: Spot) -> None:
    paragraph = cell.paragraphs[0]
    for place, piece in enumerate(RAISED.split(_sayable(spot.text))):
        if piece:
            run = paragraph.add_run(piece.translate(DIGITS) if place % 2 else piece)
            run.font.superscript = True if place % 2 else None
            run.bold = True if spot.kind in BOLD else None
    paragraph.alignment = WD_ALIGN_PARAGRAPH.LEFT if spot.left else WD_ALIGN_PARAGRAPH.CENTER
    # What follows a direction stays with it, and the three rows of the total stay together.
    paragraph.paragraph_format.keep_with_next = spot.kind in {RowKind.DIRECTION, RowKind.TOTAL} or None
    if shade := SHADES.get(spot.kind):
        cell._tc.get_or_add_tcPr().append(_element("w:shd", val="clear", color="auto", fill=shade))  # noqa: SLF001
    cell.vertical_alignment = WD_CELL_VERTICAL_ALIGNMENT.CENTER


def _write_foot(book: Book, frame: Frame) -> None:
    """Its sentences at the left, the number of the page at the right of the first."""
    footer = book.sections[0].footer
    for place, sentence in enumerate(frame.foot):
        line = footer.paragraphs[0] if place == 0 else footer.add_paragraph(style="Footer")
        line.add_run(_sayable(sentence))
        if place == 0:
            line.paragraph_format.tab_stops.add_tab_stop(INSIDE, WD_TAB_ALIGNMENT.RIGHT)
            line.add_run("\t")
            _write_page(line, frame.page)


def _write_page(line: Paragraph, words: str) -> None:
    """The words with fields for the number of the page and of all pages; the word processor fills them in."""
    for piece in filter(None, re.split(f"({'|'.join(map(re.escape, FIELDS))})", words)):
        run = line.add_run("1" if piece in FIELDS else piece)
        if piece in FIELDS:
            field = _element("w:fldSimple", instr=FIELDS[piece])
            run._r.addprevious(field)  # noqa: SLF001
            field.append(run._r)  # noqa: SLF001


def _element(name: str, **attributes: str) -> BaseOxmlElement:
    made = OxmlElement(name)
    for key, value in attributes.items():
        made.set(qn(f"w:{key}"), value)
    return made


def _sayable(text: str) -> str:
    return UNSAYABLE.sub("", text)


def _undated(data: bytes) -> bytes:
    """The same parts without the hour at which they were packed."""
    target = io.BytesIO()
    with ZipFile(io.BytesIO(data)) as before, ZipFile(target, "w", ZIP_DEFLATED) as after:
        for name in before.namelist():
            after.writestr(ZipInfo(name, THE_SAME_DAY), before.read(name), ZIP_DEFLATED)
    return target.getvalue()
