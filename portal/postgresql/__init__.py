"""Django's PostgreSQL, for a server that may fall silent: the ENGINE of settings.DATABASES."""
