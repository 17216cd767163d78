"""The demo centre: two invented institutions with people, customers and a month of history."""
