package http

import (
	"bufio"
	"context"
	"errors"
	"io"
	"maps"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/tgscript/tgscript/runtime"
	"github.com/tgscript/tgscript/stdlib/internal/feed"
	"github.com/tgscript/tgscript/stdlib/internal/source"
	"github.com/tgscript/tgscript/stdlib/json"
)

// response is a server's answer.
type response struct {
	request  *request
	status   int
	url      string
	duration time.Duration // until the body was read, or the headers where it streams
	header   http.Header
	headers  runtime.Value

	turn chan struct{} // holds a token while somebody reads the body
	body []byte
	text func() runtime.Value // the body once it was read
	live *live                // where the body is still to be read; nil afterwards
}

// live is a body on its way.
type live struct {
	span
	io.ReadCloser
	pool *pool
}

// Close ends the request.
func (l *live) Close() error {
	l.detach()
	l.cancel(nil)
	l.pool.forget(l)
	return l.ReadCloser.Close()
}

var responseType = &runtime.Type{
	Name: "response",
	Doc:  "what a server answered",
	Text: func(data any) string {
		r := data.(*response)
		return "<response " + strings.TrimSpace(runtime.Int(int64(r.status)).String()+" "+http.StatusText(r.status)) + ">"
	},
	Fields: []runtime.Field{
		{Name: "status", Doc: "the code, as 200", Get: func(data any) runtime.Value {
			return runtime.Int(int64(data.(*response).status))
		}},
		{Name: "url", Doc: "where the answer came from, after redirects", Get: func(data any) runtime.Value {
			return runtime.String(data.(*response).url)
		}},
		{Name: "duration", Doc: "how long it took", Get: func(data any) runtime.Value {
			return runtime.Duration(data.(*response).duration)
		}},
		{Name: "headers", Doc: "a map by names in lower case; several of one name are joined by commas", Get: func(data any) runtime.Value {
			return data.(*response).headers
		}},
		{Name: "body", Doc: "the body as text; nil with stream: true, where text() reads it", Get: func(data any) runtime.Value {
			r := data.(*response)
			if r.request.stream {
				return runtime.Nil
			}
			return r.text()
		}},
	},
	Methods: []*runtime.Func{
		{
			Sig:     "json() -> any",
			Doc:     "the value that the body stands for in JSON",
			Example: `http.get("https://api.example.com/me").json().name  # ...`,
			Fails:   "parse io value",
			Do: func(c *runtime.Call) (runtime.Value, error) {
				b, err := c.Data().(*response).all(c.Context())
				if err != nil {
					return runtime.Nil, err
				}
				c.Charge(json.Weight(b))
				return json.ParseBytes(b)
			},
		},
		{
			Sig:     "text() -> string",
			Doc:     "the body as text",
			Example: `http.get("https://example.com/").text()  # ...`,
			Fails:   "io value",
			Do: func(c *runtime.Call) (runtime.Value, error) {
				r := c.Data().(*response)
				if _, err := r.all(c.Context()); err != nil {
					return runtime.Nil, err
				}
				return r.text(), nil
			},
		},
		{
			Sig:     "bytes() -> bytes",
			Doc:     "the body as it is",
			Example: `http.get("https://example.com/a.png").bytes()  # ...`,
			Fails:   "io value",
			Do: func(c *runtime.Call) (runtime.Value, error) {
				b, err := c.Data().(*response).all(c.Context())
				return runtime.Bytes(b), err
			},
		},
		{
			Sig:     "lines() -> stream",
			Doc:     "the lines of the body, with stream: true as they come",
			Example: `http.get("https://example.com/events", stream: true).lines()  # ...`,
			Fails:   "io value",
			Do:      lines,
		},
		{
			Sig:     "header_list(name: string) -> list",
			Doc:     "all values of a header, one by one",
			Example: `http.get("https://example.com/").header_list("set-cookie")  # ...`,
			Do: func(c *runtime.Call) (runtime.Value, error) {
				var all []runtime.Value
				for _, text := range c.Data().(*response).header.Values(c.Text(0)) {
					all = append(all, headerText(text))
				}
				c.Charge(1)
				return runtime.NewList(all), nil
			},
		},
	},
}

// newResponse gives the answer of net/http, its body on its way.
func newResponse(r *request, res *http.Response, s span, p *pool, began time.Time) *response {
	final := *res.Request.URL
	final.User = nil
	l := &live{span: s, ReadCloser: res.Body, pool: p}
	p.keep(l)
	answer := &response{
		request:  r,
		status:   res.StatusCode,
		url:      final.String(),
		duration: time.Since(began),
		header:   res.Header,
		headers:  headerMap(res.Header),
		turn:     make(chan struct{}, 1),
		live:     l,
	}
	answer.text = sync.OnceValue(func() runtime.Value {
		return runtime.String(source.ValidText(answer.body))
	})
	return answer
}

func headerMap(h http.Header) runtime.Value {
	var b runtime.MapBuilder
	for _, name := range slices.Sorted(maps.Keys(h)) {
		b.Set(strings.ToLower(name), headerText(strings.Join(h[name], ", ")))
	}
	return b.Map()
}

func headerText(s string) runtime.Value { return runtime.String(source.ValidText([]byte(s))) }

// finish reads the body, unless it streams, and fails for a bad status.
func (r *response) finish(c *runtime.Call, req *request) error {
	bad := r.status >= 400 && req.check
	if req.stream && !bad {
		r.live.detach()
		return nil
	}
	began := time.Now()
	if _, err := r.all(c.Context()); err != nil {
		return err
	}
	r.duration += time.Since(began)
	c.Charge(len(r.body))
	if bad {
		return r.refusal(req.method)
	}
	return nil
}

// all gives the whole body, which it waits for once. A child that is cancelled
// here ends the request.
func (r *response) all(ctx context.Context) ([]byte, error) {
	l, leave, err := r.take(ctx)
	if err != nil || l == nil {
		return r.body, err
	}
	defer leave()
	b, err := r.readAll(l)
	r.body = b
	return b, err
}

// take has the body's turn, if it is still to be read, until leave.
func (r *response) take(ctx context.Context) (l *live, leave func(), err error) {
	select {
	case r.turn <- struct{}{}:
	case <-ctx.Done():
		return nil, nil, context.Cause(ctx)
	}
	if r.live == nil {
		<-r.turn
		if r.body == nil {
			return nil, nil, runtime.Fail("value", "the body of %s has been read already", r.url)
		}
		return nil, nil, nil
	}
	l = r.live
	r.live = nil
	stop := context.AfterFunc(ctx, func() { l.cancel(context.Cause(ctx)) })
	return l, func() {
		stop()
		l.Close()
		<-r.turn
	}, nil
}

func (r *response) readAll(l *live) ([]byte, error) {
	b, err := io.ReadAll(io.LimitReader(l, r.request.max+1))
	switch {
	case err != nil:
		return nil, r.request.failure(l.span, err)
	case int64(len(b)) > r.request.max:
		return nil, tooLarge(r.url, r.request.max)
	}
	return b[:len(b):len(b)], nil
}

func tooLarge(url string, limit int64) error {
	return runtime.Fail("value", "the body of %s has more than %d bytes", url, limit).
		With(runtime.NewMap(field("max", runtime.Int(limit))))
}

func lines(c *runtime.Call) (runtime.Value, error) {
	r := c.Data().(*response)
	if !r.request.stream {
		s, err := source.Lines(runtime.Bytes(r.body))
		return runtime.NewStream(s), err
	}
	return feed.New(c, r.emitLines), nil
}

// emitLines gives the lines of the body as they come.
func (r *response) emitLines(ctx context.Context, emit func(runtime.Value) error) error {
	l, leave, err := r.take(ctx)
	if err != nil {
		return err
	}
	if l == nil {
		return emitLines(r, strings.NewReader(string(r.body)), emit)
	}
	defer leave()
	err = emitLines(r, l, emit)
	if err != nil && !errors.As(err, new(*runtime.Error)) {
		return r.request.failure(l.span, err)
	}
	return err
}

func emitLines(r *response, from io.Reader, emit func(runtime.Value) error) error {
	buffer := bufio.NewReaderSize(from, 64<<10)
	var line []byte
	for {
		part, err := buffer.ReadSlice('\n')
		line = append(line, part...)
		if int64(len(line)) > r.request.max {
			return tooLarge("a line of "+r.url, r.request.max)
		}
		if errors.Is(err, bufio.ErrBufferFull) {
			continue
		}
		if err == nil || len(line) > 0 && errors.Is(err, io.EOF) {
			if err := emit(runtime.String(source.ValidText(source.TrimEnd(line)))); err != nil {
				return err
			}
			line = line[:0]
		}
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
	}
}
