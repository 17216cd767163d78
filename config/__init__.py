"""The roof: settings, addresses, and the wiring that joins the rooms."""
