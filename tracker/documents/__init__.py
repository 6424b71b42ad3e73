"""公文 an office would sign: blocks → PDF, DOCX, XLSX.

Rooms say *what* a document holds (``blocks``); this package knows *how* it looks (``gongwen``: GB/T 9704-2012).
It knows no room and no database.
"""
