"""The forms of the roster: shape only; what they mean is judged by the rules."""
