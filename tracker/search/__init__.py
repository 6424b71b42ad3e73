"""One box that finds plans, tasks, reports, letters, circulars and files: never more than the person may see now."""
