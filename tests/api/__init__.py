"""The API as strangers, colleagues and clumsy programs meet it."""
