"""Journeys: a few challenges in an order before anybody is asked for more. They never lock what is open to all."""
