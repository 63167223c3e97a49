package redis

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestURLsLeadToTheServersTheyName(t *testing.T) {
	for _, test := range []struct {
		urls   string
		kind   kind
		addrs  []string
		tls    bool
		master string
		db     int
	}{
		{"redis://cache", single, []string{"cache:6379"}, false, "", 0},
		{"redis://cache:7000/3", single, []string{"cache:7000"}, false, "", 3},
		{"redis://[::1]:7000", single, []string{"[::1]:7000"}, false, "", 0},
		{"rediss://cache", single, []string{"cache:6379"}, true, "", 0},
		{"redis://a:1,redis://b:2", cluster, []string{"a:1", "b:2"}, false, "", 0},
		{"redis://a:1, b:2", cluster, []string{"a:1", "b:2"}, false, "", 0},
		{"redis-cluster://a", cluster, []string{"a:6379"}, false, "", 0},
		{"rediss-cluster://a,b", cluster, []string{"a:6379", "b:6379"}, true, "", 0},
		{"redis-sentinel://a,b:1/main", sentinel, []string{"a:26379", "b:1"}, false, "main", 0},
		{"rediss-sentinel://a/main/2", sentinel, []string{"a:26379"}, true, "main", 2},
	} {
		t.Run(test.urls, func(t *testing.T) {
			got, err := parse(test.urls)
			require.NoError(t, err)
			require.Equal(t, test.kind, got.kind)
			require.Equal(t, test.addrs, got.options.Addrs)
			require.Equal(t, test.tls, got.options.TLSConfig != nil)
			require.Equal(t, test.master, got.options.MasterName)
			require.Equal(t, test.db, got.options.DB)
		})
	}
}

func TestCredentialsAreTakenFromTheURL(t *testing.T) {
	got, err := parse("redis-sentinel://me:p%40ss@a/main?sentinel_username=s&sentinel_password=t")
	require.NoError(t, err)
	require.Equal(t, "me", got.options.Username)
	require.Equal(t, "p@ss", got.options.Password)
	require.Equal(t, "s", got.options.SentinelUsername)
	require.Equal(t, "t", got.options.SentinelPassword)
}

func TestNoErrorRepeatsAPassword(t *testing.T) {
	for _, urls := range []string{
		"redis://:hunter2@a/x",
		"redis://:hunter2@",
		"redis://:hunter2/x@a",
		"redis://me:hunter2%zz@a",
		"redis://:hunter2@a:port",
		"redis://:hunter2 @a",
		"redis://me:hunter2@a,http://b",
		"redis://me:hunter2@a,rediss://b",
		"redis://me:hunter2@a?color=red",
		"redis://me:hunter2@a?sentinel_password=hunter2",
		"redis-sentinel://:hunter2@a",
		"redis-cluster://:hunter2@a/1",
		"http://:hunter2@a",
		"hunter2",
		"",
	} {
		_, err := parse(urls)
		require.Error(t, err, urls)
		require.NotContains(t, err.Error(), "hunter2")
	}
}
