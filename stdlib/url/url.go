// Package url is the module url: the parts of URLs. It touches nothing.
package url

import (
	"errors"
	"net"
	"net/url"
	"strconv"
	"strings"

	"github.com/tgscript/tgscript/runtime"
	"github.com/tgscript/tgscript/stdlib/internal/source"
)

// Module is the module url.
var Module = &runtime.Module{
	Name: "url",
	Doc:  "taking URLs apart and putting them together",
	Funcs: []*runtime.Func{
		{
			Sig:     "parse(s: string) -> map",
			Doc:     "{scheme, user, host, port, path, query, fragment}: nil for what is absent, path as it stands, the rest decoded; query is a map, a name that is there several times has a list",
			Example: `url.parse("http://a.example:81/x?q=1").port  # 81`,
			Fails:   "parse",
			Do:      parse,
		},
		{
			Sig:     "build(parts: map) -> string",
			Doc:     "the URL of such a map; what is missing in it is left out",
			Example: `url.build({scheme: "https", host: "a.example", path: "/x y", query: {q: "a&b"}})  # "https://a.example/x%20y?q=a%26b"`,
			Fails:   "value type",
			Do:      build,
		},
		{
			Sig:     "join(base: string, ref: string) -> string",
			Doc:     "where a reference in a document leads whose URL is base",
			Example: `url.join("https://a.example/docs/x", "../y")  # "https://a.example/y"`,
			Fails:   "parse",
			Do: func(c *runtime.Call) (runtime.Value, error) {
				base, err := read(c.Text(0))
				if err != nil {
					return runtime.Nil, err
				}
				ref, err := read(c.Text(1))
				if err != nil {
					return runtime.Nil, err
				}
				c.Charge(1)
				return runtime.String(base.ResolveReference(ref).String()), nil
			},
		},
	},
}

func read(s string) (*url.URL, error) {
	u, err := url.Parse(s)
	if err != nil {
		return nil, malformed(s, err)
	}
	return u, nil
}

func malformed(s string, err error) error {
	if inner := new(url.Error); errors.As(err, &inner) {
		err = inner.Err
	}
	return runtime.Fail("parse", "%q is no URL: %w", s, err)
}

func parse(c *runtime.Call) (runtime.Value, error) {
	c.Charge(1)
	u, err := read(c.Text(0))
	if err != nil {
		return runtime.Nil, err
	}
	query, err := readQuery(u.RawQuery)
	if err != nil {
		return runtime.Nil, malformed(c.Text(0), err)
	}
	path := u.EscapedPath()
	if u.Opaque != "" { // mailto:ann@example.com
		path = u.Opaque
	}
	var user, port runtime.Value
	if u.User != nil {
		name := u.User.Username()
		if password, ok := u.User.Password(); ok {
			name += ":" + password
		}
		user = textOrNil(name)
	}
	if n, err := strconv.ParseUint(u.Port(), 10, 16); err == nil {
		port = runtime.Int(int64(n))
	} else if u.Port() != "" {
		return runtime.Nil, malformed(c.Text(0), errors.New("the port is above 65535"))
	}
	return runtime.NewMap(
		field("scheme", textOrNil(u.Scheme)),
		field("user", user),
		field("host", textOrNil(u.Hostname())),
		field("port", port),
		field("path", runtime.String(path)),
		field("query", query),
		field("fragment", textOrNil(u.Fragment)),
	), nil
}

func field(name string, v runtime.Value) runtime.Named { return runtime.Named{Name: name, Value: v} }

func textOrNil(s string) runtime.Value {
	if s == "" {
		return runtime.Nil
	}
	return runtime.String(valid(s))
}

func valid(s string) string { return source.ValidText([]byte(s)) }

// readQuery gives the pairs of a query in their order.
func readQuery(raw string) (runtime.Value, error) {
	values := map[string][]runtime.Value{}
	var order []string
	for pair := range strings.SplitSeq(raw, "&") {
		if pair == "" {
			continue
		}
		name, text, _ := strings.Cut(pair, "=")
		name, err := url.QueryUnescape(name)
		if err != nil {
			return runtime.Nil, err
		}
		text, err = url.QueryUnescape(text)
		if err != nil {
			return runtime.Nil, err
		}
		if values[name] == nil {
			order = append(order, name)
		}
		values[name] = append(values[name], runtime.String(valid(text)))
	}
	var b runtime.MapBuilder
	for _, name := range order {
		if all := values[name]; len(all) > 1 {
			b.Set(valid(name), runtime.NewList(all))
		} else {
			b.Set(valid(name), all[0])
		}
	}
	return b.Map(), nil
}

func build(c *runtime.Call) (runtime.Value, error) {
	c.Charge(1)
	var u url.URL
	for k, v := range c.Arg(0).All() {
		if v.IsNil() {
			continue
		}
		if err := put(&u, k.String(), v); err != nil {
			return runtime.Nil, err
		}
	}
	if u.Host != "" && u.Path != "" && !strings.HasPrefix(u.Path, "/") {
		u.Path, u.RawPath = "/"+u.Path, "/"+u.RawPath
	}
	port, _ := c.Arg(0).Get("port")
	if port.IsNil() {
		if strings.Contains(u.Host, ":") && !strings.HasPrefix(u.Host, "[") {
			u.Host = "[" + u.Host + "]"
		}
		return runtime.String(u.String()), nil
	}
	if u.Host == "" {
		return runtime.Nil, runtime.Fail("value", "a port needs a host")
	}
	u.Host = net.JoinHostPort(strings.Trim(u.Host, "[]"), port.String())
	return runtime.String(u.String()), nil
}

// put sets one part of a URL.
func put(u *url.URL, name string, v runtime.Value) error {
	switch name {
	case "query":
		if v.Kind() != runtime.KindMap {
			return runtime.Fail("type", "query must be a map, got %s", v.Kind())
		}
		query, err := writeQuery(v)
		u.RawQuery = query
		return err
	case "port":
		if n, ok := v.AsInt(); !ok || n < 0 || n > 65535 {
			return runtime.Fail("value", "port must be an int from 0 to 65535, got %s", v)
		}
		return nil
	}
	text, ok := v.AsString()
	if !ok {
		return runtime.Fail("type", "%s must be a string, got %s", name, v.Kind())
	}
	switch name {
	case "scheme":
		u.Scheme = text
	case "user":
		if user, password, ok := strings.Cut(text, ":"); ok {
			u.User = url.UserPassword(user, password)
		} else {
			u.User = url.User(text)
		}
	case "host":
		if strings.ContainsAny(text, "/?#@ ") {
			return runtime.Fail("value", "%q is no host", text)
		}
		u.Host = text
	case "path":
		// What is escaped already stays so, the rest gets escaped.
		u.Path, u.RawPath = text, ""
		if plain, err := url.PathUnescape(text); err == nil {
			u.Path, u.RawPath = plain, text
		}
	case "fragment":
		u.Fragment = text
	default:
		return runtime.Fail("value", "a URL has no part %q: it has scheme, user, host, port, path, query, fragment", name)
	}
	return nil
}

func writeQuery(m runtime.Value) (string, error) {
	var pairs []string
	for k, v := range m.All() {
		items := []runtime.Value{v}
		if v.Kind() == runtime.KindList {
			items = v.List()
		}
		for _, item := range items {
			switch item.Kind() {
			case runtime.KindNil:
				continue
			case runtime.KindList, runtime.KindMap, runtime.KindFunction, runtime.KindHost, runtime.KindBytes:
				return "", runtime.Fail("type", "query: %s must be text, a number or a list of them, got %s", k, item.Kind())
			}
			pairs = append(pairs, url.QueryEscape(k.String())+"="+url.QueryEscape(item.String()))
		}
	}
	return strings.Join(pairs, "&"), nil
}
