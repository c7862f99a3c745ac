"""What runs inside the user's interpreter. Standard library and torch only; Python 3.8, torch 1.8 and later."""
