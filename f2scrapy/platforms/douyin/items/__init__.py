"""Items of Douyin, with all paths into its answers."""
