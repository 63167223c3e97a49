package form_test

import (
	"bytes"
	"errors"
	"io"
	"maps"
	"mime/multipart"
	"os"
	"slices"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/asbru-gateway/asbru/edge/form"
	"github.com/asbru-gateway/asbru/pkg/jsonx"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

const boundary = "xyzzy"

// part is a field, or a file.
type part struct{ name, file, value string }

func body(t require.TestingT, parts ...part) string {
	var b bytes.Buffer
	w := multipart.NewWriter(&b)
	require.NoError(t, w.SetBoundary(boundary))
	for _, p := range parts {
		var to io.Writer
		var err error
		if p.file != "" {
			to, err = w.CreateFormFile(p.name, p.file)
		} else {
			to, err = w.CreateFormField(p.name)
		}
		require.NoError(t, err)
		_, err = io.WriteString(to, p.value)
		require.NoError(t, err)
	}
	require.NoError(t, w.Close())
	return b.String()
}

// sent is what a provider gets: the head with another model in it, and the rest.
func sent(t require.TestingT, f *form.Form, model string) map[string][]string {
	var edits []jsonx.Edit
	if !f.ModelAt.Empty() {
		edits = append(edits, jsonx.Edit{At: f.ModelAt, New: []byte(model)})
	}
	edits = append(edits, f.Own...)
	slices.SortFunc(edits, func(a, b jsonx.Edit) int { return a.At.Start - b.At.Start })
	all := io.Reader(bytes.NewReader(jsonx.Apply(nil, f.Head, edits)))
	if f.Rest != nil {
		if s, ok := f.Rest.(io.Seeker); ok {
			_, err := s.Seek(0, io.SeekStart)
			require.NoError(t, err)
		}
		rest, err := io.ReadAll(f.Rest)
		require.NoError(t, err)
		if f.RestSize >= 0 {
			require.Len(t, rest, int(f.RestSize))
		}
		all = io.MultiReader(all, bytes.NewReader(rest))
	}
	got := map[string][]string{}
	r := multipart.NewReader(all, boundary)
	for {
		p, err := r.NextPart()
		if err == io.EOF {
			return got
		}
		require.NoError(t, err)
		value, err := io.ReadAll(p)
		require.NoError(t, err)
		got[p.FormName()] = append(got[p.FormName()], string(value))
	}
}

func read(text string, size int64, o form.Options) (*form.Form, error) {
	return form.Read(iotest.HalfReader(strings.NewReader(text)), size, boundary, o)
}

var usual = form.Options{Window: 64 << 10, Spool: 8 << 20}

func TestTheModelIsFoundWhereverItStands(t *testing.T) {
	file := part{"file", "a.wav", strings.Repeat("\r\n--xyzz", 100<<10)}
	for name, parts := range map[string][]part{
		"first":  {{"model", "", "openai/whisper-1"}, {"language", "", "en"}, file},
		"behind": {file, {"language", "", "en"}, {"model", "", "openai/whisper-1"}},
	} {
		text := body(t, parts...)
		for _, size := range []int64{int64(len(text)), -1} {
			f, err := read(text, size, usual)
			require.NoError(t, err, name)
			require.Equal(t, "openai/whisper-1", f.Model, name)
			require.LessOrEqual(t, cap(f.Head), usual.Window)
			require.Equal(t, map[string][]string{"model": {"whisper-1"}, "language": {"en"}, "file": {file.value}}, sent(t, f, "whisper-1"), name)
			_, again := f.Rest.(io.Seeker)
			require.Equal(t, name == "behind", again, "only what lies on disk can be read again")
			require.NoError(t, f.Close())
		}
	}
}

func TestNothingIsLeftOnDisk(t *testing.T) {
	t.Setenv("TMPDIR", t.TempDir())
	f, err := read(body(t, part{"file", "a", strings.Repeat("x", 100<<10)}, part{"model", "", "m"}), -1, usual)
	require.NoError(t, err)
	left, err := os.ReadDir(os.TempDir())
	require.NoError(t, err)
	require.Len(t, left, 1)
	require.NoError(t, f.Close())
	left, err = os.ReadDir(os.TempDir())
	require.NoError(t, err)
	require.Empty(t, left)
	t.Setenv("TMPDIR", "/nowhere")
	f, err = read(body(t, part{"file", "a", strings.Repeat("x", 100<<10)}, part{"model", "", "m"}), -1, usual)
	require.ErrorIs(t, err, form.ErrDisk)
	require.NoError(t, f.Close())
}

func TestAnyFormReachesTheProviderButForTheGatewaysOwn(t *testing.T) {
	t.Setenv("TMPDIR", t.TempDir())
	rapid.Check(t, func(t *rapid.T) {
		names := rapid.SampledFrom([]string{"a", "b", "stream", "fallbacks", "prompt"})
		parts := rapid.SliceOfN(rapid.Custom(func(t *rapid.T) part {
			p := part{name: names.Draw(t, "name"), value: rapid.StringMatching(`[a-z\r\n-]{0,40}`).Draw(t, "value")}
			if p.name == "a" {
				p.file = "f"
				p.value = strings.Repeat(p.value, rapid.IntRange(0, 600).Draw(t, "times"))
			}
			return p
		}), 0, 6).Draw(t, "parts")
		at := rapid.IntRange(0, len(parts)).Draw(t, "model at")
		parts = slices.Insert(slices.Clone(parts), at, part{name: "model", value: "p/m"})
		text := body(t, parts...)
		size := rapid.SampledFrom([]int64{-1, int64(len(text))}).Draw(t, "size")
		f, err := read(text, size, form.Options{Window: rapid.IntRange(1, 16<<10).Draw(t, "window"), Spool: 1 << 20})
		require.NoError(t, err)
		defer func() { require.NoError(t, f.Close()) }()
		require.Equal(t, "p/m", f.Model)
		want := map[string][]string{}
		for _, p := range parts {
			want[p.name] = append(want[p.name], p.value)
		}
		want["model"] = []string{"m"}
		got := sent(t, f, "m")
		delete(want, "fallbacks") // one behind the window passes
		delete(got, "fallbacks")
		require.Equal(t, want, got)
	})
}

func TestFallbacksAreTakenOutOfAForm(t *testing.T) {
	for _, parts := range [][]part{
		{{"fallbacks", "", "a/b, c/d"}, {"fallbacks[]", "", "e/f"}, {"model", "", "m"}},
		{{"model", "", "m"}, {"fallbacks", "", "a/b"}, {"fallbacks", "", "c/d,e/f"}},
	} {
		f, err := read(body(t, parts...), -1, usual)
		require.NoError(t, err)
		require.Equal(t, []string{"a/b", "c/d", "e/f"}, f.Fallbacks)
		require.Equal(t, []string{"model"}, slices.Collect(maps.Keys(sent(t, f, "m"))))
	}
}

func TestAModelIsPutIntoAFormThatHasNone(t *testing.T) {
	f, err := read(body(t, part{"fallbacks", "", "a/b"}, part{"prompt", "", "x"}), -1, form.Options{Window: 1 << 10, ModelKnown: true})
	require.NoError(t, err)
	f.PutModel(boundary, "p/m")
	require.Equal(t, map[string][]string{"model": {"m"}, "prompt": {"x"}}, sent(t, f, "m"))
}

func TestAFormThatCannotBeReadIsRefused(t *testing.T) {
	whole := body(t, part{"model", "", "m"}, part{"file", "f", strings.Repeat("x", 2<<10)})
	large := body(t, part{"file", "f", strings.Repeat("x", 100<<10)}, part{"model", "", "m"})
	for name, c := range map[string]struct {
		text string
		want error
	}{
		"empty":       {"", form.ErrMalformed},
		"no boundary": {"model=m", form.ErrMalformed},
		"other":       {strings.ReplaceAll(whole, boundary, "other"), form.ErrMalformed},
		"repeated":    {body(t, part{"model", "", "m"}, part{"model", "", "n"}), form.ErrRepeated},
		"later":       {body(t, part{"file", "f", strings.Repeat("x", 100<<10)}, part{"model", "", "m"}, part{"model", "", "n"}), form.ErrRepeated},
		"half":        {large[:90<<10], io.ErrUnexpectedEOF},
		"parts":       {body(t, slices.Repeat([]part{{"a", "", "b"}}, 70)...), form.ErrMalformed},
	} {
		f, err := read(c.text, -1, usual)
		require.ErrorIs(t, err, c.want, name)
		require.NoError(t, f.Close())
	}
	f, err := read(large, -1, form.Options{Window: 1 << 10, Spool: 10 << 10})
	require.ErrorIs(t, err, form.ErrTooLarge)
	require.NoError(t, f.Close())
	away := errors.New("away")
	f, err = form.Read(iotest.ErrReader(away), 100, boundary, usual)
	require.ErrorIs(t, err, away)
	require.NoError(t, f.Close())
	for _, kind := range []string{"multipart/form-data", "multipart/form-data; boundary=" + strings.Repeat("x", 71), "%", "multipart/form-data; boundary="} {
		_, err := form.Boundary(kind)
		require.Error(t, err, kind)
	}
}

func FuzzRead(f *testing.F) {
	f.Add([]byte(body(f, part{"model", "", "m"}, part{"file", "f", "x"})))
	f.Add([]byte("--xyzzy\r\nContent-Disposition: form-data; name=\"model\"\r\n\r\n\r\n--xyzzy--"))
	f.Add([]byte("--xyzzy \r\n\r\n\r\n\r\n--xyzzy\r\n"))
	f.Fuzz(func(t *testing.T, b []byte) {
		got, err := form.Read(bytes.NewReader(b), int64(len(b)), boundary, form.Options{Window: 1 << 10, Spool: 1 << 10})
		if err == nil && !got.ModelAt.Empty() {
			require.Equal(t, got.Model, string(got.ModelAt.Of(got.Head)))
		}
		require.NoError(t, got.Close())
	})
}
