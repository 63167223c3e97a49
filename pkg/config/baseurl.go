package config

import (
	"errors"
	"net/url"
	"strings"
)

// NormalizeBaseURL returns the origin and prefix of an API's address, without a
// slash at the end and without the version path ("/v1"), with which and without
// which the address means the same. Errors never quote the address, which may
// hold a password.
func NormalizeBaseURL(base, version string) (string, error) {
	u, err := url.Parse(base)
	switch {
	case err != nil:
		return "", errors.New("must be a URL")
	case u.Scheme != "http" && u.Scheme != "https":
		return "", errors.New("must begin with http:// or https://")
	case u.Hostname() == "":
		return "", errors.New("must have a host")
	case u.User != nil:
		return "", errors.New("must not have a user name or password")
	case u.RawQuery != "" || u.ForceQuery:
		return "", errors.New("must not have a query")
	case strings.Contains(base, "#"):
		return "", errors.New("must not have a fragment")
	}
	path := u.EscapedPath()
	for segment := range strings.SplitSeq(path, "/") {
		if segment == "." || segment == ".." {
			return "", errors.New("must not have . or .. in its path")
		}
	}
	path = strings.TrimRight(path, "/")
	if version = strings.Trim(version, "/"); version != "" {
		path = strings.TrimRight(strings.TrimSuffix(path, "/"+version), "/")
	}
	return u.Scheme + "://" + strings.ToLower(u.Host) + path, nil
}
