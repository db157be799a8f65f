"""Facts: what happened, in the past tense, append-only, with ids and numbers only.

`record` appends a fact in the current transaction; listeners run afterwards as outbox jobs, never inside the act. A
fact never holds a name, an address or free text: those live where they can be erased.
"""

from hub.activity.actions import listens, record, record_many

__all__ = ["listens", "record", "record_many"]
