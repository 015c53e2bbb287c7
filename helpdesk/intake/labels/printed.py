"""Words on the poster and on the card. Whoever finds a card in a pocket learns from it nothing but that one can call somewhere."""

from helpdesk.web.i18n import lazy

TITLE = lazy("Information")
HEADLINE = lazy("Do you need help or advice?")
INVITATION = lazy("You can call or write to us")
FREE = lazy("It is free. You need not give your name.")
INTERPRETER = lazy("An interpreter can help. You pay nothing for this.")
YOURS = lazy("You tell us only what you want to.")
SCAN = lazy("Point the camera of your phone at the square, or type the address.")
DANGER = lazy("If you are in danger now, call 112.")
