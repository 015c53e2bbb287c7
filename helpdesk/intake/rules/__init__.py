"""What somebody may send, what is asked and in which order, who is danger's next, and the digits with which one comes back."""
