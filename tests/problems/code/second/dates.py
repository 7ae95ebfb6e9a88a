"""Second solvers and wrong solutions for r1gym/problems/code/dates.py."""

import calendar
from functools import lru_cache
from itertools import count


@lru_cache(8)
def every_day(months, days, long, leap):
    """All dates of the first 700 years, in order."""
    found = []
    for year in range(1, 701):
        for month in range(1, months + 1):
            last = days + (1 if month % long == 0 else 0)
            if leap and month == months and year % leap == 0:
                last += 1
            found += [f"{year}-{month}-{day}" for day in range(1, last + 1)]
        if len(found) > 60 * months * (days + 2) + 5100:
            break
    return found, {date: i for i, date in enumerate(found)}


def own_calendar(c, text):
    dates, place = every_day(c.MONTHS, c.DAYS, c.LONG, c.LEAP)
    first, second = text.split()
    if c.DIFFERENCE:
        return str(place[second] - place[first])
    return dates[place[first] + int(second)]


def working_days(c, text):
    date, n = text.split()
    year, month, day = map(int, date.split("-"))
    n = int(n)
    left = abs(n)
    way = -1 if n < 0 else 1
    for number in count():
        if not left:
            break
        if number or not c.COUNTS_START:
            day += way
            if day == 0:
                year, month = (year - 1, 12) if month == 1 else (year, month - 1)
                day = calendar.monthrange(year, month)[1]
            elif day > calendar.monthrange(year, month)[1]:
                year, month, day = (year + 1, 1, 1) if month == 12 else (year, month + 1, 1)
        left -= calendar.weekday(year, month, day) not in c.OFF and day not in c.HOLIDAYS
    if c.FORMAT.startswith("{y"):
        return f"{year}-{month:02d}-{day:02d}"
    return f"{day:02d}.{month:02d}.{year}" if "." in c.FORMAT else f"{month}/{day}/{year}"


def own_clock(c, times):
    units = [0, 0, 0]
    for time in times:
        factor = -1 if time[0] == "-" else 1
        parts = time.strip("-").split(":")
        units = [unit + factor * int(part) for unit, part in zip(units, parts, strict=True)]
    hours, minutes, seconds = units
    total = seconds + c.SECONDS * (minutes + c.MINUTES * hours)
    if c.ROUND:
        low = total - total % c.ROUND
        total = low if total - low < low + c.ROUND - total else low + c.ROUND
    rest = abs(total)
    hours = rest // (c.SECONDS * c.MINUTES)
    minutes = rest // c.SECONDS % c.MINUTES
    seconds = rest % c.SECONDS
    clock = f"{hours % c.HOURS if c.HOURS else hours}:{minutes:02d}:{seconds:02d}"
    if c.HOURS and hours >= c.HOURS:
        clock = f"{hours // c.HOURS}d {clock}"
    return "-" * (total < 0) + clock


WRONG = {
    "own_calendar": [
        ("day > length", "day >= length", 1, {"DIFFERENCE": False}),
        ("(month % LONG == 0)", "0"),
        ("month > MONTHS", "month > 12", 1, {"DIFFERENCE": False}),
        ("(month == MONTHS and LEAP > 0 and year % LEAP == 0)", "0", 2),
        ("range(1, year)", "range(1, year + 1)", 3),
    ],
    "working_days": [
        ("day.weekday() not in OFF", "day.isoweekday() not in OFF"),
        ("COUNTS_START and works(day)", "COUNTS_START", 1, {"COUNTS_START": True}),
        ("COUNTS_START and works(day)", "works(day)", 1, {"COUNTS_START": False}),
        (" and day.day not in HOLIDAYS", "", 2),
        ("1 if count >= 0 else -1)", "1)", 3),
    ],
    "own_clock": [
        ("(hours * MINUTES + minutes) * SECONDS", "(hours * 60 + minutes) * 60"),
        ("sign * (", "("),
        ("{minutes:02}", "{minutes}"),
        ("abs(total)", "total"),
        ('f"{number}d " if number else ""', 'f"{number}d "', 2),
        ("(2 * total + ROUND) // (2 * ROUND)", "total // ROUND", 3),
    ],
}
