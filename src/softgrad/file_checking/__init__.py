"""Checking what is in a user's file: it runs in a process of its own, and is answered from there.

No process runs a user's code and judges it for the caller: what the file does to its process is no
matter to the one that asked.
"""
