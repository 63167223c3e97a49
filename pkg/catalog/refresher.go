package catalog

import (
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"time"
)

// Settings say where a newer table comes from, and how often.
type Settings struct {
	From  string // an http(s) address or a file; "" for none
	Every time.Duration
	Again string // another text has it fetched at once
}

// RefresherOptions are what a [Refresher] is made with.
type RefresherOptions struct {
	Live *Live
	Keep string // file for the last table that was fetched; "" keeps none
	Log  *slog.Logger
}

// Refresher keeps a [Live] catalogue up to date with a table that others publish.
// What cannot be fetched or read changes nothing.
type Refresher struct {
	o        RefresherOptions
	settings chan Settings
	stop     context.CancelFunc
	done     chan struct{}

	last [sha256.Size]byte // digest of the table in force
}

// NewRefresher begins. It fetches nothing before the first [Refresher.Follow]; close
// it at the end.
func NewRefresher(o RefresherOptions) *Refresher {
	ctx, stop := context.WithCancel(context.Background())
	r := &Refresher{o: o, settings: make(chan Settings, 1), stop: stop, done: make(chan struct{})}
	go r.run(ctx)
	return r
}

// Follow has other settings followed from now on. One goroutine may call it at a time.
func (r *Refresher) Follow(s Settings) {
	select {
	case <-r.settings: // not seen yet
	default:
	}
	r.settings <- s
}

// Close ends it.
func (r *Refresher) Close() {
	r.stop()
	<-r.done
}

const (
	maxTableBytes = 64 << 20
	fetchTimeout  = time.Minute
	fetchAgain    = 5 * time.Minute // after a failure
)

func (r *Refresher) run(ctx context.Context) {
	defer close(r.done)
	var s Settings
	timer := time.NewTimer(0)
	timer.Stop()
	defer timer.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case next := <-r.settings:
			if next == s {
				continue
			}
			if next.From != s.From {
				r.restore(next)
			}
			s = next
		case <-timer.C:
		}
		timer.Stop()
		if s.From == "" {
			continue
		}
		timer.Reset(r.refresh(ctx, s))
	}
}

// refresh fetches a table, and returns when to do so again.
func (r *Refresher) refresh(ctx context.Context, s Settings) time.Duration {
	ctx, cancel := context.WithTimeout(ctx, fetchTimeout)
	defer cancel()
	text, err := read(ctx, s.From)
	if err == nil {
		err = r.use(text)
	}
	if err != nil {
		if !errors.Is(err, context.Canceled) {
			r.o.Log.Warn("the catalogue of models could not be fetched; the last one stays in force", "from", s.From, "error", err)
		}
		return min(fetchAgain, s.Every)
	}
	if r.o.Keep != "" {
		if err := keep(r.o.Keep, s.From, text); err != nil {
			r.o.Log.Warn("the catalogue of models could not be kept", "error", err)
		}
	}
	return s.Every
}

// use puts a table in force.
func (r *Refresher) use(text []byte) error {
	digest := sha256.Sum256(text)
	if digest == r.last {
		return nil
	}
	t, err := Read(text)
	if err != nil {
		return err
	}
	r.o.Live.Replace(t)
	r.last = digest
	r.o.Log.Info("catalogue of models in force", "models", t.Len())
	return nil
}

// restore puts the table in force that was kept of the same source, or the program's.
func (r *Refresher) restore(s Settings) {
	r.o.Live.Replace(nil)
	r.last = [sha256.Size]byte{}
	if s.From == "" || r.o.Keep == "" {
		return
	}
	kept, err := os.ReadFile(r.o.Keep)
	if err != nil {
		return // none yet
	}
	from, text, _ := bytes.Cut(kept, []byte("\n"))
	if string(from) != keptFrom+s.From {
		return
	}
	if err := r.use(text); err != nil {
		r.o.Log.Warn("the catalogue of models that was kept cannot be read", "error", err)
	}
}

// Read reads a table in either form: lines as in models.tsv, or a JSON sheet.
func Read(text []byte) (*Table, error) {
	if trimmed := bytes.TrimSpace(text); len(trimmed) > 0 && trimmed[0] == '{' {
		return ReadSheet(text)
	}
	t, err := ReadTable(string(text))
	if err == nil && t.Len() == 0 {
		err = errors.New("the table has no models")
	}
	return t, err
}

func read(ctx context.Context, from string) ([]byte, error) {
	if !strings.HasPrefix(from, "http://") && !strings.HasPrefix(from, "https://") {
		return os.ReadFile(from)
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, from, nil)
	if err != nil {
		return nil, err
	}
	answer, err := http.DefaultClient.Do(req)
	if err != nil {
		return nil, err
	}
	defer answer.Body.Close()
	if answer.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("status %d", answer.StatusCode)
	}
	text, err := io.ReadAll(io.LimitReader(answer.Body, maxTableBytes+1))
	if err == nil && len(text) > maxTableBytes {
		err = fmt.Errorf("more than %d bytes", maxTableBytes)
	}
	return text, err
}

// keptFrom begins the first line of the kept file, which says where it is from.
const keptFrom = "# from "

// keep writes the table beside the old one and puts it in its place.
func keep(path, from string, text []byte) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return err
	}
	next := path + ".next"
	if err := os.WriteFile(next, append([]byte(keptFrom+from+"\n"), text...), 0o600); err != nil {
		return err
	}
	return os.Rename(next, path)
}
