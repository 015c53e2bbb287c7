"""Software for the people who answer when somebody in danger calls."""

__version__ = "0.1.0"
