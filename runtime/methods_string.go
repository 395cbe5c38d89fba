package runtime

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// textMethod makes a method without parameters of a function on texts.
func textMethod(fn func(string) string) func(*Call) (Value, error) {
	return func(c *Call) (Value, error) { return String(fn(c.recv.str())), nil }
}

// everyChar makes a method that asks whether all characters have a property.
func everyChar(has func(rune) bool) func(*Call) (Value, error) {
	return func(c *Call) (Value, error) {
		s := c.recv.str()
		for _, r := range s {
			if !has(r) {
				return Bool(false), nil
			}
		}
		return Bool(s != ""), nil
	}
}

// needle gives argument 0, a text to look for, which must not be empty.
func (c *Call) needle() (string, error) {
	s := c.Text(0)
	if s == "" {
		hint := ""
		if c.method() == "split" {
			hint = "; chars() gives the characters"
		}
		return "", Fail("value", "%s needs a text that is not empty%s", c.method(), hint)
	}
	return s, nil
}

// pad fills the receiver up to a number of characters.
func (c *Call) pad(start bool) (Value, error) {
	t, fill := c.recv.text(), c.Arg(1).text()
	missing := c.Int(0) - int64(t.len())
	switch {
	case fill.s == "":
		return Nil, Fail("value", "%s needs something to fill with", c.method())
	case missing <= 0:
		return c.recv, nil
	case missing > maxTextBytes/utf8.UTFMax:
		return Nil, Fail("limit", "a text of more than %d bytes", maxTextBytes)
	}
	n := int(missing)
	room := strings.Repeat(fill.s, n/fill.len()) + fill.s[:fill.offset(n%fill.len())]
	if start {
		return String(room + t.s), nil
	}
	return String(t.s + room), nil
}

// splitLines gives the lines of a text; a final newline ends the last one.
func splitLines(s string) []string {
	if s == "" {
		return nil
	}
	lines := strings.Split(strings.TrimSuffix(s, "\n"), "\n")
	for i := range lines {
		lines[i] = strings.TrimSuffix(lines[i], "\r")
	}
	return lines
}

func reverseText(s string) string {
	runes := []rune(s)
	slices.Reverse(runes)
	return string(runes)
}

// stringMethods are the methods of texts; positions and widths count
// characters, which are code points.
var stringMethods = slices.Concat(textParts, textTests, textForms)

// textParts take a text apart.
var textParts = []*Func{
	{
		Sig: "len() -> int", Doc: "how many characters it has", Example: `"héllo".len()  # 5`,
		Do: func(c *Call) (Value, error) { return Int(int64(c.recv.text().len())), nil },
	}, {
		Sig: "split(sep: string, limit: int = nil) -> list", Doc: "the texts between the separators; with a limit at most so many, the last being all the rest",
		Example: `"a,b".split(",")  # ["a", "b"]`, Fails: "value",
		Do: func(c *Call) (Value, error) {
			sep, err := c.needle()
			if err != nil {
				return Nil, err
			}
			n := -1
			if !c.Arg(1).is(KindNil) {
				if n, err = c.count(1, 1); err != nil {
					return Nil, err
				}
			}
			return textList(strings.SplitN(c.recv.str(), sep, n)), nil
		},
	}, {
		Sig: "words() -> list", Doc: "what stands between white space", Example: `" a  b ".words()  # ["a", "b"]`,
		Do: func(c *Call) (Value, error) { return textList(strings.Fields(c.recv.str())), nil },
	}, {
		Sig: "lines() -> list", Doc: "the lines, without \\n or \\r\\n; a final newline begins no further one", Example: `"a\nb\n".lines()  # ["a", "b"]`,
		Do: func(c *Call) (Value, error) { return textList(splitLines(c.recv.str())), nil },
	}, {
		Sig: "chars() -> list", Doc: "the characters", Example: `"né".chars()  # ["n", "é"]`,
		Do: func(c *Call) (Value, error) { return newList(c.recv.text().chars()), nil },
	}, {
		Sig: "bytes() -> bytes", Doc: "the text as UTF-8", Example: `"é".bytes().len()  # 2`,
		Do: func(c *Call) (Value, error) { return Bytes([]byte(c.recv.str())), nil },
	}, {
		Sig: "code() -> int", Doc: "the code point of a text of one character", Example: `"A".code()  # 65`, Fails: "value",
		Do: func(c *Call) (Value, error) {
			if n := c.recv.text().len(); n != 1 {
				return Nil, Fail("value", "code needs a text of one character, not %d", n)
			}
			r, _ := utf8.DecodeRuneInString(c.recv.str())
			return Int(int64(r)), nil
		},
	}, {
		Sig: "index_of(s: string) -> int?", Doc: "where s begins first, nil if it is not there", Example: `"banana".index_of("an")  # 1`,
		Do: func(c *Call) (Value, error) {
			at := strings.Index(c.recv.str(), c.Text(0))
			if at < 0 {
				return Nil, nil
			}
			return Int(int64(c.recv.text().index(at))), nil
		},
	}, {
		Sig: "last_index_of(s: string) -> int?", Doc: "where s begins last, nil if it is not there", Example: `"banana".last_index_of("an")  # 3`,
		Do: func(c *Call) (Value, error) {
			at := strings.LastIndex(c.recv.str(), c.Text(0))
			if at < 0 {
				return Nil, nil
			}
			return Int(int64(c.recv.text().index(at))), nil
		},
	}, {
		Sig: "count(s: string) -> int", Doc: "how often s is there, without overlaps", Example: `"banana".count("a")  # 3`, Fails: "value",
		Do: func(c *Call) (Value, error) {
			s, err := c.needle()
			return Int(int64(strings.Count(c.recv.str(), s))), err
		},
	},
}

// textTests answer with a bool.
var textTests = []*Func{
	{
		Sig: "contains(s: string) -> bool", Doc: "whether s is part of it", Example: `"banana".contains("nan")  # true`,
		Do: func(c *Call) (Value, error) { return Bool(strings.Contains(c.recv.str(), c.Text(0))), nil },
	}, {
		Sig: "starts_with(s: string) -> bool", Doc: "whether it begins with s", Example: `"banana".starts_with("ban")  # true`,
		Do: func(c *Call) (Value, error) { return Bool(strings.HasPrefix(c.recv.str(), c.Text(0))), nil },
	}, {
		Sig: "ends_with(s: string) -> bool", Doc: "whether it ends with s", Example: `"banana".ends_with("na")  # true`,
		Do: func(c *Call) (Value, error) { return Bool(strings.HasSuffix(c.recv.str(), c.Text(0))), nil },
	}, {
		Sig: "is_digit() -> bool", Doc: "whether every character is a digit, and there is one", Example: `"42".is_digit()  # true`,
		Do: everyChar(unicode.IsDigit),
	}, {
		Sig: "is_letter() -> bool", Doc: "whether every character is a letter, and there is one", Example: `"é2".is_letter()  # false`,
		Do: everyChar(unicode.IsLetter),
	}, {
		Sig: "is_space() -> bool", Doc: "whether every character is white space, and there is one", Example: `"".is_space()  # false`,
		Do: everyChar(unicode.IsSpace),
	},
}

// textForms give another text.
var textForms = []*Func{
	{
		Sig: "upper() -> string", Doc: "in upper case", Example: `"né".upper()  # NÉ`, Do: textMethod(strings.ToUpper),
	}, {
		Sig: "lower() -> string", Doc: "in lower case", Example: `"NÉ".lower()  # né`, Do: textMethod(strings.ToLower),
	}, {
		Sig: "trim() -> string", Doc: "without white space at both ends", Example: `" a b ".trim()  # a b`, Do: textMethod(strings.TrimSpace),
	}, {
		Sig: "trim_start() -> string", Doc: "without white space at the start", Example: `"[" + " a ".trim_start() + "]"  # [a ]`,
		Do: textMethod(func(s string) string { return strings.TrimLeftFunc(s, unicode.IsSpace) }),
	}, {
		Sig: "trim_end() -> string", Doc: "without white space at the end", Example: `"[" + " a ".trim_end() + "]"  # [ a]`,
		Do: textMethod(func(s string) string { return strings.TrimRightFunc(s, unicode.IsSpace) }),
	}, {
		Sig: "trim_prefix(s: string) -> string", Doc: "without s at the start, if it is there", Example: `"v1.2".trim_prefix("v")  # 1.2`,
		Do: func(c *Call) (Value, error) { return String(strings.TrimPrefix(c.recv.str(), c.Text(0))), nil },
	}, {
		Sig: "trim_suffix(s: string) -> string", Doc: "without s at the end, if it is there", Example: `"a.tg".trim_suffix(".tg")  # a`,
		Do: func(c *Call) (Value, error) { return String(strings.TrimSuffix(c.recv.str(), c.Text(0))), nil },
	}, {
		Sig: "replace(old: string, new: string) -> string", Doc: "with new for every old", Example: `"banana".replace("an", "o")  # booa`, Fails: "value",
		Do: func(c *Call) (Value, error) {
			old, err := c.needle()
			if err != nil {
				return Nil, err
			}
			s, with := c.recv.str(), c.Text(1)
			if grown := int64(strings.Count(s, old)) * int64(len(with)-len(old)); grown > maxTextBytes {
				return Nil, Fail("limit", "a text of more than %d bytes", maxTextBytes)
			}
			return String(strings.ReplaceAll(s, old, with)), nil
		},
	}, {
		Sig: "repeat(n: int) -> string", Doc: "the text n times", Example: `"ab".repeat(2)  # abab`, Fails: "value limit",
		Do: func(c *Call) (Value, error) { return ok(repeat(c.recv, c.Int(0))) },
	}, {
		Sig: "pad_start(n: int, fill: string = \" \") -> string", Doc: "filled up at the start to n characters", Example: `"7".pad_start(3, "0")  # 007`, Fails: "value",
		Do: func(c *Call) (Value, error) { return c.pad(true) },
	}, {
		Sig: "pad_end(n: int, fill: string = \" \") -> string", Doc: "filled up at the end to n characters", Example: `"ab".pad_end(4, ".")  # ab..`, Fails: "value",
		Do: func(c *Call) (Value, error) { return c.pad(false) },
	}, {
		Sig: "reversed() -> string", Doc: "the characters from the last to the first", Example: `"abc".reversed()  # cba`, Do: textMethod(reverseText),
	},
}
