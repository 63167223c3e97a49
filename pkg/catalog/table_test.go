package catalog_test

import (
	"strings"
	"testing"

	"github.com/asbru-gateway/asbru/pkg/api"
	"github.com/asbru-gateway/asbru/pkg/catalog"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

func TestTheBuiltInTableKnowsTheModelsOfTheDay(t *testing.T) {
	table := catalog.BuiltIn()
	for name, want := range map[string]float64{ // of input, in dollars for a million tokens
		"openai/gpt-4o": 2.5, "openai/gpt-5-mini-2025-08-07": 0.25, "openai/gpt-5.4": 2.5,
		"azure/gpt-4.1": 2, "anthropic/claude-sonnet-4-6": 3, "anthropic/claude-haiku-4-5-20251001": 1,
		"gemini/gemini-2.5-flash": 0.3, "groq/llama-3.3-70b-versatile": 0.59,
		"bedrock/us.anthropic.claude-sonnet-4-5-20250929-v1:0": 3.3,
	} {
		provider, model, _ := strings.Cut(name, "/")
		m := table.Model(provider, model)
		require.NotNil(t, m, name)
		require.Equal(t, int64(want*1e6), m.Price.Input, name)
		require.GreaterOrEqual(t, m.Price.Output, m.Price.Input, name)
		require.Greater(t, m.Context, int64(100_000), name)
		require.Greater(t, m.MaxOutput, int64(4_000), name)
		require.NotZero(t, m.Can&catalog.Tools, name)
	}
	require.Nil(t, table.Model("openai", "no-such-model"))
	require.Nil(t, table.Model("nobody", "gpt-4o"))
}

func TestWhatAModelCannotIsToldFromWhatIsNotKnown(t *testing.T) {
	table, err := catalog.ReadTable("p\tm\t1000/50\ttools !image\t\n")
	require.NoError(t, err)
	require.Equal(t, &catalog.Model{Context: 1000, MaxOutput: 50, Can: catalog.Tools, Cannot: catalog.Image}, table.Model("p", "m"))
	require.Equal(t, []string{"tools", "schema"}, (catalog.Schema | catalog.Tools).Names())
}

func read(t require.TestingT, prices string) *catalog.Price {
	table, err := catalog.ReadTable("p\tm\t\t\t" + prices + "\n")
	require.NoError(t, err)
	return table.Model("p", "m").Price
}

func TestEachKindOfTokenHasItsPrice(t *testing.T) {
	usage := api.Usage{Input: 1000, CacheRead: 100, CacheWrite: 10, AudioIn: 1, Output: 50, Reasoning: 30, AudioOut: 5, Images: 3, Units: 2}
	for prices, want := range map[string]int64{
		"in=1":        1000 * 1000,
		"in=1 out=10": 1000*1000 + 50*10_000,
		"in=1 cached=0.1 write=1.25 audioin=100 out=10 audioout=40": 889*1000 + 100*100 + 10*1250 + 100_000 + 45*10_000 + 5*40_000,
		"in=0.0004":                     400,  // nano-dollars are rounded once, at the end
		"in=0.000001":                   1,    // a thousand tokens at a pico-dollar
		"out=0.03":                      1500, // what has no price costs nothing
		"out=10 reason=1":               20*10_000 + 30*1000,
		"call=0.25 image=0.04 unit=0.5": 250_000_000 + 3*40_000_000 + 2*500_000_000,
	} {
		require.Equal(t, want, read(t, prices).Cost(&usage), prices)
	}
}

func TestSearchesCostAPriceEachAndWhatIsBilledIsWhatCounts(t *testing.T) {
	require.EqualValues(t, 2*2_000_000, read(t, "unit=0.002").Cost(&api.Usage{Units: 2}))
	billed := api.Usage{Input: 1549, CacheRead: 992, Output: 103, BilledInput: 119, BilledOutput: 52}
	require.EqualValues(t, 119*1000+52*2000, read(t, "in=1 out=2").Cost(&billed))
}

func TestALongCallCostsMoreThroughout(t *testing.T) {
	p := read(t, "in=1 cached=0.1 out=10 long=200 long.in=2 long.out=15")
	require.EqualValues(t, 200*1000+10*10_000, p.Cost(&api.Usage{Input: 200, Output: 10}))
	require.EqualValues(t, 101*2000+100*100+10*15_000, p.Cost(&api.Usage{Input: 201, CacheRead: 100, Output: 10}), "what is not stated costs what it does in a short one")
	p = read(t, "in=1 out=10 long=200 long.in=2")
	require.EqualValues(t, 201*2000+10*10_000, p.Cost(&api.Usage{Input: 201, CacheRead: 100, Output: 10}))
}

func TestANameCountsBeforeAPatternAndALongPatternBeforeAShortOne(t *testing.T) {
	table, err := catalog.ReadTable("# about\n\np\tgpt-*,*o*\t\t\tin=1\np\tgpt-4*\t\t\tin=2\np\tgpt-4o,a/b\t\t\tin=3\np\ta/*\t\t\tin=4\n")
	require.NoError(t, err)
	for model, want := range map[string]int64{"gpt-3": 1, "gpt-4": 2, "gpt-4.1": 2, "gpt-4o": 3, "x/o/y": 1, "a/b": 3, "a/c": 4} {
		require.Equal(t, want*1_000_000, table.Model("p", model).Price.Input, model)
	}
}

func TestATableThatCannotBeReadIsAnError(t *testing.T) {
	for _, text := range []string{
		"p\tm\t\tin=1", "p\tm\t\t\tin=x", "p\tm\t\t\tin=-1", "p\tm\t\t\ttea=1", "p\tm\t\t\tin=1e300", "p\tm\t\t\tlong=0", "p\tm\t\t\tlong=x", "p\tm\t\t\tin=NaN", "p\tm\t\t\tcall=11",
		"p\tm\t-1\t\t", "p\tm\tx/1\t\t", "p\tm\t\tfly\t", "p\tm\t\ttools !tools\t",
	} {
		_, err := catalog.ReadTable(text)
		require.Error(t, err, text)
	}
}

func TestACostNeverIsNegativeAndGrowsWithWhatIsUsed(t *testing.T) {
	p := read(t, "in=3 cached=0.3 write=3.75 out=15 long=200000 long.in=6 long.out=22.5")
	rapid.Check(t, func(t *rapid.T) {
		count := rapid.OneOf(rapid.Int64Range(0, 1<<24), rapid.Int64Range(0, 1<<62))
		u := api.Usage{
			Input: count.Draw(t, "input"), CacheRead: count.Draw(t, "read"), CacheWrite: count.Draw(t, "write"),
			Output: count.Draw(t, "output"), AudioOut: count.Draw(t, "audio"),
		}
		cost := p.Cost(&u)
		require.GreaterOrEqual(t, cost, int64(0))
		u.Output += rapid.Int64Range(0, 1<<40).Draw(t, "more")
		require.GreaterOrEqual(t, p.Cost(&u), cost)
	})
}
