package http

import (
	"net"
	"net/netip"
	"net/url"
	"strings"

	"github.com/tgscript/tgscript/runtime"
)

// Hosts permits requests to the hosts named, each a name ("api.example.com"),
// a name's subdomains ("*.example.com") or an address, with a port or for all
// ports. Redirects are checked like requests. A name that leads to a loopback
// or link-local address is refused, unless what is granted is that address or
// localhost itself.
func Hosts(names ...string) runtime.Grant {
	g := &hosts{}
	for _, name := range names {
		g.names = append(g.names, canonical(name))
	}
	return g
}

// All permits requests to every host.
func All() runtime.Grant { return everywhere{} }

type hosts struct{ names []string }

func (h *hosts) Grant() string { return "connect to " + strings.Join(h.names, ", ") }

type everywhere struct{}

func (everywhere) Grant() string { return "connect to any host" }

// access is what the grants of a run let requests reach.
type access struct {
	all   bool
	names []string
}

func accessOf(grants []runtime.Grant) access {
	var a access
	for _, g := range grants {
		switch g := g.(type) {
		case everywhere:
			a.all = true
		case *hosts:
			a.names = append(a.names, g.names...)
		}
	}
	return a
}

// check fails with kind denied where a URL's host is not granted.
func (a access) check(u *url.URL) error {
	host, port := canonical(u.Hostname()), portOf(u)
	if a.all || a.grants(host, port) {
		return nil
	}
	return denied(host)
}

func (a access) grants(host, port string) bool {
	for _, name := range a.names {
		only, onlyPort, err := net.SplitHostPort(name)
		if err != nil {
			only, onlyPort = name, port
		}
		if onlyPort == port && matches(only, host) {
			return true
		}
	}
	return false
}

func matches(pattern, host string) bool {
	if domain, ok := strings.CutPrefix(pattern, "*."); ok {
		return strings.HasSuffix(host, "."+domain)
	}
	return canonical(pattern) == host
}

// reaches tells whether a granted host may be dialled by an address.
func (a access) reaches(host, port string, ip netip.Addr) bool {
	if !isLocal(ip) {
		return true
	}
	return host == "localhost" || strings.HasSuffix(host, ".localhost") || a.grants(ip.String(), port)
}

// isLocal tells whether an address is the machine's own or its link's, where
// services trust whoever can connect.
func isLocal(ip netip.Addr) bool {
	return ip.IsLoopback() || ip.IsUnspecified() || ip.IsLinkLocalUnicast() || ip.IsMulticast()
}

// canonical gives a host's name in the one way that names are compared.
func canonical(host string) string {
	host = strings.ToLower(strings.TrimSuffix(host, "."))
	if ip, err := netip.ParseAddr(strings.Trim(host, "[]")); err == nil {
		return ip.Unmap().WithZone("").String()
	}
	return host
}

func portOf(u *url.URL) string {
	switch port := u.Port(); {
	case port != "":
		return port
	case u.Scheme == "https":
		return "443"
	}
	return "80"
}
