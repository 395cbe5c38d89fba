package http

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"syscall"
	"time"

	"github.com/tgscript/tgscript/runtime"
)

// errTimeout is the cause of a request's end by its own timeout.
var errTimeout = errors.New("timeout")

// denied is the failure for what no grant allows.
func denied(host string) *runtime.Error {
	return runtime.Fail("denied", "this program is not allowed to connect to %s", host).
		With(runtime.NewMap(field("needs", runtime.String("connect to "+host))))
}

// failure gives what a request failed with as a script sees it. The end of the
// child's context stays what it is.
func (r *request) failure(ctx context.Context, err error) error {
	if cause := context.Cause(ctx); cause != nil {
		if cause != errTimeout {
			return cause
		}
		return runtime.Fail("timeout", "%s %s took longer than %s", r.method, r.shown(), r.timeout).
			With(runtime.NewMap(field("url", runtime.String(r.shown())), field("method", runtime.String(r.method))))
	}
	if own := new(runtime.Error); errors.As(err, &own) {
		return own
	}
	// url.Error repeats what the message says already.
	if outer := new(url.Error); errors.As(err, &outer) {
		err = outer.Err
	}
	addr := net.JoinHostPort(r.url.Hostname(), portOf(r.url))
	return runtime.Fail("io", "%s %s: %w", r.method, r.shown(), err).With(runtime.NewMap(
		field("op", runtime.String("request")),
		field("addr", runtime.String(addr)),
		field("reason", runtime.String(reason(err))),
	))
}

// reason names what went wrong with a connection.
func reason(err error) string {
	switch {
	case errors.As(err, new(*net.DNSError)):
		return "dns"
	case isTLS(err):
		return "tls"
	case errors.Is(err, syscall.ECONNREFUSED):
		return "refused"
	case errors.Is(err, syscall.ECONNRESET), errors.Is(err, syscall.EPIPE),
		errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		return "reset"
	case errors.Is(err, syscall.EHOSTUNREACH), errors.Is(err, syscall.ENETUNREACH):
		return "unreachable"
	}
	if netErr := net.Error(nil); errors.As(err, &netErr) && netErr.Timeout() {
		return "unreachable" // nobody answered the dialer
	}
	return "other"
}

func isTLS(err error) bool {
	return errors.As(err, new(*tls.CertificateVerificationError)) ||
		errors.As(err, new(tls.RecordHeaderError)) ||
		errors.As(err, new(tls.AlertError)) ||
		errors.As(err, new(x509.UnknownAuthorityError)) ||
		errors.As(err, new(x509.HostnameError)) ||
		errors.As(err, new(x509.CertificateInvalidError)) ||
		strings.Contains(err.Error(), "server gave HTTP response to HTTPS client")
}

// refusal is the failure for a status of 400 or more.
func (r *response) refusal(method string) error {
	text := fmt.Sprintf("%s %s: %d %s", method, r.url, r.status, http.StatusText(r.status))
	return runtime.Fail("http", "%s", strings.TrimSpace(text)).With(runtime.NewMap(
		field("status", runtime.Int(int64(r.status))),
		field("headers", r.headers),
		field("body", r.text()),
		field("url", runtime.String(r.url)),
		field("method", runtime.String(method)),
		field("retry_after", retryAfter(r.header.Get("Retry-After"), time.Now())),
	))
}

// retryAfter gives the wait that a server asks for as a duration, nil if it
// asks for none.
func retryAfter(header string, now time.Time) runtime.Value {
	const most = 365 * 24 * time.Hour // beyond, it would not fit in the end
	if n, err := strconv.ParseInt(header, 10, 64); err == nil && n >= 0 {
		return runtime.Duration(time.Duration(min(n, int64(most/time.Second))) * time.Second)
	}
	at, err := http.ParseTime(header)
	if err != nil {
		return runtime.Nil
	}
	return runtime.Duration(min(max(at.Sub(now).Round(time.Second), 0), most))
}
