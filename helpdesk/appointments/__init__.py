"""Slots inside published duties, and who booked them. A slot is derived; an appointment is a row."""
