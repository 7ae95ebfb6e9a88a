"""Dates and times: a calendar and a clock of one's own, working days."""

from __future__ import annotations

import random

from r1gym.problems.code.inputs import ordinal, plural
from r1gym.problems.code.spec import Task, code_family


@code_family(
    levels=3,
    source="""
    def solve(text):
        date, days = text.split()
        year, month, day = map(int, date.split("-"))
        if DIFFERENCE:
            return str(number(*map(int, days.split("-"))) - number(year, month, day))
        day += int(days)
        while day > length(year, month):
            day -= length(year, month)
            month += 1
            if month > MONTHS:
                year, month = year + 1, 1
        return f"{year}-{month}-{day}"


    def length(year, month):
        return DAYS + (month % LONG == 0) + (month == MONTHS and LEAP > 0 and year % LEAP == 0)


    def number(year, month, day):
        full = sum(length(year, m) for m in range(1, month))
        before = sum(length(y, m) for y in range(1, year) for m in range(1, MONTHS + 1))
        return before + full + day
    """,
)
def own_calendar(rng: random.Random, level: int) -> Task:
    """Reckons with the days of an invented calendar."""
    months, days, long = rng.randint(4, 15), rng.randint(10, 40), rng.randint(2, 4)
    leap = rng.randint(3, 9) if level >= 2 else 0
    difference = level >= 3
    rule = [
        f"In a calendar, every year has {months} months. A month has {plural(days, 'day')}, but"
    ]
    rule += [f"those whose number is a multiple of {long} have one more."]
    if leap:
        rule += [f"In years whose number is a multiple of {leap}, the last month has one day more"]
        rule += ["than otherwise."]
    rule += ["Months and days are counted from 1, and a date is written as year-month-day, without"]
    rule += ["leading zeros."]
    if difference:
        rule += [
            "Print how many days later the second of two dates is (negative if it is earlier)."
        ]
        form = "The input is one line with two dates"
    else:
        rule += ["Print the date that is n days after a given one."]
        form = "The input is one line with a date and n, where 0 <= n <= 5000"
    statement = " ".join(rule) + f"\n\n{form}; years are from 1 to 60."
    constants = {
        "MONTHS": months,
        "DAYS": days,
        "LONG": long,
        "LEAP": leap,
        "DIFFERENCE": difference,
    }

    def date(rng: random.Random, years: int) -> str:
        year, month = rng.randint(1, years), rng.randint(1, months)
        return f"{year}-{month}-{rng.randint(1, days)}"

    def draw(rng: random.Random, size: int) -> str:
        if difference:
            return f"{date(rng, 2 + size)} {date(rng, 2 + size)}\n"
        return f"{date(rng, 2 + size // 2)} {rng.randint(0, 30 + size * size)}\n"

    first, last, leaps = "1-1-1", f"1-{months}-{days}", f"{leap or 1}-{months}-{days}"
    if difference:
        edges = [f"{first} {first}\n", f"{first} 2-1-1\n", f"2-1-1 {first}\n", f"{last} 2-1-1\n"]
        edges += [
            f"{leaps} {leap + 1}-1-1\n",
            f"{first} 60-{months}-{days}\n",
            f"1-2-1 1-{long}-1\n",
        ]
        edges += [f"1-{long}-{days} 1-{long}-{days + 1}\n", f"{leap}-1-1 {leap}-{months}-1\n"]
    else:
        edges = [f"{first} 0\n", f"{first} {days - 1}\n", f"{first} {days}\n", f"{last} 1\n"]
        edges += [f"1-{long}-{days} 1\n", f"1-{long}-{days} 2\n", f"{first} 5000\n"]
        edges += [f"{leaps} 1\n", f"{leaps} 2\n", f"{leaps} 3\n"]
    return Task(statement, constants, draw, edges, largest=58)


@code_family(
    levels=3,
    source="""
    from datetime import date, timedelta


    def solve(text):
        start, count = text.split()
        day, count = date.fromisoformat(start), int(count)
        step = timedelta(days=1 if count >= 0 else -1)
        if COUNTS_START and works(day) and count:
            count -= 1 if count > 0 else -1
        while count:
            day += step
            if works(day):
                count -= 1 if count > 0 else -1
        return FORMAT.format(y=day.year, m=day.month, d=day.day)


    def works(day):
        return day.weekday() not in OFF and day.day not in HOLIDAYS
    """,
)
def working_days(rng: random.Random, level: int) -> Task:
    """The date some working days from another."""
    names = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"]
    off = sorted(rng.sample(range(7), rng.randint(1, 3)))
    holidays = sorted(rng.sample(range(1, 29), 2)) if level >= 2 else []
    counts_start, back = rng.random() < 0.5, level >= 3
    style, shown = rng.choice([
        ("{y:04}-{m:02}-{d:02}", "2024-03-09"),
        ("{d:02}.{m:02}.{y}", "09.03.2024"),
        ("{m}/{d}/{y}", "3/9/2024"),
    ])  # fmt: skip
    free = " and ".join(f"{names[i]}s" for i in off[-2:])
    free = f"{names[off[0]]}s, {free}" if len(off) == 3 else free
    rule = [f"Nobody works on {free}"]
    if holidays:
        rule[-1] += (
            f", nor on the {ordinal(holidays[0])} and the {ordinal(holidays[1])} of any month"
        )
    rule[-1] += "; all other days are working days."
    rule += ["Given a date and a number n, print the date of the n-th working day"]
    rule += [
        "from that date on, which is itself the first one if it is a working day."
    ] * counts_start
    rule += ["after that date, which itself never counts."] * (not counts_start)
    rule += ["If n is 0, print the date itself."]
    if back:
        rule += ["If n is negative, count backwards into the past, by the same rule."]
    rule += [f"Print the date like this: {shown} for 9 March 2024. The calendar is the usual one"]
    rule += ["(Gregorian)."]
    least = "-300" if back else "0"
    statement = " ".join(rule) + (
        "\n\nThe input is one line with a date of the years 1990 to 2050, written as 2024-03-09, "
        f"and n, from {least} to 300."
    )
    constants = {
        "OFF": off,
        "HOLIDAYS": holidays,
        "COUNTS_START": counts_start,
        "FORMAT": style,
    }

    def draw(rng: random.Random, size: int) -> str:
        day = f"{rng.randint(1990, 2050)}-{rng.randint(1, 12):02}-{rng.randint(1, 28):02}"
        sign = -1 if back and rng.random() < 0.5 else 1
        return f"{day} {sign * rng.randint(0, 2 * size)}\n"

    edges = [
        "2024-02-28 1\n",
        "2024-02-26 0\n",
        "1999-12-31 1\n",
        "2023-02-27 3\n",
        "2000-02-25 5\n",
    ]
    edges += ["2024-03-09 300\n"] + [f"2024-07-{d:02} 1\n" for d in range(1, 8)]
    edges += ["2024-03-02 -1\n", "2001-01-02 -9\n", "2024-03-09 -300\n"] if back else []
    return Task(statement, constants, draw, edges, largest=50)


@code_family(
    levels=3,
    call="add_times(times: list[str]) -> str",
    source="""
    def add_times(times):
        total = 0
        for time in times:
            sign = -1 if time.startswith("-") else 1
            hours, minutes, seconds = map(int, time.lstrip("-").split(":"))
            total += sign * ((hours * MINUTES + minutes) * SECONDS + seconds)
        if ROUND:
            total = (2 * total + ROUND) // (2 * ROUND) * ROUND
        sign = "-" if total < 0 else ""
        minutes, seconds = divmod(abs(total), SECONDS)
        hours, minutes = divmod(minutes, MINUTES)
        days = ""
        if HOURS:
            number, hours = divmod(hours, HOURS)
            days = f"{number}d " if number else ""
        return f"{sign}{days}{hours}:{minutes:02}:{seconds:02}"
    """,
)
def own_clock(rng: random.Random, level: int) -> Task:
    """Adds times of a clock with other units."""
    minutes, seconds = rng.randint(8, 99), rng.randint(8, 99)
    hours = rng.randint(6, 30) if level >= 2 else 0
    rounding = rng.choice([2, 5, 10, 15, 20, 30, 45]) if level >= 3 else 0
    rule = [f"On a planet, an hour has {minutes} minutes and a minute has {seconds} seconds"]
    rule[-1] += f"; a day has {hours} hours." if hours else "."
    rule += [
        "A time is written as h:mm:ss, with two digits for minutes and for seconds, and with as"
    ]
    rule += ["many as needed for hours. Add up the times of a list, some of which may have a minus"]
    rule += ["sign in front."]
    if rounding:
        rule += [f"Round the sum to a multiple of {rounding} seconds, to the nearest one, or the"]
        rule += ["larger one if two are equally near (of two negative ones, the one closer to 0)."]
    rule += ["Return the sum in the same form"]
    if hours:
        rule[-1] += (
            f", but with hours from 0 to {hours - 1} and, if it is a day or longer, with the"
        )
        rule += ["number of full days in front, as in 2d 3:04:05"]
    rule[-1] += (
        ". A negative sum has a minus sign in front of everything. An empty list has the sum"
    )
    rule += ["0:00:00."]
    statement = " ".join(rule) + "\n\nThere are from 0 to 40 times of at most 99 hours each."
    constants = {"MINUTES": minutes, "SECONDS": seconds, "HOURS": hours, "ROUND": rounding}

    def time(rng: random.Random) -> str:
        sign = "-" if rng.random() < 0.3 else ""
        high = rng.choice([0, 5, 99])
        rest = f"{rng.randrange(minutes):02}:{rng.randrange(seconds):02}"
        return f"{sign}{rng.randint(0, high)}:{rest}"

    def draw(rng: random.Random, size: int) -> list[list[str]]:
        return [[time(rng) for _ in range((size + 1) // 2)]]

    top = f"0:{minutes - 1:02}:{seconds - 1:02}"
    edges = [
        [[]],
        [["0:00:00"]],
        [[top]],
        [[top, "0:00:01"]],
        [["-" + top]],
        [["0:00:05", "-0:00:07"]],
    ]
    edges += [[["-1:00:00", "1:00:00"]], [[f"{(hours or 10) - 1}:00:00", top, "0:00:01"]]]
    edges += [[[f"99:{minutes - 1:02}:00"] * 40], [["-99:00:01"] * 3]]
    if rounding:
        half = f"0:{rounding // 2 // seconds:02}:{rounding // 2 % seconds:02}"
        edges += [[[half]], [["-" + half]], [[half, "0:00:01"]], [["-" + half, "-0:00:01"]]]
    return Task(statement, constants, draw, edges, largest=80)
