"""Looks up values by JSON pointers, with which vectors say what they expect, and replaces values of a document."""

import copy

ABSENT = {"absent": True}


def find(document, pointer: str):
    """The value that a JSON pointer (RFC 6901) leads to, or ABSENT."""
    for token in pointer.split("/")[1:]:
        token = token.replace("~1", "/").replace("~0", "~")
        if isinstance(document, list) and token.isdigit() and int(token) < len(document):
            document = document[int(token)]
        elif isinstance(document, dict) and token in document:
            document = document[token]
        else:
            return ABSENT
    return document


def replaced(document, keys, value):
    """A copy of a document with another value at the place that the keys lead to."""
    copied = copy.deepcopy(document)
    within = copied
    for key in keys[:-1]:
        within = within[key]
    within[keys[-1]] = value
    return copied
