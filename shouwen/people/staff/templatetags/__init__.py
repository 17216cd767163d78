"""Tags of staff for the pages of other rooms."""
