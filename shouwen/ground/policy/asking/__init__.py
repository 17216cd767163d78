"""The queries of policy by subject; `queries` is the door to them."""
