package egress

import (
	"errors"
	"net/netip"
	"syscall"
)

// ErrAddress refuses an address that may not be reached. It does not say which, so that
// nobody learns from it what a name resolves to.
var ErrAddress = errors.New("the address is private or reserved")

// reserved are networks that are of no use to a server on the internet, or lead back
// to private ones by a translation, beside those that netip knows by name.
var reserved = prefixes(
	"0.0.0.0/8", "100.64.0.0/10", "192.0.0.0/24", "192.0.2.0/24", "192.88.99.0/24", "198.18.0.0/15",
	"198.51.100.0/24", "203.0.113.0/24", "240.0.0.0/4",
	"::/96", "64:ff9b::/96", "64:ff9b:1::/48", "100::/64", "2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20", "fec0::/10",
)

func prefixes(texts ...string) []netip.Prefix {
	out := make([]netip.Prefix, len(texts))
	for i, text := range texts {
		out[i] = netip.MustParsePrefix(text)
	}
	return out
}

// checkAddress refuses what is not on the internet. With allowPrivate, private and
// loopback addresses are allowed; link-local ones, at which clouds tell their
// machines' secrets, never are.
func checkAddress(a netip.Addr, allowPrivate bool) error {
	a = a.Unmap()
	switch {
	case a.Zone() != "", !a.IsValid(), a.IsUnspecified(), a.IsMulticast(), a.IsLinkLocalUnicast():
		return ErrAddress
	case a.IsLoopback(), a.IsPrivate():
		if !allowPrivate {
			return ErrAddress
		}
		return nil
	case !a.IsGlobalUnicast():
		return ErrAddress
	}
	for _, p := range reserved {
		if p.Contains(a) {
			return ErrAddress
		}
	}
	return nil
}

// checkDial is asked by the dialer with the address that a name was resolved to, just
// before it connects, so that a name cannot be one thing when it is checked and
// another when it is used.
func checkDial(address string, allowPrivate bool) error {
	to, err := netip.ParseAddrPort(address)
	if err != nil {
		return ErrAddress
	}
	return checkAddress(to.Addr(), allowPrivate)
}

// Control is the Control of a [net.Dialer] that connects nowhere else.
func Control(allowPrivate func() bool) func(network, address string, _ syscall.RawConn) error {
	return func(_, address string, _ syscall.RawConn) error { return checkDial(address, allowPrivate()) }
}
