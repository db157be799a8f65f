"""Introductions without anybody's data: a mail from the advocate's own mail program, a lunch, a company to look at.

Each has a code to recognise it by. It becomes a referral, and pays, when sales has met whom it is about.
"""
