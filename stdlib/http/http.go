// Package http is the module http: requests, with the connections of a run
// pooled. What a run may reach is granted by Hosts and All.
package http

import (
	"strings"

	"github.com/tgscript/tgscript/runtime"
)

// What the functions take by name: what to send, how to ask, and what to make
// of the answer. Their parameters stand in this order.
const (
	sending = `json: any = nil, form: map = nil, body: src = nil`
	asking  = `headers: map = {}, query: map = {}, auth: string | list = nil, timeout: duration = 30s, ` +
		`follow: bool = true, max: int = 67108864, ` +
		`ca: string = nil, cert: string = nil, key: string = nil, insecure: bool = false`
	taking = `check: bool = true, stream: bool = false`
	// A download may take long and be large.
	fetching = `headers: map = {}, query: map = {}, auth: string | list = nil, timeout: duration = nil, ` +
		`follow: bool = true, max: int = nil, ` +
		`ca: string = nil, cert: string = nil, key: string = nil, insecure: bool = false`
	// A client's methods have from the client what is not given.
	overriding = `headers: map = {}, query: map = {}, auth: string | list = nil, timeout: duration = nil, ` +
		`follow: bool = nil, max: int = nil, ` +
		`ca: string = nil, cert: string = nil, key: string = nil, insecure: bool = nil, ` +
		`check: bool = nil, stream: bool = nil`
)

const failures = "http io timeout value denied"

// Module is the module http.
var Module = &runtime.Module{
	Name: "http",
	Doc:  "requests to servers",
	Funcs: append(verbs(asking+", "+taking, plain),
		&runtime.Func{
			Sig:     "client(*, base: string = nil, cookies: bool = false, " + asking + ", " + taking + ") -> client",
			Doc:     "an object with the same functions: paths are below base, the rest is what they take where nothing else is given; credentials go to base's host alone",
			Example: `http.client(base: "https://api.example.com/v1", auth: "token")  # ...`,
			Fails:   "value",
			Do:      newClient,
		},
		&runtime.Func{
			Sig:     "download(url: string, path: string, *, sha256: string = nil, " + fetching + ") -> map",
			Doc:     "what is at a URL as a file, which appears when all of it is there and has the checksum: {path, size, sha256}",
			Example: `http.download("https://example.com/a.tar.gz", "a.tar.gz", sha256: "9f86d0…")  # ...`,
			Fails:   failures,
			Do:      download,
		},
	),
}

// methods are the requests that have a function each.
var methods = []struct{ name, method, doc, example string }{
	{"get", "GET", "what is at a URL", `http.get("https://api.example.com/users", query: {page: 2}).json()  # ...`},
	{"post", "POST", "sends json:, form: or body: to a URL", `http.post("https://api.example.com/users", json: {name: "Ann"}).status  # ...`},
	{"put", "PUT", "stores json:, form: or body: at a URL", `http.put("https://api.example.com/notes/1", body: "text").status  # ...`},
	{"patch", "PATCH", "changes what is at a URL by json:, form: or body:", `http.patch("https://api.example.com/users/1", json: {age: 4}).json()  # ...`},
	{"delete", "DELETE", "removes what is at a URL", `http.delete("https://api.example.com/users/1").status  # ...`},
	{"head", "HEAD", "status and headers of what is at a URL", `http.head("https://example.com/a.iso").headers["content-length"]  # ...`},
}

// verbs gives the functions that make a request with the settings that base
// gives for a call.
func verbs(options string, base func(*runtime.Call) settings) []*runtime.Func {
	all := make([]*runtime.Func, 0, len(methods)+3) // and request, and two of the module
	for _, m := range methods {
		all = append(all, &runtime.Func{
			Sig:     m.name + "(url: string, *, " + sending + ", " + options + ") -> response",
			Doc:     m.doc + "; a status of 400 or more fails, unless check: false",
			Example: m.example,
			Fails:   failures,
			Do: func(c *runtime.Call) (runtime.Value, error) {
				return call(c, m.method, c.Text(0), 1, base)
			},
		})
	}
	return append(all, &runtime.Func{
		Sig:     "request(method: string, url: string, *, " + sending + ", " + options + ") -> response",
		Doc:     "a request of any method; a status of 400 or more fails, unless check: false",
		Example: `http.request("OPTIONS", "https://example.com/").headers.allow  # ...`,
		Fails:   failures,
		Do: func(c *runtime.Call) (runtime.Value, error) {
			return call(c, strings.ToUpper(c.Text(0)), c.Text(1), 2, base)
		},
	})
}

// call makes a request; its options begin at the parameter from.
func call(c *runtime.Call, method, address string, from int, base func(*runtime.Call) settings) (runtime.Value, error) {
	r := &request{settings: base(c), method: method}
	if err := r.locate(address); err != nil {
		return runtime.Nil, err
	}
	if err := r.read(c, from+sendingParams, askingParams+takingParams); err != nil {
		return runtime.Nil, err
	}
	if err := r.content(c, from); err != nil {
		return runtime.Nil, err
	}
	resp, err := r.send(c)
	if err == nil {
		err = resp.finish(c, r)
	}
	if err != nil {
		return runtime.Nil, err
	}
	return runtime.NewHost(responseType, resp), nil
}

func field(name string, v runtime.Value) runtime.Named { return runtime.Named{Name: name, Value: v} }
