package http

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"io"
	"net"
	"net/http"
	"net/netip"
	"strconv"
	"sync"
	"time"

	"github.com/tgscript/tgscript/runtime"
	"github.com/tgscript/tgscript/stdlib/internal/local"
)

// pool is the connections of one run: what a run was granted does not serve
// another.
type pool struct {
	access     access
	mu         sync.Mutex
	transports map[trust]*http.Transport
	open       map[io.Closer]bool // streamed responses that nobody has closed
}

// trust is whom a connection believes, and as whom it comes: PEM texts.
type trust struct {
	ca, cert, key string
	insecure      bool
}

var pools local.Slot[*pool]

// poolOf gives the pool of the run that calls.
func poolOf(c *runtime.Call) *pool {
	return pools.Of(c, func() *pool {
		return &pool{
			access:     accessOf(c.Grants()),
			transports: map[trust]*http.Transport{},
			open:       map[io.Closer]bool{},
		}
	}, (*pool).close)
}

// close ends what the run has left open.
func (p *pool) close() {
	for _, body := range p.left() {
		body.Close()
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, t := range p.transports {
		t.CloseIdleConnections()
	}
}

func (p *pool) left() []io.Closer {
	p.mu.Lock()
	defer p.mu.Unlock()
	var left []io.Closer
	for body := range p.open {
		left = append(left, body)
	}
	return left
}

// keep has a body closed at the run's end, unless it is forgotten before.
func (p *pool) keep(body io.Closer) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.open[body] = true
}

func (p *pool) forget(body io.Closer) {
	p.mu.Lock()
	defer p.mu.Unlock()
	delete(p.open, body)
}

// transport gives the connections of a trust.
func (p *pool) transport(t trust) (*http.Transport, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if tr := p.transports[t]; tr != nil {
		return tr, nil
	}
	config, err := t.config()
	if err != nil {
		return nil, err
	}
	tr := &http.Transport{
		TLSClientConfig:       config,
		ForceAttemptHTTP2:     true,
		MaxIdleConns:          256,
		MaxIdleConnsPerHost:   64, // children ask the same host at once
		IdleConnTimeout:       90 * time.Second,
		TLSHandshakeTimeout:   30 * time.Second,
		ExpectContinueTimeout: time.Second,
	}
	if p.access.all {
		tr.Proxy = http.ProxyFromEnvironment
		tr.DialContext = dialer.DialContext
	} else {
		tr.DialContext = p.access.dial // a proxy would dial what it likes
	}
	p.transports[t] = tr
	return tr, nil
}

func (t trust) config() (*tls.Config, error) {
	config := &tls.Config{InsecureSkipVerify: t.insecure}
	if t.ca != "" {
		config.RootCAs = x509.NewCertPool()
		if !config.RootCAs.AppendCertsFromPEM([]byte(t.ca)) {
			return nil, runtime.Fail("value", "ca: there is no certificate in it")
		}
	}
	if t.cert != "" || t.key != "" {
		pair, err := tls.X509KeyPair([]byte(t.cert), []byte(t.key))
		if err != nil {
			return nil, runtime.Fail("value", "cert, key: %w", err)
		}
		config.Certificates = []tls.Certificate{pair}
	}
	return config, nil
}

var dialer = &net.Dialer{Timeout: 30 * time.Second, KeepAlive: 30 * time.Second}

// dial resolves a host once and connects to an address that was looked at, so
// that no second answer can lead elsewhere.
func (a access) dial(ctx context.Context, network, addr string) (net.Conn, error) {
	host, port, err := net.SplitHostPort(addr)
	if err != nil {
		return nil, err
	}
	ips, err := net.DefaultResolver.LookupNetIP(ctx, "ip", host)
	if err != nil {
		return nil, err
	}
	n, err := strconv.ParseUint(port, 10, 16)
	if err != nil {
		return nil, err
	}
	host = canonical(host)
	var failure error
	for _, ip := range ips {
		ip = ip.Unmap()
		if !a.reaches(host, port, ip) {
			continue
		}
		conn, err := dialer.DialContext(ctx, network, netip.AddrPortFrom(ip, uint16(n)).String())
		if err == nil {
			return conn, nil
		}
		if failure == nil {
			failure = err
		}
	}
	if failure == nil {
		failure = denied(host + " at its local address")
	}
	return nil, failure
}
