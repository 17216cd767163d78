"""Proving who one is: counted guesses, sealed second factors, and what the library is told."""
