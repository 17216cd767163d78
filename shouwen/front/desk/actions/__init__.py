"""Everything that happens at the desk, by subject.

The desk itself writes drafts and scripts. Whatever else a person does here is an action of the
room below that owns it; where one press means several of them, they go through here together.
"""
