"""A motor pool in four shapes that share nothing with the shops: other names, other units, other keys, another canonical schema."""
