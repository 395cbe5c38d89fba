// Package time gives scripts the clock and the calendar. Times are in UTC
// until a script says otherwise. What a time can tell of itself are methods of
// its type, in package runtime.
package time

import (
	"context"
	"math"
	"time"

	"github.com/tgscript/tgscript/runtime"
)

// Module is time.
var Module = &runtime.Module{
	Name: "time",
	Doc:  "The clock and the calendar; times are in UTC until t.in(zone).",
	Funcs: []*runtime.Func{
		{
			Sig: "now() -> time", Doc: "The present time, in UTC.",
			Example: "time.now().format(\"%H:%M\")  # ...", Do: now,
		}, {
			Sig: "since(t: time) -> duration", Doc: "How long a time is past.",
			Example: "time.since(time.now()) < 1m  # true", Do: since,
		}, {
			Sig: `parse(text: string, layout: string = "iso", zone: string = "UTC") -> time`, Doc: `The time that a text stands for, by a layout of strftime, "iso" (also a date alone) or "http"; the zone is that of texts that name none.`,
			Example: `time.parse("2026-01-02").weekday()  # "friday"`, Fails: "parse value", Do: parse,
		}, {
			Sig: "unix(seconds: number) -> time", Doc: "The time that many seconds after the beginning of 1970.",
			Example: `time.unix(86400).date()  # "1970-01-02"`, Fails: "value", Do: unix,
		}, {
			Sig: `date(year: int, month: int = 1, day: int = 1, hour: int = 0, min: int = 0, s: int = 0, zone: string = "UTC") -> time`, Doc: "The time at a place in the calendar.",
			Example: `time.date(2026, 5, 6).date()  # "2026-05-06"`, Fails: "value", Do: date,
		}, {
			Sig: "every(period: duration, *, now: bool = false) -> stream", Doc: "A time at the end of each period, with now also at once; those that a slow loop misses are dropped.",
			Example: "time.every(1ms).next() > time.unix(0)  # true", Fails: "value", Do: every,
		}, {
			Sig: "deadline() -> time?", Doc: "When a timeout will cancel this child, or the limit of time or the host the program; nil if nothing is known to.",
			Example: "time.deadline()  # nil", Do: deadline,
		},
	},
}

func now(c *runtime.Call) (runtime.Value, error) { return runtime.Time(c.Now().UTC()), nil }

func since(c *runtime.Call) (runtime.Value, error) {
	t, _ := c.Arg(0).AsTime()
	return runtime.Duration(c.Now().Sub(t)), nil
}

// What RFC 3339 can write.
var (
	earliest = time.Date(1, 1, 1, 0, 0, 0, 0, time.UTC).Unix()
	latest   = time.Date(9999, 12, 31, 23, 59, 59, 0, time.UTC).Unix()
)

func unix(c *runtime.Call) (runtime.Value, error) {
	seconds, nanos := int64(0), int64(0)
	if n, ok := c.Arg(0).AsInt(); ok {
		seconds = n
	} else {
		x, _ := c.Arg(0).AsFloat()
		whole, part := math.Modf(x)
		if !(whole >= float64(earliest) && whole <= float64(latest)) {
			return runtime.Nil, beyond(c.Arg(0))
		}
		seconds, nanos = int64(whole), int64(math.Round(part*1e9))
	}
	if seconds < earliest || seconds > latest {
		return runtime.Nil, beyond(c.Arg(0))
	}
	return runtime.Time(time.Unix(seconds, nanos).UTC()), nil
}

func beyond(v runtime.Value) error {
	return runtime.Fail("value", "%s seconds lead out of the years 1 to 9999", v)
}

// location gives a zone by its name: "UTC", "local" or one of IANA's.
func location(name string) (*time.Location, error) {
	if name == "local" {
		return time.Local, nil
	}
	if name != "" && name != "Local" {
		if zone, err := time.LoadLocation(name); err == nil {
			return zone, nil
		}
	}
	return nil, runtime.Fail("value", "unknown time zone %q; it is \"UTC\", \"local\" or a name such as \"Europe/Berlin\"", name)
}

func date(c *runtime.Call) (runtime.Value, error) {
	zone, err := location(c.Text(6))
	if err != nil {
		return runtime.Nil, err
	}
	f := fields{
		year: c.Int(0), month: c.Int(1), day: c.Int(2),
		hour: c.Int(3), minute: c.Int(4), second: c.Int(5),
	}
	if part, n := f.wrong(); part != "" {
		return runtime.Nil, runtime.Fail("value", "there is no %s %d in that date", part, n)
	}
	return runtime.Time(f.in(zone)), nil
}

// fields is a time in the calendar.
type fields struct {
	year, month, day            int64
	hour, minute, second, nanos int64
}

// wrong names a part that the calendar does not have; "" if it has all.
func (f fields) wrong() (part string, n int64) {
	switch {
	case f.year < 1 || f.year > 9999:
		return "year", f.year
	case f.month < 1 || f.month > 12:
		return "month", f.month
	case f.day < 1 || f.day > int64(time.Date(int(f.year), time.Month(f.month)+1, 0, 0, 0, 0, 0, time.UTC).Day()):
		return "day", f.day
	case f.hour < 0 || f.hour > 23:
		return "hour", f.hour
	case f.minute < 0 || f.minute > 59:
		return "minute", f.minute
	case f.second < 0 || f.second > 59:
		return "second", f.second
	}
	return "", 0
}

func (f fields) in(zone *time.Location) time.Time {
	return time.Date(int(f.year), time.Month(f.month), int(f.day), int(f.hour), int(f.minute), int(f.second), int(f.nanos), zone)
}

func deadline(c *runtime.Call) (runtime.Value, error) {
	if t, ok := c.Deadline(); ok {
		return runtime.Time(t.UTC()), nil
	}
	return runtime.Nil, nil
}

// ticks gives a time at the end of each period, counted from the start.
type ticks struct {
	period time.Duration
	next   time.Time
}

func every(c *runtime.Call) (runtime.Value, error) {
	period := c.Duration(0)
	if period <= 0 {
		return runtime.Nil, runtime.Fail("value", "every needs a duration above 0s, not %s", c.Arg(0))
	}
	t := &ticks{period: period, next: c.Now().UTC()}
	if !c.Bool(1) {
		t.next = t.next.Add(period)
	}
	return runtime.NewStream(t), nil
}

// NextAt gives the next tick that is not past. One that is due since the last
// call counts; those before it are dropped.
func (t *ticks) NextAt(present time.Time) (v runtime.Value, at time.Time) {
	if late := present.Sub(t.next); late >= t.period {
		t.next = t.next.Add(late / t.period * t.period)
	}
	tick := t.next
	t.next = tick.Add(t.period)
	return runtime.Time(tick), tick
}

// Next is for who reads the stream outside a run's clock.
func (t *ticks) Next(ctx context.Context) (v runtime.Value, ok bool, err error) {
	v, at := t.NextAt(time.Now().UTC())
	timer := time.NewTimer(time.Until(at))
	defer timer.Stop()
	select {
	case <-timer.C:
		return v, true, nil
	case <-ctx.Done():
		return runtime.Nil, false, ctx.Err()
	}
}

// Close does nothing: no timer is left between two calls.
func (t *ticks) Close() error { return nil }
