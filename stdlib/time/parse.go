package time

import (
	"fmt"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/tgscript/tgscript/runtime"
)

func parse(c *runtime.Call) (runtime.Value, error) {
	zone, err := location(c.Text(2))
	if err != nil {
		return runtime.Nil, err
	}
	p := &parser{text: c.Text(0), zone: zone}
	p.fields = fields{year: 1900, month: 1, day: 1}
	switch layout := c.Text(1); layout {
	case "iso":
		p.iso()
	case "http":
		return http(c.Text(0))
	default:
		if err := p.layout(layout); err != nil {
			return runtime.Nil, err
		}
	}
	if p.wrong == "" && p.at < len(p.text) {
		p.fail("the end")
	}
	t, err := p.time()
	if err != nil {
		return runtime.Nil, err
	}
	return runtime.Time(t), nil
}

// http reads the date of a header in the three forms that RFC 9110 knows.
func http(text string) (runtime.Value, error) {
	for _, layout := range []string{"Mon, 02 Jan 2006 15:04:05 GMT", "Monday, 02-Jan-06 15:04:05 GMT", time.ANSIC} {
		if t, err := time.Parse(layout, text); err == nil {
			return runtime.Time(t.UTC()), nil
		}
	}
	return runtime.Nil, noTime(text, 0, "a date such as Fri, 02 Jan 2026 15:04:05 GMT")
}

// noTime is the failure for a text in which something else was expected.
func noTime(text string, at int, expected string) error {
	column := utf8.RuneCountInString(text[:at])
	found := "the end"
	if at < len(text) {
		found = fmt.Sprintf("%q", text[at:])
	}
	return runtime.Fail("parse", "%q is not the time asked for: at column %d %s should stand, found %s", text, column+1, expected, found).
		With(runtime.NewMap(
			runtime.Named{Name: "line", Value: runtime.Int(1)},
			runtime.Named{Name: "column", Value: runtime.Int(int64(column + 1))},
			runtime.Named{Name: "offset", Value: runtime.Int(int64(column))},
		))
}

// parser reads the parts of a time from a text. After the first part that is
// not there nothing is read.
type parser struct {
	text    string
	at      int
	wrong   string // what should have stood at the place
	fields  fields
	zone    *time.Location
	half    string // am, pm
	yearDay int64  // 0: not given
	unix    *int64
}

func (p *parser) fail(expected string) {
	if p.wrong == "" {
		p.wrong = expected
	}
}

// time gives what was read.
func (p *parser) time() (time.Time, error) {
	if p.wrong != "" {
		return time.Time{}, noTime(p.text, p.at, p.wrong)
	}
	if p.unix != nil {
		return time.Unix(*p.unix, p.fields.nanos).In(p.zone), nil
	}
	f := p.fields
	if p.half != "" {
		if f.hour < 1 || f.hour > 12 {
			return time.Time{}, noTime(p.text, 0, "an hour from 1 to 12")
		}
		if f.hour %= 12; p.half == "pm" {
			f.hour += 12
		}
	}
	if part, n := f.wrong(); part != "" {
		return time.Time{}, noTime(p.text, 0, fmt.Sprintf("a date with no %s %d", part, n))
	}
	if p.yearDay > 0 {
		day := time.Date(int(f.year), 1, int(p.yearDay), 0, 0, 0, 0, time.UTC)
		if day.Year() != int(f.year) {
			return time.Time{}, noTime(p.text, 0, fmt.Sprintf("a year with a day %d", p.yearDay))
		}
		f.month, f.day = int64(day.Month()), int64(day.Day())
	}
	return f.in(p.zone), nil
}

// peek tells whether one of some bytes comes next.
func (p *parser) peek(chars string) bool {
	return p.wrong == "" && p.at < len(p.text) && strings.IndexByte(chars, p.text[p.at]) >= 0
}

// skip reads one of some bytes if it comes next.
func (p *parser) skip(chars string) bool {
	if !p.peek(chars) {
		return false
	}
	p.at++
	return true
}

// literal reads a fixed text.
func (p *parser) literal(s string) {
	switch {
	case p.wrong != "":
	case strings.HasPrefix(p.text[p.at:], s):
		p.at += len(s)
	default:
		p.fail(fmt.Sprintf("%q", s))
	}
}

// int reads a number of at least least and at most most digits.
func (p *parser) int(least, most int, what string) (n int64) {
	if p.wrong != "" {
		return 0
	}
	from := p.at
	for p.at < len(p.text) && p.at-from < most && p.text[p.at] >= '0' && p.text[p.at] <= '9' {
		n = n*10 + int64(p.text[p.at]-'0')
		p.at++
	}
	if p.at-from < least {
		p.at = from
		p.fail(what)
	}
	return n
}

// nanos reads the digits of a fraction of a second; what is below a nanosecond
// is dropped.
func (p *parser) nanos() int64 {
	from := p.at
	n := p.int(1, 9, "a fraction of a second")
	for digits := p.at - from; digits < 9; digits++ {
		n *= 10
	}
	for p.skip("0123456789") {
	}
	return n
}

// name reads one of some names, in any case, and gives its number; of each
// its first three letters will do where short is allowed.
func (p *parser) name(names []string, short bool, what string) int64 {
	if p.wrong != "" {
		return 0
	}
	rest := p.text[p.at:]
	for i, name := range names {
		if len(rest) >= len(name) && strings.EqualFold(rest[:len(name)], name) {
			p.at += len(name)
			return int64(i)
		}
	}
	for i, name := range names {
		if short && len(rest) >= 3 && strings.EqualFold(rest[:3], name[:3]) {
			p.at += 3
			return int64(i)
		}
	}
	p.fail(what)
	return 0
}

// iso reads a date, or a date and a time, by ISO 8601 as RFC 3339 has it; the
// seconds, the zone and the time as a whole may be missing.
func (p *parser) iso() {
	f := &p.fields
	f.year = p.int(4, 4, "a year of four digits")
	p.literal("-")
	f.month = p.int(2, 2, "a month of two digits")
	p.literal("-")
	f.day = p.int(2, 2, "a day of two digits")
	if !p.skip("Tt ") {
		return
	}
	f.hour = p.int(2, 2, "an hour of two digits")
	p.literal(":")
	f.minute = p.int(2, 2, "a minute of two digits")
	if p.skip(":") {
		f.second = p.int(2, 2, "a second of two digits")
		if p.skip(".,") {
			f.nanos = p.nanos()
		}
	}
	if p.peek("Zz+-") {
		p.offset()
	}
}

// offset reads Z, +02:00, +0200 or +02.
func (p *parser) offset() {
	if p.skip("Zz") {
		p.zone = time.UTC
		return
	}
	sign := 1
	switch {
	case p.skip("-"):
		sign = -1
	case p.skip("+"):
	default:
		p.fail("an offset such as +02:00")
		return
	}
	from := p.at
	hours := p.int(2, 2, "the two digits of an offset's hours")
	minutes := int64(0)
	if p.skip(":") || p.peek("0123456789") {
		minutes = p.int(2, 2, "the two digits of an offset's minutes")
	}
	if hours > 23 || minutes > 59 {
		p.at = from
		p.fail("an offset within a day")
		return
	}
	seconds := sign * int(hours*3600+minutes*60)
	if p.zone = time.UTC; seconds != 0 {
		p.zone = time.FixedZone("", seconds)
	}
}

// zoneName reads a zone as %Z has it: UTC, GMT, Z or the abbreviation of the
// zone that was asked for. Others are not unique.
func (p *parser) zoneName() {
	if p.wrong != "" {
		return
	}
	end := p.at
	for end < len(p.text) && (p.text[end] >= 'A' && p.text[end] <= 'Z' || p.text[end] >= 'a' && p.text[end] <= 'z') {
		end++
	}
	switch name := p.text[p.at:end]; strings.ToUpper(name) {
	case "UTC", "GMT", "Z":
		p.zone = time.UTC
	default:
		winter, _ := time.Date(int(p.fields.year), 1, 1, 0, 0, 0, 0, p.zone).Zone()
		summer, _ := time.Date(int(p.fields.year), 7, 1, 0, 0, 0, 0, p.zone).Zone()
		if name == "" || name != winter && name != summer {
			p.fail("UTC, GMT or the zone that was asked for")
			return
		}
	}
	p.at = end
}

// layout reads the text by a layout of strftime. The error is of kind value:
// the layout's own.
func (p *parser) layout(layout string) error {
	for layout != "" {
		text, rest, found := strings.Cut(layout, "%")
		p.literal(text)
		if !found {
			return nil
		}
		if rest == "" {
			return runtime.Fail("value", "the layout ends with a lone %%; the sign itself is %%%%")
		}
		n := 1
		if (rest[0] == ':' || rest[0] == '-') && len(rest) > 1 {
			n = 2
		}
		verb := rest[:n]
		if whole, ok := wholes[verb]; ok {
			layout = whole + rest[n:]
			continue
		}
		if !p.part(strings.TrimPrefix(verb, "-")) {
			r, _ := utf8.DecodeRuneInString(rest)
			return runtime.Fail("value", "%%%c cannot be read; the sign itself is %%%%", r)
		}
		layout = rest[n:]
	}
	return nil
}

// wholes are the verbs that stand for several.
var wholes = map[string]string{
	"F": "%Y-%m-%d", "T": "%H:%M:%S", "X": "%H:%M:%S", "R": "%H:%M", "D": "%m/%d/%y", "x": "%m/%d/%y",
	"r": "%I:%M:%S %p", "c": "%a %b %e %H:%M:%S %Y", "v": "%e-%b-%Y",
}

var (
	months   = []string{"January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"}
	weekdays = []string{"Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"}
)

// part reads what one verb stands for; ok is false if there is no such verb.
func (p *parser) part(verb string) (ok bool) {
	f := &p.fields
	switch verb {
	case "Y":
		f.year = p.int(4, 4, "a year of four digits")
	case "y":
		if f.year = p.int(2, 2, "a year of two digits"); f.year < 69 {
			f.year += 100
		}
		f.year += 1900
	case "m":
		f.month = p.int(1, 2, "a month")
	case "b", "B", "h":
		f.month = p.name(months, true, "the name of a month") + 1
	case "d":
		f.day = p.int(1, 2, "a day")
	case "e":
		p.skip(" ")
		f.day = p.int(1, 2, "a day")
	case "j":
		p.yearDay = max(p.int(1, 3, "a day of the year"), 0)
	case "a", "A":
		p.name(weekdays, true, "a day of the week") // the date decides
	case "H", "I":
		f.hour = p.int(1, 2, "an hour")
	case "k", "l":
		p.skip(" ")
		f.hour = p.int(1, 2, "an hour")
	case "p", "P":
		p.half = []string{"am", "pm"}[p.name([]string{"am", "pm"}, false, "am or pm")]
	case "M":
		f.minute = p.int(1, 2, "a minute")
	case "S":
		f.second = p.int(1, 2, "a second")
	case "f", "L", "N":
		f.nanos = p.nanos()
	case "s":
		n := p.int(1, 12, "seconds since 1970")
		p.unix = &n
	case "z", ":z":
		p.offset()
	case "Z":
		p.zoneName()
	case "%":
		p.literal("%")
	case "n", "t":
		if !p.peek(" \t\r\n") {
			p.fail("white space")
		}
		for p.skip(" \t\r\n") {
		}
	default:
		return false
	}
	return true
}
