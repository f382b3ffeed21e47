"""What docs/time.md says of each parameter and kind. The values are those of ``app.domain``."""

from __future__ import annotations

from app.domain.rulepacks import DeadlineKind

KINDS = {
    DeadlineKind.last_day: "The last day on which the act is in time.",
    DeadlineKind.minimum_period_earliest_date: (
        "The first date that leaves at least the period (“not less than 28 days' notice”)."
    ),
    DeadlineKind.earliest_hearing: (
        "The same, and a day on which the court sits: the first day for a hearing."
    ),
    DeadlineKind.deemed_service: (
        "The day on which an act of service is deemed done: by a method that the pack knows, or, "
        "without a method, so many days after the act."
    ),
}

# Parameter: what it says, its values.
MEANINGS = {
    "units": (
        "The units of time that the rules know, or that an order may state under them. Any other "
        "is refused.",
        "`hour`, `day`, `working_day`, `court_day`, `week`, `month`, `year`",
    ),
    "trigger_day": (
        "Whether the day of the trigger is counted.",
        "`excluded`: the next day is the first. `included`: it is itself the first. "
        "`next_working`: the first is the next working day; counting back, the one before.",
    ),
    "month_anchor": (
        "Which day's number a period in months keeps.",
        "`event_day`: 28 February and one month is 28 March. `day_after`: it ends on the eve of "
        "the number of the day after, 31 March.",
    ),
    "month_clip": (
        "What happens when the month has no such number.",
        "yes: its last day (31 January and one month is 28 or 29 February). no: the first day of "
        "the next month.",
    ),
    "mixed_order": (
        "In which order a period of several units is counted.",
        "`largest_first`: months, then days. `as_written`: as the order puts it. `refused`.",
    ),
    "short_period_days_max": (
        "Periods of at most so many days count working days only.",
        "a number of days; 0: every day counts in every period",
    ),
    "min_working_days": (
        "A period of two days or more holds at least so many working days, or is lengthened until "
        "it does.",
        "a number; 0: no such rule",
    ),
    "minimum_period_clear": (
        "Units in which “at least” leaves the last day counted free as well, so that the earliest "
        "date is the day after it.",
        "units, or none",
    ),
    "roll_after": (
        "Where a last day that is a day off goes, counting on.",
        "`next_working`, `previous_working`; `none`: it is known to stay; `refused`.",
    ),
    "roll_before": (
        "Where a last day that is a day off goes, counting back.",
        "the same",
    ),
    "roll_only_acts_at_court": (
        "Only an act to be done at the court moves.",
        "yes or no; where yes, a day off is answered only when the question says `at_court`",
    ),
    "fixed_dates_roll": (
        "A date that an order states moves like the end of a period.",
        "yes or no",
    ),
    "backward_clear": (
        "Units in which, counting back, the day reached is itself too late and the day before it "
        "is the last.",
        "units, or none; `refused`: the rules do not say how to count back, so nothing is answered",
    ),
    "franc": (
        "A period is one day longer (*délai franc*).",
        "yes or no",
    ),
    "extension_base": (
        "From where a period that prolongs another is counted. A date that was set needs no such "
        "rule.",
        "`trigger`: one longer period from the same day. `rolled_end`: from the day to which the "
        "end moved. `refused`.",
    ),
    "hour_count": (
        "How a period in hours is counted.",
        "`elapsed`: every hour, from the instant. `next_full_hour`: from the end of the hour in "
        "which the trigger falls. `midnight_to_midnight`: from the midnight that ends the day of "
        "the trigger. `working_days`: hours of working days only.",
    ),
    "hours_roll": (
        "A period in hours that ends on a day off ends at the same hour of a working day.",
        "yes or no",
    ),
    "closures_count": (
        "A day on which this very court was closed moves a last day that falls on it.",
        "yes or no",
    ),
    "day_end": (
        "The hour, by the clock of the court, at which a last day is over.",
        "an hour; 24:00 is the end of the day",
    ),
}

# Title, and the parameters compared under it with what their columns are called.
TABLES = (
    (
        "Counting",
        {
            "units": "Units",
            "trigger_day": "Day of the trigger",
            "month_anchor": "Months keep",
            "month_clip": "Clip to the month",
            "mixed_order": "Several units",
            "short_period_days_max": "Working days only, up to",
            "min_working_days": "Working days at least",
            "franc": "Franc",
        },
    ),
    (
        "The last day",
        {
            "roll_after": "Day off, counting on",
            "roll_before": "Day off, counting back",
            "roll_only_acts_at_court": "Only acts at court move",
            "fixed_dates_roll": "Fixed dates move",
            "closures_count": "Closures of the court count",
            "day_end": "Over at",
        },
    ),
    (
        "Notice, counting back, more time, hours",
        {
            "minimum_period_clear": "“At least” is clear in",
            "backward_clear": "Back is clear in",
            "extension_base": "Prolonged from",
            "hour_count": "Hours",
            "hours_roll": "Hours move off a day off",
        },
    ),
)
