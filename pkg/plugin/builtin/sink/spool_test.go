package sink_test

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/asbru-gateway/asbru/pkg/plugin/builtin/sink"
)

var errAway = errors.New("not now")

func spooling(to sink.Target, dir string) (*sink.Lane, *counts) {
	b, c := batch, &counts{}
	b.SpoolMB, b.QueueMB = 1, 10
	return sink.NewLane(to, b, dir, slog.New(slog.DiscardHandler), c.add), c
}

func TestWhatATargetDoesNotTakeOutlivesTheProcess(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "log")
	to := newTarget()
	to.fails = func(int) error { return errAway }
	l, c := spooling(to, dir)
	for _, line := range strings.Fields("a b c d e") {
		l.Add([]byte(line))
	}
	l.Close()
	require.Equal(t, []int{0, 5, 0}, []int{c.of("sent"), c.of("spooled"), c.of("dropped")})
	info, err := os.Stat(dir)
	require.NoError(t, err)
	require.Equal(t, os.FileMode(0o700), info.Mode().Perm())

	to = newTarget()
	l, c = spooling(to, dir) // which waits for no line to begin
	<-to.sent
	<-to.sent
	l.Close()
	require.Equal(t, strings.Fields("a b c d e"), flat(to.batches))
	require.Equal(t, 5, c.of("sent"))
	files, err := os.ReadDir(dir)
	require.NoError(t, err)
	require.Empty(t, files)
}

func TestWhatWaitsIsSentWhenTheTargetIsThereAgain(t *testing.T) {
	to := newTarget()
	var there atomic.Bool
	tried := make(chan struct{}, 1000)
	to.fails = func(int) error {
		err := errAway
		if there.Load() {
			err = nil
		}
		tried <- struct{}{}
		return err
	}
	l, c := spooling(to, t.TempDir())
	for range 6 {
		l.Add([]byte("a"))
	}
	<-tried
	<-tried // and again, from the disk
	there.Store(true)
	<-to.sent
	<-to.sent
	l.Add([]byte("b"))
	l.Close()
	require.Equal(t, 7, c.of("sent"))
	require.Zero(t, c.of("dropped"))
	require.Positive(t, c.of("retried"))
}

// picky takes all lines but some.
type picky struct {
	*target
	refuses string
	err     error
}

func (p picky) Send(ctx context.Context, lines [][]byte) error {
	if bytes.Contains(bytes.Join(lines, nil), []byte(p.refuses)) {
		return p.err
	}
	return p.target.Send(ctx, lines)
}

func TestABatchThatIsNeverTakenHoldsUpNoOther(t *testing.T) {
	for name, err := range map[string]error{"for now": errAway, "for good": sink.Permanent(errAway)} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			l, _ := spooling(picky{newTarget(), "", errAway}, dir)
			for _, line := range strings.Fields("bad b c d e f") {
				l.Add([]byte(line))
			}
			l.Close()
			to := newTarget()
			l, c := spooling(picky{to, "bad", err}, dir)
			<-to.sent
			l.Close()
			require.Equal(t, strings.Fields("d e f"), flat(to.batches))
			require.Equal(t, sink.IsPermanent(err), c.of("dropped") == 3)
		})
	}
}

func TestASpoolIsBoundedAndTheOldestGoFirst(t *testing.T) {
	dir := t.TempDir()
	to := newTarget()
	to.fails = func(int) error { return errAway }
	l, c := spooling(to, dir)
	for _, line := range strings.Fields("a b c d e f") {
		l.Add(bytes.Repeat([]byte(line), 300<<10))
	}
	l.Close()
	require.Equal(t, 6, c.of("spooled")+c.of("dropped")-3)
	require.Equal(t, 3, c.of("dropped"))
	to = newTarget()
	l, _ = spooling(to, dir)
	for range 3 {
		<-to.sent
	}
	l.Close()
	var first string
	for _, line := range flat(to.batches) {
		first += line[:1]
	}
	require.Equal(t, "def", first)
}

func TestWhatHasNoRoomOnDiskIsLostAndCounted(t *testing.T) {
	file := filepath.Join(t.TempDir(), "file")
	require.NoError(t, os.WriteFile(file, nil, 0o600))
	to := newTarget()
	to.fails = func(int) error { return errAway }
	l, c := spooling(to, file) // which is no folder
	l.Add([]byte("a"))
	l.Close()
	require.Equal(t, []int{0, 1}, []int{c.of("spooled"), c.of("dropped")})
}
