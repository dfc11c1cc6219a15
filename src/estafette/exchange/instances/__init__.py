"""Files that describe something to plan: ours, and those of the literature and of other optimisers."""
