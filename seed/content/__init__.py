"""What the demo says: names, texts and small files of our own making, as plain typed values.

Nothing here knows the application. Places, people and figures are invented; a builder reads these values and carries
them out through the actions. Imports inside are relative, because the wheel carries this folder elsewhere.
"""
