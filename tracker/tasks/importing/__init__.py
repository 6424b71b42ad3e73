"""目标责任分解书 in: grids → rows (`reading`), names → units (`naming`), rows → what would change (`matching`).

All pure: what stands comes as arguments, nothing is written. The command that writes is `actions/tables.py`.
"""
