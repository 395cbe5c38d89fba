package lexer

import (
	"strings"
	"unicode/utf8"
)

// Nearest gives the candidate that a mistyped name most likely meant, or ""
// where none is near: at most one edit in a short name, two in one of six
// letters or more, three from ten on. An edit is a letter put in, left out,
// replaced, or swapped with the next; upper and lower case count as the same.
// Of equally near ones the first wins.
func Nearest(name string, candidates []string) string {
	length := utf8.RuneCountInString(name)
	limit := 1
	switch {
	case length >= 10:
		limit = 3
	case length >= 6:
		limit = 2
	}
	best, least := "", min(limit, length-1)+1
	for _, candidate := range candidates {
		if candidate == name {
			continue
		}
		if d := distance(strings.ToLower(name), strings.ToLower(candidate), least); d < least {
			best, least = candidate, d
		}
	}
	return best
}

// distance counts the edits from a to b; limit or more is given as limit.
func distance(a, b string, limit int) int {
	s, t := []rune(a), []rune(b)
	if d := len(s) - len(t); d >= limit || -d >= limit {
		return limit
	}
	before, last, row := make([]int, len(t)+1), make([]int, len(t)+1), make([]int, len(t)+1)
	for j := range row {
		last[j] = j
	}
	for i := range s {
		row[0] = i + 1
		for j := range t {
			cost := 1
			if s[i] == t[j] {
				cost = 0
			}
			d := min(last[j]+cost, last[j+1]+1, row[j]+1)
			if i > 0 && j > 0 && s[i] == t[j-1] && s[i-1] == t[j] {
				d = min(d, before[j-1]+1)
			}
			row[j+1] = d
		}
		before, last, row = last, row, before
	}
	return min(last[len(t)], limit)
}
