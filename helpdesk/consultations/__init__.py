"""Contacts and advices: the call sheet, the desk, the hand-over of a shift. A case, a person's file, does not belong here."""
