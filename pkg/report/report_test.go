package report

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"testing"
	"time"

	"github.com/asbru-gateway/asbru/pkg/store"
	"github.com/asbru-gateway/asbru/pkg/usage"
	"github.com/stretchr/testify/require"
)

func opened(t *testing.T) *store.Store {
	t.Helper()
	s, err := store.Open(t.Context(), "sqlite:"+filepath.Join(t.TempDir(), "asbru.db"))
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, s.Close()) })
	return s
}

func zone(t *testing.T, name string) *time.Location {
	t.Helper()
	z, err := time.LoadLocation(name)
	require.NoError(t, err)
	return z
}

func nobody(string, string) string { return "" }

// TestAReportAddsUpToTheLastNanoDollar compares reports with a sum of each call, over the
// ends of summer time in both hemispheres and zones that no full hour is away from UTC.
func TestAReportAddsUpToTheLastNanoDollar(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	s := opened(t)
	first, last := time.Date(2026, 10, 1, 0, 0, 0, 0, time.UTC), time.Date(2026, 11, 20, 0, 0, 0, 0, time.UTC)
	var entries []usage.Entry
	for i := range 3000 {
		e := usage.Entry{
			CallID: fmt.Sprintf("%012x-%d", first.UnixMilli(), i), Time: first.Add(time.Duration(random.Int64N(int64(last.Sub(first))))).Truncate(time.Microsecond),
			Team: fmt.Sprint("t", random.IntN(3)), Customer: fmt.Sprint("c", random.IntN(2)), Model: fmt.Sprint("m", random.IntN(3)),
			VirtualKey: fmt.Sprint("k", random.IntN(4)), Status: 200,
		}
		e.CostNano, e.Usage.Input = random.Int64N(1e9), random.Int64N(1000)
		entries = append(entries, e)
	}
	require.NoError(t, s.Ledger().Put(t.Context(), entries))
	of := map[string]func(*usage.Entry, *time.Location) string{
		"team":        func(e *usage.Entry, _ *time.Location) string { return e.Team },
		"customer":    func(e *usage.Entry, _ *time.Location) string { return e.Customer },
		"model":       func(e *usage.Entry, _ *time.Location) string { return e.Model },
		"virtual_key": func(e *usage.Entry, _ *time.Location) string { return e.VirtualKey },
		Day:           func(e *usage.Entry, z *time.Location) string { return e.Time.In(z).Format(time.DateOnly) },
	}
	names := []string{"team", "customer", "model", "virtual_key", Day}
	for _, zoneName := range []string{"UTC", "Europe/Berlin", "Asia/Kathmandu", "America/Sao_Paulo", "Australia/Lord_Howe"} {
		z := zone(t, zoneName)
		for _, a := range names {
			for _, b := range names {
				by := []string{a, b}
				if a == b {
					by = by[:1]
				}
				q := Query{Since: first.Add(time.Duration(random.Int64N(int64(100 * time.Hour)))), Until: last.Add(-time.Duration(random.Int64N(int64(100 * time.Hour)))), Zone: z, By: by}
				want, total := map[string]int64{}, int64(0)
				for i := range entries {
					e := &entries[i]
					if e.Time.Before(q.Since) || !e.Time.Before(q.Until) {
						continue
					}
					key := ""
					for _, name := range by {
						key += of[name](e, z) + "/"
					}
					want[key] += e.CostNano
					total += e.CostNano
				}
				r, err := Make(t.Context(), s.Log(), q)
				require.NoError(t, err)
				got := map[string]int64{}
				for _, row := range r.Rows {
					key := ""
					for _, v := range row.Of {
						key += v + "/"
					}
					got[key] += row.CostNano
				}
				require.Equal(t, want, got, "%s by %v", zoneName, by)
				require.Len(t, r.Rows, len(want))
				require.Equal(t, total, r.Total.CostNano)
			}
		}
	}
}

func TestMoneyHasAllOfItsDigits(t *testing.T) {
	for nano, text := range map[int64]string{
		0: "0.0", 1: "0.000000001", 4_000_000: "0.004", -1_500_000_000: "-1.5", 9_223_372_036_854_775_807: "9223372036.854775807", 120_000_000_000: "120.0",
	} {
		require.Equal(t, text, Money(nano))
	}
}

func TestATableIsHarmlessToSpreadsheets(t *testing.T) {
	r := Report{Query: Query{By: []string{"team", "model"}}, Rows: []Row{{Of: []string{"=cmd|' /C calc'!A0", "-1+2,\n\"x\""}, Figure: store.Figure{Calls: 2, CostNano: 1}}}}
	var out bytes.Buffer
	require.NoError(t, r.CSV(&out, func(_, id string) string { return "@" + id }))
	rows, err := csv.NewReader(&out).ReadAll()
	require.NoError(t, err)
	require.Equal(t, append([]string{"team", "team_name", "model"}, figureHead...), rows[0])
	require.Equal(t, []string{"'=cmd|' /C calc'!A0", "'@=cmd|' /C calc'!A0", "'-1+2,\n\"x\"", "2", "0", "0", "0", "0", "0", "0", "0", "0.000000001"}, rows[1])
}

func TestAReportAsTextNamesAndBoundsWhatItShows(t *testing.T) {
	r := Report{Query: Query{By: []string{"team"}, Zone: zone(t, "Europe/Berlin")}}
	for i := range linesMost + 3 {
		r.Rows = append(r.Rows, Row{Of: []string{fmt.Sprint(i)}, Figure: store.Figure{Calls: 1, CostNano: 1_500_000_000}})
	}
	text := r.Text(func(_, id string) string {
		if id == "0" {
			return "Se\narch"
		}
		return ""
	})
	require.Contains(t, text, "Se arch  1      0       $1.5\n")
	require.Contains(t, text, "\nand 3 more\n")
}
