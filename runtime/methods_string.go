package runtime

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// everyChar tells whether all characters of a text, and there are some, have a
// property.
func everyChar(v Value, has func(rune) bool) Value {
	s := v.str()
	for _, r := range s {
		if !has(r) {
			return Bool(false)
		}
	}
	return Bool(s != "")
}

// needle gives the text that a method looks for, which must not be empty.
func needle(v Value, method string) (string, *Error) {
	s := v.str()
	if s == "" {
		hint := ""
		if method == "split" {
			hint = "; chars() gives the characters"
		}
		return "", Fail("value", "%s needs a text that is not empty%s", method, hint)
	}
	return s, nil
}

// pad fills a text up to n characters.
func pad(v, n, with Value, start bool, method string) (Value, *Error) {
	t, fill := v.text(), with.text()
	missing := n.int() - int64(t.len())
	switch {
	case fill.s == "":
		return Nil, Fail("value", "%s needs something to fill with", method)
	case missing <= 0:
		return v, nil
	case missing > maxTextBytes/utf8.UTFMax:
		return Nil, Fail("limit", "a text of more than %d bytes", maxTextBytes)
	}
	whole, rest := int(missing)/fill.len(), int(missing)%fill.len()
	var room [64]byte
	out := room[:0]
	if !start {
		out = append(out, t.s...)
	}
	for range whole {
		out = append(out, fill.s...)
	}
	out = append(out, fill.s[:fill.offset(rest)]...)
	if start {
		out = append(out, t.s...)
	}
	return textOf(nil, out), nil
}

// The bytes that methods make, for Func.weighs.

func repeatBytes(recv, n, _ Value, _ int) int { return repeatedBytes(recv, n) }

func padBytes(_, n, _ Value, _ int) int { return int(min(max(n.int(), 0), maxTextBytes)) }

func replaceBytes(recv, old, with Value, _ int) int {
	s := recv.str()
	if old.str() == "" || len(with.str()) <= len(old.str()) {
		return len(s)
	}
	return len(s) + strings.Count(s, old.str())*(len(with.str())-len(old.str()))
}

func splitBytes(recv, sep, most Value, _ int) int {
	n := strings.Count(recv.str(), sep.str()) + 1
	if most.isInt() {
		n = int(min(int64(n), most.int()))
	}
	return n * (valueBytes + textBytes)
}

func lineBytes(recv, _, _ Value, _ int) int {
	return (strings.Count(recv.str(), "\n") + 1) * (valueBytes + textBytes)
}

func wordBytes(recv, _, _ Value, _ int) int {
	return countWords(recv.str()) * (valueBytes + textBytes)
}

func charBytes(recv, _, _ Value, _ int) int {
	n := recv.text().len()
	if recv.text().isNarrow() {
		return n * valueBytes
	}
	return n * (valueBytes + textBytes)
}

// changed gives what a text was changed to: itself, if it stayed as it is.
func changed(v Value, to string) Value {
	if to == v.str() {
		return v
	}
	return CopyString(to)
}

// cased gives a text in upper or lower case, whose letters are from first on in
// ASCII where they are in the other one. A short text of ASCII is written at once,
// in half the time.
func cased(v Value, first byte, other func(string) string) Value {
	s := v.str()
	if !isShort(s) {
		return changed(v, other(s))
	}
	short := (*Thread)(nil).newShort(len(s))
	for i := range len(s) {
		c := s[i]
		if c-first < 26 {
			c ^= 'a' - 'A'
		}
		short.bytes[i] = c
	}
	if !short.isASCII() {
		return changed(v, other(s))
	}
	return short.filled()
}

// reversed gives the characters from the last to the first; those of ASCII are
// bytes. (palindromes: 1.2 times as fast)
func reversed(t *text) Value {
	s := t.s
	if isShort(s) {
		short := (*Thread)(nil).newShort(len(s))
		for i := range len(s) {
			short.bytes[len(s)-1-i] = s[i]
		}
		if short.isASCII() {
			return short.filled()
		}
	}
	runes := []rune(s)
	slices.Reverse(runes)
	return String(string(runes))
}

// The methods of texts: positions and widths count characters, which are code
// points.

// textParts take a text apart.
var textParts = []*Func{
	{
		Sig: "len() -> int", Doc: "how many characters it has", Example: `"héllo".len()  # 5`,
		Quick: func(recv, _, _ Value) (Value, *Error) { return Int(int64(recv.text().len())), nil },
	}, {
		Sig: "split(sep: string, limit: int = nil) -> list", Doc: "the texts between the separators; with a limit at most so many, the last being all the rest",
		Example: `"a,b".split(",")  # ["a", "b"]`, Fails: "value",
		weighs: splitBytes, makes: 2, Quick: func(recv, sep, limit Value) (Value, *Error) {
			s, err := needle(sep, "split")
			if err != nil {
				return Nil, err
			}
			n := -1
			if !limit.is(KindNil) {
				if n, err = countOf(limit, 1, "split"); err != nil {
					return Nil, err
				}
			}
			return recv.text().split(s, n), nil
		},
	}, {
		Sig: "words() -> list", Doc: "what stands between white space", Example: `" a  b ".words()  # ["a", "b"]`,
		weighs: wordBytes, makes: 2, Quick: func(recv, _, _ Value) (Value, *Error) { return recv.text().words(), nil },
	}, {
		Sig: "lines() -> list", Doc: "the lines, without \\n or \\r\\n; a final newline begins no further one", Example: `"a\nb\n".lines()  # ["a", "b"]`,
		weighs: lineBytes, makes: 2, Quick: func(recv, _, _ Value) (Value, *Error) { return recv.text().lines(), nil },
	}, {
		Sig: "chars() -> list", Doc: "the characters", Example: `"né".chars()  # ["n", "é"]`,
		weighs: charBytes, makes: 2, Quick: func(recv, _, _ Value) (Value, *Error) { return newList(recv.text().chars()), nil },
	}, {
		Sig: "bytes() -> bytes", Doc: "the text as UTF-8", Example: `"é".bytes().len()  # 2`,
		makes: 1, Quick: func(recv, _, _ Value) (Value, *Error) { return Bytes([]byte(recv.str())), nil },
	}, {
		Sig: "code() -> int", Doc: "the code point of a text of one character", Example: `"A".code()  # 65`, Fails: "value",
		Quick: func(recv, _, _ Value) (Value, *Error) {
			if n := recv.text().len(); n != 1 {
				return Nil, Fail("value", "code needs a text of one character, not %d", n)
			}
			r, _ := utf8.DecodeRuneInString(recv.str())
			return Int(int64(r)), nil
		},
	}, {
		Sig: "index_of(s: string) -> int?", Doc: "where s begins first, nil if it is not there", Example: `"banana".index_of("an")  # 1`,
		Quick: func(recv, s, _ Value) (Value, *Error) {
			at := strings.Index(recv.str(), s.str())
			if at < 0 {
				return Nil, nil
			}
			return Int(int64(recv.text().index(at))), nil
		},
	}, {
		Sig: "last_index_of(s: string) -> int?", Doc: "where s begins last, nil if it is not there", Example: `"banana".last_index_of("an")  # 3`,
		Quick: func(recv, s, _ Value) (Value, *Error) {
			at := strings.LastIndex(recv.str(), s.str())
			if at < 0 {
				return Nil, nil
			}
			return Int(int64(recv.text().index(at))), nil
		},
	}, {
		Sig: "count(s: string) -> int", Doc: "how often s is there, without overlaps", Example: `"banana".count("a")  # 3`, Fails: "value",
		Quick: func(recv, s, _ Value) (Value, *Error) {
			part, err := needle(s, "count")
			return Int(int64(strings.Count(recv.str(), part))), err
		},
	},
}

// textTests answer with a bool.
var textTests = []*Func{
	{
		Sig: "contains(s: string) -> bool", Doc: "whether s is part of it", Example: `"banana".contains("nan")  # true`,
		Quick: func(recv, s, _ Value) (Value, *Error) { return Bool(strings.Contains(recv.str(), s.str())), nil },
	}, {
		Sig: "starts_with(s: string) -> bool", Doc: "whether it begins with s", Example: `"banana".starts_with("ban")  # true`,
		Quick: func(recv, s, _ Value) (Value, *Error) { return Bool(strings.HasPrefix(recv.str(), s.str())), nil },
	}, {
		Sig: "ends_with(s: string) -> bool", Doc: "whether it ends with s", Example: `"banana".ends_with("na")  # true`,
		Quick: func(recv, s, _ Value) (Value, *Error) { return Bool(strings.HasSuffix(recv.str(), s.str())), nil },
	}, {
		Sig: "is_digit() -> bool", Doc: "whether every character is a digit, and there is one", Example: `"42".is_digit()  # true`,
		Quick: func(s, _, _ Value) (Value, *Error) { return everyChar(s, unicode.IsDigit), nil },
	}, {
		Sig: "is_letter() -> bool", Doc: "whether every character is a letter, and there is one", Example: `"é2".is_letter()  # false`,
		Quick: func(s, _, _ Value) (Value, *Error) { return everyChar(s, unicode.IsLetter), nil },
	}, {
		Sig: "is_space() -> bool", Doc: "whether every character is white space, and there is one", Example: `"".is_space()  # false`,
		Quick: func(s, _, _ Value) (Value, *Error) { return everyChar(s, unicode.IsSpace), nil },
	},
}

// textForms give another text.
var textForms = []*Func{
	{
		Sig: "upper() -> string", Doc: "in upper case", Example: `"né".upper()  # NÉ`,
		makes: 1, Quick: func(recv, _, _ Value) (Value, *Error) { return cased(recv, 'a', strings.ToUpper), nil },
	}, {
		Sig: "lower() -> string", Doc: "in lower case", Example: `"NÉ".lower()  # né`,
		makes: 1, Quick: func(recv, _, _ Value) (Value, *Error) { return cased(recv, 'A', strings.ToLower), nil },
	}, {
		Sig: "trim() -> string", Doc: "without white space at both ends", Example: `" a b ".trim()  # a b`,
		makes: 1, Quick: func(recv, _, _ Value) (Value, *Error) { return changed(recv, strings.TrimSpace(recv.str())), nil },
	}, {
		Sig: "trim_start() -> string", Doc: "without white space at the start", Example: `"[" + " a ".trim_start() + "]"  # [a ]`,
		makes: 1, Quick: func(recv, _, _ Value) (Value, *Error) {
			return changed(recv, strings.TrimLeftFunc(recv.str(), unicode.IsSpace)), nil
		},
	}, {
		Sig: "trim_end() -> string", Doc: "without white space at the end", Example: `"[" + " a ".trim_end() + "]"  # [ a]`,
		makes: 1, Quick: func(recv, _, _ Value) (Value, *Error) {
			return changed(recv, strings.TrimRightFunc(recv.str(), unicode.IsSpace)), nil
		},
	}, {
		Sig: "trim_prefix(s: string) -> string", Doc: "without s at the start, if it is there", Example: `"v1.2".trim_prefix("v")  # 1.2`,
		makes: 1, Quick: func(recv, s, _ Value) (Value, *Error) {
			return changed(recv, strings.TrimPrefix(recv.str(), s.str())), nil
		},
	}, {
		Sig: "trim_suffix(s: string) -> string", Doc: "without s at the end, if it is there", Example: `"a.tg".trim_suffix(".tg")  # a`,
		makes: 1, Quick: func(recv, s, _ Value) (Value, *Error) {
			return changed(recv, strings.TrimSuffix(recv.str(), s.str())), nil
		},
	}, {
		Sig: "replace(old: string, new: string) -> string", Doc: "with new for every old", Example: `"banana".replace("an", "o")  # booa`, Fails: "value",
		weighs: replaceBytes, makes: 1, Quick: func(recv, a, b Value) (Value, *Error) {
			old, err := needle(a, "replace")
			if err != nil {
				return Nil, err
			}
			s, with := recv.str(), b.str()
			if grown := int64(strings.Count(s, old)) * int64(len(with)-len(old)); grown > maxTextBytes {
				return Nil, Fail("limit", "a text of more than %d bytes", maxTextBytes)
			}
			return changed(recv, strings.ReplaceAll(s, old, with)), nil
		},
	}, {
		Sig: "repeat(n: int) -> string", Doc: "the text n times", Example: `"ab".repeat(2)  # abab`, Fails: "value limit",
		weighs: repeatBytes, makes: 1, Quick: func(recv, n, _ Value) (Value, *Error) { return repeat(recv, n.int()) },
	}, {
		Sig: "pad_start(n: int, fill: string = \" \") -> string", Doc: "filled up at the start to n characters", Example: `"7".pad_start(3, "0")  # 007`, Fails: "value",
		weighs: padBytes, makes: 1, Quick: func(recv, n, fill Value) (Value, *Error) { return pad(recv, n, fill, true, "pad_start") },
	}, {
		Sig: "pad_end(n: int, fill: string = \" \") -> string", Doc: "filled up at the end to n characters", Example: `"ab".pad_end(4, ".")  # ab..`, Fails: "value",
		weighs: padBytes, makes: 1, Quick: func(recv, n, fill Value) (Value, *Error) { return pad(recv, n, fill, false, "pad_end") },
	}, {
		Sig: "reversed() -> string", Doc: "the characters from the last to the first", Example: `"abc".reversed()  # cba`,
		makes: 1, Quick: func(recv, _, _ Value) (Value, *Error) { return reversed(recv.text()), nil },
	},
}
