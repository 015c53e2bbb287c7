"""Words for what the form asks and what may be answered, in plain language and not in that of the law."""

from collections.abc import Mapping
from enum import StrEnum

from helpdesk.desks.rules import DeskKind
from helpdesk.intake.rules.choices import About, Help, Need, Reach, Said, Sex
from helpdesk.intake.rules.codes import CodeRefusal
from helpdesk.intake.rules.typed import AnswerRefusal
from helpdesk.intake.rules.waiting import IntakeRefusal
from helpdesk.web.i18n import LazyText, lazy

LABELS: Mapping[StrEnum, LazyText] = {
    AnswerRefusal.HOURS: lazy("Choose both hours. They must differ."),
    AnswerRefusal.NO_EMAIL: lazy("Write an e-mail address, for example name@example.org."),
    AnswerRefusal.NO_HEARING: lazy("Please read this first."),
    AnswerRefusal.NO_PHONE: lazy("Write a phone number, for example +48 601 100 200."),
    AnswerRefusal.NOT_SURE: lazy("If you want to delete everything, tick this box first."),
    AnswerRefusal.SLOT_TAKEN: lazy("This time is taken now. Please choose another one."),
    AnswerRefusal.TOO_LONG: lazy("This is too long. The limit is %(most)s characters."),
    CodeRefusal.CHECK_DIGIT: lazy("With these digits nothing opens. Please look at them again. There are 16."),
    CodeRefusal.LENGTH: lazy("With these digits nothing opens. Please look at them again. There are 16."),
    CodeRefusal.WRONG: lazy("With these digits nothing opens. Please look at them again. There are 16."),
    IntakeRefusal.EMPTY: lazy("Please write something first."),
    IntakeRefusal.HAS_CODE: lazy(
        "Your 16 digits stand in this text. Please take them out: nobody else should see them."
    ),
    IntakeRefusal.OFFER_GONE: lazy("This time is no longer offered."),
}

# What a desk is for, where it has no name of its own in the reader's language.
DESKS: Mapping[DeskKind, LazyText] = {
    DeskKind.HELPLINE: lazy("Help for people whom somebody close hurts or frightens"),
    DeskKind.HELP_POINT: lazy("Help for people from other countries who were wronged in Poland"),
}

ABOUT: Mapping[About, LazyText] = {
    About.ME: lazy("For me"),
    About.SOMEBODY: lazy("For somebody I know"),
    About.WORK: lazy("I work with people and ask for one of them"),
}

SAID: Mapping[Said, LazyText] = {
    Said.YES: lazy("Yes"),
    Said.NO: lazy("No"),
    Said.UNKNOWN: lazy("I do not know"),
    Said.UNSAID: lazy("I would rather not say"),
}

NEEDS: Mapping[Need, LazyText] = {
    Need.TALK: lazy("To talk to somebody"),
    Need.HOME: lazy("Somebody close hurts or frightens me"),
    Need.SAFE_PLACE: lazy("A safe place to stay"),
    Need.WORK: lazy("Trouble at work: pay, hours, threats"),
    Need.PAPERS: lazy("Somebody took my passport or papers"),
    Need.CHEATED: lazy("Somebody cheated me or took my money"),
    Need.HATE: lazy("I was attacked or insulted because of who I am"),
    Need.CHILDREN: lazy("It is about children"),
    Need.OTHER: lazy("Something else"),
    Need.UNKNOWN: lazy("I do not know"),
}

HELPS: Mapping[Help, LazyText] = {
    Help.LAWYER: lazy("A lawyer"),
    Help.PSYCHOLOGIST: lazy("A psychologist"),
    Help.INFORMATION: lazy("Only information"),
    Help.OFFICER: lazy("A Border Guard officer"),
    Help.UNKNOWN: lazy("I do not know"),
}

REACHES: Mapping[Reach, LazyText] = {
    Reach.BACK: lazy("I will come back here myself"),
    Reach.EMAIL: lazy("You may write to my e-mail"),
    Reach.SMS: lazy("You may send a text message to my phone"),
    Reach.PHONE: lazy("You may call me"),
}

SEXES: Mapping[Sex, LazyText] = {
    Sex.ANY: lazy("Either"),
    Sex.WOMAN: lazy("A woman"),
    Sex.MAN: lazy("A man"),
}

# The questions, by the name of their field: the desk shows them beside the answers, in both languages.
QUESTIONS: Mapping[str, LazyText] = {
    "about": lazy("For whom do you write?"),
    "minor": lazy("Is this person under 18?"),
    "needs": lazy("What do you need?"),
    "story": lazy("What happened?"),
    "danger": lazy("Is there danger now?"),
    "called": lazy("How may we call you? Any name will do."),
    "ways": lazy("How can you get our answer?"),
    "mail": lazy("E-mail"),
    "number": lazy("Phone number"),
    "from_hour": lazy("Safe from"),
    "until_hour": lazy("Safe until"),
    "voicemail": lazy("May we leave a message if nobody answers?"),
    "may_name_us": lazy("May we say who is calling?"),
    "listeners": lazy("Who else may hear or read it?"),
    "helps": lazy("Whose help do you want?"),
    "slot": lazy("Do you want a time to talk?"),
    "language": lazy("In which language do you want to talk?"),
    "interpreter": lazy("Do you need an interpreter?"),
    "interpreter_sex": lazy("Which interpreter would you rather have?"),
    "children": lazy("Are there children with you?"),
    "disability": lazy("Do you have a disability, or need care?"),
    "care": lazy("What should we think of?"),
}
