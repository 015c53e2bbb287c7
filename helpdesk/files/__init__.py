"""Sealed uploads: looked at by content and not by name, with place and device taken out of the copy that people see."""
