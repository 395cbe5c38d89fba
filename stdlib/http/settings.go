package http

import (
	"encoding/base64"
	"io"
	"math"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/tgscript/tgscript/runtime"
	"github.com/tgscript/tgscript/stdlib/fs"
)

// settings are how to make a request and what to make of the answer.
type settings struct {
	base                  *url.URL // of a client; nil without one
	headers               http.Header
	query                 []string // pairs as they stand in a URL
	auth                  string   // the header Authorization
	timeout               time.Duration
	follow, check, stream bool
	max                   int64
	trust                 trust
	jar                   http.CookieJar
}

// The parameters, counted from the first of each constant of signatures.
const (
	paramHeaders = iota
	paramQuery
	paramAuth
	paramTimeout
	paramFollow
	paramMax
	paramCA
	paramCert
	paramKey
	paramInsecure
	paramCheck
	paramStream

	askingParams  = paramCheck
	takingParams  = 2
	sendingParams = 3
)

// plain is what the functions of the module begin with.
func plain() settings { return settings{headers: http.Header{}} }

// client is an object with settings that its methods begin with.
type client struct{ settings }

// clientType is made when the first client is: its methods are the module's
// functions with other defaults.
var clientType = sync.OnceValue(func() *runtime.Type {
	t := &runtime.Type{Name: "client", Doc: "requests that share their settings; see http.client"}
	for _, verb := range verbs {
		t.Methods = append(t.Methods, &runtime.Func{
			Sig: strings.Replace(verb.Sig, asking+", "+taking, overriding, 1),
			Doc: verb.Doc, Example: verb.Example, Fails: verb.Fails, Do: verb.Do,
		})
	}
	return t
})

// settingsOf gives what a call begins with: of a method, what its client has.
func settingsOf(c *runtime.Call) settings {
	if c.Receiver().IsNil() {
		return plain()
	}
	s := c.Data().(*client).settings
	s.headers = s.headers.Clone()
	s.query = slices.Clone(s.query)
	return s
}

func newClient(c *runtime.Call) (runtime.Value, error) {
	s := plain()
	if c.Given(0) {
		base, err := parse(c.Text(0))
		if err != nil {
			return runtime.Nil, err
		}
		s.base = base
	}
	if c.Bool(1) {
		s.jar, _ = cookiejar.New(nil) // never fails
	}
	if err := s.read(c, 2, askingParams+takingParams); err != nil {
		return runtime.Nil, err
	}
	return runtime.NewHost(clientType(), &client{s}), nil
}

// read takes over what was given of n parameters that begin at from.
func (s *settings) read(c *runtime.Call, from, n int) error {
	given := func(i int) bool { return i < n && c.Given(from+i) }
	if err := s.readHeaders(c.Arg(from + paramHeaders)); err != nil {
		return err
	}
	pairs, err := pairs("query", c.Arg(from+paramQuery))
	if err != nil {
		return err
	}
	s.query = append(s.query, pairs...)
	if given(paramAuth) {
		if s.auth, err = authorization(c.Arg(from + paramAuth)); err != nil {
			return err
		}
	}
	if given(paramTimeout) {
		s.timeout = c.Duration(from + paramTimeout)
		if s.timeout <= 0 && !c.Arg(from+paramTimeout).IsNil() {
			return runtime.Fail("value", "timeout: %s is not above 0", s.timeout)
		}
	}
	if given(paramMax) || s.max == 0 {
		s.max = c.Int(from + paramMax)
		if c.Arg(from + paramMax).IsNil() {
			s.max = math.MaxInt64 - 1
		}
		if s.max < 1 {
			return runtime.Fail("value", "max: %d is not above 0", s.max)
		}
	}
	for i, to := range map[int]*bool{
		paramFollow: &s.follow, paramCheck: &s.check, paramStream: &s.stream, paramInsecure: &s.trust.insecure,
	} {
		if given(i) {
			*to = c.Bool(from + i)
		}
	}
	for i, to := range map[int]*string{paramCA: &s.trust.ca, paramCert: &s.trust.cert, paramKey: &s.trust.key} {
		if given(i) {
			if *to, err = pemText(c, c.Text(from+i)); err != nil {
				return err
			}
		}
	}
	return nil
}

// pemText gives what ca:, cert: or key: means: a PEM text itself, or the file
// that has it.
func pemText(c *runtime.Call, text string) (string, error) {
	if text == "" || strings.Contains(text, "-----BEGIN") {
		return text, nil
	}
	f, _, err := fs.Open(c, text)
	if err != nil {
		return "", err
	}
	defer f.Close()
	b, err := io.ReadAll(io.LimitReader(f, 1<<20))
	if err != nil {
		return "", runtime.Fail("io", "cannot read %s: %w", text, err)
	}
	return string(b), nil
}

// readHeaders sets headers; nil takes one of the client's away.
func (s *settings) readHeaders(m runtime.Value) error {
	for k, v := range m.All() {
		name := k.String()
		if !isToken(name) {
			return runtime.Fail("value", "%q is no name of a header", name)
		}
		s.headers.Del(name)
		texts, err := texts("headers", name, v)
		if err != nil {
			return err
		}
		for _, text := range texts {
			if strings.ContainsAny(text, "\r\n\x00") {
				return runtime.Fail("value", "the header %s has more than one line", name)
			}
			s.headers.Add(name, text)
		}
	}
	return nil
}

// isToken tells whether HTTP can have a name.
func isToken(s string) bool {
	const others = "!#$%&'*+-.^_`|~"
	for _, r := range s {
		if !('a' <= r && r <= 'z' || 'A' <= r && r <= 'Z' || '0' <= r && r <= '9' || strings.ContainsRune(others, r)) {
			return false
		}
	}
	return s != ""
}

// pairs gives a map in the form of URLs: a list is the same name several
// times, nil is left out.
func pairs(param string, m runtime.Value) ([]string, error) {
	var all []string
	for k, v := range m.All() {
		texts, err := texts(param, k.String(), v)
		if err != nil {
			return nil, err
		}
		for _, text := range texts {
			all = append(all, url.QueryEscape(k.String())+"="+url.QueryEscape(text))
		}
	}
	return all, nil
}

// texts gives the value that a map has for a name as texts: none for nil, each
// element of a list.
func texts(param, name string, v runtime.Value) ([]string, error) {
	switch v.Kind() {
	case runtime.KindNil:
		return nil, nil
	case runtime.KindList:
		var all []string
		for _, item := range v.List() {
			if item.Kind() == runtime.KindList {
				return nil, runtime.Fail("type", "%s: %s is a list in a list", param, name)
			}
			one, err := texts(param, name, item)
			if err != nil {
				return nil, err
			}
			all = append(all, one...)
		}
		return all, nil
	case runtime.KindString, runtime.KindInt, runtime.KindFloat, runtime.KindBool, runtime.KindDuration, runtime.KindTime:
		return []string{v.String()}, nil
	}
	return nil, runtime.Fail("type", "%s: %s must be text, a number or a list of them, got %s", param, name, v.Kind())
}

// authorization gives the header for auth:.
func authorization(v runtime.Value) (string, error) {
	if v.IsNil() {
		return "", nil
	}
	token, ok := v.AsString()
	if ok {
		if strings.ContainsAny(token, "\r\n\x00") {
			return "", runtime.Fail("value", "auth: the token has more than one line")
		}
		return "Bearer " + token, nil
	}
	pair := v.List()
	if len(pair) == 2 && pair[0].Kind() == runtime.KindString && pair[1].Kind() == runtime.KindString {
		return "Basic " + base64.StdEncoding.EncodeToString([]byte(pair[0].String()+":"+pair[1].String())), nil
	}
	return "", runtime.Fail("value", "auth: is a token or [user, password]")
}

// parse reads the URL of a server.
func parse(address string) (*url.URL, error) {
	u, err := url.Parse(address)
	if err != nil {
		if inner, ok := err.(*url.Error); ok {
			err = inner.Err
		}
		return nil, runtime.Fail("value", "%q is no URL: %w", address, err)
	}
	if u.Scheme != "http" && u.Scheme != "https" {
		return nil, runtime.Fail("value", "%q must begin with http:// or https://", address)
	}
	if u.Hostname() == "" {
		return nil, runtime.Fail("value", "%q names no host", address)
	}
	return u, nil
}
