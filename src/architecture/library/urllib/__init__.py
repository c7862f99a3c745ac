"""The texts of addresses; nothing is ever fetched."""
