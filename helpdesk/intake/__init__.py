"""The public form, and the way back to its answers. What a desk does with it afterwards is a contact."""
