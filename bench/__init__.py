"""The figures of `make bench`: each beside the floor that the same machine reached in the same run, so that what counts is the ratio."""
