package re

import (
	"strconv"
	"strings"

	"github.com/tgscript/tgscript/runtime"
)

// part is a piece of a replacement: a text and behind it a group's.
type part struct {
	text  string
	group int // -1: none
}

// parts reads a replacement: $1 and ${name} stand for groups, $$ for a dollar
// sign, and so does any other $.
func (m *matcher) parts(template string) ([]part, error) {
	var parts []part
	var text strings.Builder
	for rest := template; rest != ""; {
		before, after, found := strings.Cut(rest, "$")
		text.WriteString(before)
		if !found {
			break
		}
		name, behind := reference(after)
		switch {
		case name != "":
			group, err := m.groupOf(name)
			if err != nil {
				return nil, err
			}
			parts = append(parts, part{text.String(), group})
			text.Reset()
		default:
			text.WriteByte('$')
		}
		rest = behind
	}
	return append(parts, part{text.String(), -1}), nil
}

// reference reads what follows a dollar sign: the name or number of a group,
// "" for none.
func reference(s string) (name, rest string) {
	if strings.HasPrefix(s, "$") {
		return "", s[1:]
	}
	if strings.HasPrefix(s, "{") {
		if name, rest, ok := strings.Cut(s[1:], "}"); ok && name != "" {
			return name, rest
		}
		return "", s
	}
	n := 0
	for n < len(s) && '0' <= s[n] && s[n] <= '9' {
		n++
	}
	return s[:n], s[n:]
}

func (m *matcher) groupOf(name string) (int, error) {
	if n, err := strconv.Atoi(name); err == nil {
		if n < len(m.names) {
			return n, nil
		}
		return 0, runtime.Fail("value", "the pattern has no group %d: it has %d", n, len(m.names)-1)
	}
	if n := m.pattern.SubexpIndex(name); n >= 0 {
		return n, nil
	}
	return 0, runtime.Fail("value", "the pattern has no group named %q", name)
}
