"""The parts of the DOCX twin: XML, styles, tables, heads and ends. ``tracker.documents.docx`` joins them."""
