"""Every option, field and word, declared once."""
