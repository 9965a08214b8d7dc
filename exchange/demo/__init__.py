"""Sample people and progress for MPAG's plan, so that a first look shows a portal in use.

Everything here is invented. The people, their e-mail addresses and what they record are marked as
sample in the data; ``loading`` makes it through the portal's own actions, ``clearing`` removes it.
"""
