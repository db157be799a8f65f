"""The sample CRM: a stand-in for the company's own, there only with the sample data.

A visitor moves a deal; a signed message goes by HTTP to the hub's own webhook, as from any CRM. It never touches a
referral or an entry itself: what it shows of them it learns as anybody does, from what became of its messages.
"""
