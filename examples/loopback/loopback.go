// Package loopback is the world that the examples talk to: an HTTP server on
// this machine with services that are well, slow, broken or gone, mirrors of
// which some give wrong bytes, and an API. What it answers never changes, so
// that the examples print the same everywhere. What should be slow never
// answers at all: no machine is slow enough to confuse it with the rest.
package loopback

import (
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"net"
	"net/http"
	"strings"
	"sync"
)

// Server is a running loopback server.
type Server struct {
	URL string // "http://127.0.0.1:" and the port
	srv *http.Server
	end chan error
}

// Start starts a server on addr, "127.0.0.1:0" for any free port.
func Start(addr string) (*Server, error) {
	l, err := net.Listen("tcp", addr)
	if err != nil {
		return nil, err
	}
	s := &Server{URL: "http://" + l.Addr().String(), srv: &http.Server{Handler: Handler()}, end: make(chan error)}
	go func() { s.end <- s.srv.Serve(l) }()
	return s, nil
}

// Close ends the server and every request under way.
func (s *Server) Close() {
	s.srv.Close()
	<-s.end
}

// Handler gives the server's answers.
func Handler() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /health/{service}", health)
	mux.HandleFunc("GET /mirrors/{mirror}/tool.bin", mirror)
	mux.HandleFunc("GET /tool.bin.sha256", checksum)
	mux.HandleFunc("GET /api/users/{id}", user)
	mux.HandleFunc("GET /api/orders", orders)
	mux.HandleFunc("GET /api/items/{id}", item)
	mux.HandleFunc("GET /api/offers", offers)
	mux.HandleFunc("GET /api/reviews", never)
	mux.HandleFunc("GET /api/weather/{source}", weather)
	mux.Handle("POST /api/customers", &customers{asked: map[string]int{}})
	mux.HandleFunc("GET /site/{page...}", site)
	return mux
}

// never keeps who asks waiting until they give up.
func never(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() }

// hangUp ends the connection without an answer.
func hangUp(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }

func answer(w http.ResponseWriter, v any) {
	w.Header().Set("Content-Type", "application/json")
	json.NewEncoder(w).Encode(v)
}

type object map[string]any

// health is well for every service but the few below.
func health(w http.ResponseWriter, r *http.Request) {
	switch r.PathValue("service") {
	case "auth-2":
		w.Header().Set("Retry-After", "30")
		http.Error(w, "too many sessions", http.StatusServiceUnavailable)
	case "billing-3":
		http.Error(w, "no connection to the ledger", http.StatusInternalServerError)
	case "cache-1", "search-4":
		never(w, r)
	case "media-5":
		answer(w, object{"status": "degraded", "reason": "disk 91% full"})
	case "queue-2":
		hangUp(w, r)
	default:
		answer(w, object{"status": "ok"})
	}
}

// tool is what the mirrors have: some bytes, the same in every run.
var tool = func() []byte {
	b := make([]byte, 256<<10)
	rand.NewChaCha8([32]byte{}).Read(b)
	return b
}()

func checksum(w http.ResponseWriter, _ *http.Request) {
	fmt.Fprintf(w, "%x  tool.bin\n", sha256.Sum256(tool))
}

func mirror(w http.ResponseWriter, r *http.Request) {
	switch r.PathValue("mirror") {
	case "oslo":
		w.Write(tool)
	case "porto": // quick, and wrong by one bit
		broken := append([]byte{}, tool...)
		broken[1000] ^= 1
		w.Write(broken)
	case "lima": // begins, and never ends
		w.Write(tool[:len(tool)/2])
		http.NewResponseController(w).Flush()
		never(w, r)
	default:
		http.NotFound(w, r)
	}
}

func user(w http.ResponseWriter, r *http.Request) {
	if r.PathValue("id") != "7" {
		http.NotFound(w, r)
		return
	}
	answer(w, object{"id": 7, "name": "Ada", "city": "Zurich"})
}

func orders(w http.ResponseWriter, r *http.Request) {
	if r.FormValue("user") != "7" {
		answer(w, []any{})
		return
	}
	answer(w, []object{
		{"id": 501, "item": "lamp", "count": 1},
		{"id": 502, "item": "chair", "count": 4},
		{"id": 503, "item": "desk", "count": 1},
	})
}

func item(w http.ResponseWriter, r *http.Request) {
	prices := map[string]float64{"lamp": 39.5, "chair": 120, "desk": 480}
	price, ok := prices[r.PathValue("id")]
	if !ok {
		http.NotFound(w, r)
		return
	}
	answer(w, object{"name": r.PathValue("id"), "price": price})
}

func offers(w http.ResponseWriter, _ *http.Request) {
	http.Error(w, "the shop is closed", http.StatusServiceUnavailable)
}

// weather has two sources, the first of which is out of order.
func weather(w http.ResponseWriter, r *http.Request) {
	if r.PathValue("source") == "main" {
		never(w, r)
		return
	}
	answer(w, object{"city": r.FormValue("city"), "sky": "clear", "degrees": 21})
}

// customers takes customers whose address looks like one. It is busy when it
// is asked for every third for the first time, and fails once for others.
type customers struct {
	mu    sync.Mutex
	asked map[string]int // how often, by name
}

func (c *customers) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	var customer struct{ Name, Email string }
	if err := json.NewDecoder(r.Body).Decode(&customer); err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	c.mu.Lock()
	first := c.asked[customer.Name] == 0
	c.asked[customer.Name]++
	c.mu.Unlock()
	switch {
	case first && len(customer.Name)%3 == 0:
		w.Header().Set("Retry-After", "0")
		http.Error(w, "busy", http.StatusTooManyRequests)
	case first && len(customer.Name)%3 == 1:
		http.Error(w, "the database is starting", http.StatusBadGateway)
	case !strings.Contains(customer.Email, "@"):
		http.Error(w, fmt.Sprintf("%q is no address", customer.Email), http.StatusUnprocessableEntity)
	default:
		w.WriteHeader(http.StatusCreated)
		answer(w, object{"name": customer.Name})
	}
}

// pages is a site of a few pages that link to each other, to pages that are
// not there, and to the world outside.
var pages = map[string]string{
	"":                   `<a href="guide/">Guide</a> <a href="api.html">API</a> <a href="https://example.com/">Elsewhere</a>`,
	"guide/":             `<a href="../">Home</a> <a href="install.html">Install</a> <a href="first.html#top">First steps</a>`,
	"guide/install.html": `<a href="./">Guide</a> <a href="windows.html">Windows</a>`,
	"guide/first.html":   `<a href="install.html">Install</a> <a href="../api.html">API</a>`,
	"api.html":           `<a href="/site/">Home</a> <a href="v1.html">The old API</a> <a href="guide/windows.html">Windows</a>`,
}

func site(w http.ResponseWriter, r *http.Request) {
	text, ok := pages[r.PathValue("page")]
	if !ok {
		http.NotFound(w, r)
		return
	}
	w.Header().Set("Content-Type", "text/html")
	fmt.Fprintln(w, text)
}
