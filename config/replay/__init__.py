"""Replay: real texts as customers through the public doors, staff at the desk's own API.

Either as conversations (`play`), or as complaints that are filed on the portal's form and carried
through the weeks of their lives on a trial's clock (`complaints`).
"""
