package egress

import (
	"errors"
	"net/netip"
	"net/url"
	"strconv"
	"strings"
)

// maxURLBytes bounds an address.
const maxURLBytes = 2048

// CheckURL says whether requests may be sent to an address: https, or http too where
// private addresses are allowed, with no user in it, and with a host that is not
// private or reserved. What a name resolves to is checked again at each connect. Its
// errors do not repeat the address, which may hold a token.
func CheckURL(raw string, allowPrivate bool) error {
	if len(raw) > maxURLBytes {
		return errors.New("the URL is longer than " + strconv.Itoa(maxURLBytes) + " bytes")
	}
	u, err := url.Parse(raw)
	if err != nil {
		return errors.New("the URL cannot be read")
	}
	switch {
	case u.Scheme == "http" && !allowPrivate:
		return errors.New("the URL must begin with https://")
	case u.Scheme != "https" && u.Scheme != "http":
		return errors.New("the URL must begin with https:// or http://")
	case u.User != nil:
		return errors.New("the URL has a user or a password")
	case u.Hostname() == "":
		return errors.New("the URL has no host")
	}
	if port := u.Port(); port != "" {
		if n, err := strconv.ParseUint(port, 10, 16); err != nil || n == 0 {
			return errors.New("the URL's port is none")
		}
	}
	return checkHost(u.Hostname(), allowPrivate)
}

// checkHost refuses addresses, and names that are always local.
func checkHost(host string, allowPrivate bool) error {
	if a, err := netip.ParseAddr(host); err == nil {
		return checkAddress(a, allowPrivate)
	}
	name := strings.ToLower(strings.TrimSuffix(host, "."))
	last := name[strings.LastIndexByte(name, '.')+1:]
	if last == "" || isNumber(last) { // 127.1, 0x7f000001: an address to some resolvers
		return errors.New("the URL's host is no name and no address")
	}
	if !allowPrivate && (last == "localhost" || last == "local" || last == "internal") {
		return ErrAddress
	}
	return nil
}

func isNumber(s string) bool {
	_, err := strconv.ParseUint(s, 0, 64)
	return err == nil || strings.Trim(s, "0123456789") == ""
}
