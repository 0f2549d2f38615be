"""Django's PostgreSQL, for a server that may fall silent and for what is asked again and again.

The ENGINE of settings.DATABASES; `questions` are put together once.
"""
