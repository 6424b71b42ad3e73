"""The demo's story, chapter by chapter, each told through the application's own actions."""
