package store_test

import (
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/asbru-gateway/asbru/integration/servers"
	"github.com/asbru-gateway/asbru/pkg/account"
	"github.com/asbru-gateway/asbru/pkg/alert"
	"github.com/asbru-gateway/asbru/pkg/audit"
	"github.com/asbru-gateway/asbru/pkg/store"
	"github.com/asbru-gateway/asbru/pkg/store/storetest"
	"github.com/asbru-gateway/asbru/pkg/usage"
	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func open(t testing.TB, url string) *store.Store {
	t.Helper()
	s, err := store.Open(t.Context(), url)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, s.Close()) })
	return s
}

func fileURL(t testing.TB) string { return "sqlite:" + filepath.Join(t.TempDir(), "asbru.db") }

func TestSQLite(t *testing.T) { anyStore(t, fileURL) }

func TestPostgres(t *testing.T) {
	server := servers.Postgres(t)
	anyStore(t, server.Database)
	t.Run("comes back with its server", func(t *testing.T) { comesBack(t, server) })
}

// anyStore tests a kind of store; url is that of an empty one.
func anyStore(t *testing.T, url func(testing.TB) string) {
	storetest.Ledger(t, func(t *testing.T) store.Ledger { return open(t, url(t)).Ledger() })
	storetest.Log(t, func(t *testing.T) (store.Ledger, store.Log) {
		s := open(t, url(t))
		return s.Ledger(), s.Log()
	})
	t.Run("transcripts", func(t *testing.T) {
		storetest.Transcripts(t, func(t *testing.T) *store.Store { return open(t, url(t)) })
	})
	storetest.Accounts(t, func(t *testing.T) account.Records { return open(t, url(t)).Accounts() })
	storetest.Audit(t, func(t *testing.T) (first, second audit.Log, tamper func(string)) { return auditOf(t, url(t)) })
	storetest.ReportRuns(t, func(t *testing.T) store.ReportRuns { return open(t, url(t)).ReportRuns() })
	storetest.Alerts(t, func(t *testing.T) alert.Record { return open(t, url(t)).Alerts() })
	t.Run("keeps what it has when it is opened again", func(t *testing.T) { openedAgain(t, url(t)) })
	t.Run("what is older than entries are kept is removed", func(t *testing.T) { removesWhatIsOld(t, url(t)) })
	t.Run("several may open an empty one at once", func(t *testing.T) { openedAtOnce(t, url(t)) })
}

func openedAgain(t *testing.T, url string) {
	require.NoError(t, open(t, url).Ledger().Put(t.Context(), []usage.Entry{{CallID: "1"}}))
	found, err := open(t, url).Ledger().Page(t.Context(), store.Filter{}, store.Place{}, 10)
	require.NoError(t, err)
	require.Len(t, found, 1)
}

func openedAtOnce(t *testing.T, url string) {
	var opening sync.WaitGroup
	stores := make([]*store.Store, 6)
	errs := make([]error, len(stores))
	for i := range stores {
		opening.Go(func() {
			if stores[i], errs[i] = store.Open(t.Context(), url); errs[i] == nil {
				errs[i] = stores[i].Ledger().Put(t.Context(), []usage.Entry{{CallID: "1"}})
			}
		})
	}
	opening.Wait()
	for i, s := range stores {
		require.NoError(t, errs[i])
		require.NoError(t, s.Close())
	}
}

func comesBack(t *testing.T, server *servers.PostgresServer) {
	s := open(t, server.Database(t))
	put := func(id string) error { return s.Ledger().Put(t.Context(), []usage.Entry{{CallID: id}}) }
	require.NoError(t, put("1"))
	server.Kill(t)
	require.Error(t, put("2"))
	require.Error(t, s.Ping(t.Context()))
	server.Start(t)
	require.Eventually(t, func() bool { return put("2") == nil }, 10*time.Second, 10*time.Millisecond)
	found, err := s.Ledger().Page(t.Context(), store.Filter{}, store.Place{}, 10)
	require.NoError(t, err)
	require.Len(t, found, 2)
}

func TestURLsThatNameNoStoreAreRefusedWithoutTheirPassword(t *testing.T) {
	for _, url := range []string{
		"", "sqlite:", "mysql://u:hunter2@h/d", "postgres://u:hunter2@h:no/d", "postgres://u:hunter2@127.0.0.1:1/d?connect_timeout=1",
		"u:hunter2@h/d", "sqlite:/dev/null/x",
	} {
		_, err := store.Open(t.Context(), url)
		require.Error(t, err, url)
		require.NotContains(t, err.Error(), "hunter2")
	}
}

func TestSQLiteTakesAnyPathAndLetsNobodyElseReadIt(t *testing.T) {
	path := filepath.Join(t.TempDir(), "new folder", "100%?x=1#a", "äsbru.db")
	s := open(t, "sqlite:"+path)
	require.NoError(t, s.Ledger().Put(t.Context(), []usage.Entry{{CallID: "1"}}))
	for _, suffix := range []string{"", "-wal", "-shm"} {
		info, err := os.Stat(path + suffix)
		require.NoError(t, err)
		require.EqualValues(t, 0o600, info.Mode().Perm())
	}
}

func TestSQLiteMakesRelativePaths(t *testing.T) {
	t.Chdir(t.TempDir())
	open(t, "sqlite:data/asbru.db")
	require.FileExists(t, "data/asbru.db")
}

// auditOf opens the audit of a database twice, and lets the test write behind its back.
func auditOf(t *testing.T, url string) (first, second audit.Log, tamper func(string)) {
	one, other := open(t, url), open(t, url)
	return one.Audit(), other.Audit(), func(statement string) {
		require.NoError(t, store.Tamper(t.Context(), one, statement))
	}
}
