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
