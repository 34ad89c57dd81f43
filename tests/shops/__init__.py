"""Four differently shaped shops with the same business facts, for everything that maps, translates or compares them.

`facts.FACTS` are the facts, `questions.QUESTIONS` twenty canonical questions with answers computed from them in plain Python. Each of `cents`
(PostgreSQL, normalised), `breit` (MariaDB, German, one wide table), `codes` (SQLite, codes and a lookup table) and `folder` (Excel and CSV files)
builds its shop and has its catalog, its rules and its hand-made mapping.
"""
