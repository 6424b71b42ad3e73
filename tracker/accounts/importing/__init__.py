"""A list of liaisons and leaders that comes in as a table: read, judged against who holds the posts now, written after
confirmation. The same pieces as the list of units (committees/importing)."""

from tracker.accounts.importing.judging import Accounts, JudgedPerson, PeopleJudgement, judge_people
from tracker.accounts.importing.reading import COLUMNS, Column, PersonRow, read_people

__all__ = [
    "COLUMNS",
    "Accounts",
    "Column",
    "JudgedPerson",
    "PeopleJudgement",
    "PersonRow",
    "judge_people",
    "read_people",
]
