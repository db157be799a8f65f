"""Certificates: shown, printed, checked by whoever is handed one. They never pay and never rank."""
