package catalog_test

import (
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/asbru-gateway/asbru/pkg/catalog"
	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// priceIn waits until the model's input costs so many dollars for a million tokens.
func priceIn(t *testing.T, live *catalog.Live, dollars int64) {
	t.Helper()
	require.Eventually(t, func() bool {
		m := live.Model("openai", "gpt-4o")
		return m != nil && m.Price.Input == dollars*1_000_000
	}, 10*time.Second, time.Millisecond)
}

// published is a server that publishes a table in which gpt-4o costs more each time.
func published(t *testing.T) (url string, broken *atomic.Bool) {
	broken = new(atomic.Bool)
	var asked atomic.Int64
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		if broken.Load() {
			w.WriteHeader(http.StatusBadGateway)
			return
		}
		_, _ = w.Write([]byte("openai\tgpt-4o\t\t\tin=" + strconv.FormatInt(100*asked.Add(1), 10) + "\n"))
	}))
	t.Cleanup(func() {
		http.DefaultClient.CloseIdleConnections()
		s.Close()
	})
	return s.URL, broken
}

func refresher(t *testing.T, live *catalog.Live, keep string) *catalog.Refresher {
	r := catalog.NewRefresher(catalog.RefresherOptions{Live: live, Keep: keep, Log: slog.New(slog.DiscardHandler)})
	t.Cleanup(r.Close)
	return r
}

func TestAFetchedTableStandsBeforeTheBuiltInOne(t *testing.T) {
	url, broken := published(t)
	live := &catalog.Live{}
	built := live.Model("openai", "gpt-4o")
	require.NotNil(t, built)
	keep := filepath.Join(t.TempDir(), "models")
	r := refresher(t, live, keep)
	r.Follow(catalog.Settings{From: url, Every: time.Hour})
	priceIn(t, live, 100)
	require.NotNil(t, live.Model("anthropic", "claude-sonnet-4-6"), "what it does not have is still known")
	r.Follow(catalog.Settings{From: url, Every: time.Hour, Again: "now"})
	priceIn(t, live, 200)

	require.Eventually(t, func() bool {
		kept, err := os.ReadFile(keep)
		return err == nil && strings.Contains(string(kept), "in=200")
	}, 10*time.Second, time.Millisecond)

	broken.Store(true)
	again := &catalog.Live{}
	refresher(t, again, keep).Follow(catalog.Settings{From: url, Every: time.Hour})
	priceIn(t, again, 200) // as it was kept

	r.Follow(catalog.Settings{})
	require.Eventually(t, func() bool { return live.Model("openai", "gpt-4o") == built }, 10*time.Second, time.Millisecond)
}

func TestATableThatCannotBeReadChangesNothing(t *testing.T) {
	file := filepath.Join(t.TempDir(), "models.tsv")
	write := func(text string) { require.NoError(t, os.WriteFile(file, []byte(text), 0o600)) }
	write("openai\tgpt-4o\t\t\tin=300\n")
	live := &catalog.Live{}
	r := refresher(t, live, "")
	r.Follow(catalog.Settings{From: file, Every: time.Millisecond})
	priceIn(t, live, 300)
	write("nonsense")
	r.Follow(catalog.Settings{From: file, Every: time.Millisecond, Again: "1"})
	write("openai\tgpt-4o\t\t\tin=400\n")
	r.Follow(catalog.Settings{From: file, Every: time.Millisecond, Again: "2"})
	priceIn(t, live, 400)
}
