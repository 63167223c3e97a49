package config

import (
	"errors"
	"net/url"
	"strings"
)

// PathOverride is where an operation is asked for instead of at its base's own path.
type PathOverride struct {
	Base string // origin, and the prefix of base_url where only a path is given; no slash at the end
	Path string // begins with a slash, and may hold a query and {model}
}

// OverrideOf reads an entry of request_path_overrides: a whole URL, or a path behind
// base_url as that is written. Errors never quote it, since it may hold a password.
func OverrideOf(base, override string) (PathOverride, error) {
	if strings.ContainsFunc(override, func(r rune) bool { return r <= ' ' || r == 0x7f }) {
		return PathOverride{}, errors.New("must not have spaces")
	}
	if !strings.Contains(override, "://") {
		base, err := NormalizeBaseURL(base, "")
		if err != nil {
			return PathOverride{}, err
		}
		return PathOverride{base, "/" + strings.TrimLeft(override, "/")}.checked()
	}
	u, err := url.Parse(override)
	if err != nil {
		return PathOverride{}, errors.New("must be a path or a URL")
	}
	path, query, _ := strings.Cut(override[strings.Index(override, "://")+len("://"):], "?")
	if at := strings.IndexByte(path, '/'); at >= 0 {
		path = path[at:]
	} else {
		path = "/"
	}
	if query != "" {
		path += "?" + query
	}
	u.Path, u.RawPath, u.RawQuery, u.ForceQuery = "", "", "", false
	origin, err := NormalizeBaseURL(u.String(), "")
	if err != nil {
		return PathOverride{}, err
	}
	return PathOverride{origin, path}.checked()
}

func (o PathOverride) checked() (PathOverride, error) {
	path, _, _ := strings.Cut(o.Path, "?")
	switch {
	case strings.Trim(path, "/") == "":
		return PathOverride{}, errors.New("must have a path")
	case strings.Contains(o.Path, "#"):
		return PathOverride{}, errors.New("must not have a fragment")
	}
	for segment := range strings.SplitSeq(path, "/") {
		if segment == "." || segment == ".." {
			return PathOverride{}, errors.New("must not have . or .. in its path")
		}
	}
	return o, nil
}
