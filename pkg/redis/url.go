package redis

import (
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"net/url"
	"strconv"
	"strings"

	goredis "github.com/redis/go-redis/v9"
)

// kind is how the servers behind the URLs work together.
type kind uint8

const (
	single   kind = iota // one server, or one name that stands for it
	cluster              // Redis Cluster: keys are spread over the nodes
	sentinel             // Sentinel: it says which server is the master
)

// schemes are the words that a URL may begin with.
var schemes = map[string]struct {
	kind kind
	tls  bool
	port string
}{
	"redis":           {single, false, "6379"},
	"rediss":          {single, true, "6379"},
	"redis-cluster":   {cluster, false, "6379"},
	"rediss-cluster":  {cluster, true, "6379"},
	"redis-sentinel":  {sentinel, false, "26379"},
	"rediss-sentinel": {sentinel, true, "26379"},
	"redis+sentinel":  {sentinel, false, "26379"},
	"rediss+sentinel": {sentinel, true, "26379"},
	"sentinel":        {sentinel, false, "26379"},
	"sentinels":       {sentinel, true, "26379"},
}

// target is where the URLs lead.
type target struct {
	kind    kind
	options goredis.UniversalOptions
}

// parse reads one URL, or several with commas between them:
//
//	redis://[[user]:password@]host[:port][/database]      one server
//	redis://a:6379,redis://b:6379                         the nodes of a Redis Cluster
//	redis-cluster://a:6379                                the same, with one node to begin with
//	redis-sentinel://a:26379,b:26379/master[/database]    servers that Sentinel looks after
//
// rediss, rediss-cluster and rediss-sentinel use TLS. The sentinels' own
// credentials are the parameters sentinel_username and sentinel_password. User,
// password, path and parameters may be given with any of the URLs.
//
// No error repeats any part of a URL that could hold a password.
func parse(urls string) (*target, error) {
	t := &target{}
	scheme, path := "", ""
	parts := strings.Split(urls, ",")
	for i, part := range parts {
		part = strings.TrimSpace(part)
		if i > 0 && !strings.Contains(part, "://") {
			part = scheme + "://" + part
		}
		u, err := url.Parse(part)
		if err != nil {
			return nil, fmt.Errorf("the Redis URL %sis not a valid URL", ordinal(i, parts))
		}
		s, known := schemes[u.Scheme]
		switch {
		case !known:
			return nil, fmt.Errorf("the Redis URL %sdoes not begin with redis://, rediss://, redis-cluster:// or redis-sentinel://", ordinal(i, parts))
		case u.Hostname() == "":
			return nil, fmt.Errorf("the Redis URL %snames no host", ordinal(i, parts))
		case scheme != "" && scheme != u.Scheme:
			return nil, errors.New("the Redis URLs begin with different words: all of them name parts of one installation")
		}
		scheme, t.kind = u.Scheme, s.kind
		port := u.Port()
		if port == "" {
			port = s.port
		}
		t.options.Addrs = append(t.options.Addrs, net.JoinHostPort(u.Hostname(), port))
		if u.Path != "" && u.Path != "/" {
			path = strings.Trim(u.Path, "/")
		}
		if s.tls && t.options.TLSConfig == nil {
			t.options.TLSConfig = &tls.Config{ServerName: u.Hostname(), MinVersion: tls.VersionTLS12}
		}
		if err := t.credentials(u); err != nil {
			return nil, err
		}
	}
	if t.kind == single && len(parts) > 1 {
		t.kind = cluster
	}
	if t.kind != single && t.options.TLSConfig != nil {
		t.options.TLSConfig.ServerName = "" // each node's own name
	}
	return t, t.place(path)
}

// ordinal names one of several URLs without repeating it.
func ordinal(i int, parts []string) string {
	if len(parts) == 1 {
		return ""
	}
	return "number " + strconv.Itoa(i+1) + " "
}

func (t *target) credentials(u *url.URL) error {
	if u.User != nil {
		t.options.Username = u.User.Username()
		t.options.Password, _ = u.User.Password()
	}
	for name, values := range u.Query() {
		switch {
		case t.kind == sentinel && name == "sentinel_username":
			t.options.SentinelUsername = values[0]
		case t.kind == sentinel && name == "sentinel_password":
			t.options.SentinelPassword = values[0]
		default:
			return fmt.Errorf("the Redis URL has the parameter %q, which is not known", name)
		}
	}
	return nil
}

// place reads the path: the master's name, the database's number, or both.
func (t *target) place(path string) error {
	if t.kind == sentinel {
		t.options.MasterName, path, _ = strings.Cut(path, "/")
		if t.options.MasterName == "" {
			return errors.New("the Redis URL names no master: redis-sentinel://host:26379/master")
		}
	}
	if path == "" {
		return nil
	}
	if t.kind == cluster {
		return errors.New("the Redis URL names a database, but Redis Cluster has only one")
	}
	n, err := strconv.ParseUint(path, 10, 16)
	if err != nil {
		return errors.New("the Redis URL's path is not the number of a database")
	}
	t.options.DB = int(n)
	return nil
}
