package http

import (
	"context"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/tgscript/tgscript/runtime"
)

// maxRedirects is how many a request follows.
const maxRedirects = 10

// request is one request of a script, with the redirects that it follows.
type request struct {
	settings
	method string
	url    *url.URL
	body   *body // nil: none
}

// locate sets the URL: below base, or one of its own. What credentials a
// client has are for its base's origin alone.
func (r *request) locate(address string) (err error) {
	if r.base == nil || strings.Contains(address, "://") {
		if r.url, err = parse(address); err != nil {
			return err
		}
		if r.base != nil && !sameOrigin(r.base, r.url) {
			r.auth = ""
			dropCredentials(r.headers)
		}
		return nil
	}
	joined := r.base.String()
	if address != "" {
		path, query, _ := strings.Cut(joined, "?")
		if query != "" {
			query = "?" + query
		}
		joined = strings.TrimSuffix(path, "/") + query
		if strings.HasPrefix(address, "?") {
			joined += address
		} else {
			joined = strings.TrimSuffix(path, "/") + "/" + strings.TrimPrefix(address, "/")
		}
	}
	r.url, err = parse(joined)
	return err
}

// shown is the URL without its password, for messages.
func (r *request) shown() string { return r.url.Redacted() }

// span is the time of a request: until its timeout, the child's end or cancel.
type span struct {
	context.Context
	cancel context.CancelCauseFunc
	// detach frees the request of timeout and child: from then on cancel alone
	// ends it.
	detach func()
}

func (r *request) begin(child context.Context) span {
	ctx, cancel := context.WithCancelCause(context.WithoutCancel(child))
	leave := context.AfterFunc(child, func() { cancel(context.Cause(child)) })
	detach := func() { leave() }
	if r.timeout > 0 {
		timer := time.AfterFunc(r.timeout, func() { cancel(errTimeout) })
		detach = func() { leave(); timer.Stop() }
	}
	return span{ctx, cancel, detach}
}

// send sends the request and gives the answer, its body still to be read. The
// answer must be closed.
func (r *request) send(c *runtime.Call) (*response, error) {
	p := poolOf(c)
	if err := p.access.check(r.url); err != nil {
		return nil, err
	}
	transport, err := p.transport(r.trust)
	if err != nil {
		return nil, err
	}
	s := r.begin(c.Context())
	fail := func(err error) (*response, error) {
		err = r.failure(s, err)
		s.detach()
		s.cancel(nil)
		return nil, err
	}
	req, err := r.build(s)
	if err != nil {
		return fail(err)
	}
	client := &http.Client{Transport: transport, Jar: r.jar, CheckRedirect: r.redirect(p.access)}
	began := time.Now()
	res, err := client.Do(req)
	if err != nil {
		return fail(err)
	}
	return newResponse(r, res, s, p, began), nil
}

// build gives the request for net/http.
func (r *request) build(ctx context.Context) (*http.Request, error) {
	u := *r.url
	for _, pair := range r.query {
		if u.RawQuery != "" {
			u.RawQuery += "&"
		}
		u.RawQuery += pair
	}
	r.url = &u
	req, err := http.NewRequestWithContext(ctx, r.method, u.String(), nil)
	if err != nil {
		return nil, runtime.Fail("value", "%q is no method", r.method)
	}
	req.Header = r.headers
	if req.Header.Get("User-Agent") == "" {
		req.Header.Set("User-Agent", "tgscript")
	}
	if r.auth != "" && req.Header.Get("Authorization") == "" {
		req.Header.Set("Authorization", r.auth)
	}
	if host := req.Header.Get("Host"); host != "" {
		req.Host = host
	}
	if r.body == nil {
		return req, nil
	}
	if r.body.contentType != "" && req.Header.Get("Content-Type") == "" {
		req.Header.Set("Content-Type", r.body.contentType)
	}
	req.ContentLength = r.body.length
	if r.body.again {
		req.GetBody = func() (io.ReadCloser, error) { return r.body.open(ctx) }
	}
	req.Body, err = r.body.open(ctx)
	if req.ContentLength == 0 {
		req.Body = http.NoBody
	}
	return req, err
}

// redirect decides about each redirect.
func (r *request) redirect(a access) func(*http.Request, []*http.Request) error {
	return func(next *http.Request, before []*http.Request) error {
		if !r.follow {
			return http.ErrUseLastResponse
		}
		if len(before) > maxRedirects {
			return runtime.Fail("http", "%s %s: more than %d redirects", r.method, r.shown(), maxRedirects).
				With(runtime.NewMap(field("url", runtime.String(next.URL.Redacted())), field("method", runtime.String(r.method))))
		}
		if next.URL.Scheme != "http" && next.URL.Scheme != "https" {
			return runtime.Fail("http", "%s %s: a redirect to %s", r.method, r.shown(), next.URL.Redacted())
		}
		if err := a.check(next.URL); err != nil {
			return err
		}
		// Once another host was involved the credentials stay away, also from
		// the first one: who redirects back chooses what is asked.
		for _, req := range append(before[1:len(before):len(before)], next) {
			if !sameOrigin(before[0].URL, req.URL) {
				dropCredentials(next.Header)
				break
			}
		}
		return nil
	}
}

// sameOrigin tells whether what one URL's server may know is for another's
// too: the same host and port, or its change from http to https.
func sameOrigin(a, b *url.URL) bool {
	if canonical(a.Hostname()) != canonical(b.Hostname()) {
		return false
	}
	if a.Scheme == b.Scheme {
		return portOf(a) == portOf(b)
	}
	return a.Scheme == "http" && portOf(a) == "80" && b.Scheme == "https" && portOf(b) == "443"
}

// dropCredentials takes out the headers that say who asks, and where from.
func dropCredentials(headers http.Header) {
	for name := range headers {
		low := strings.ToLower(name)
		for _, part := range []string{"auth", "cookie", "token", "secret", "api-key", "apikey", "referer"} {
			if strings.Contains(low, part) {
				headers.Del(name)
			}
		}
	}
}
