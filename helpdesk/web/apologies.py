"""What somebody reads who asks for help, when something does not work: what to do now, and nothing that alarms."""

from collections.abc import Mapping

from helpdesk.web.i18n import LazyText, lazy

TITLE = lazy("This did not work")
OTHERWISE = lazy("Please try again in a moment, or call us.")
ONCE_MORE = lazy("Please send this page once more. What you wrote is still here.")
SENTENCES: Mapping[int, LazyText] = {
    404: lazy("There is nothing at this address. Please go to the first page."),
    413: lazy("What you sent is too large. Please send less at once."),
    429: lazy("Please wait a moment and try again."),
    503: lazy("We cannot save anything at the moment. Please try again soon, or call us."),
}
