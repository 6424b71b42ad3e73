"""衔接比对: a plan beside the plan above it, item by item, and plans of one committee that contradict each other."""
