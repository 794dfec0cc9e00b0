"""The labelled entries of execution logs: a tokenizer and a parser."""
