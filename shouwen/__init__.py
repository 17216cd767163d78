"""Shouwen 首问: the business system of a financial contact centre."""
