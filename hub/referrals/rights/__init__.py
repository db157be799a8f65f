"""What the person who is introduced has a say in: who gave their details and why, yes, no, and being forgotten.

Until they say yes only their name, their company and a way to reach them are kept in the open; what else the advocate
wrote about them is sealed. Silence ends in forgetting, unless sales is in touch with them by then.
"""
