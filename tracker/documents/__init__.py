"""公文 an office would sign: blocks → PDF, DOCX, XLSX.

Rooms say *what* a document holds; this package knows *how* it looks (GB/T 9704-2012). It knows no room and no database,
reads no clock, and gives the same bytes for the same document.

    blocks      what a document is made of (start here); tables and pictures hold its tables and charts
    pdf         render(document) -> RenderedFile: bytes, pages, faces used, characters no face has
    docx        render(document) -> bytes, with the official faces named; rendered(document) -> RenderedFile
    xlsx        workbook(sheets) -> bytes;  templates: sheets to fill in, and reading them back
    charts      svg(chart) -> bytes for pages, words(chart) for their alt text
    samples     sample(form) and write_sample(form, path)
    face        configure(fonts_dir) for a site's own licensed faces

Below them, each readable by itself: gongwen (the measures), lines (breaking), titles, numbering, coverage (what no face
has), sfnt and embedding (the font file), ink (operators), flow, grid and pieces (what flows), heads and ends (the
forms), composer (pages), tags, objects, press and assembly (the file).
"""
