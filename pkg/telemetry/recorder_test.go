package telemetry

import (
	"bytes"
	"context"
	"encoding/json"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/asbru-gateway/asbru/pkg/api"
	"github.com/prometheus/client_golang/prometheus/testutil"
	"github.com/stretchr/testify/require"
)

func exampleRecord() Record {
	r := Record{
		Time: time.Date(2026, 1, 2, 3, 4, 5, 600000000, time.UTC), Took: 1500 * time.Microsecond,
		Op: api.OpChat, Status: 200, Attempts: 2, Stream: true,
		Usage:   api.Usage{Input: 3, Output: 4, Known: true, Estimated: true},
		Dialect: "openai", Provider: "house", Key: "main", VirtualKey: "team a",
	}
	r.RequestID.Set("id-1")
	r.Model.Set("m \"x\"\n")
	return r
}

func TestLinesLookLikeSlogs(t *testing.T) {
	r := exampleRecord()
	require.Equal(t, `{"time":"2026-01-02T03:04:05.6Z","level":"INFO","msg":"call","request_id":"id-1","dialect":"openai","operation":"chat","provider":"house","model":"m \"x\"\n","key":"main","virtual_key":"team a","status":200,"us":1500,"input_tokens":3,"output_tokens":4,"attempts":2,"stream":true,"estimated":true}`+"\n",
		string(AppendJSON(nil, &r)))
	require.True(t, json.Valid(AppendJSON(nil, &r)))
	require.Equal(t, `time=2026-01-02T03:04:05.600Z level=INFO msg=call request_id=id-1 dialect=openai operation=chat provider=house model="m \"x\"\n" key=main virtual_key="team a" status=200 us=1500 input_tokens=3 output_tokens=4 attempts=2 stream=true estimated=true`+"\n",
		string(AppendText(nil, &r)))
}

func TestEveryRecordIsWrittenOrCounted(t *testing.T) {
	m := NewMetrics("test")
	var out bytes.Buffer
	r := NewRecorder(&out, AppendJSON, m)
	ctx, stop := context.WithCancel(t.Context())
	var running, putting sync.WaitGroup
	running.Go(func() { r.Run(ctx) })
	const writers, each = 4, 5000
	for range writers {
		putting.Go(func() {
			rec := exampleRecord()
			for range each {
				r.Put(&rec)
			}
		})
	}
	putting.Wait()
	stop()
	running.Wait()
	require.Equal(t, writers*each, strings.Count(out.String(), "\n")+int(testutil.ToFloat64(m.RecordsLost)))
}

func TestModelsBeyondTheBoundShareALabel(t *testing.T) {
	m := NewMetrics("test")
	set := NewSeriesSet(m, 2)
	for _, model := range []string{"a", "b", "c", "d", "a"} {
		set.Get(SeriesKey{Dialect: "openai", Op: api.OpChat, Provider: "house", Model: model}).Done(200, time.Second, &api.Usage{Input: 1}, 0, nil)
	}
	require.EqualValues(t, 2, testutil.ToFloat64(m.requests.WithLabelValues("openai", "chat", "house", "a", "200")))
	require.EqualValues(t, 2, testutil.ToFloat64(m.requests.WithLabelValues("openai", "chat", "house", OtherModel, "200")))
	require.Equal(t, 3, testutil.CollectAndCount(m.requests))
}

func TestFurtherLabelsAreBoundedLikeModels(t *testing.T) {
	m := NewMetrics("test", "team", "app")
	set := NewSeriesSet(m, 1)
	for _, extra := range []string{"red" + ExtraEnd + "shop" + ExtraEnd, "blue" + ExtraEnd + ExtraEnd} {
		set.Get(SeriesKey{Dialect: "openai", Op: api.OpChat, Provider: "house", Model: "m", Extra: extra}).Done(200, time.Second, &api.Usage{}, 0, nil)
	}
	require.EqualValues(t, 1, testutil.ToFloat64(m.requests.WithLabelValues("openai", "chat", "house", "m", "red", "shop", "200")))
	require.EqualValues(t, 1, testutil.ToFloat64(m.requests.WithLabelValues("openai", "chat", "house", OtherModel, "", "", "200")))
}

func BenchmarkRecord(b *testing.B) {
	r := NewRecorder(&bytes.Buffer{}, AppendJSON, NewMetrics("bench"))
	rec := exampleRecord()
	b.ReportAllocs()
	for b.Loop() {
		r.Put(&rec)
		if len(r.queue.waiting) == 1000 {
			r.out.(*bytes.Buffer).Reset()
			r.write(nil)
		}
	}
}
