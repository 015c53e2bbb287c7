"""How the house makes PDFs: templates of Typst, data as JSON, our own fonts, a child process for each. Knows no domain.

A domain keeps its templates as it keeps its pages, in `templates/<domain>/plan.typ`; they begin with
`#import "/web/documents/base.typ": *`, and are asked for as `make_pdf("roster/plan.typ", data, frame=…)`.
"""

from helpdesk.web.documents.frames import PAGE, PAGES, Frame, frame, polish_frame
from helpdesk.web.documents.making import DocumentError, make_pdf

__all__ = ["PAGE", "PAGES", "DocumentError", "Frame", "frame", "make_pdf", "polish_frame"]
