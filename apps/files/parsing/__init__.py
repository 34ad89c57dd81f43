"""From a stranger's file to one Parquet file: recognised, limited, and read in a child process. Neither Django nor the network."""
