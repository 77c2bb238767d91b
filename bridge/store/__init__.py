"""The local store, one SQLite file: all SQL for SQLite is in this room.

It holds the records, the outbox (what still has to reach which sink) and the devices as they were seen last. The
service writes it while commands read it.
"""
