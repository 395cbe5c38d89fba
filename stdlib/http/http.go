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
	Funcs: append(verbs,
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

// What the functions that make a request have in common.
const (
	toURL    = "(url: string, *, " + sending + ", " + asking + ", " + taking + ") -> response"
	refusing = "; a status of 400 or more fails, unless check: false"
)

// verbs are the functions that make a request, of the module and of a client.
// They are constants, as the other modules' are, which cost nothing at start.
var verbs = []*runtime.Func{
	{
		Sig:     "get" + toURL,
		Doc:     "what is at a URL" + refusing,
		Example: `http.get("https://api.example.com/users", query: {page: 2}).json()  # ...`,
		Fails:   failures,
		Do:      func(c *runtime.Call) (runtime.Value, error) { return call(c, "GET", c.Text(0), 1) },
	},
	{
		Sig:     "post" + toURL,
		Doc:     "sends json:, form: or body: to a URL" + refusing,
		Example: `http.post("https://api.example.com/users", json: {name: "Ann"}).status  # ...`,
		Fails:   failures,
		Do:      func(c *runtime.Call) (runtime.Value, error) { return call(c, "POST", c.Text(0), 1) },
	},
	{
		Sig:     "put" + toURL,
		Doc:     "stores json:, form: or body: at a URL" + refusing,
		Example: `http.put("https://api.example.com/notes/1", body: "text").status  # ...`,
		Fails:   failures,
		Do:      func(c *runtime.Call) (runtime.Value, error) { return call(c, "PUT", c.Text(0), 1) },
	},
	{
		Sig:     "patch" + toURL,
		Doc:     "changes what is at a URL by json:, form: or body:" + refusing,
		Example: `http.patch("https://api.example.com/users/1", json: {age: 4}).json()  # ...`,
		Fails:   failures,
		Do:      func(c *runtime.Call) (runtime.Value, error) { return call(c, "PATCH", c.Text(0), 1) },
	},
	{
		Sig:     "delete" + toURL,
		Doc:     "removes what is at a URL" + refusing,
		Example: `http.delete("https://api.example.com/users/1").status  # ...`,
		Fails:   failures,
		Do:      func(c *runtime.Call) (runtime.Value, error) { return call(c, "DELETE", c.Text(0), 1) },
	},
	{
		Sig:     "head" + toURL,
		Doc:     "status and headers of what is at a URL" + refusing,
		Example: `http.head("https://example.com/a.iso").headers["content-length"]  # ...`,
		Fails:   failures,
		Do:      func(c *runtime.Call) (runtime.Value, error) { return call(c, "HEAD", c.Text(0), 1) },
	},
	{
		Sig:     "request(method: string, url: string, *, " + sending + ", " + asking + ", " + taking + ") -> response",
		Doc:     "a request of any method" + refusing,
		Example: `http.request("OPTIONS", "https://example.com/").headers.allow  # ...`,
		Fails:   failures,
		Do: func(c *runtime.Call) (runtime.Value, error) {
			return call(c, strings.ToUpper(c.Text(0)), c.Text(1), 2)
		},
	},
}

// call makes a request; its options begin at the parameter from.
func call(c *runtime.Call, method, address string, from int) (runtime.Value, error) {
	r := &request{settings: settingsOf(c), method: method}
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
