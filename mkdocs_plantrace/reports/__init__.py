"""Problems as text for people and as data for pipelines."""
