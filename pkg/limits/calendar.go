package limits

import "time"

// Calendar is what a limit's periods are cut by. They begin and end in UTC.
type Calendar uint8

// The calendars.
const (
	NoCalendar Calendar = iota
	Day
	Week // begins on Monday
	Month
	Year
)

// String returns the calendar's word.
func (c Calendar) String() string {
	return [...]string{"", "day", "week", "month", "year"}[c]
}

// CalendarOf is the calendar whose periods are as long as a period in words: 1d, 1w,
// 1M or 1Y; NoCalendar for any other.
func CalendarOf(period string) Calendar {
	switch period {
	case "1d":
		return Day
	case "1w":
		return Week
	case "1M":
		return Month
	case "1Y":
		return Year
	}
	return NoCalendar
}

// ParseCalendar is the calendar of a word; NoCalendar for one that is none.
func ParseCalendar(word string) Calendar {
	for c := Day; c <= Year; c++ {
		if c.String() == word {
			return c
		}
	}
	return NoCalendar
}

// Bounds returns when the period that contains t began, and when the next one
// will. NoCalendar has one period for all time, and end is the zero time.
func (c Calendar) Bounds(t time.Time) (start, end time.Time) {
	t = t.UTC()
	year, month, day := t.Date()
	switch c {
	case Day:
		start = date(year, month, day)
		return start, date(year, month, day+1)
	case Week:
		day -= (int(t.Weekday()) + 6) % 7
		return date(year, month, day), date(year, month, day+7)
	case Month:
		return date(year, month, 1), date(year, month+1, 1)
	case Year:
		return date(year, time.January, 1), date(year+1, time.January, 1)
	}
	return time.Unix(0, 0).UTC(), time.Time{}
}

func date(year int, month time.Month, day int) time.Time {
	return time.Date(year, month, day, 0, 0, 0, 0, time.UTC)
}
