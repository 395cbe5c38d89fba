package http

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/tgscript/tgscript/runtime"
	"github.com/tgscript/tgscript/stdlib/fs"
	"github.com/tgscript/tgscript/stdlib/internal/trial"
)

var granted = trial.Script{
	Modules: []*runtime.Module{Module},
	Grants:  []runtime.Grant{All(), fs.All()},
}

// against gives granted with the URL of a server.
func against(t *testing.T, handler http.HandlerFunc) trial.Script {
	server := httptest.NewServer(handler)
	t.Cleanup(server.Close)
	s := granted
	s.Globals = runtime.Vars{"url": server.URL}
	return s
}

// echo answers with what it was asked.
func echo(w http.ResponseWriter, r *http.Request) {
	body, _ := io.ReadAll(r.Body)
	w.Header().Set("Content-Type", "text/plain")
	fmt.Fprintf(w, "%s %s %s|%s|%s", r.Method, r.URL.RequestURI(), r.Header.Get("Content-Type"), r.Header.Get("Authorization"), body)
}

func TestRequests(t *testing.T) {
	s := against(t, echo)
	for src, want := range map[string]string{
		`http.get(url + "/a")`: "GET /a ||",
		`http.get(url, query: {q: "a b&c", n: [1, 2], skip: nil})`:                               "GET /?q=a+b%26c&n=1&n=2 ||",
		`http.get(url + "/?x=1", query: {y: true})`:                                              "GET /?x=1&y=true ||",
		`http.post(url, json: {b: 1, a: [nil, 2.5]})`:                                            `POST / application/json||{"b":1,"a":[null,2.5]}`,
		`http.post(url, json: nil)`:                                                              `POST / application/json||null`,
		`http.put(url, form: {a: 1, b: ["x y", "z"]})`:                                           "PUT / application/x-www-form-urlencoded||a=1&b=x+y&b=z",
		`http.patch(url, body: "text", headers: {"content-type": "x/y"})`:                        "PATCH / x/y||text",
		`http.post(url, body: ["a", "b"])`:                                                       "POST / ||a\nb\n",
		`http.delete(url, auth: "token")`:                                                        "DELETE / |Bearer token|",
		`http.get(url, auth: ["ann", "pw"])`:                                                     "GET / |Basic YW5uOnB3|",
		`http.request("report", url)`:                                                            "REPORT / ||",
		`http.client(base: url + "/v1/", auth: "t", query: {k: 1}).get("/users", query: {p: 2})`: "GET /v1/users?k=1&p=2 |Bearer t|",
		`http.client(base: url).get("")`:                                                         "GET / ||",
		`http.client(auth: "t").get(url, auth: "other")`:                                         "GET / |Bearer other|",
		`http.client(headers: {authorization: "x"}).get(url, headers: {Authorization: nil})`:     "GET / ||",
	} {
		t.Run("", func(t *testing.T) { s.Prints(t, "print("+src+".body)", want) })
	}
}

func TestResponse(t *testing.T) {
	s := against(t, func(w http.ResponseWriter, r *http.Request) {
		w.Header().Add("X-Two", "a")
		w.Header().Add("X-Two", "b")
		w.WriteHeader(201)
		io.WriteString(w, "[1, 2.5]\r\n\xff\n")
	})
	s.Prints(t, `
		let r = http.get(url + "/p")
		print(r.status, r.url == url + "/p", r.duration > 0s, r.headers["x-two"], r.header_list("x-two"), r)
		print(r.lines().to_list(), r.bytes().len(), r.text() == r.body, http.head(url).body == "")`,
		"201 true true a, b [\"a\", \"b\"] <response 201 Created>\n[\"[1, 2.5]\", \"\uFFFD\"] 12 true true")
}

func TestJSON(t *testing.T) {
	s := against(t, func(w http.ResponseWriter, r *http.Request) {
		io.WriteString(w, r.URL.Query().Get("text"))
	})
	s.Prints(t, `print(http.get(url, query: {text: "{\"b\": 1, \"a\": [2.0]}"}).json())`, `{b: 1, a: [2.0]}`)
	s.Fails(t, `http.get(url, query: {text: "{"}).json()`, "parse")
}

func TestStatus(t *testing.T) {
	s := against(t, func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Retry-After", "90")
		http.Error(w, "later", http.StatusServiceUnavailable)
	})
	for _, options := range []string{"", ", stream: true"} {
		s.Prints(t, `
			let e = http.get(url`+options+`) catch e -> e
			print(e.kind, e.message == "GET ${url}: 503 Service Unavailable", e.data.keys())
			print(e.data.status, e.data.body.trim(), e.data.method, e.data.retry_after, e.data.headers["retry-after"])`,
			`http true ["status", "headers", "body", "url", "method", "retry_after"]`+"\n503 later GET 1m30s 90")
	}
	s.Prints(t, `print(http.get(url, check: false).status)`, "503")
}

func TestFailures(t *testing.T) {
	free, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	free.Close()
	s := against(t, func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/hang":
			<-r.Context().Done()
		case "/half":
			w.Header().Set("Content-Length", "10")
			io.WriteString(w, "half")
		case "/reset":
			conn, _, _ := w.(http.Hijacker).Hijack()
			conn.Close()
		case "/loop":
			http.Redirect(w, r, "/loop", http.StatusFound)
		}
	})
	s.Globals["free"] = free.Addr().String()
	for src, want := range map[string]struct{ kind, reason string }{
		`http.get("http://" + free)`:                   {"io", "refused"},
		`http.get(url + "/half")`:                      {"io", "reset"},
		`http.get(url + "/reset")`:                     {"io", "reset"},
		`http.get(url.replace("http", "https"))`:       {"io", "tls"},
		`http.get("http://no-such-host.invalid")`:      {"io", "dns"},
		`http.get(url + "/hang", timeout: 20ms)`:       {"timeout", ""},
		`http.get(url + "/loop")`:                      {"http", ""},
		`http.get("ftp://example.com")`:                {"value", ""},
		`http.get("http://")`:                          {"value", ""},
		`http.get("no url")`:                           {"value", ""},
		`http.get(url, headers: {"a b": 1})`:           {"value", ""},
		`http.get(url, headers: {a: "x\ny"})`:          {"value", ""},
		`http.get(url, auth: ["x"])`:                   {"value", ""},
		`http.get(url, timeout: 5)`:                    {"type", ""},
		`http.get(url, query: {a: {}})`:                {"type", ""},
		`http.post(url, json: 1, body: "x")`:           {"value", ""},
		`http.post(url, json: {f: x -> x})`:            {"value", ""},
		`http.post(url, body: [1])`:                    {"type", ""},
		`http.request("A B", url)`:                     {"value", ""},
		`http.post(url, form: {f: {name: "x"}})`:       {"value", ""},
		`http.post(url, form: {f: {path: "/no/one"}})`: {"io", "not_found"},
	} {
		t.Run("", func(t *testing.T) {
			e := s.Fails(t, src, want.kind)
			if reason, _ := e.Data.Get("reason"); want.reason != "" && reason.String() != want.reason {
				t.Errorf("%s fails with reason %s (%s), want %s", src, reason, e.Message, want.reason)
			}
		})
	}
}

func TestMax(t *testing.T) {
	s := against(t, func(w http.ResponseWriter, r *http.Request) {
		io.WriteString(w, strings.Repeat("x", 100000))
	})
	s.Prints(t, `print(http.get(url, max: 100000).body.len())`, "100000")
	e := s.Fails(t, `http.get(url, max: 99999)`, "value")
	if limit, _ := e.Data.Get("max"); limit.String() != "99999" {
		t.Errorf("data %s", e.Data)
	}
	s.Fails(t, `http.get(url, max: 99999, stream: true).lines().next()`, "value")
}

func TestStream(t *testing.T) {
	more := make(chan string)
	s := against(t, func(w http.ResponseWriter, r *http.Request) {
		io.WriteString(w, "first\n")
		w.(http.Flusher).Flush()
		select {
		case rest := <-more:
			io.WriteString(w, rest)
		case <-r.Context().Done():
		}
	})
	go func() { more <- "second\nthird" }()
	s.Prints(t, `
		let r = http.get(url, stream: true)
		print(r.body)
		for line in r.lines() { print(line) }
		print(r.text() catch e -> e.kind)`, "nil\nfirst\nsecond\nthird\nvalue")
	go func() { more <- "rest" }()
	s.Prints(t, `let r = http.get(url, stream: true); print(r.text(), r.body, r.bytes().len())`, "first\nrest nil 10")
	// What is left open ends with the run.
	s.Prints(t, `print(http.get(url, stream: true).status)`, "200")
	s.Prints(t, `print(http.get(url, stream: true).lines().next())`, "first")
	s.Prints(t, `for l in http.get(url, stream: true).lines() { print(l); break }`, "first")
}

func TestCancel(t *testing.T) {
	asked := make(chan struct{}, 1)
	s := against(t, func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/body" {
			io.WriteString(w, "begun")
			w.(http.Flusher).Flush()
		}
		asked <- struct{}{}
		<-r.Context().Done()
	})
	for _, src := range []string{
		`http.get(url, timeout: nil)`,
		`http.get(url + "/body", timeout: nil)`,
		`http.get(url + "/body", stream: true).text()`,
		`http.get(url + "/body", stream: true).lines().to_list()`,
		`http.download(url + "/body", dir + "/file")`,
	} {
		t.Run("", func(t *testing.T) {
			dir := t.TempDir()
			s.Globals["dir"] = dir
			ctx, cancel := context.WithCancelCause(t.Context())
			cause := errors.New("enough")
			go func() { // ends when the request is under way
				<-asked
				cancel(cause)
			}()
			if _, err := s.RunIn(ctx, t, src); !errors.Is(err, cause) {
				t.Errorf("%s ended with %v", src, err)
			}
			if left, _ := os.ReadDir(dir); len(left) > 0 {
				t.Errorf("%s left %v", src, left)
			}
		})
	}
}

func TestPool(t *testing.T) {
	var conns atomic.Int64
	server := httptest.NewUnstartedServer(http.HandlerFunc(echo))
	server.Config.ConnState = func(_ net.Conn, state http.ConnState) {
		if state == http.StateNew {
			conns.Add(1)
		}
	}
	server.Start()
	defer server.Close()
	s := granted
	s.Globals = runtime.Vars{"url": server.URL}
	s.Prints(t, `for _ in 0..5 { http.get(url) }; http.client(base: url).get(""); print("done")`, "done")
	if n := conns.Load(); n != 1 {
		t.Errorf("%d connections for requests one after the other", n)
	}
}

// Many children at once share the run's connections and leave none.
func TestManyChildren(t *testing.T) {
	s := against(t, echo)
	s.Prints(t, `
		let all = group (limit: 20) for i in 0..200 < [i]: http.post(url, json: i).body >
		print(all.len(), all.values().all(body -> body.starts_with("POST / application/json||")))
		print(group race < http.get(url).status, http.get(url).status >)`, "200 true\n200")
}

func TestRedirects(t *testing.T) {
	other := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if back := r.URL.Query().Get("back"); back != "" {
			http.Redirect(w, r, back, http.StatusFound)
			return
		}
		fmt.Fprintf(w, "other %v", credentials(r))
	}))
	defer other.Close()
	s := against(t, func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/near":
			http.Redirect(w, r, "/end", http.StatusFound)
		case "/far":
			http.Redirect(w, r, other.URL, http.StatusFound)
		case "/back":
			http.Redirect(w, r, other.URL+"?back=http://"+r.Host+"/end", http.StatusFound)
		case "/keep":
			http.Redirect(w, r, "/end", http.StatusTemporaryRedirect)
		case "/scheme":
			http.Redirect(w, r, "file:///etc/passwd", http.StatusFound)
		default:
			body, _ := io.ReadAll(r.Body)
			fmt.Fprintf(w, "%s %s %v", r.Method, body, credentials(r))
		}
	})
	s.Globals["with"] = map[string]any{"authorization": "a", "cookie": "c=1", "X-Api-Key": "k", "x-plain": "p"}
	s.Prints(t, `print(http.get(url + "/near", headers: with).body)`, "GET  [a c=1 k p]")
	s.Prints(t, `print(http.get(url + "/far", headers: with).body)`, "other [   p]")
	s.Prints(t, `print(http.get(url + "/far", auth: "t").body)`, "other [   ]")
	s.Prints(t, `print(http.get(url + "/back", headers: with).body)`, "GET  [   p]")
	s.Prints(t, `print(http.post(url + "/near", body: "b").body)`, "GET  [   ]")
	s.Prints(t, `print(http.post(url + "/keep", body: "b").body)`, "POST b [   ]")
	s.Prints(t, `let r = http.get(url + "/near", follow: false); print(r.status, r.headers.location)`, "302 /end")
	s.Fails(t, `http.get(url + "/scheme")`, "http")

	s.Globals["other"] = other.URL
	s.Prints(t, `print(http.client(base: url, auth: "t", headers: {cookie: "c=1", "x-plain": "p"}).get(other).body)`, "other [   p]")
}

func credentials(r *http.Request) []string {
	var all []string
	for _, name := range []string{"Authorization", "Cookie", "X-Api-Key", "X-Plain"} {
		all = append(all, r.Header.Get(name))
	}
	return all
}

func TestCookies(t *testing.T) {
	s := against(t, func(w http.ResponseWriter, r *http.Request) {
		http.SetCookie(w, &http.Cookie{Name: "id", Value: "7"})
		io.WriteString(w, r.Header.Get("Cookie"))
	})
	s.Prints(t, `
		let c = http.client(base: url, cookies: true)
		print([c.get("/").body, c.get("/").body, http.get(url).body])`, `["", "id=7", ""]`)
}

func TestGrants(t *testing.T) {
	other := httptest.NewServer(http.HandlerFunc(echo))
	defer other.Close()
	s := against(t, func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, other.URL, http.StatusFound)
	})
	s.Globals["other"] = other.URL
	host := strings.TrimPrefix(s.Globals["url"].(string), "http://")

	s.Grants = nil
	e := s.Fails(t, `http.get(url)`, "denied")
	if needs, _ := e.Data.Get("needs"); needs.String() != "connect to 127.0.0.1" {
		t.Errorf("needs %s", needs)
	}
	s.Grants = []runtime.Grant{Hosts(host)}
	s.Prints(t, `print(http.get(url, follow: false).status)`, "302")
	s.Fails(t, `http.get(url)`, "denied") // the other port
	s.Grants = []runtime.Grant{Hosts("127.0.0.1")}
	s.Prints(t, `print(http.get(url).status)`, "200")
	s.Grants = []runtime.Grant{Hosts("localhost")}
	s.Prints(t, `print(http.get(other.replace("127.0.0.1", "localhost")).status)`, "200")
	s.Fails(t, `http.get(other)`, "denied")
}

func TestAccess(t *testing.T) {
	a := accessOf([]runtime.Grant{Hosts("API.example.com.", "*.cdn.example", "db:5432", "10.0.0.1", "169.254.1.1", "[::1]")})
	for address, want := range map[string]bool{
		"https://api.example.com/x":     true,
		"https://API.EXAMPLE.COM./":     true,
		"https://example.com":           false,
		"https://xapi.example.com":      false,
		"https://a.b.cdn.example":       true,
		"https://cdn.example":           false,
		"http://db:5432":                true,
		"http://db":                     false,
		"http://10.0.0.1:81":            true,
		"http://[::ffff:10.0.0.1]":      true,
		"http://[::1]:8080":             true,
		"http://api.example.com@evil.x": false,
	} {
		u, err := parse(address)
		if err != nil {
			t.Fatal(err)
		}
		if got := a.check(u) == nil; got != want {
			t.Errorf("%s: %v, want %v", address, got, want)
		}
	}
}

// A name may lead anywhere: the address decides too.
func TestAddresses(t *testing.T) {
	a := accessOf([]runtime.Grant{Hosts("api.example.com", "localhost", "169.254.1.1")})
	for _, test := range []struct {
		host, ip string
		want     bool
	}{
		{"api.example.com", "93.184.216.34", true},
		{"api.example.com", "127.0.0.1", false},
		{"api.example.com", "::1", false},
		{"api.example.com", "0.0.0.0", false},
		{"api.example.com", "169.254.169.254", false},
		{"api.example.com", "fe80::1", false},
		{"localhost", "127.0.0.1", true},
		{"169.254.1.1", "169.254.1.1", true},
	} {
		if got := a.reaches(test.host, "80", addr(t, test.ip)); got != test.want {
			t.Errorf("%s at %s: %v, want %v", test.host, test.ip, got, test.want)
		}
	}
	if _, err := a.dial(t.Context(), "tcp", "0.0.0.0:9"); err == nil {
		t.Error("dialled the unspecified address")
	}
}

func TestMultipart(t *testing.T) {
	path := filepath.Join(t.TempDir(), "note.txt")
	os.WriteFile(path, []byte("in the file"), 0o600)
	s := against(t, func(w http.ResponseWriter, r *http.Request) {
		if r.ContentLength < 0 {
			t.Error("the length is not told")
		}
		f, h, err := r.FormFile("doc")
		if err != nil {
			t.Error(err)
			return
		}
		b, _ := io.ReadAll(f)
		fmt.Fprint(w, r.FormValue("title"), "|", h.Filename, "|", h.Header.Get("Content-Type"), "|", string(b))
	})
	s.Globals["path"] = path
	s.Prints(t, `print(http.post(url, form: {title: "T", doc: {path: path, type: "text/x"}}).body)`, "T|note.txt|text/x|in the file")
	s.Prints(t, `print(http.post(url, form: {doc: {path: path, name: "n"}}).body)`, "|n|application/octet-stream|in the file")
	s.Grants = []runtime.Grant{All()}
	s.Fails(t, `http.post(url, form: {doc: {path: path}})`, "denied")
}

func TestDownload(t *testing.T) {
	content := strings.Repeat("content", 10000)
	sum := sha256.Sum256([]byte(content))
	s := against(t, func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/no" {
			http.NotFound(w, r)
			return
		}
		if r.URL.Path == "/half" {
			w.Header().Set("Content-Length", "1000000")
		}
		io.WriteString(w, content)
	})
	dir := t.TempDir()
	s.Globals["dir"], s.Globals["sum"] = dir, hex.EncodeToString(sum[:])
	s.Prints(t, `
		let got = http.download(url, dir + "/file", sha256: sum)
		print(got.size, got.sha256 == sum, got.path == dir + "/file")`, "70000 true true")
	if b, err := os.ReadFile(filepath.Join(dir, "file")); err != nil || string(b) != content {
		t.Errorf("the file has %d bytes, %v", len(b), err)
	}
	for src, kind := range map[string]string{
		`http.download(url, dir + "/bad", sha256: "00" * 32)`: "value",
		`http.download(url, dir + "/bad", sha256: "00")`:      "value",
		`http.download(url, dir + "/bad", max: 69999)`:        "value",
		`http.download(url + "/no", dir + "/bad")`:            "http",
		`http.download(url + "/half", dir + "/bad")`:          "io",
		`http.download(url, dir + "/no/bad")`:                 "io",
	} {
		s.Fails(t, src, kind)
	}
	if left, _ := os.ReadDir(dir); len(left) != 1 {
		t.Errorf("left behind: %v", left)
	}
	s.Grants = []runtime.Grant{All(), fs.Read(dir)}
	s.Fails(t, `http.download(url, dir + "/bad")`, "denied")
}

func TestTLS(t *testing.T) {
	server := httptest.NewUnstartedServer(http.HandlerFunc(echo))
	server.Config.ErrorLog = log.New(io.Discard, "", 0)
	server.StartTLS()
	defer server.Close()
	s := granted
	s.Globals = runtime.Vars{"url": server.URL, "ca": certificatePEM(server)}
	s.Prints(t, `print(http.get(url, ca: ca).status, http.get(url, insecure: true).status)`, "200 200")
	e := s.Fails(t, `http.get(url)`, "io")
	if reason, _ := e.Data.Get("reason"); reason.String() != "tls" {
		t.Errorf("reason %s: %s", reason, e.Message)
	}
	s.Fails(t, `http.get(url, ca: "-----BEGIN nothing")`, "value")
	s.Fails(t, `http.get(url, ca: "/no/such.pem")`, "io")
}

func TestRetryAfter(t *testing.T) {
	now := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	for header, want := range map[string]string{
		"": "nil", "90": "1m30s", "-1": "nil", "soon": "nil",
		"Fri, 02 Jan 2026 03:05:05 GMT": "1m", "Fri, 02 Jan 2026 03:00:00 GMT": "0s",
		"99999999999": "8760h",
	} {
		if got := retryAfter(header, now).String(); got != want {
			t.Errorf("%q: %s, want %s", header, got, want)
		}
	}
}
