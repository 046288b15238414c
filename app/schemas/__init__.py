"""The wire shapes of the REST API; names are the contract's.

Absent text is null on the wire and "" inside. All offsets are code points into the article's text.
"""
