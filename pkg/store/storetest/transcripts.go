package storetest

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"github.com/asbru-gateway/asbru/pkg/store"
	"github.com/asbru-gateway/asbru/pkg/transcript"
	"github.com/asbru-gateway/asbru/pkg/usage"
	"github.com/stretchr/testify/require"
)

// Transcripts tests what is kept of what was said in calls, and the log that finds it; open
// returns a store that is empty.
func Transcripts(t *testing.T, open func(t *testing.T) *store.Store) {
	for name, test := range map[string]func(*testing.T, *store.Store){
		"what was said is kept once and as it was":           saidOnce,
		"calls are found by what was said in them":           foundByWords,
		"a query can mean nothing but words":                 harmlessQueries,
		"what is taken out of the log is not said any more":  hiddenTranscripts,
		"what was said long ago is removed":                  oldTranscripts,
		"of what is too much the oldest is removed":          tooManyTranscripts,
		"any text can be kept and found":                     anyText,
		"calls of one moment are told apart, however many":   oneMoment,
		"words are found in the time that is asked for only": foundInTime,
	} {
		t.Run(name, func(t *testing.T) { test(t, open(t)) })
	}
}

// say puts calls into the ledger, the first being the newest, and what was said in each.
func say(t *testing.T, s *store.Store, texts ...string) (ids []string) {
	t.Helper()
	entries := make([]usage.Entry, len(texts))
	all := make([]transcript.Transcript, len(texts))
	for i, text := range texts {
		at := time.Now().UTC().Add(-time.Duration(i+1) * time.Minute).Truncate(time.Microsecond)
		id := fmt.Sprintf("%012x-%d", at.UnixMilli(), i)
		entries[i] = usage.Entry{CallID: id, RequestID: "r", Time: at, Op: "chat", Status: 200, Team: fmt.Sprint("team-", i%2)}
		all[i] = transcript.Transcript{CallID: id, Time: at, Request: transcript.Body{Text: text, Bytes: int64(len(text))}}
		ids = append(ids, id)
	}
	require.NoError(t, s.Ledger().Put(t.Context(), entries))
	require.NoError(t, s.Transcripts().PutTranscripts(t.Context(), all))
	return ids
}

// search returns the places of those calls that a text finds.
func search(t *testing.T, s *store.Store, ids []string, f store.LogFilter) []int {
	t.Helper()
	found, err := s.Log().List(t.Context(), f, store.Paging{Limit: 1000})
	require.NoError(t, err, f.Text)
	n, err := s.Log().Count(t.Context(), f, 0)
	require.NoError(t, err)
	require.EqualValues(t, len(found), n)
	places := []int{}
	for i := range found {
		for place, id := range ids {
			if found[i].CallID == id {
				places = append(places, place)
			}
		}
	}
	return places
}

func saidOnce(t *testing.T, s *store.Store) {
	at := time.Now().UTC().Truncate(time.Microsecond)
	said := transcript.Transcript{
		CallID: "c1", Time: at,
		Request:  transcript.Body{Text: `{"a":"<b>\u0000"}`, Bytes: 99, Cut: true},
		Response: transcript.Body{Text: "it's", Bytes: 4, Assembled: true},
	}
	other := said
	other.Request.Text = "another"
	for _, all := range [][]transcript.Transcript{{said}, {other}, {other, other}, nil} {
		require.NoError(t, s.Transcripts().PutTranscripts(t.Context(), all))
	}
	got, err := s.Log().Transcript(t.Context(), "c1")
	require.NoError(t, err)
	require.Equal(t, &said, got)
	got, err = s.Log().Transcript(t.Context(), "c2")
	require.NoError(t, err)
	require.Nil(t, got)
}

func foundByWords(t *testing.T, s *store.Store) {
	ids := say(t, s,
		`{"messages":[{"role":"user","content":"The quick\nbrown fox, over_there."}]}`,
		`{"messages":[{"role":"user","content":"A brown and quick bear"}]}`,
		`plain "text" of a Føx, 東京タワー and 3.14`,
	)
	failed := usage.Entry{CallID: "zz-failed", Time: time.Now(), Status: 502, Message: "The quick connection broke."}
	require.NoError(t, s.Ledger().Put(t.Context(), []usage.Entry{failed}))
	ids = append(ids, failed.CallID)
	for text, want := range map[string][]int{
		"quick": {3, 0, 1}, "QUICK brown": {0, 1}, `"quick brown"`: {0}, `"brown fox over"`: {0}, "bro*": {0, 1}, `"a bro*"`: {1},
		"messages": {}, "content": {}, "there": {0}, "nbrown": {}, "føx": {2}, "FØX": {2}, "fox": {0}, "東京": {2}, "京東": {}, "タワー": {2},
		"14 3": {2}, `"3 14"`: {2}, "text bear": {}, "connection": {3}, "ick conn": {3}, "": {3, 0, 1, 2},
	} {
		require.Equal(t, want, search(t, s, ids, store.LogFilter{Text: text}), text)
	}
	require.Equal(t, []int{1}, search(t, s, ids, store.LogFilter{Text: "quick"}.With(store.Team, "team-1")))
	figures, err := s.Log().Figures(t.Context(), store.LogFilter{Text: "brown"}, store.FigureOptions{})
	require.NoError(t, err)
	require.EqualValues(t, 2, figures[0].Calls)
}

func foundInTime(t *testing.T, s *store.Store) {
	ids := say(t, s, "word 0", "word 1", "word 2", "word 3")
	now := time.Now()
	f := store.LogFilter{Text: "word", Since: now.Add(-3*time.Minute - 30*time.Second), Until: now.Add(-90 * time.Second)}
	require.Equal(t, []int{1, 2}, search(t, s, ids, f))
}

func harmlessQueries(t *testing.T, s *store.Store) {
	ids := say(t, s, "near not or and words request", "something else")
	for text, want := range map[string][]int{
		`words NOT something`: {}, "NOT request": {0}, "or and near": {0}, "words : request": {0}, "request:near": {}, "near:not": {0}, "near(words)": {},
		`^near`: {0}, `something" OR "near`: {}, "something' | 'else": {1}, `'; drop table call_bodies; --`: {}, `%`: {}, `_`: {}, `"`: {}, `*`: {},
		`"" "*" (((`: {}, "some* & !els*": {1}, `else\`: {1}, "near <-> not": {0}, strings.Repeat("near ", 200): {0}, "\x00": {}, "near \xff": {0},
	} {
		require.Equal(t, want, search(t, s, ids, store.LogFilter{Text: text}), text)
	}
	for range 500 { // whatever it is, it is a query
		letters := []rune(`"'*()&|!:<>-^~\%_{}[]ab 東é` + "\t")
		text := make([]rune, rand.IntN(20))
		for i := range text {
			text[i] = letters[rand.IntN(len(letters))]
		}
		_, err := s.Log().List(t.Context(), store.LogFilter{Text: string(text)}, store.Paging{Limit: 1})
		require.NoError(t, err, string(text))
	}
}

func hiddenTranscripts(t *testing.T, s *store.Store) {
	ids := say(t, s, "a secret word", "a secret word")
	n, err := s.Log().Hide(t.Context(), ids[:1])
	require.NoError(t, err)
	require.Equal(t, 1, n)
	require.Equal(t, []int{1}, search(t, s, ids, store.LogFilter{Text: "secret"}))
	late := transcript.Transcript{CallID: ids[0], Time: time.Now(), Request: transcript.Body{Text: "a secret word"}}
	require.NoError(t, s.Transcripts().PutTranscripts(t.Context(), []transcript.Transcript{late}))
	got, err := s.Log().Transcript(t.Context(), ids[0])
	require.NoError(t, err)
	require.Nil(t, got, "what comes late of a call that was taken out is not kept")
}

// forget removes transcripts until there is nothing more to remove.
func forget(t *testing.T, s *store.Store, before time.Time, maxBytes int64) (all int) {
	t.Helper()
	for {
		n, err := s.Transcripts().PruneTranscripts(t.Context(), before, maxBytes, 7)
		require.NoError(t, err)
		if n == 0 {
			require.NoError(t, s.Transcripts().Shrink(t.Context()))
			return all
		}
		all += n
	}
}

func oldTranscripts(t *testing.T, s *store.Store) {
	require.Zero(t, forget(t, s, time.Now(), 1))
	texts := make([]string, 40)
	for i := range texts {
		texts[i] = "word"
	}
	ids := say(t, s, texts...)
	require.Zero(t, forget(t, s, time.Time{}, 0))
	require.Equal(t, 20, forget(t, s, time.Now().Add(-20*time.Minute-30*time.Second), 0))
	require.Len(t, search(t, s, ids, store.LogFilter{Text: "word"}), 20)
	all, err := s.Log().Count(t.Context(), store.LogFilter{}, 0)
	require.NoError(t, err)
	require.EqualValues(t, 40, all, "the calls' rows stay")
}

func tooManyTranscripts(t *testing.T, s *store.Store) {
	random := rand.New(rand.NewPCG(3, 4))
	texts := make([]string, 60)
	for i := range texts {
		var b strings.Builder
		for range 200 { // what can hardly be compressed
			fmt.Fprintf(&b, "%x ", random.Uint64())
		}
		texts[i] = b.String() + "word"
	}
	ids := say(t, s, texts...)
	require.Zero(t, forget(t, s, time.Time{}, 1<<20))
	removed := forget(t, s, time.Time{}, 50<<10)
	left := search(t, s, ids, store.LogFilter{Text: "word"})
	require.Len(t, left, 60-removed)
	require.Greater(t, len(left), 5)
	require.Less(t, len(left), 45)
	for i, place := range left {
		require.Equal(t, i, place, "the newest stay")
	}
}

func anyText(t *testing.T, s *store.Store) {
	texts := []string{
		"", "<script>alert(1)</script> \x1b[31mred\x1b[0m \u202egnirts\u202c", strings.Repeat("x", 1<<18), strings.Repeat("9 word ", 1<<15),
		`{"a":"` + strings.Repeat(`\u6771 \"q\" `, 2000), "\ufffd'\\:&|!<>*\u2028", strings.Repeat("ab", 33) + " short",
	}
	for i := range 40_000 {
		texts[0] += fmt.Sprintf("w%d ", i*7919)
	}
	ids := say(t, s, texts...)
	for i, text := range texts {
		got, err := s.Log().Transcript(t.Context(), ids[i])
		require.NoError(t, err)
		require.Equal(t, text, got.Request.Text)
	}
	for text, want := range map[string][]int{"script": {1}, "gnirts": {1}, "word": {3}, "東": {4}, "short": {6}, "w7919": {0}} {
		require.Equal(t, want, search(t, s, ids, store.LogFilter{Text: text}), text)
	}
}

func oneMoment(t *testing.T, s *store.Store) {
	at := time.Now().UTC().Truncate(time.Microsecond)
	all := make([]transcript.Transcript, 300)
	for i := range all {
		all[i] = transcript.Transcript{CallID: fmt.Sprint("call ", i), Time: at, Response: transcript.Body{Text: fmt.Sprint("word", i)}}
	}
	require.NoError(t, s.Transcripts().PutTranscripts(t.Context(), all))
	for _, i := range []int{0, 1, 150, 299} {
		got, err := s.Log().Transcript(t.Context(), all[i].CallID)
		require.NoError(t, err)
		require.Equal(t, all[i].Response, got.Response)
	}
}
