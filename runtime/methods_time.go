package runtime

import (
	"fmt"
	"strconv"
	"strings"
	"sync"
	"time"
	"unicode/utf8"
)

var durationMethods = []*Func{
	{
		Sig: "seconds() -> float", Doc: "all of it in seconds", Example: `1m30s.seconds()  # 90.0`,
		Do: func(c *Call) (Value, error) { return totalIn(c, time.Second), nil },
	}, {
		Sig: "millis() -> float", Doc: "all of it in milliseconds", Example: `1.5s.millis()  # 1500.0`,
		Do: func(c *Call) (Value, error) { return totalIn(c, time.Millisecond), nil },
	}, {
		Sig: "minutes() -> float", Doc: "all of it in minutes", Example: `90s.minutes()  # 1.5`,
		Do: func(c *Call) (Value, error) { return totalIn(c, time.Minute), nil },
	}, {
		Sig: "hours() -> float", Doc: "all of it in hours", Example: `90m.hours()  # 1.5`,
		Do: func(c *Call) (Value, error) { return totalIn(c, time.Hour), nil },
	}, {
		Sig: "round(to: duration) -> duration", Doc: "the nearest multiple of a duration, half away from zero", Example: `1234ms.round(100ms)  # 1.2s`, Fails: "value",
		Do: func(c *Call) (Value, error) {
			if c.Duration(0) <= 0 {
				return Nil, Fail("value", "round needs a duration above 0s, not %s", c.Arg(0))
			}
			return Duration(c.recv.duration().Round(c.Duration(0))), nil
		},
	},
}

func totalIn(c *Call, unit time.Duration) Value {
	d := c.recv.duration()
	return Float(float64(d/unit) + float64(d%unit)/float64(unit))
}

// parseDuration reads a duration as the language writes one.
func parseDuration(s string) (time.Duration, error) {
	d, err := time.ParseDuration(s)
	if err == nil && s[len(s)-1] == '0' { // Go takes a 0 without its unit
		err = strconv.ErrSyntax
	}
	return d, err
}

// toDuration gives v as a duration: text as the language writes one.
func toDuration(v Value) (Value, *Error) {
	switch v.Kind() {
	case KindDuration:
		return v, nil
	case KindString:
		d, err := parseDuration(strings.TrimSpace(v.str()))
		if err != nil {
			return Nil, Fail("value", "%s is no duration: it looks like \"1m30s\" or \"250ms\"", quoted(v))
		}
		return Duration(d), nil
	case KindInt, KindFloat:
		return Nil, Fail("type", "duration takes text such as \"5s\"; a number gets its unit by a product, as n * 1s")
	}
	return Nil, Fail("type", "duration takes text, not %s", withArticle(typeName(v)))
}

var timeMethods = []*Func{
	{
		Sig: "year() -> int", Doc: "the year", Example: `time.date(2026, 1, 2).year()  # 2026`,
		Do: func(c *Call) (Value, error) { return Int(int64(c.recv.time().Year())), nil },
	}, {
		Sig: "month() -> int", Doc: "the month, 1 to 12", Example: `time.date(2026, 1, 2).month()  # 1`,
		Do: func(c *Call) (Value, error) { return Int(int64(c.recv.time().Month())), nil },
	}, {
		Sig: "day() -> int", Doc: "the day of the month", Example: `time.date(2026, 1, 2).day()  # 2`,
		Do: func(c *Call) (Value, error) { return Int(int64(c.recv.time().Day())), nil },
	}, {
		Sig: "hour() -> int", Doc: "the hour, 0 to 23", Example: `time.date(2026, 1, 2, 15).hour()  # 15`,
		Do: func(c *Call) (Value, error) { return Int(int64(c.recv.time().Hour())), nil },
	}, {
		Sig: "minute() -> int", Doc: "the minute", Example: `time.date(2026, 1, 2, 15, 4).minute()  # 4`,
		Do: func(c *Call) (Value, error) { return Int(int64(c.recv.time().Minute())), nil },
	}, {
		Sig: "second() -> int", Doc: "the second", Example: `time.date(2026, 1, 2, 15, 4, 5).second()  # 5`,
		Do: func(c *Call) (Value, error) { return Int(int64(c.recv.time().Second())), nil },
	}, {
		Sig: "weekday() -> string", Doc: `the day of the week, "monday" to "sunday"`, Example: `time.date(2026, 1, 2).weekday()  # friday`,
		Do: func(c *Call) (Value, error) { return String(strings.ToLower(c.recv.time().Weekday().String())), nil },
	}, {
		Sig: "unix() -> int", Doc: "whole seconds since 1970", Example: `time.unix(10).unix()  # 10`,
		Do: func(c *Call) (Value, error) { return Int(c.recv.time().Unix()), nil },
	}, {
		Sig: "unix_ms() -> int", Doc: "whole milliseconds since 1970", Example: `time.unix(10).unix_ms()  # 10000`,
		Do: func(c *Call) (Value, error) { return Int(c.recv.time().UnixMilli()), nil },
	}, {
		Sig: "date() -> string", Doc: "the date as YYYY-MM-DD", Example: `time.date(2026, 1, 2).date()  # 2026-01-02`,
		makes: 1, Do: func(c *Call) (Value, error) { return String(c.recv.time().Format(time.DateOnly)), nil },
	}, {
		Sig: "add(*, years: int = 0, months: int = 0, days: int = 0) -> time", Doc: "steps in the calendar, at the same time of day; a day that a month lacks becomes its last",
		Example: `time.date(2026, 1, 31).add(months: 1).date()  # 2026-02-28`, Fails: "value",
		makes: 1, Do: func(c *Call) (Value, error) {
			const most = 1_000_000
			for i := range 3 {
				if n := c.Int(i); n > most*366 || n < -most*366 {
					return Nil, Fail("value", "%d is too large a step for a time", n)
				}
			}
			return Time(stepCalendar(c.recv.time(), int(c.Int(0)), int(c.Int(1)), int(c.Int(2)))), nil
		},
	}, {
		Sig: "start_of(unit: string) -> time", Doc: `where its "year", "month", "week" (on Monday), "day", "hour", "minute" or "second" began`,
		Example: `time.date(2026, 5, 6).start_of("month").date()  # 2026-05-01`, Fails: "value",
		makes: 1, Do: func(c *Call) (Value, error) { return ok(startOf(c.recv.time(), c.Text(0))) },
	}, {
		Sig: "format(layout: string) -> string", Doc: `written by a layout of strftime, "iso" or "http"`, Example: `time.date(2026, 1, 2).format("%d.%m.%Y")  # 02.01.2026`, Fails: "value",
		makes: 1, Do: func(c *Call) (Value, error) {
			s, err := strftime(c.recv.time(), c.Text(0))
			return ok(String(s), err)
		},
	}, {
		Sig: "in(zone: string) -> time", Doc: `the same instant in another zone: "UTC", "local" or an IANA name`, Example: `time.date(2026, 1, 2).in("UTC").hour()  # 0`, Fails: "value",
		makes: 1, Do: func(c *Call) (Value, error) {
			zone, err := loadZone(c.Text(0))
			if err != nil {
				return Nil, err
			}
			return Time(c.recv.time().In(zone)), nil
		},
	},
}

// loadZone gives a zone by its IANA name, "UTC" or "local".
func loadZone(name string) (*time.Location, *Error) {
	if name == "local" {
		return time.Local, nil
	}
	if name != "" && name != "Local" {
		if zone, err := time.LoadLocation(name); err == nil {
			return zone, nil
		}
	}
	return nil, Fail("value", "unknown time zone %s; it is \"UTC\", \"local\" or a name such as \"Europe/Berlin\"", quoteText(name))
}

// stepCalendar moves t by years and months, which keeps the day of the month
// or takes the last there is, then by days.
func stepCalendar(t time.Time, years, months, days int) time.Time {
	year, month, day := t.Date()
	hour, minute, second := t.Clock()
	first := time.Date(year+years, month+time.Month(months), 1, 0, 0, 0, 0, time.UTC)
	last := first.AddDate(0, 1, -1).Day()
	return time.Date(first.Year(), first.Month(), min(day, last)+days, hour, minute, second, t.Nanosecond(), t.Location())
}

func startOf(t time.Time, unit string) (Value, *Error) {
	year, month, day := t.Date()
	date := func(year int, month time.Month, day int) (Value, *Error) {
		return Time(time.Date(year, month, day, 0, 0, 0, 0, t.Location())), nil
	}
	// Below a day what is subtracted is a length, so that the hour which a
	// change of the clock repeats stays the one it is.
	within := time.Duration(t.Nanosecond())
	switch unit {
	case "year":
		return date(year, time.January, 1)
	case "month":
		return date(year, month, 1)
	case "week":
		return date(year, month, day-(int(t.Weekday())+6)%7)
	case "day":
		return date(year, month, day)
	case "hour":
		within += time.Duration(t.Minute())*time.Minute + time.Duration(t.Second())*time.Second
	case "minute":
		within += time.Duration(t.Second()) * time.Second
	case "second":
	default:
		return Nil, Fail("value", "unknown unit %s; it is year, month, week, day, hour, minute or second", quoteText(unit))
	}
	return Time(t.Add(-within)), nil
}

// strftime writes t by a layout of strftime's, "iso" or "http".
func strftime(t time.Time, layout string) (string, *Error) {
	switch layout {
	case "iso":
		return timeText(t), nil
	case "http":
		return t.UTC().Format("Mon, 02 Jan 2006 15:04:05 GMT"), nil
	}
	var b strings.Builder
	for {
		text, rest, found := strings.Cut(layout, "%")
		b.WriteString(text)
		if !found {
			return b.String(), nil
		}
		if rest == "" {
			return "", Fail("value", "the layout ends with a lone %%; the sign itself is %%%%")
		}
		n := 1
		if rest[0] == ':' || rest[0] == '-' {
			n = min(2, len(rest))
		}
		if n == 1 {
			_, n = utf8.DecodeRuneInString(rest)
		}
		s, ok := timePart(t, rest[:n])
		if !ok {
			return "", Fail("value", "unknown %%%s in the layout; the sign itself is %%%%", rest[:n])
		}
		b.WriteString(s)
		layout = rest[n:]
	}
}

// goLayouts are the verbs that Go has a layout for.
var goLayouts = sync.OnceValue(func() map[string]string {
	return map[string]string{
		"Y": "2006", "m": "01", "d": "02", "H": "15", "M": "04", "S": "05", "y": "06", "e": "_2", "I": "03", "p": "PM", "j": "002",
		"a": "Mon", "A": "Monday", "b": "Jan", "B": "January", "h": "Jan", "z": "-0700", ":z": "-07:00", "Z": "MST",
		"F": "2006-01-02", "T": "15:04:05", "R": "15:04", "D": "01/02/06", "x": "01/02/06", "X": "15:04:05", "r": "03:04:05 PM",
		"c": "Mon Jan _2 15:04:05 2006", "v": "_2-Jan-2006", "-d": "2", "-m": "1", "-I": "3", "-M": "4", "-S": "5",
	}
})

// timePart writes what one verb of strftime stands for.
func timePart(t time.Time, verb string) (string, bool) {
	if layout, found := goLayouts()[verb]; found {
		return t.Format(layout), true
	}
	week := func(first time.Weekday) string {
		sinceFirst := (int(t.Weekday()) - int(first) + 7) % 7
		return fmt.Sprintf("%02d", (t.YearDay()+6-sinceFirst)/7)
	}
	isoYear, isoWeek := t.ISOWeek()
	switch verb {
	case "%":
		return "%", true
	case "n":
		return "\n", true
	case "t":
		return "\t", true
	case "f":
		return fmt.Sprintf("%06d", t.Nanosecond()/1000), true
	case "L":
		return fmt.Sprintf("%03d", t.Nanosecond()/1_000_000), true
	case "N":
		return fmt.Sprintf("%09d", t.Nanosecond()), true
	case "s":
		return strconv.FormatInt(t.Unix(), 10), true
	case "C":
		return fmt.Sprintf("%02d", t.Year()/100), true
	case "k":
		return fmt.Sprintf("%2d", t.Hour()), true
	case "-H":
		return strconv.Itoa(t.Hour()), true
	case "l":
		return fmt.Sprintf("%2d", (t.Hour()+11)%12+1), true
	case "-j":
		return strconv.Itoa(t.YearDay()), true
	case "P":
		return strings.ToLower(t.Format("PM")), true
	case "u":
		return strconv.Itoa((int(t.Weekday())+6)%7 + 1), true
	case "w":
		return strconv.Itoa(int(t.Weekday())), true
	case "G":
		return fmt.Sprintf("%04d", isoYear), true
	case "g":
		return fmt.Sprintf("%02d", isoYear%100), true
	case "V":
		return fmt.Sprintf("%02d", isoWeek), true
	case "U":
		return week(time.Sunday), true
	case "W":
		return week(time.Monday), true
	}
	return "", false
}

var rangeMethods = []*Func{
	{
		Sig: "to_list() -> list", Doc: "all its numbers", Example: `(0..3).to_list()  # [0, 1, 2]`, Fails: "limit",
		weighs: copyBytes, makes: 1, Do: func(c *Call) (Value, error) {
			l, err := c.recv.span().numbers()
			if err != nil {
				return Nil, err
			}
			return l.value(), nil
		},
	}, {
		Sig: "step(n: int) -> range", Doc: "every n-th number, the first included; for a negative n the same ones from the other end", Example: `(0..6).step(-2).to_list()  # [4, 2, 0]`, Fails: "value arithmetic",
		makes: 1, Do: func(c *Call) (Value, error) { return ok(c.recv.span().stepped(c.Int(0))) },
	},
}

var bytesMethods = []*Func{
	{
		Sig: "len() -> int", Doc: "how many bytes there are", Example: `"é".bytes().len()  # 2`,
		Do: func(c *Call) (Value, error) { return Int(int64(len(c.recv.bytes()))), nil },
	}, {
		Sig: "text(*, strict: bool = false) -> string", Doc: "the text in UTF-8; what is none becomes U+FFFD, or with strict is an error", Example: `"é".bytes().text()  # é`, Fails: "parse",
		makes: 1, Do: func(c *Call) (Value, error) {
			s := string(c.recv.bytes())
			if utf8.ValidString(s) {
				return String(s), nil
			}
			if c.Bool(0) {
				at := 0
				for {
					r, n := utf8.DecodeRuneInString(s[at:])
					if r == utf8.RuneError && n == 1 {
						break
					}
					at += n
				}
				before := s[:at]
				data := newMap(3)
				data.putString("line", Int(int64(strings.Count(before, "\n")+1)))
				data.putString("column", Int(int64(utf8.RuneCountInString(before[strings.LastIndexByte(before, '\n')+1:])+1)))
				data.putString("offset", Int(int64(at)))
				return Nil, Fail("parse", "byte %d is no UTF-8: 0x%02x", at, s[at]).With(data.value().share())
			}
			return String(validText(s)), nil
		},
	},
}

// validText gives s with U+FFFD for each byte that is no UTF-8.
func validText(s string) string {
	if utf8.ValidString(s) {
		return s
	}
	return string([]rune(s))
}

var functionMethods = []*Func{{
	Sig: "name() -> string?", Doc: "the name it was declared with, nil for a lambda", Example: `(x -> x).name()  # nil`,
	Do: func(c *Call) (Value, error) {
		if name := givenName(c.recv.function()); name != "" {
			return String(name), nil
		}
		return Nil, nil
	},
}}
