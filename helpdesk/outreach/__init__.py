"""The only door by which a call, message, letter or reminder leaves to a person helped: is it safe, when, and in which words."""
