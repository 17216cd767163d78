"""How knowledge is cut, found and moved: plain Python."""
