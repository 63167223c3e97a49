package code_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/asbru-gateway/asbru/pkg/api"
	"github.com/asbru-gateway/asbru/pkg/mcp"
	"github.com/asbru-gateway/asbru/pkg/mcp/code"
)

var search = &mcp.Tool{
	Client: "my-web", Name: "my-web-search", Original: "search", Description: "Looks\nfor pages.", AutoRun: true,
	Schema: api.JSON(`{"type":"object","properties":{"limit":{"type":"integer"},"q":{"type":"string"},"kind":{"enum":["a","b"]},"tags":{"type":"array","items":{"type":"string"}}},"required":["q"]}`),
}

var remove = &mcp.Tool{Client: "my-web", Name: "my-web-rm-all", Original: "rm-all", Schema: api.JSON(`{"type":"object"}`)}

var read = &mcp.Tool{Client: "files", Name: "files-import", Original: "import", Schema: api.JSON(`{"type":"object"}`)}

var servers = code.Servers([]*mcp.Tool{read, remove, search})

// run runs a script. Its tools answer with what they are given, but for rm-all, which fails.
func run(t *testing.T, text string) (told string, failed bool) {
	t.Helper()
	s := &code.Script{Code: text, Servers: servers, Timeout: time.Minute, Call: func(_ context.Context, tool *mcp.Tool, arguments api.JSON) (*mcp.Result, error) {
		if tool == remove {
			return nil, errors.New("not allowed")
		}
		return &mcp.Result{Parts: []api.Part{{Text: string(arguments)}}}, nil
	}}
	return s.Run(t.Context())
}

func TestAScriptUsesToolsAndTellsItsResult(t *testing.T) {
	for text, want := range map[string]string{
		`result = my_web.search(q="x", limit=3)["q"]`:                                    "Result:\n\"x\"",
		`result = my_web.search({"q": "x", "deep": {"a": [1, 2.5, None, True, "é"]}})`:   "Result:\n{\"deep\":{\"a\":[1,2.5,null,true,\"é\"]},\"q\":\"x\"}",
		`print("a", 1)` + "\nprint([2])":                                                 "Printed:\na 1\n[2]",
		"def f(x):\n  return x * 2\nresult = [f(i) for i in range(3) if i != 1]":         "Result:\n[0,4]",
		"n = 0\nwhile n < 5:\n  n += 2\nresult = n":                                      "Result:\n6",
		"l = [1]\nm = l\nl += [2]\nl.append(3)\nresult = m":                              "Result:\n[1,2,3]",
		"d = {}\nfor w in \"a b a\".split():\n  d[w] = d.get(w, 0) + 1\nresult = d":      "Result:\n{\"a\":2,\"b\":1}",
		"d = {\"a\": 1}\nd[\"a\"] += 1\nresult = d":                                      "Result:\n{\"a\":2}",
		`result = "%s has %d" % ("x", 2) + ", ".join(["a", "b"]).replace("a", "c")`:      "Result:\n\"x has 2c, b\"",
		`result = sorted([3, 1, 2], key=lambda x: -x)[0:2]`:                              "Result:\n[3,2]",
		"a, b = (1, 2)\nresult = {\"sum\": a + b, \"in\": 1 in [1], \"or\": 0 or \"y\"}": "Result:\n{\"sum\":3,\"in\":true,\"or\":\"y\"}",
		`result = "{}-{}".format(1, "b").upper()`:                                        "Result:\n\"1-B\"",
		`x = 1`:                    "The script came to its end and has told nothing. Assign to the variable result, or print.",
		`result = files.import_()`: "Result:\n{}",
		"def f(*args, **named):\n  return len(args) + len(named)\nresult = f(*[1, 2], **{\"a\": 1})": "Result:\n3",
	} {
		told, _ := run(t, text)
		require.Equal(t, want, told, text)
	}
}

func TestWhatAScriptMayNotDoEndsIt(t *testing.T) {
	for text, want := range map[string]string{
		`result = (`:                                         "code:1:11: got end of file",
		`load("a.star", "b")`:                                "nothing to load",
		"x = 1\nmy_web.rm_all()":                             "line 2: not allowed",
		`my_web.delete()`:                                    "my_web has no tool delete; it has rm_all, search",
		`my_web.search("x")`:                                 "arguments are given by name",
		"d = my_web.search(q=1)\nd.q":                        `write ["q"] for a member`,
		"def f():\n  return f()\nf()":                        "called recursively",
		"while True:\n  pass":                                "more than 5000000 steps",
		"for i in range(1000000000):\n  pass":                "more than 5000000 steps",
		"for i in range(101):\n  my_web.search()":            "may call 100 tools",
		`fail("no")`:                                         "no",
		`result = 1 // 0`:                                    "division by zero",
		`"a".x = 1`:                                          "nothing can be assigned",
		"def f():\n  return []\nf()[0] += 1":                 "write this as",
		`result = my_web == my_web or {my_web: 1}`:           "",
		strings.Repeat("(", 200):                             "nested more than",
		strings.Repeat(" ", 70000):                           "more than 65536 bytes",
		"a = []\nfor i in range(1000):\n  a = [a]\nprint(a)": "nested more than 100 deep",
	} {
		told, failed := run(t, text)
		require.Contains(t, told, want, text)
		require.Equal(t, want != "", failed, text)
	}
}

// Each of these would take gigabytes, or hours, in one step of the interpreter.
func TestAScriptCannotExhaustTheMachine(t *testing.T) {
	const double = "s = \"aaaaaaaa\"\nl = [0]\nu = (0,)\nfor i in range(60):\n  "
	for _, text := range []string{
		double + "s = s + s", double + "s += s", double + "s *= 2", double + "l = l + l", double + "l += l", double + "u = u + u", double + "l.extend(l)",
		double + "l = l[:] + l[:]", double + `s = "%s%s" % (s, s)`, double + `s = "{0}{0}".format(s)`, double + `s = s.join(["", "", ""])`,
		double + `s = s.replace("a", "aa")`, double + "u = (u, u)", double + "l = [l, l]\n  str(l)", double + "l = [l, l]\n  l == [l, l]", double + "l = [l, l]\n  print(l)",
		double + "l = list(l) + list(l)", double + "l = [x for x in l] * 2", double + `s = "".join([s, s])`, double + "u = tuple([u, u])", double + `s = "%(a)s%(a)s%(a)s" % {"a": s}`,
		`"a" * 1000000000000`, `[0] * 1000000000`, `(0,) * 1000000000`, `list(range(1000000000000))`, `sorted(range(1000000000))`, `all(range(1, 1000000000000))`,
		"x = 3\nfor i in range(60):\n  x = x * x", "x = 3\nfor i in range(60):\n  x *= x", `int("9" * 1000000)`, `f = "a".replace` + "\n" + `f("", "a" * 100000000)`,
		`"a".join(["" for i in range(1000)] * 1000).replace("a", "b" * 100000)`, "def f(*a):\n  pass\nf(*range(1000000000000))", `dict([(1, 2)] * 100000000)`, `{i: 1 for i in range(10)} | dict(zip(range(1000000000), range(1000000000)))`,
		"t = (1,) * 1000\nt = (t,) * 1000\nt = (t,) * 1000\nd = {t: 1}", `set(range(1000000000))`, `"a b".split(" ") * 1000000000`, `max([1] * 1000000000)`,
		"l = [\"a\" * 1000000] * 100\nfor i in range(1000):\n  l = sorted(l)",
	} {
		told, failed := run(t, text)
		require.True(t, failed, "%s\n%s", text, told)
		require.Less(t, len(told), 300_000, text)
	}
}

func TestAScriptEndsWithItsTimeAndItsCaller(t *testing.T) {
	hang := func(ctx context.Context, _ *mcp.Tool, _ api.JSON) (*mcp.Result, error) {
		<-ctx.Done()
		return nil, ctx.Err()
	}
	s := &code.Script{Code: "my_web.search(q=1)", Servers: servers, Timeout: 10 * time.Millisecond, Call: hang}
	_, failed := s.Run(t.Context())
	require.True(t, failed)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	s = &code.Script{Code: "x = 1\nwhile x: x += 1", Servers: servers, Timeout: time.Minute, Call: hang}
	told, failed := s.Run(ctx)
	require.True(t, failed)
	require.Contains(t, told, "time has passed")
}

func TestWhatAScriptTellsIsBounded(t *testing.T) {
	told, failed := run(t, "for i in range(1000):\n  print(\"a\" * 1000)")
	require.False(t, failed)
	require.Less(t, len(told), 300_000)
	require.Contains(t, told, "no more than 262144 bytes are shown")
	told, _ = run(t, `result = "a" * 1000000`)
	require.Less(t, len(told), 300_000)
	require.Contains(t, told, "1000002 bytes")
}

func TestTheToolsThatAScriptMayCallAreKnownBeforeItRuns(t *testing.T) {
	for text, want := range map[string][]*mcp.Tool{
		`my_web.search(q=1)`:               {search},
		`f = my_web.search`:                {search},
		`x = my_web` + "\n" + `x.rm_all()`: {remove, search},
		`(my_web).search()`:                {remove, search},
		`files.import_()`:                  {read},
		`x.search()`:                       nil,
		`my_web.nothing()`:                 nil,
		`print("my_web.rm_all()")`:         nil,
		`(`:                                nil,
	} {
		require.Equal(t, want, code.Uses(text, servers), text)
	}
}

func TestFilesTellOfTools(t *testing.T) {
	answer := func(f *code.Files, tool, arguments string) string { return f.Answer(tool, api.JSON(arguments)).Text() }
	by, one := &code.Files{Servers: servers}, &code.Files{Servers: servers, ByTool: true}
	require.Equal(t, "servers/files.pyi\nservers/my_web.pyi", answer(by, code.List, ``))
	require.Equal(t, "servers/files/import_.pyi\nservers/my_web/rm_all.pyi\nservers/my_web/search.pyi", answer(one, code.List, `{}`))
	const signature = `def search(q: str, limit: int = None, kind: Literal["a", "b"] = None, tags: list[str] = None) -> any: ...  # Looks for pages.`
	require.Equal(t, "# Tools of the server my_web. A script calls them as my_web.NAME(argument=value).\ndef rm_all() -> any: ...\n"+signature,
		answer(by, code.Read, `{"fileName":"servers/my_web.pyi"}`))
	require.Equal(t, signature, answer(one, code.Read, `{"fileName":"servers/my_web/search.pyi","startLine":2,"endLine":9}`))
	require.Contains(t, answer(by, code.Docs, `{"server":"my_web","tool":"rm-all"}`), "my_web.rm_all()")
	for _, wrong := range []struct{ tool, arguments string }{
		{code.Read, `{"fileName":"servers/none.pyi"}`},
		{code.Read, `{}`},
		{code.Read, `{"fileName":"servers/my_web/none.pyi"}`},
		{code.Docs, `{"server":"my_web","tool":"x"}`},
		{code.Read, `[`},
	} {
		require.True(t, by.Answer(wrong.tool, api.JSON(wrong.arguments)).IsError, wrong)
	}
}

func FuzzScripts(f *testing.F) {
	for _, text := range []string{"x = [1] * 2\nresult = x[:1]", `print("%s" % my_web.search(q={1: (2,)}))`, "def f(a, b=1, *c, **d): return lambda: a\nf(1)()", "for a, (b, c) in []: pass", "x[1] += 2", "{a: b for a in c if d}"} {
		f.Add(text)
	}
	f.Fuzz(func(_ *testing.T, text string) {
		s := &code.Script{Code: text, Servers: servers, Timeout: 5 * time.Second, Call: func(context.Context, *mcp.Tool, api.JSON) (*mcp.Result, error) {
			return &mcp.Result{Parts: []api.Part{{Text: "[1]"}}}, nil
		}}
		s.Run(context.Background())
		code.Uses(text, servers)
	})
}

func BenchmarkScript(b *testing.B) {
	text := "total = 0\nfor i in range(100):\n  total += len(my_web.search(q=str(i))[\"q\"])\nresult = total"
	s := &code.Script{Code: text, Servers: servers, Timeout: time.Minute, Call: func(_ context.Context, _ *mcp.Tool, arguments api.JSON) (*mcp.Result, error) {
		return &mcp.Result{Parts: []api.Part{{Text: string(arguments)}}}, nil
	}}
	b.ReportAllocs()
	for b.Loop() {
		if told, failed := s.Run(b.Context()); failed {
			b.Fatal(fmt.Sprint(told))
		}
	}
}
