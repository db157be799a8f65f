"""Joining by oneself: codes that managers make, and the door that says whether anybody may use one.

Who asks is answered the same whoever they are; what the address is, is found out afterwards, and only its mailbox gets
to know. A code makes advocates and nothing else.
"""
