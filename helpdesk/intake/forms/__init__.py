"""The shape of what is typed; what it means is judged by the rules."""
