package sse_test

import (
	"bytes"
	"fmt"
	"runtime"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/asbru-gateway/asbru/pkg/sse"
)

func owned(ev *sse.Event) event {
	return event{
		Name: string(ev.Name), Data: string(ev.Data), HasData: ev.Data != nil,
		Comment: ev.Comment, Raw: string(ev.Raw),
	}
}

// drain takes all the events that s has.
func drain(t require.TestingT, s *sse.Splitter) []event {
	var events []event
	var ev sse.Event
	for {
		ok, err := s.Next(&ev)
		require.NoError(t, err)
		if !ok {
			return events
		}
		events = append(events, owned(&ev))
	}
}

// split feeds the pieces and overwrites each one as soon as it is lent no more.
func split(t require.TestingT, pieces ...string) (events []event, rest string) {
	var s sse.Splitter
	for _, piece := range pieces {
		lent := []byte(piece)
		s.Feed(lent)
		events = append(events, drain(t, &s)...)
		for i := range lent {
			lent[i] = '!'
		}
	}
	rest = string(s.Rest())
	var ev sse.Event
	if s.Flush(&ev) {
		events = append(events, owned(&ev))
	}
	return events, rest
}

func TestSplitterReadsWhatTheSpecificationSays(t *testing.T) {
	data := func(raw, data string) event { return event{Data: data, HasData: true, Raw: raw} }
	for _, tt := range []struct {
		name, input string
		want        []event
	}{
		{"one line", "data: x\n\n", []event{data("data: x\n\n", "x")}},
		{"no space", "data:x\n\n", []event{data("data:x\n\n", "x")}},
		{"only one space goes", "data:  x \n\n", []event{data("data:  x \n\n", " x ")}},
		{"no colon", "data\n\n", []event{data("data\n\n", "")}},
		{"several lines", "data: a\ndata:\ndata\ndata: b\n\n", []event{data("data: a\ndata:\ndata\ndata: b\n\n", "a\n\n\nb")}},
		{"colons in the value", "data: {\"a\":1}\n\n", []event{data("data: {\"a\":1}\n\n", `{"a":1}`)}},
		{"CRLF", "data: x\r\n\r\n", []event{data("data: x\r\n\r\n", "x")}},
		{"CR", "data: x\r\rdata: y\r\r", []event{data("data: x\r\r", "x"), data("data: y\r\r", "y")}},
		{"mixed line ends", "data: a\rdata: b\r\ndata: c\n\r\ndata: d\n\r", []event{data("data: a\rdata: b\r\ndata: c\n\r\n", "a\nb\nc"), data("data: d\n\r", "d")}},
		{"byte order mark", "\xEF\xBB\xBFdata: x\n\n", []event{data("data: x\n\n", "x")}},
		{"second byte order mark", "\xEF\xBB\xBF\xEF\xBB\xBFdata: x\n\n", []event{{Comment: true, Raw: "\xEF\xBB\xBFdata: x\n\n"}}},
		{"byte order mark and blank line", "\xEF\xBB\xBF\ndata: x\n\n", []event{{Comment: true, Raw: "\n"}, data("data: x\n\n", "x")}},
		{"half a byte order mark", "\xEF\xBBdata: x\n\ndata: y\n\n", []event{{Comment: true, Raw: "\xEF\xBBdata: x\n\n"}, data("data: y\n\n", "y")}},
		{"name", "event: ping\ndata: x\n\n", []event{{Name: "ping", Data: "x", HasData: true, Raw: "event: ping\ndata: x\n\n"}}},
		{"the last name counts", "event: a\nevent: b\n\n", []event{{Name: "b", Raw: "event: a\nevent: b\n\n"}}},
		{"comment", ": PROCESSING\n\n", []event{{Comment: true, Raw: ": PROCESSING\n\n"}}},
		{"comment in an event", ":\ndata: x\n:y\n\n", []event{data(":\ndata: x\n:y\n\n", "x")}},
		{"unknown fields", "id: 1\nretry: 5\nDATA: x\n data: x\n\n", []event{{Comment: true, Raw: "id: 1\nretry: 5\nDATA: x\n data: x\n\n"}}},
		{"blank lines", "\n\r\n\r\r\n", []event{{Comment: true, Raw: "\n"}, {Comment: true, Raw: "\r\n"}, {Comment: true, Raw: "\r"}, {Comment: true, Raw: "\r\n"}}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			events, _ := split(t, tt.input)
			require.Equal(t, tt.want, events)
			events, _ = split(t, strings.Split(tt.input, "")...)
			require.Equal(t, tt.want, events, "byte by byte")
		})
	}
}

func TestFlushGivesWhatHasNoBlankLine(t *testing.T) {
	for _, tt := range []struct {
		input, data, rest string
	}{
		{"data: x\n\ndata: y\n", "y", "data: y\n"},
		{"data: x\n\ndata: y", "y", "data: y"},
		{"data: y\r\n\r", "y", "data: y\r\n\r"},
	} {
		var s sse.Splitter
		s.Feed([]byte(tt.input))
		drain(t, &s)
		require.Equal(t, tt.rest, string(s.Rest()))
		var ev sse.Event
		require.True(t, s.Flush(&ev))
		require.Equal(t, tt.data, string(ev.Data))
		require.Equal(t, tt.rest, string(ev.Raw))
		require.False(t, s.Flush(&ev), "twice")
	}
	for _, input := range []string{"", "data: x\n\n", "data: x\r\n\r\n", "\xEF\xBB\xBF"} {
		var s sse.Splitter
		s.Feed([]byte(input))
		drain(t, &s)
		require.Empty(t, s.Rest())
		require.False(t, s.Flush(new(sse.Event)), "%q", input)
	}
}

func TestFeedingBeforeAllIsTakenLosesNothing(t *testing.T) {
	var s sse.Splitter
	var ev sse.Event
	s.Feed([]byte("data: a\n\ndata: b\n\nda"))
	ok, err := s.Next(&ev)
	require.NoError(t, err)
	require.True(t, ok)
	require.Equal(t, "a", string(ev.Data))
	s.Feed([]byte("ta: c\n\n"))
	require.Equal(t, []event{
		{Data: "b", HasData: true, Raw: "data: b\n\n"},
		{Data: "c", HasData: true, Raw: "data: c\n\n"},
	}, drain(t, &s))
}

func TestTheLimitIsOnTheBytesOfOneEvent(t *testing.T) {
	const limit = 1000
	ofSize := func(n int) string { return "data: " + strings.Repeat("x", n-len("data: \n\n")) + "\n\n" }
	for _, step := range []int{1, 7, 999, 1000, 1001, 5000} {
		t.Run(fmt.Sprintf("fed %d bytes at a time", step), func(t *testing.T) {
			feed := func(s *sse.Splitter, input string) (events int, err error) {
				var ev sse.Event
				for piece := range piecesOf(input, step) {
					s.Feed([]byte(piece))
					for {
						ok, err := s.Next(&ev)
						if err != nil {
							return events, err
						}
						if !ok {
							break
						}
						events++
					}
				}
				return events, nil
			}
			var s sse.Splitter
			s.Reset(limit)
			events, err := feed(&s, strings.Repeat(ofSize(limit), 3))
			require.NoError(t, err)
			require.Equal(t, 3, events)

			events, err = feed(&s, ofSize(limit)+ofSize(limit+1))
			require.ErrorIs(t, err, sse.ErrTooLarge)
			require.Equal(t, 1, events)
			_, err = feed(&s, ofSize(10))
			require.ErrorIs(t, err, sse.ErrTooLarge, "the error stays")

			s.Reset(limit)
			events, err = feed(&s, ofSize(10))
			require.NoError(t, err)
			require.Equal(t, 1, events)
		})
	}
}

// piecesOf yields input in pieces of n bytes.
func piecesOf(input string, n int) func(yield func(string) bool) {
	return func(yield func(string) bool) {
		for len(input) > 0 && yield(input[:min(n, len(input))]) {
			input = input[min(n, len(input)):]
		}
	}
}

func TestTheDefaultLimitIs16MiB(t *testing.T) {
	event := append(bytes.Repeat([]byte("x"), sse.DefaultMaxEvent-2), "\n\n"...)
	var s sse.Splitter
	s.Feed(event[:1000])
	require.Empty(t, drain(t, &s))
	s.Feed(event[1000:])
	require.Len(t, drain(t, &s), 1)
	s.Feed(event[:len(event)-1])
	require.Empty(t, drain(t, &s))
	s.Feed([]byte("x"))
	require.Empty(t, drain(t, &s))
	s.Feed([]byte("\n\n"))
	_, err := s.Next(new(sse.Event))
	require.ErrorIs(t, err, sse.ErrTooLarge)
}

func TestALargeEventLeavesNoLargeBuffer(t *testing.T) {
	large := []byte("data: " + strings.Repeat("x", 1<<20) + "\ndata: y\n\n")
	var s sse.Splitter
	feed := func() {
		s.Reset(0)
		s.Feed(large[:len(large)-1])
		drain(t, &s)
		s.Feed(large[len(large)-1:])
		require.Len(t, drain(t, &s), 1)
	}
	feed()
	// Were the buffers kept, feeding another one would not allocate them anew.
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	feed()
	runtime.ReadMemStats(&after)
	require.Greater(t, after.TotalAlloc-before.TotalAlloc, uint64(1<<20))
}

func TestWholeEventsAreNotCopied(t *testing.T) {
	piece := []byte(": c\n\nevent: a\ndata: x\n\ndata: y\r\n\r\n")
	var s sse.Splitter
	var ev sse.Event
	s.Feed(piece)
	at := 0
	for {
		ok, err := s.Next(&ev)
		require.NoError(t, err)
		if !ok {
			break
		}
		require.Same(t, &piece[at], &ev.Raw[0])
		at += len(ev.Raw)
	}
	require.Equal(t, len(piece), at)
	require.Zero(t, testing.AllocsPerRun(10, func() {
		s.Feed(piece)
		for {
			if ok, _ := s.Next(&ev); !ok {
				return
			}
		}
	}))
}

func TestManyShortLinesTakeLinearTime(t *testing.T) {
	// Were each line a search through what follows, this would take hours.
	for _, lineEnd := range []string{"\r", "\n", "\r\n"} {
		input := strings.Repeat("a"+lineEnd, 1<<18) + strings.Repeat(lineEnd, 1<<18)
		events, _ := split(t, input)
		require.Len(t, events, 1<<18, "%q", lineEnd)
	}
}

// genStream draws bytes that are rich in what splitters get wrong.
func genStream() *rapid.Generator[string] {
	token := rapid.SampledFrom([]string{
		"\n", "\n", "\r", "\r\n", "\n\n", "\r\n\r\n", "data", "data:", "data: ", "event: ", "event", ":", ": ", " ",
		"id: 1", "x", "{\"a\":1}", "\uFEFF", "\xEF", "\xBB", "é", "[DONE]", "",
	})
	return rapid.Custom(func(t *rapid.T) string {
		return strings.Join(rapid.SliceOfN(token, 0, 40).Draw(t, "tokens"), "")
	})
}

func TestTheSplitOfTheInputDoesNotMatter(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		input := genStream().Draw(t, "input")
		var pieces []string
		for left := input; left != ""; {
			n := rapid.IntRange(0, min(len(left), 12)).Draw(t, "n")
			pieces, left = append(pieces, left[:n]), left[n:]
			if n == 0 && len(pieces) > 200 {
				pieces, left = append(pieces, left), ""
			}
		}
		requireSame(t, input, pieces)
	})
}

func TestEverySplitInTwoIsTheSame(t *testing.T) {
	input := "\uFEFFevent: a\r\ndata: x\r\n\r\n: c\n\ndata: y\rdata: z\r\rdata\n\n\r\n\revent:\ndata: end"
	for i := range len(input) + 1 {
		requireSame(t, input, []string{input[:i], input[i:]})
	}
}

// requireSame compares the events of the pieces with those of the reference.
func requireSame(t require.TestingT, input string, pieces []string) {
	want, wantRest := reference(input)
	for _, pieces := range [][]string{{input}, pieces, strings.SplitAfter(input, "")} {
		events, rest := split(t, pieces...)
		var raw strings.Builder
		for _, ev := range events {
			raw.WriteString(ev.Raw)
		}
		require.Equal(t, strings.TrimPrefix(input, "\uFEFF"), raw.String(), "the whole input")
		if rest != "" {
			// What Flush gave is whole after all if only the byte behind a CR was missing.
			if wantRest == "" {
				require.Equal(t, "\r", rest[len(rest)-1:])
				rest = ""
			} else {
				events = events[:len(events)-1]
			}
		}
		require.Len(t, events, len(want))
		for i := range want {
			require.Equal(t, want[i], events[i])
		}
		require.Equal(t, wantRest, rest)
	}
}

func FuzzSplitter(f *testing.F) {
	f.Add("data: x\r\n\r\ndata: y\n\n", uint16(3))
	f.Add("\uFEFFevent: a\rdata\r\r: c\n\n\n", uint16(1))
	f.Fuzz(func(t *testing.T, input string, step uint16) {
		var pieces []string
		for piece := range piecesOf(input, int(step)%100+1) {
			pieces = append(pieces, piece)
		}
		requireSame(t, input, pieces)
	})
}

func TestTheRawOfEventsIsValidUntilTheNextFeed(t *testing.T) {
	var stream strings.Builder
	for i := range 40 {
		fmt.Fprintf(&stream, "data: %d %s\n\n", i, strings.Repeat("x", i*7%50))
	}
	want := strings.SplitAfter(stream.String(), "\n\n")
	for _, step := range []int{1, 2, 3, 7, 20, 50, 64, 100, 1000} {
		var s sse.Splitter
		var got []string
		for rest := []byte(stream.String()); len(rest) > 0; {
			piece := bytes.Clone(rest[:min(step, len(rest))])
			rest = rest[len(piece):]
			s.Feed(piece)
			var kept [][]byte
			for {
				var ev sse.Event
				ok, err := s.Next(&ev)
				require.NoError(t, err)
				if !ok {
					break
				}
				kept = append(kept, ev.Raw)
			}
			for _, raw := range kept {
				got = append(got, string(raw))
			}
		}
		require.Equal(t, want[:len(want)-1], got, "in pieces of %d", step)
	}
}
