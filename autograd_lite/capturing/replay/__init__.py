"""Replaying: a program runs while all that it relies on is as it was."""
