"""The desk's doors for browsers, by pane."""
