package usage

import (
	"encoding/hex"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/asbru-gateway/asbru/pkg/api"
	"github.com/asbru-gateway/asbru/pkg/telemetry"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

func encodeBatch(node string, entries []Entry) []byte {
	b := beginBatch(nil, node)
	for i := range entries {
		b = appendEntry(b, &entries[i])
	}
	return b
}

func drawEntry(node string) *rapid.Generator[Entry] {
	return rapid.Custom(func(t *rapid.T) Entry {
		text := rapid.StringMatching(`[a-zé "']{0,20}`)
		count := rapid.OneOf(rapid.Int64(), rapid.Int64Range(0, 1000))
		e := Entry{Node: node, Time: time.UnixMicro(rapid.Int64Range(-1e15, 1e16).Draw(t, "time")).UTC()}
		for i := range textFields {
			*textFields[i].of(&e) = text.Draw(t, "text")
		}
		for i := range countFields {
			*countFields[i].of(&e) = count.Draw(t, "count")
		}
		e.CallID += "id"
		e.setFlags(rapid.Int64Range(0, 63).Draw(t, "flags"))
		e.Status, e.Attempts = rapid.Int().Draw(t, "status"), rapid.Int().Draw(t, "attempts")
		e.Took = time.Duration(rapid.Int64Range(0, 1e12).Draw(t, "took")) * time.Microsecond
		e.FirstToken = time.Duration(rapid.Int64Range(0, 1e12).Draw(t, "first token")) * time.Microsecond
		e.Fallback = rapid.IntRange(0, 8).Draw(t, "fallback")
		e.Queue = time.Duration(rapid.Int64Range(0, 1e12).Draw(t, "queue")) * time.Microsecond
		e.Own = time.Duration(rapid.Int64Range(0, 1e12).Draw(t, "own")) * time.Microsecond
		for range rapid.IntRange(0, 3).Draw(t, "tries") {
			try := Try{Status: rapid.IntRange(0, 599).Draw(t, "status"), Started: time.Second, Took: time.Duration(rapid.IntRange(0, 1e9).Draw(t, "took")) * time.Microsecond}
			for _, of := range tryTexts {
				if of != nil {
					*of(&try) = text.Draw(t, "text")
				}
			}
			e.Tries = append(e.Tries, try)
		}
		if pairs := rapid.MapOfN(text, text, 0, 4).Draw(t, "metadata"); len(pairs) > 0 {
			e.Metadata = pairs
		}
		return e
	})
}

func TestWhatIsEncodedIsDecoded(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		entries := rapid.SliceOfN(drawEntry("edge-1"), 1, 5).Draw(t, "entries")
		decoded, err := Decode(encodeBatch("edge-1", entries))
		require.NoError(t, err)
		require.Equal(t, entries, decoded)
	})
}

func TestEveryFieldOfARecordReachesTheLedger(t *testing.T) {
	r := exampleRecord()
	r.User, r.Fallback, r.Shadow, r.Queue, r.Own = "user-1", 1, true, 2*time.Microsecond, 3*time.Microsecond
	r.Detail = &telemetry.Detail{
		EndUser: "ann", Session: "s-1", Parent: "req-0", RuleID: "rule-1", RuleName: "the rule", Marks: "cache:direct",
		Choice: &telemetry.Choice{Revision: 7, Strategy: "least_cost", Options: []telemetry.Option{
			{Provider: "house", Model: "small", Key: "k", Weight: 1, Ready: true, Latency: 1, CostNano: 9, Busy: -1, Place: 1},
			{Weight: 0.5, Refused: "provider_blocked", CostNano: -1, Busy: 0.25},
		}},
		Class: "authentication", Message: "Incorrect API key provided: sk-abcdefghijkl",
		Tries: []telemetry.Try{{Provider: "home", Model: "small", Key: "k", Worker: "w", Status: 401, Class: "authentication", Code: "invalid_api_key", Started: 4 * time.Microsecond, Took: 5 * time.Microsecond}},
	}
	r.Detail.Choice.Asked.Set("fast")
	cost, busy := int64(9), 0.25
	e := entryOf(&r, "edge-1")
	decoded, err := Decode(encodeBatch("edge-1", []Entry{e}))
	require.NoError(t, err)
	require.Equal(t, []Entry{{
		CallID: "call-1", RequestID: "req-1", Time: r.Time, Node: "edge-1", Worker: "worker-1",
		Dialect: "openai", Op: "chat", Provider: "house", Model: "small", Key: "main",
		VirtualKey: "vk-1", Team: "team-1", Customer: "customer-1",
		Status: 200, Code: "none", Attempts: 2, Stream: true, Truncated: true, Billed: true,
		Usage:    api.Usage{Input: 1, CacheRead: 2, CacheWrite: 3, Output: 4, Reasoning: 5, AudioIn: 6, AudioOut: 7, Images: 8, Known: true, Estimated: true},
		CostNano: 9, Took: time.Second, FirstToken: time.Millisecond, Metadata: map[string]string{"app": "x", "tier": "gold"},
		User: "user-1", EndUser: "ann", Session: "s-1", Parent: "req-0", RuleID: "rule-1", RuleName: "the rule", Fallback: 1, Shadow: true,
		Choice: &Choice{Asked: "fast", Revision: 7, Strategy: "least_cost", Options: []Option{
			{Provider: "house", Model: "small", Key: "k", Weight: 1, Ready: true, Latency: 1, CostNano: &cost, Place: 1},
			{Weight: 0.5, Refused: "provider_blocked", Busy: &busy},
		}},
		Marks: "cache:direct", Class: "authentication", Message: "Incorrect API key provided: [redacted]",
		Queue: 2 * time.Microsecond, Own: 3 * time.Microsecond,
		Tries: []Try{{Provider: "home", Model: "small", Key: "k", Worker: "w", Status: 401, Class: "authentication", Code: "invalid_api_key", Started: 4 * time.Microsecond, Took: 5 * time.Microsecond}},
	}}, decoded)
}

func exampleRecord() telemetry.Record {
	r := telemetry.Record{
		Time: time.Date(2026, 1, 2, 3, 4, 5, 6000, time.UTC), Took: time.Second, FirstToken: time.Millisecond,
		Op: api.OpChat, Status: 200, Attempts: 2, Stream: true, Truncated: true, Billed: true,
		Usage:    api.Usage{Input: 1, CacheRead: 2, CacheWrite: 3, Output: 4, Reasoning: 5, AudioIn: 6, AudioOut: 7, Images: 8, Known: true, Estimated: true},
		CostNano: 9, Dialect: "openai", Provider: "house", Key: "main", VirtualKey: "the key's name",
		VirtualKeyID: "vk-1", Team: "team-1", Customer: "customer-1", Worker: "worker-1",
		Metadata: "app=x, tier = gold,nonsense,=,",
	}
	r.CallID.Set("call-1")
	r.RequestID.Set("req-1")
	r.Model.Set("small")
	r.Code.Set("none")
	return r
}

// The file is a batch as version 1 writes it. It must be read by every later
// version, so it is not made anew when the encoding changes: a new one is added.
func TestBatchesOfOlderVersionsAreRead(t *testing.T) {
	r := exampleRecord()
	want := entryOf(&r, "edge-1")
	written, err := os.ReadFile("testdata/batch_v1.hex")
	require.NoError(t, err)
	batch, err := hex.DecodeString(strings.TrimSpace(string(written)))
	require.NoError(t, err)
	decoded, err := Decode(batch)
	require.NoError(t, err)
	require.Equal(t, []Entry{want}, decoded)
}

func TestFieldsOfNewerVersionsAreSkipped(t *testing.T) {
	r := exampleRecord()
	want := entryOf(&r, "edge-1")
	inner := appendText(appendCount(appendFields(nil, &want), 900, -5), 901, "of the future")
	b := appendText(beginBatch(nil, "edge-1"), 90, "of the future")
	b = appendCount(b, 91, 7)
	b = appendText(b, batchEntry, string(inner))
	decoded, err := Decode(b)
	require.NoError(t, err)
	require.Equal(t, []Entry{want}, decoded)
}

func TestWhatIsNoBatchIsRefused(t *testing.T) {
	good := encodeBatch("n", []Entry{{CallID: "1"}})
	flood := beginBatch(nil, "n")
	for range maxEntries + 1 {
		flood = appendEntry(flood, &Entry{CallID: "1"})
	}
	for name, batch := range map[string][]byte{
		"nothing":             nil,
		"another version":     {version + 1},
		"cut short":           good[:len(good)-1],
		"an unknown kind":     {version, 1<<3 | 5, 0, 0, 0, 0},
		"a length beyond it":  {version, 2<<3 | kindBytes, 0xff, 0xff, 0xff, 0xff, 0x0f},
		"an entry of no call": encodeBatch("n", []Entry{{Model: "m"}}),
		"too many entries":    flood,
	} {
		_, err := Decode(batch)
		require.ErrorIs(t, err, ErrBadBatch, name)
	}
}

func TestTextsAreMadeFitForTheStore(t *testing.T) {
	decoded, err := Decode(encodeBatch("n", []Entry{{CallID: "1", Model: "a\x00b\xffc", Key: strings.Repeat("é", maxText)}}))
	require.NoError(t, err)
	require.Equal(t, "abc", decoded[0].Model)
	require.Equal(t, strings.Repeat("é", maxText/2), decoded[0].Key)
}

func TestMetadataIsBounded(t *testing.T) {
	require.Nil(t, parseMetadata("nothing of the form"))
	require.Len(t, parseMetadata(strings.Repeat("a=1,", 100)), 1)
	var many strings.Builder
	for c := 'a'; c <= 'z'; c++ {
		many.WriteString(string(c) + "=1,")
	}
	require.Len(t, parseMetadata(many.String()), maxMetadata)
	require.Nil(t, parseMetadata(strings.Repeat("n", maxMetadataName+1)+"=1,k="+strings.Repeat("v", maxMetadataValue+1)))
}

func TestMetadataIsText(t *testing.T) {
	require.Equal(t, map[string]string{"ok": "é"}, parseMetadata("a=\x00,b=\xff,\x7f=c,ok=é"))
}

func FuzzDecode(f *testing.F) {
	r := exampleRecord()
	f.Add(encodeBatch("edge-1", []Entry{entryOf(&r, "edge-1"), {CallID: "2"}}))
	f.Add([]byte{version})
	f.Fuzz(func(t *testing.T, batch []byte) {
		entries, err := Decode(batch)
		if err != nil {
			require.ErrorIs(t, err, ErrBadBatch)
			return
		}
		if len(entries) == 0 {
			return
		}
		for i := range entries { // rounded to what is kept
			entries[i].Took = entries[i].Took.Truncate(time.Microsecond)
			entries[i].FirstToken = entries[i].FirstToken.Truncate(time.Microsecond)
			entries[i].Queue = entries[i].Queue.Truncate(time.Microsecond)
			entries[i].Own = entries[i].Own.Truncate(time.Microsecond)
			for j := range entries[i].Tries {
				try := &entries[i].Tries[j]
				try.Started, try.Took = try.Started.Truncate(time.Microsecond), try.Took.Truncate(time.Microsecond)
			}
		}
		again, err := Decode(encodeBatch(entries[0].Node, entries))
		require.NoError(t, err)
		require.Equal(t, entries, again)
	})
}

func BenchmarkEncodeBatch(b *testing.B) {
	r := exampleRecord()
	r.Metadata = ""
	var batch []byte
	var e Entry
	b.ReportAllocs()
	for b.Loop() {
		batch = beginBatch(batch[:0], "edge-1")
		for range 100 {
			e = entryOf(&r, "edge-1")
			batch = appendEntry(batch, &e)
		}
	}
	b.ReportMetric(float64(len(batch))/100, "bytes/record")
}

func BenchmarkDecodeBatch(b *testing.B) {
	r := exampleRecord()
	r.Metadata = ""
	batch := beginBatch(nil, "edge-1")
	for range 100 {
		e := entryOf(&r, "edge-1")
		batch = appendEntry(batch, &e)
	}
	b.ReportAllocs()
	for b.Loop() {
		if _, err := Decode(batch); err != nil {
			b.Fatal(err)
		}
	}
}
