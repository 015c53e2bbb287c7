"""An invented office: desks, people, a directory, a month of contacts, the table of 2023. Never put among real data."""
