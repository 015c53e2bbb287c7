"""What a person does on the form and on the way back, and what the desk does with it."""
