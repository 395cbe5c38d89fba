// Package encoding is the module encoding: data in the alphabets that texts,
// URLs and pages allow. JSON and the like are modules of their own.
package encoding

import (
	"encoding/base64"
	"encoding/hex"
	"errors"
	"html"
	"net/url"
	"strings"

	"github.com/tgscript/tgscript/runtime"
	"github.com/tgscript/tgscript/stdlib/internal/source"
)

// Module is the module encoding.
var Module = &runtime.Module{
	Name: "encoding",
	Doc:  "base64, hexadecimal, percent and HTML escapes",
	Funcs: []*runtime.Func{
		{
			Sig:     "base64(x: string | bytes, url: bool = false) -> string",
			Doc:     "x in base64; with url in the alphabet of URLs and without padding",
			Example: `encoding.base64("hi?>")  # "aGk/Pg=="`,
			Do: func(c *runtime.Call) (runtime.Value, error) {
				c.Charge(base64.StdEncoding.EncodedLen(len(data(c))))
				if c.Bool(1) {
					return runtime.String(base64.RawURLEncoding.EncodeToString(data(c))), nil
				}
				return runtime.String(base64.StdEncoding.EncodeToString(data(c))), nil
			},
		},
		{
			Sig:     "from_base64(s: string) -> bytes",
			Doc:     "the bytes of base64 in either alphabet, with padding or without, white space ignored",
			Example: `encoding.from_base64("aGk_Pg").text()  # "hi?>"`,
			Fails:   "parse",
			Do:      fromBase64,
		},
		{
			Sig:     "hex(x: string | bytes) -> string",
			Doc:     "two digits a byte",
			Example: `encoding.hex("hi")  # "6869"`,
			Do: func(c *runtime.Call) (runtime.Value, error) {
				c.Charge(hex.EncodedLen(len(data(c))))
				return runtime.String(hex.EncodeToString(data(c))), nil
			},
		},
		{
			Sig:     "from_hex(s: string) -> bytes",
			Doc:     "the bytes of two digits each",
			Example: `encoding.from_hex("6869").text()  # "hi"`,
			Fails:   "parse",
			Do:      fromHex,
		},
		{
			Sig:     "percent(s: string) -> string",
			Doc:     "s as a part of a URL: everything but letters, digits and -_.~ escaped",
			Example: `encoding.percent("a b/c")  # "a%20b%2Fc"`,
			Do: func(c *runtime.Call) (runtime.Value, error) {
				c.Charge(len(c.Text(0)))
				return runtime.String(strings.ReplaceAll(url.QueryEscape(c.Text(0)), "+", "%20")), nil
			},
		},
		{
			Sig:     "from_percent(s: string) -> string",
			Doc:     "s without its escapes; + stays",
			Example: `encoding.from_percent("a%20b%2Fc")  # "a b/c"`,
			Fails:   "parse",
			Do:      fromPercent,
		},
		{
			Sig:     "html(s: string) -> string",
			Doc:     "s as text or attribute in HTML",
			Example: `encoding.html("a < b")  # "a &lt; b"`,
			Do: func(c *runtime.Call) (runtime.Value, error) {
				c.Charge(len(c.Text(0)))
				return runtime.String(html.EscapeString(c.Text(0))), nil
			},
		},
		{
			Sig:     "from_html(s: string) -> string",
			Doc:     "s with the characters that its entities name",
			Example: `encoding.from_html("a &lt; b &copy;")  # "a < b ©"`,
			Do: func(c *runtime.Call) (runtime.Value, error) {
				c.Charge(len(c.Text(0)))
				return runtime.String(html.UnescapeString(c.Text(0))), nil
			},
		},
	},
}

// data gives the bytes of the first argument.
func data(c *runtime.Call) []byte {
	if b, ok := c.Arg(0).AsBytes(); ok {
		return b
	}
	return []byte(c.Text(0))
}

func fromBase64(c *runtime.Call) (runtime.Value, error) {
	s := c.Text(0)
	c.Charge(len(s))
	var b strings.Builder
	offsets := make([]int, 0, len(s)) // of what is kept, for the error
	for i := range len(s) {
		switch ch := s[i]; ch {
		case ' ', '\t', '\r', '\n':
			continue
		case '-':
			b.WriteByte('+')
		case '_':
			b.WriteByte('/')
		default:
			b.WriteByte(ch)
		}
		offsets = append(offsets, i)
	}
	packed := b.String()
	if len(packed)%4 == 0 {
		packed = strings.TrimSuffix(strings.TrimSuffix(packed, "="), "=")
	}
	if len(packed)%4 == 1 {
		return runtime.Nil, malformed(s, "base64", len(s))
	}
	out, err := base64.RawStdEncoding.DecodeString(packed)
	if at := base64.CorruptInputError(0); errors.As(err, &at) {
		offset := len(s)
		if int(at) < len(offsets) {
			offset = offsets[at]
		}
		return runtime.Nil, malformed(s, "base64", offset)
	}
	return runtime.Bytes(out), nil
}

func fromHex(c *runtime.Call) (runtime.Value, error) {
	s := c.Text(0)
	c.Charge(len(s))
	out, err := hex.DecodeString(s)
	if err == nil {
		return runtime.Bytes(out), nil
	}
	offset := strings.IndexFunc(s, func(r rune) bool { return !strings.ContainsRune("0123456789abcdefABCDEF", r) })
	if offset < 0 {
		offset = len(s) // a digit is missing
	}
	return runtime.Nil, malformed(s, "hexadecimal", offset)
}

func fromPercent(c *runtime.Call) (runtime.Value, error) {
	s := c.Text(0)
	c.Charge(len(s))
	out, err := url.PathUnescape(s)
	if bad := url.EscapeError(""); errors.As(err, &bad) {
		return runtime.Nil, malformed(s, "percent escapes", strings.Index(s, string(bad)))
	}
	return runtime.String(source.ValidText([]byte(out))), nil
}

// malformed is the failure for a text that is not of its form at an offset.
func malformed(s, form string, offset int) error {
	before := s[:offset]
	line := strings.Count(before, "\n") + 1
	column := len([]rune(before[strings.LastIndexByte(before, '\n')+1:])) + 1
	what := "the end of the text"
	if offset < len(s) {
		what = "the character " + string([]rune(s[offset:])[:1])
	}
	return runtime.Fail("parse", "line %d, column %d: %s is no %s", line, column, what, form).With(runtime.NewMap(
		runtime.Named{Name: "line", Value: runtime.Int(int64(line))},
		runtime.Named{Name: "column", Value: runtime.Int(int64(column))},
		runtime.Named{Name: "offset", Value: runtime.Int(int64(len([]rune(before))))},
	))
}
